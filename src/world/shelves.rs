//! Whole folders beside each other, and links that say which of them counts.

use super::disk::plain;
use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::time::UNIX_EPOCH;

/// A folder of this machine in which releases are kept side by side. Paths are relative to it and made by programs.
#[derive(Debug)]
pub struct Shelves {
    root: PathBuf,
}

/// What lies at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lies {
    /// Nothing.
    Nothing,
    /// A link, and where it leads.
    Link(String),
    /// A file or a folder.
    Other,
}

impl Shelves {
    /// The shelves in the folder `root`, which is made when something is put there.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Where a path leads. Nothing is joined for the shelves themselves: a slash at the end would lead on through a link.
    fn at(&self, path: &str) -> PathBuf {
        if path.is_empty() { self.root.clone() } else { self.root.join(path) }
    }

    /// Writes a file, and the folders above it; the moment that the system gives it, in nanoseconds.
    pub fn write(&self, path: &str, bytes: &[u8]) -> Result<u128, String> {
        let target = self.at(path);
        let create = || File::create(&target);
        let file = create().or_else(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                fs::create_dir_all(target.parent().unwrap_or(&self.root)).and_then(|()| create())
            }
            _ => Err(error),
        });
        let written = file.and_then(|mut file| {
            file.write_all(bytes)?;
            Ok(written(&file.metadata()?))
        });
        written.map_err(|error| plain(&error))
    }

    /// Lets the file `from` lie at `to`, too; whether it could be done, and the file has this size and was not written to since.
    pub fn share(&self, from: &str, to: &str, len: u64, since: u128) -> bool {
        let (from, to) = (self.at(from), self.at(to));
        let is_whole = fs::symlink_metadata(&from)
            .is_ok_and(|facts| facts.is_file() && facts.len() == len && written(&facts) == since);
        let link = || fs::hard_link(&from, &to);
        is_whole
            && match link() {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    to.parent().is_some_and(|folder| fs::create_dir_all(folder).is_ok()) && link().is_ok()
                }
                linked => linked.is_ok(),
            }
    }

    /// A text that was written here; none if there is none.
    pub fn read(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.at(path)).ok()
    }

    /// Renames a file or folder. What lies at `to` is replaced if it is a file or an empty folder.
    pub fn rename(&self, from: &str, to: &str) -> Result<(), String> {
        fs::rename(self.at(from), self.at(to)).map_err(|error| plain(&error))
    }

    /// Waits until everything that was written here is on the disk.
    pub fn settle(&self) -> Result<(), String> {
        let synced = File::open(&self.root).and_then(|root| sync(&root));
        synced.map_err(|error| plain(&error))
    }

    /// Lets the link at `path` lead to `target`, at once: whoever looks sees the old target or the new one.
    pub fn point(&self, path: &str, target: &str) -> Result<(), String> {
        let aside = self.at(&format!("{path}.next"));
        let _ = fs::remove_file(&aside);
        let linked = symlink(target, &aside).and_then(|()| fs::rename(&aside, self.at(path)));
        linked.map_err(|error| plain(&error))
    }

    /// What lies at `path`.
    pub fn lies(&self, path: &str) -> Lies {
        let place = self.at(path);
        match fs::read_link(&place) {
            Ok(target) => Lies::Link(target.to_string_lossy().into_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Lies::Nothing,
            Err(_) => Lies::Other,
        }
    }

    /// Whether there is a folder.
    pub fn holds(&self, path: &str) -> bool {
        fs::symlink_metadata(self.at(path)).is_ok_and(|facts| facts.is_dir())
    }

    /// The names of what lies in a folder.
    pub fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.at(folder)).into_iter().flatten().filter_map(Result::ok);
        let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort_unstable();
        names
    }

    /// Takes a folder with all it holds, a file or a link away, if it is there. What a link leads to stays.
    pub fn clear(&self, path: &str) -> Result<(), String> {
        let place = self.at(path);
        let gone = match fs::symlink_metadata(&place) {
            Ok(facts) if facts.is_dir() => fs::remove_dir_all(&place),
            Ok(_) => fs::remove_file(&place),
            Err(_) => Ok(()),
        };
        gone.map_err(|error| plain(&error))
    }
}

/// When a file was written to, in nanoseconds.
fn written(facts: &Metadata) -> u128 {
    let since = facts.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    since.unwrap_or_default().as_nanos()
}

/// Everything that was written to the same file system.
#[cfg(target_os = "linux")]
fn sync(root: &File) -> io::Result<()> {
    Ok(rustix::fs::syncfs(root)?)
}

/// The system has no call for one file system alone.
#[cfg(not(target_os = "linux"))]
fn sync(_root: &File) -> io::Result<()> {
    rustix::fs::sync();
    Ok(())
}

//! A folder of a real file system.

use super::files::{Entry, EntryKind, FileFault, Files, Strange};
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// A folder on a disk; all paths are relative to it.
#[derive(Debug, Clone)]
pub struct Disk {
    root: PathBuf,
    real_root: PathBuf,
}

impl Disk {
    /// A disk rooted at `root`, which may not exist yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        let real_root = real(&root);
        Self { root, real_root }
    }

    /// The place of `path` on this disk.
    pub fn place(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Where it really is, every link followed.
    pub fn real_root(&self) -> &Path {
        &self.real_root
    }

    fn entry(&self, base: &Path, found: Result<DirEntry, walkdir::Error>) -> Option<Entry> {
        let (path, kind) = match found {
            Ok(entry) if entry.depth() == 0 => return None,
            Ok(entry) => (entry.path().to_owned(), self.kind(&entry)?),
            Err(error) => (error.path()?.to_owned(), EntryKind::Strange(strangeness(&error))),
        };
        let below = path.strip_prefix(base).unwrap_or(&path);
        let (text, kind) = match below.to_str() {
            Some(text) => (text.to_owned(), kind),
            None => (below.to_string_lossy().into_owned(), EntryKind::Strange(Strange::Name)),
        };
        Some(Entry { path: text, kind })
    }

    fn kind(&self, entry: &DirEntry) -> Option<EntryKind> {
        if entry.path_is_symlink() && !self.stays_inside(entry.path()) {
            return Some(EntryKind::Strange(Strange::LeadsOut));
        }
        let file_type = entry.file_type();
        if file_type.is_dir() && self.is_loop(entry) {
            return Some(EntryKind::Strange(Strange::Loop));
        }
        if file_type.is_dir() {
            return entry.file_name().to_str().is_none().then_some(EntryKind::Strange(Strange::Name));
        }
        Some(if file_type.is_file() { EntryKind::File } else { EntryKind::Strange(Strange::Device) })
    }

    /// Whether a folder is a link to a folder above itself, which would hold itself again and again.
    fn is_loop(&self, entry: &DirEntry) -> bool {
        let Some(folder) = entry.path().parent().filter(|_| entry.path_is_symlink()) else { return false };
        let real = (fs::canonicalize(folder), fs::canonicalize(entry.path()));
        matches!(real, (Ok(folder), Ok(target)) if folder.starts_with(&target))
    }

    fn stays_inside(&self, link: &Path) -> bool {
        fs::canonicalize(link).is_ok_and(|target| target.starts_with(&self.real_root))
    }
}

/// The real path of `path`; what does not exist yet is taken as it is written.
fn real(path: &Path) -> PathBuf {
    let mut missing = Vec::new();
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for there in path.ancestors() {
        if let Ok(real) = fs::canonicalize(there) {
            return missing.into_iter().rev().fold(real, |real, name| real.join(name));
        }
        missing.extend(there.file_name());
    }
    path
}

/// Walking follows links to folders, so a link that leads out or up is refused before anything below it is read.
fn is_entered(disk: &Disk, entry: &DirEntry) -> bool {
    let leads = entry.depth() > 0 && entry.path_is_symlink() && entry.file_type().is_dir();
    !leads || (disk.stays_inside(entry.path()) && !disk.is_loop(entry))
}

fn strangeness(error: &walkdir::Error) -> Strange {
    match error.io_error().map(io::Error::kind) {
        None => Strange::Loop,
        Some(io::ErrorKind::NotFound) => Strange::Dangling,
        Some(_) => Strange::Forbidden,
    }
}

impl Files for Disk {
    fn walk(&self, folder: &str) -> Result<Vec<Entry>, FileFault> {
        let base = self.place(folder);
        if !base.is_dir() {
            return Ok(Vec::new());
        }
        let mut walker = WalkDir::new(&base).follow_links(true).into_iter();
        let mut entries = Vec::new();
        while let Some(found) = walker.next() {
            if let Ok(entry) = &found
                && entry.file_type().is_dir()
                && !is_entered(self, entry)
            {
                walker.skip_current_dir();
            }
            entries.extend(self.entry(&base, found));
        }
        entries.sort_unstable();
        Ok(entries)
    }

    fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, FileFault> {
        let place = self.place(path);
        let mut file = fs::File::open(&place).map_err(|error| fault(&error))?;
        let facts = file.metadata().map_err(|error| fault(&error))?;
        if !facts.is_file() {
            return Err(FileFault::NotAFile);
        }
        if facts.len() > most {
            return Err(FileFault::TooLarge { len: facts.len(), most });
        }
        let mut bytes = Vec::with_capacity(facts.len() as usize + 1);
        Read::take(&mut file, most.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| fault(&error))?;
        match bytes.len() as u64 {
            len if len > most => Err(FileFault::TooLarge { len, most }),
            _ => Ok(bytes),
        }
    }

    fn copy(&self, path: &str, to: &mut dyn Write) -> Result<(), FileFault> {
        let mut file = fs::File::open(self.place(path)).map_err(|error| fault(&error))?;
        io::copy(&mut file, to).map(drop).map_err(|error| fault(&error))
    }

    fn len(&self, path: &str) -> Option<u64> {
        fs::metadata(self.place(path)).ok().filter(fs::Metadata::is_file).map(|facts| facts.len())
    }

    fn is_folder(&self, path: &str) -> bool {
        self.place(path).is_dir()
    }
}

pub(super) fn fault(error: &io::Error) -> FileFault {
    match error.kind() {
        io::ErrorKind::NotFound => FileFault::Missing,
        _ => FileFault::System(plain(error)),
    }
}

/// The system's words without Rust's "(os error 28)".
pub(super) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    match text.rfind(" (os error") {
        Some(at) => text[..at].to_lowercase(),
        None => text,
    }
}

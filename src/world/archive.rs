//! Small files that are kept for good, perhaps by several machines at once.

use super::disk::plain;
use super::lock::{Lock, LockFault};
use crate::model::Digest;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// A place that keeps files for good. Paths are relative, `/`-separated and made by programs.
pub trait Archive: Send + Sync {
    /// A file, with its version; none if there is no such file.
    fn get(&self, path: &str) -> Result<Option<(Vec<u8>, Version)>, ArchiveFault>;

    /// Writes a file. Whoever reads it, even after a power failure, sees the old one or the new one.
    fn put(&self, path: &str, bytes: &[u8]) -> Result<(), ArchiveFault>;

    /// Writes a file if it still is in the version `before`, or is still missing; otherwise the fault is [`ArchiveTrouble::Changed`].
    fn replace(&self, path: &str, bytes: &[u8], before: Option<&Version>) -> Result<Version, ArchiveFault>;

    /// Writes a file whose name says what it holds, unless it is there. Nothing is lost if the machine fails: it can be made again.
    fn add(&self, path: &str, bytes: &[u8]) -> Result<(), ArchiveFault>;

    /// Whether a file of this size is there, as far as that is known at once. Where others would have to be asked, it counts as there.
    fn seems_kept(&self, _path: &str, _len: u64) -> bool {
        true
    }

    /// The files below `folder`, by their whole paths, in order.
    fn list(&self, folder: &str) -> Result<Vec<String>, ArchiveFault>;

    /// Takes a file away if it is there.
    fn remove(&self, path: &str) -> Result<(), ArchiveFault>;

    /// Takes away what processes that died were about to keep; how much that was.
    fn sweep(&self) -> Result<usize, ArchiveFault> {
        Ok(0)
    }

    /// How many calls are made at once: while one is on its way, others can be.
    fn hands(&self) -> usize;

    /// Keeps all others from changing anything, for as long as the hold lives.
    fn lock(&self, owner: &Owner<'_>) -> Result<Box<dyn Hold>, ArchiveFault>;
}

/// What keeps others from changing anything.
pub trait Hold: Send + Sync {
    /// Whether it still does. A machine that slept, or that could not reach others for long, is taken for dead by them.
    fn is_kept(&self) -> bool;
}

impl Hold for Lock {
    fn is_kept(&self) -> bool {
        true
    }
}

/// Who wants to change something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner<'a> {
    /// What others are told.
    pub name: &'a str,
    /// Machines of one company change different things; an archive that several machines keep together lets them in at once.
    pub company: Option<&'a str>,
}

/// Tells a file from what it was and will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(pub String);

/// Why something could not be read or kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveFault {
    /// The file.
    pub path: String,
    /// What kind of trouble it is.
    pub trouble: ArchiveTrouble,
}

/// The kinds of trouble that something different is done about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArchiveTrouble {
    /// Someone else changed the file.
    Changed,
    /// Someone else is at work: what they say about themselves.
    Held(String),
    /// The system or the store refuses, in its words.
    System(String),
}

/// What the names of files begin with that a process is writing.
const UNFINISHED: &str = ".new-";

/// Whether no process has this number.
fn is_dead(process: i32) -> bool {
    let process = rustix::process::Pid::from_raw(process);
    process.is_some_and(|process| rustix::process::test_kill_process(process) == Err(rustix::io::Errno::SRCH))
}

/// A folder of this machine as an archive.
#[derive(Debug)]
pub struct Vault {
    root: PathBuf,
    /// Sets the unfinished files of threads apart.
    turn: AtomicU64,
}

impl Vault {
    /// An archive in the folder `root`, which is made when something is kept.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), turn: AtomicU64::new(0) }
    }

    /// Puts a finished file in its place; if it is `lasting`, it is on the disk before anyone can see it.
    fn settle(&self, path: &str, bytes: &[u8], lasting: bool) -> io::Result<()> {
        let target = self.root.join(path);
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let aside = self.root.join(format!("{UNFINISHED}{}-{turn}", std::process::id()));
        fs::create_dir_all(target.parent().unwrap_or(&self.root))?;
        let written = File::create(&aside).and_then(|mut file| {
            file.write_all(bytes)?;
            if lasting { file.sync_data() } else { Ok(()) }
        });
        let placed = written.and_then(|()| fs::rename(&aside, &target));
        if placed.is_err() {
            let _ = fs::remove_file(&aside);
        }
        placed
    }

    fn collect(&self, folder: &Path, found: &mut Vec<String>) -> io::Result<()> {
        let entries = match fs::read_dir(folder) {
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(());
            }
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                self.collect(&entry.path(), found)?;
            } else if let Ok(path) = entry.path().strip_prefix(&self.root) {
                found.push(path.to_string_lossy().into_owned());
            }
        }
        Ok(())
    }
}

fn version(bytes: &[u8]) -> Version {
    Version(Digest::of(bytes).to_string())
}

fn system(path: &str) -> impl Fn(io::Error) -> ArchiveFault + '_ {
    move |error| ArchiveFault { path: path.to_owned(), trouble: ArchiveTrouble::System(plain(&error)) }
}

impl Archive for Vault {
    fn get(&self, path: &str) -> Result<Option<(Vec<u8>, Version)>, ArchiveFault> {
        let mut bytes = Vec::new();
        let read = File::open(self.root.join(path)).and_then(|mut file| file.read_to_end(&mut bytes));
        match read {
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(system(path)(error)),
            Ok(_) => {
                let version = version(&bytes);
                Ok(Some((bytes, version)))
            }
        }
    }

    fn put(&self, path: &str, bytes: &[u8]) -> Result<(), ArchiveFault> {
        self.settle(path, bytes, true).map_err(system(path))
    }

    /// Other processes are kept out by the lock, other threads by whoever owns the ledger.
    fn replace(&self, path: &str, bytes: &[u8], before: Option<&Version>) -> Result<Version, ArchiveFault> {
        let there = self.get(path)?.map(|(_, version)| version);
        if there.as_ref() != before {
            return Err(ArchiveFault { path: path.to_owned(), trouble: ArchiveTrouble::Changed });
        }
        self.put(path, bytes)?;
        Ok(version(bytes))
    }

    fn add(&self, path: &str, bytes: &[u8]) -> Result<(), ArchiveFault> {
        // What lies there may have been damaged since, and is read as fast as it is written.
        if self.seems_kept(path, bytes.len() as u64) && fs::read(self.root.join(path)).is_ok_and(|there| there == bytes)
        {
            return Ok(());
        }
        self.settle(path, bytes, false).map_err(system(path))
    }

    fn seems_kept(&self, path: &str, len: u64) -> bool {
        fs::metadata(self.root.join(path)).is_ok_and(|facts| facts.len() == len)
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, ArchiveFault> {
        let mut found = Vec::new();
        self.collect(&self.root.join(folder), &mut found).map_err(system(folder))?;
        found.sort_unstable();
        Ok(found)
    }

    fn remove(&self, path: &str) -> Result<(), ArchiveFault> {
        match fs::remove_file(self.root.join(path)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(system(path)(error)),
            _ => Ok(()),
        }
    }

    fn sweep(&self) -> Result<usize, ArchiveFault> {
        let mut gone = 0;
        for entry in fs::read_dir(&self.root).into_iter().flatten().filter_map(Result::ok) {
            let name = entry.file_name().to_string_lossy().into_owned();
            let Some((writer, _)) = name.strip_prefix(UNFINISHED).and_then(|rest| rest.split_once('-')) else {
                continue;
            };
            if writer.parse().is_ok_and(is_dead) {
                self.remove(&name)?;
                gone += 1;
            }
        }
        Ok(gone)
    }

    fn hands(&self) -> usize {
        std::thread::available_parallelism().map_or(1, usize::from)
    }

    fn lock(&self, owner: &Owner<'_>) -> Result<Box<dyn Hold>, ArchiveFault> {
        match Lock::take(&self.root.join("lock"), owner.name) {
            Ok(lock) => Ok(Box::new(lock)),
            Err(LockFault::Held(holder)) => {
                Err(ArchiveFault { path: "lock".to_owned(), trouble: ArchiveTrouble::Held(holder) })
            }
            Err(LockFault::System(said)) => {
                Err(ArchiveFault { path: "lock".to_owned(), trouble: ArchiveTrouble::System(said) })
            }
        }
    }
}

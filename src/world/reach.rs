//! Opening what lies below a root, and nothing else: neither a link nor a pipe leads a build astray.

use super::disk::fault;
use super::files::FileFault;
use rustix::fs::{CWD, Mode, OFlags, openat};
use std::fs::{self, File};
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A root that is never left.
#[derive(Debug, Clone)]
pub(super) struct Reach {
    /// Its real path.
    pub(super) real_root: PathBuf,
    /// None if there was no such folder when this was made.
    pub(super) handle: Option<Arc<OwnedFd>>,
}

impl Reach {
    /// The reach of `root`, which may not exist yet.
    pub(super) fn below(root: &Path) -> Self {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let handle = openat(CWD, root, flags, Mode::empty()).ok().map(Arc::new);
        Self { real_root: real(root), handle }
    }

    /// Opens a regular file for reading, with its size.
    pub(super) fn file(&self, path: &str) -> Result<(File, u64), FileFault> {
        // A pipe that nobody writes into would hold the build up for ever.
        let file = self.open(path, OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY)?;
        let facts = file.metadata().map_err(|error| fault(&error))?;
        if facts.is_file() { Ok((file, facts.len())) } else { Err(FileFault::NotAFile) }
    }

    /// What is known of a file or folder without opening it.
    pub(super) fn facts(&self, path: &str) -> Option<fs::Metadata> {
        #[cfg(target_os = "linux")]
        let looked_at = OFlags::PATH;
        #[cfg(not(target_os = "linux"))]
        let looked_at = OFlags::RDONLY | OFlags::NONBLOCK;
        self.open(path, looked_at).ok()?.metadata().ok()
    }

    fn open(&self, path: &str, flags: OFlags) -> Result<File, FileFault> {
        let flags = flags | OFlags::CLOEXEC;
        if let Some(opened) = self.handle.as_deref().and_then(|root| beneath(root, path, flags)) {
            return opened.map(File::from).map_err(|error| fault(&error));
        }
        let real = fs::canonicalize(self.real_root.join(path)).map_err(|error| fault(&error))?;
        if !real.starts_with(&self.real_root) {
            return Err(FileFault::LeadsOut);
        }
        openat(CWD, &real, flags, Mode::empty()).map(File::from).map_err(|error| fault(&error.into()))
    }
}

/// Lets the system keep to the root; none if it cannot tell, as with old systems and links that are written from `/` on.
#[cfg(target_os = "linux")]
fn beneath(root: &OwnedFd, path: &str, flags: OFlags) -> Option<io::Result<OwnedFd>> {
    use rustix::fs::{ResolveFlags, openat2};
    use rustix::io::Errno;
    let path = if path.is_empty() { "." } else { path };
    match openat2(root, path, flags, Mode::empty(), ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS) {
        Ok(opened) => Some(Ok(opened)),
        Err(Errno::XDEV | Errno::NOSYS | Errno::PERM | Errno::INVAL | Errno::AGAIN | Errno::LOOP) => None,
        Err(error) => Some(Err(error.into())),
    }
}

#[cfg(not(target_os = "linux"))]
fn beneath(_root: &OwnedFd, _path: &str, _flags: OFlags) -> Option<io::Result<OwnedFd>> {
    None
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

//! A folder of a real file system.

use super::files::{Entry, EntryKind, Facts, FileFault, Files, Strange, Surveyed, survey_by_walk};
use super::reach::Reach;
use super::survey;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// A folder on a disk; all paths are relative to it.
#[derive(Debug, Clone)]
pub struct Disk {
    root: PathBuf,
    reach: Reach,
}

impl Disk {
    /// A disk rooted at `root`, which may not exist yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        Self { reach: Reach::below(&root), root }
    }

    /// The place of `path` on this disk.
    pub fn place(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// Where it really is, every link followed.
    pub fn real_root(&self) -> &Path {
        &self.reach.real_root
    }

    /// The folder whose links may be followed from `folder`: the topmost that holds it.
    fn walk_from(&self, folder: &str) -> Result<Option<Walk>, FileFault> {
        let base = self.place(folder);
        if !base.is_dir() {
            return Ok(None);
        }
        let real = |path: &Path| fs::canonicalize(path).map_err(|error| fault(&error));
        let (first, rest) = folder.split_once('/').unwrap_or((folder, ""));
        let (top, real_base) = (real(&self.place(first))?, real(&base)?);
        let stays = |from: &Path, path: &str, real: &Path| real == from.join(path) || is_public_below(from, real);
        if stays(self.real_root(), first, &top) && stays(&top, rest, &real_base) {
            Ok(Some(Walk { base, top }))
        } else {
            Err(FileFault::LeadsOut)
        }
    }
}

/// Whether `target` lies below `top`, and not in anything hidden.
fn is_public_below(top: &Path, target: &Path) -> bool {
    let is_hidden = |name: &std::ffi::OsStr| name.as_encoded_bytes().starts_with(b".") && name != ".well-known";
    target.strip_prefix(top).is_ok_and(|below| !below.iter().any(is_hidden))
}

/// A walk through a folder.
struct Walk {
    /// The folder, as it is written.
    base: PathBuf,
    /// The real path that no link may leave.
    top: PathBuf,
}

impl Walk {
    fn entry(&self, found: Result<DirEntry, walkdir::Error>) -> Option<Entry> {
        let (path, kind) = match found {
            Ok(entry) if entry.depth() == 0 => return None,
            Ok(entry) => (entry.path().to_owned(), self.kind(&entry)?),
            Err(error) => (error.path()?.to_owned(), EntryKind::Strange(strangeness(&error))),
        };
        let below = path.strip_prefix(&self.base).unwrap_or(&path);
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
        if file_type.is_dir() && is_loop(entry) {
            return Some(EntryKind::Strange(Strange::Loop));
        }
        if file_type.is_dir() {
            return entry.file_name().to_str().is_none().then_some(EntryKind::Strange(Strange::Name));
        }
        Some(if file_type.is_file() { EntryKind::File } else { EntryKind::Strange(Strange::Device) })
    }

    fn stays_inside(&self, link: &Path) -> bool {
        fs::canonicalize(link).is_ok_and(|target| is_public_below(&self.top, &target))
    }

    /// Walking follows links to folders, so a link that leads out or up is refused before anything below it is read.
    fn is_entered(&self, entry: &DirEntry) -> bool {
        let leads = entry.depth() > 0 && entry.path_is_symlink() && entry.file_type().is_dir();
        !leads || (self.stays_inside(entry.path()) && !is_loop(entry))
    }
}

/// Whether a folder is a link to a folder above itself, which would hold itself again and again.
fn is_loop(entry: &DirEntry) -> bool {
    let Some(folder) = entry.path().parent().filter(|_| entry.path_is_symlink()) else { return false };
    let real = (fs::canonicalize(folder), fs::canonicalize(entry.path()));
    matches!(real, (Ok(folder), Ok(target)) if folder.starts_with(&target))
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
        let Some(walk) = self.walk_from(folder)? else { return Ok(Vec::new()) };
        let mut walker = WalkDir::new(&walk.base).follow_links(true).into_iter();
        let mut entries = Vec::new();
        while let Some(found) = walker.next() {
            if let Ok(entry) = &found
                && entry.file_type().is_dir()
                && !walk.is_entered(entry)
            {
                walker.skip_current_dir();
            }
            entries.extend(walk.entry(found));
        }
        entries.sort_unstable();
        Ok(entries)
    }

    fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, FileFault> {
        let (file, len) = self.reach.file(path)?;
        if len > most {
            return Err(FileFault::TooLarge { len, most });
        }
        let mut bytes = Vec::with_capacity(len as usize + 1);
        Read::take(file, most.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| fault(&error))?;
        match bytes.len() as u64 {
            len if len > most => Err(FileFault::TooLarge { len, most }),
            _ => Ok(bytes),
        }
    }

    fn copy(&self, path: &str, to: &mut dyn Write) -> Result<(), FileFault> {
        let (mut file, _) = self.reach.file(path)?;
        io::copy(&mut file, to).map(drop).map_err(|error| fault(&error))
    }

    fn len(&self, path: &str) -> Option<u64> {
        self.reach.facts(path).filter(fs::Metadata::is_file).map(|facts| facts.len())
    }

    fn is_folder(&self, path: &str) -> bool {
        self.reach.facts(path).is_some_and(|facts| facts.is_dir())
    }

    fn facts(&self, path: &str) -> Option<Facts> {
        let direct = self.reach.handle.as_deref().and_then(|root| survey::direct(root, path));
        direct.or_else(|| self.reach.facts(path).map(|facts| survey::facts(&facts)))
    }

    fn survey(&self, folder: &str) -> Result<Vec<Surveyed>, FileFault> {
        if let Some(mut plain) = self.reach.handle.as_deref().and_then(|root| survey::plain(root, folder)) {
            plain.sort_unstable_by(|one, other| one.entry.cmp(&other.entry));
            return Ok(plain);
        }
        // Something that is neither a file nor a folder lies there: the walk knows what to make of it.
        survey_by_walk(self, folder)
    }
}

pub(super) fn fault(error: &io::Error) -> FileFault {
    match error.kind() {
        io::ErrorKind::NotFound => FileFault::Missing,
        _ if error.raw_os_error() == Some(rustix::io::Errno::NXIO.raw_os_error()) => FileFault::NotAFile,
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

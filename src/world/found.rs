//! What lies in a folder already, and whether it is what should lie there.

use super::files::Files;
use super::trees::{Content, Placed, TreeFault};
use crate::model::Digester;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, FileType};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use walkdir::WalkDir;

/// What lies in a folder, links not followed.
#[derive(Default)]
pub(super) struct Found {
    pub(super) files: BTreeMap<PathBuf, Old>,
    pub(super) empty_folders: BTreeSet<PathBuf>,
}

/// A file that lies there already.
pub(super) struct Old {
    pub(super) kind: FileType,
    /// Whether it is what has to be there; not known while no one has put a file in its place.
    pub(super) is_right: OnceLock<bool>,
}

impl Found {
    /// Looks through the folder `target`.
    pub(super) fn below(target: &Path) -> Result<Self, TreeFault> {
        let mut found = Self::default();
        for entry in WalkDir::new(target).min_depth(1) {
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(target).to_string_lossy().into_owned();
                TreeFault::at(&path, &error.into())
            })?;
            let path = entry.path().strip_prefix(target).unwrap_or(entry.path()).to_owned();
            if let Some(parent) = path.parent() {
                found.empty_folders.remove(parent);
            }
            match entry.file_type() {
                kind if kind.is_dir() => drop(found.empty_folders.insert(path)),
                kind => drop(found.files.insert(path, Old { kind, is_right: OnceLock::new() })),
            }
        }
        Ok(found)
    }

    /// Whether the file lies in its place already.
    pub(super) fn has(&self, target: &Path, file: &Placed<'_>, sources: &dyn Files) -> bool {
        let Some(old) = self.files.get(Path::new(file.path)) else { return false };
        *old.is_right.get_or_init(|| old.kind.is_file() && holds(&target.join(file.path), file.content, sources))
    }

    /// Lets a file of this size count as what has to be in its place; whether there is one.
    pub(super) fn keep(&self, target: &Path, path: &str, len: u64) -> bool {
        let Some(old) = self.files.get(Path::new(path)).filter(|old| old.kind.is_file()) else { return false };
        let has_len = fs::symlink_metadata(target.join(path)).is_ok_and(|facts| facts.len() == len);
        has_len && *old.is_right.get_or_init(|| true)
    }
}

/// Whether the file still is as it was put there.
pub(super) fn is_ours(target: &Path, path: &Path, ours: &BTreeMap<String, Vec<String>>) -> bool {
    let recorded = path.to_str().and_then(|path| ours.get(path));
    recorded.is_some_and(|recorded| digest(&target.join(path)).is_ok_and(|digest| recorded.contains(&digest)))
}

fn digest(place: &Path) -> io::Result<String> {
    let mut digester = Digester::default();
    io::copy(&mut File::open(place)?, &mut digester)?;
    Ok(digester.digest().to_string())
}

/// Whether the file at `place` already has this content.
fn holds(place: &Path, content: Content<'_>, sources: &dyn Files) -> bool {
    let Ok(file) = File::open(place) else { return false };
    let Some(facts) = file.metadata().ok().filter(fs::Metadata::is_file) else { return false };
    let mut comparison = Comparison { file: BufReader::new(file), chunk: Vec::new() };
    match content {
        Content::Bytes(wanted) => facts.len() == wanted.len() as u64 && comparison.write_all(wanted).is_ok(),
        Content::Copy(from) => sources.len(from) == Some(facts.len()) && sources.copy(from, &mut comparison).is_ok(),
    }
}

/// A writer that refuses the first byte which a file does not have at the same place.
struct Comparison {
    file: BufReader<File>,
    chunk: Vec<u8>,
}

impl Write for Comparison {
    fn write(&mut self, wanted: &[u8]) -> io::Result<usize> {
        self.chunk.resize(wanted.len(), 0);
        self.file.read_exact(&mut self.chunk)?;
        match self.chunk == wanted {
            true => Ok(wanted.len()),
            false => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

//! What lies in a folder already, and whether it is what should lie there.

use super::trees::{Content, Placed, TreeFault};
use crate::model::{Digest, Digester};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, FileType};
use std::io::{self, Read};
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
    pub(super) fn has(&self, target: &Path, file: &Placed<'_>) -> bool {
        let Some(old) = self.files.get(Path::new(file.path)) else { return false };
        *old.is_right.get_or_init(|| old.kind.is_file() && holds(&target.join(file.path), file.content))
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
    recorded
        .is_some_and(|recorded| digest(&target.join(path)).is_ok_and(|digest| recorded.contains(&digest.to_string())))
}

fn digest(place: &Path) -> io::Result<Digest> {
    let mut digester = Digester::default();
    io::copy(&mut File::open(place)?, &mut digester)?;
    Ok(digester.digest())
}

/// Whether the file at `place` already has this content.
fn holds(place: &Path, content: Content<'_>) -> bool {
    match content {
        Content::Bytes(wanted) => has_bytes(place, wanted).unwrap_or(false),
        Content::Copy { digest: wanted, .. } => digest(place).is_ok_and(|digest| digest == wanted),
    }
}

fn has_bytes(place: &Path, wanted: &[u8]) -> io::Result<bool> {
    let mut file = File::open(place)?;
    let facts = file.metadata()?;
    if !facts.is_file() || facts.len() != wanted.len() as u64 {
        return Ok(false);
    }
    let mut found = vec![0; wanted.len()];
    file.read_exact(&mut found)?;
    Ok(found == wanted)
}

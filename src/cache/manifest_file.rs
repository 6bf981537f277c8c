//! The files that the fleet itself is read from: `sites.toml` and its tables.

use crate::model::{Digest, unpoisoned};
use crate::world::{Entry, Facts, FileFault, Files};
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::sync::Mutex;

/// A file that the fleet was read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    pub(super) path: String,
    pub(super) facts: Facts,
    pub(super) digest: Digest,
}

/// Files that remember which of them were read.
pub struct Noted<'a> {
    files: &'a dyn Files,
    read: Mutex<Vec<ManifestFile>>,
}

impl<'a> Noted<'a> {
    /// The same files, nothing of them read yet.
    pub fn new(files: &'a dyn Files) -> Self {
        Self { files, read: Mutex::default() }
    }

    /// What was read.
    pub fn into_read(self) -> Vec<ManifestFile> {
        unpoisoned(self.read.into_inner())
    }
}

impl Files for Noted<'_> {
    fn walk(&self, folder: &str) -> Result<Vec<Entry>, FileFault> {
        self.files.walk(folder)
    }

    fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, FileFault> {
        // Facts that are older than the bytes make a change show the next time; newer ones would hide it.
        let facts = self.files.facts(path).unwrap_or_default();
        let bytes = self.files.read(path, most)?;
        let file = ManifestFile { path: path.to_owned(), facts, digest: Digest::of(&bytes) };
        unpoisoned(self.read.lock()).push(file);
        Ok(bytes)
    }

    fn copy(&self, path: &str, to: &mut dyn Write) -> Result<(), FileFault> {
        self.files.copy(path, to)
    }

    fn len(&self, path: &str) -> Option<u64> {
        self.files.len(path)
    }

    fn is_folder(&self, path: &str) -> bool {
        self.files.is_folder(path)
    }

    fn facts(&self, path: &str) -> Option<Facts> {
        self.files.facts(path)
    }
}

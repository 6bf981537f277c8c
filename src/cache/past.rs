//! What the run before left: one file, believed whole or not at all.

use super::header;
use super::listing::Stored;
use super::manifest_file::ManifestFile;
use super::packed::Stowed;
use super::record::Record;
use crate::diag::{Code, Diagnostic, Place};
use crate::model::{Folders, SiteId};
use crate::world::{FileFault, Files, TreeFault, Trees};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything that is known from the run before.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// The real path of the folder that the sites were built into.
    pub(super) output: String,
    /// The files that the fleet was read from.
    pub(super) manifest: Vec<ManifestFile>,
    /// Where layers, themes and output lie.
    pub(super) places: Option<Folders>,
    /// Whether every site of the fleet is finished, and nothing was said that does not belong to one of them.
    pub(super) is_complete: bool,
    /// Whether unfinished pages were shown.
    pub(super) drafts: bool,
    /// The folders that sites are made of, by name.
    pub(super) folders: BTreeMap<String, Stowed>,
    /// The finished sites by id.
    pub(super) sites: BTreeMap<String, Record>,
}

/// Where the cache lies in a repository.
pub const FOLDER: &str = ".hectare/cache";

/// No cache of a real fleet comes near this.
const MOST_BYTES: u64 = 1 << 30;

impl Past {
    /// Reads the file `name`. One of another program counts as none; one that is damaged is worth a line.
    pub fn read(files: &dyn Files, name: &str) -> (Self, Option<Diagnostic>) {
        let bytes = match files.read(name, MOST_BYTES) {
            Ok(bytes) => bytes,
            Err(FileFault::Missing) => return (Self::default(), None),
            Err(_) => return (Self::default(), Some(damaged(name))),
        };
        if header::is_strange(&bytes) {
            return (Self::default(), None);
        }
        match header::contents(&bytes).and_then(|(_, contents)| postcard::from_bytes(contents).ok()) {
            Some(past) => (past, None),
            None => (Self::default(), Some(damaged(name))),
        }
    }

    /// Writes the file `name`.
    pub(super) fn write(&self, trees: &dyn Trees, name: &str) -> Result<(), TreeFault> {
        let room = self.folders.values().map(|stored| stored.0.len() + 64).sum::<usize>() + self.sites.len() * 512;
        let contents = postcard::to_extend(self, Vec::with_capacity(room)).unwrap_or_default();
        header::save(trees, name, &contents).map(drop)
    }

    /// Whether every site of the fleet was finished, and nothing was said that does not belong to one of them.
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// The ids of all finished sites.
    pub fn sites(&self) -> impl Iterator<Item = &str> {
        self.sites.keys().map(String::as_str)
    }

    /// Where layers, themes and output lay; none if there was no run.
    pub fn places(&self) -> Option<&Folders> {
        self.places.as_ref()
    }

    /// The names of the folders that are known.
    pub(super) fn listings(&self) -> impl Iterator<Item = &str> {
        self.folders.keys().map(String::as_str)
    }

    /// How a folder was.
    pub(super) fn listing(&self, name: &str) -> Option<Stored<'_>> {
        postcard::from_bytes(&self.folders.get(name)?.0).ok()
    }

    /// What is known of a site.
    pub(super) fn site(&self, id: &SiteId) -> Option<&Record> {
        self.sites.get(id.as_str())
    }
}

fn damaged(name: &str) -> Diagnostic {
    Diagnostic::warning(Code::CacheDropped, "the cache was damaged; everything is built anew")
        .at(Place::file(format!("{FOLDER}/{name}")))
        .hint("nothing is lost; if it happens again, look at the disk")
}

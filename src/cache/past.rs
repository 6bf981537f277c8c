//! What the run before left: one file, believed whole or not at all.

use super::header;
use super::listing::Stored;
use super::manifest_file::ManifestFile;
use super::packed::{Packed, Stowed};
use super::record::Record;
use crate::diag::{Code, Diagnostic, Place};
use crate::model::{Folders, SiteId};
use crate::world::{FileFault, Files, TreeFault, Trees, spread};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything that is known from the run before.
#[derive(Debug, Default, PartialEq, Eq)]
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
    pub(super) sites: BTreeMap<String, Arc<Record>>,
}

/// The same as it lies in its file.
#[derive(Serialize, Deserialize)]
struct Index<'a> {
    output: &'a str,
    manifest: Vec<ManifestFile>,
    places: Option<Folders>,
    is_complete: bool,
    drafts: bool,
    #[serde(borrow)]
    folders: Vec<(&'a str, Packed<'a>)>,
    /// Records one by one, which are opened side by side.
    #[serde(borrow)]
    sites: Vec<(&'a str, Packed<'a>)>,
}

/// Where the cache lies in a repository.
pub const FOLDER: &str = ".hectare/cache";

/// No cache of a real fleet comes near this.
const MOST_BYTES: u64 = 1 << 30;

impl Past {
    /// Reads the file `name`. One of another program counts as none; one that is damaged is worth a line.
    pub fn read(files: &dyn Files, name: &str) -> (Self, Option<Diagnostic>) {
        let bytes = match files.read(name, MOST_BYTES) {
            Ok(bytes) => Arc::new(bytes),
            Err(FileFault::Missing) => return (Self::default(), None),
            Err(_) => return (Self::default(), Some(damaged(name))),
        };
        if header::is_strange(&bytes) {
            return (Self::default(), None);
        }
        match Self::open(&bytes) {
            Some(past) => (past, None),
            None => (Self::default(), Some(damaged(name))),
        }
    }

    fn open(file: &Arc<Vec<u8>>) -> Option<Self> {
        let (_, contents) = header::contents(file)?;
        let index: Index<'_> = postcard::from_bytes(contents).ok()?;
        let folder = |(name, packed): &(&str, Packed<'_>)| Some(((*name).to_owned(), Stowed::within(file, packed)?));
        let site = |(id, packed): &(&str, Packed<'_>)| Some(((*id).to_owned(), Arc::new(packed.open()?)));
        Some(Self {
            output: index.output.to_owned(),
            manifest: index.manifest,
            places: index.places,
            is_complete: index.is_complete,
            drafts: index.drafts,
            folders: index.folders.iter().map(folder).collect::<Option<_>>()?,
            sites: spread(&index.sites, site).into_iter().collect::<Option<_>>()?,
        })
    }

    /// Writes the file `name`.
    pub(super) fn write(&self, trees: &dyn Trees, name: &str) -> Result<(), TreeFault> {
        let sites: Vec<(&String, &Arc<Record>)> = self.sites.iter().collect();
        let index = Index {
            output: &self.output,
            manifest: self.manifest.clone(),
            places: self.places.clone(),
            is_complete: self.is_complete,
            drafts: self.drafts,
            folders: self.folders.iter().map(|(name, stowed)| (name.as_str(), stowed.packed())).collect(),
            sites: spread(&sites, |(id, record)| (id.as_str(), Packed::of(&***record))),
        };
        let packed = index.folders.iter().chain(&index.sites).map(|(name, packed)| name.len() + packed.0.len() + 8);
        let contents =
            postcard::to_extend(&index, Vec::with_capacity(packed.sum::<usize>() + 4096)).unwrap_or_default();
        header::save(trees, name, &contents).map(drop)
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
        postcard::from_bytes(self.folders.get(name)?.bytes()).ok()
    }

    /// What is known of a site.
    pub(super) fn site(&self, id: &SiteId) -> Option<&Arc<Record>> {
        self.sites.get(id.as_str())
    }
}

fn damaged(name: &str) -> Diagnostic {
    Diagnostic::warning(Code::CacheDropped, "the cache was damaged; everything is built anew")
        .at(Place::file(format!("{FOLDER}/{name}")))
        .hint("nothing is lost; if it happens again, look at the disk")
}

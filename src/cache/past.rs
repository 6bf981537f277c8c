//! What the run before left: one file, believed whole or not at all.

use super::listing::Stored;
use super::manifest_file::ManifestFile;
use super::record::Record;
use crate::diag::{Code, Diagnostic, Place};
use crate::model::{Digest, Folders, SiteId};
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
    pub(super) folders: BTreeMap<String, Vec<u8>>,
    /// The finished sites by id.
    pub(super) sites: BTreeMap<String, Record>,
}

/// A file of the cache.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stock {
    /// Its name.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// What it holds; none if it is damaged, or another program wrote it.
    pub contents: Option<Contents>,
}

/// What a file of the cache holds, in numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// Finished sites.
    pub sites: usize,
    /// Folders that they are made of.
    pub folders: usize,
    /// The folder that they were built into.
    pub output: String,
}

/// Where the cache lies in a repository.
pub const FOLDER: &str = ".hectare/cache";

/// What stands before the contents of the file.
const MAGIC: &[u8] = b"hectare cache of ";
/// The program that wrote it: another one may make other sites of the same files.
const BUILD: &str = concat!(env!("CARGO_PKG_VERSION"), " ", env!("HECTARE_BUILD"), "\n");
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
        let Some(rest) = bytes.strip_prefix(MAGIC) else { return (Self::default(), Some(damaged(name))) };
        let Some(rest) = rest.strip_prefix(BUILD.as_bytes()) else { return (Self::default(), None) };
        match Self::parse(rest) {
            Some(past) => (past, None),
            None => (Self::default(), Some(damaged(name))),
        }
    }

    /// All files of the cache.
    pub fn stock(files: &dyn Files) -> Vec<Stock> {
        let names = files.walk("").unwrap_or_default().into_iter().map(|entry| entry.path);
        let look = |name: String| {
            let past = Self::read(files, &name).0;
            let contents = past.places.is_some().then_some(Contents {
                sites: past.sites.len(),
                folders: past.folders.len(),
                output: past.output,
            });
            Stock { bytes: files.len(&name).unwrap_or_default(), name, contents }
        };
        names.map(look).collect()
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (digest, contents) = bytes.split_at_checked(32)?;
        let sound = Digest::of(contents).as_bytes().as_slice() == digest;
        sound.then(|| postcard::from_bytes(contents).ok())?
    }

    /// Writes the file `name`.
    pub(super) fn write(&self, trees: &dyn Trees, name: &str) -> Result<(), TreeFault> {
        let room = self.folders.values().map(|stored| stored.len() + 64).sum::<usize>() + self.sites.len() * 512;
        let contents = postcard::to_extend(self, Vec::with_capacity(room)).unwrap_or_default();
        let digest = Digest::of(&contents);
        trees.save(name, &[MAGIC, BUILD.as_bytes(), digest.as_bytes(), &contents])
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
        postcard::from_bytes(self.folders.get(name)?).ok()
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

//! The files of the cache, for whoever wants to see or remove them.

use super::past::Past;
use super::snapshot::store::{EDITS, Edits, FOLDER, MOST_BYTES, Pages};
use crate::world::Files;

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
pub enum Contents {
    /// What the sites of a fleet were made of.
    Index {
        /// Finished sites.
        sites: usize,
        /// Folders that they are made of.
        folders: usize,
        /// The folder that they were built into.
        output: String,
    },
    /// What is known of a large site.
    Pages {
        /// How many there are.
        pages: usize,
        /// The name of the index that it goes with.
        index: String,
    },
    /// What was edited of a large site since.
    Edits {
        /// How many of its texts and pages were made anew.
        edits: usize,
        /// The name of the index that it goes with.
        index: String,
    },
}

/// All files of the cache.
pub fn stock(files: &dyn Files) -> Vec<Stock> {
    let names = files.walk("").unwrap_or_default().into_iter().map(|entry| entry.path);
    let look = |name: String| {
        let contents = match name.split_once('/') {
            Some((FOLDER, file)) => pages_in(files, &name, file),
            Some((EDITS, file)) => edits_in(files, &name, file),
            _ => index_in(files, &name),
        };
        Stock { bytes: files.len(&name).unwrap_or_default(), name, contents }
    };
    names.map(look).collect()
}

fn index_in(files: &dyn Files, name: &str) -> Option<Contents> {
    let past = Past::read(files, name).0;
    let (sites, folders) = (past.sites.len(), past.folders.len());
    past.places.is_some().then_some(Contents::Index { sites, folders, output: past.output })
}

fn pages_in(files: &dyn Files, name: &str, file: &str) -> Option<Contents> {
    let bytes = files.read(name, MOST_BYTES).ok()?;
    let pages = Pages::open(&bytes)?.1.transcript.sheets();
    Some(Contents::Pages { pages, index: index_of(file) })
}

fn edits_in(files: &dyn Files, name: &str, file: &str) -> Option<Contents> {
    let bytes = files.read(name, MOST_BYTES).ok()?;
    Some(Contents::Edits { edits: Edits::open(&bytes)?.1.sequel.size(), index: index_of(file) })
}

/// The name of such a file is that of the site, and of the index what follows.
fn index_of(file: &str) -> String {
    format!("index{}", file.find('.').map_or("", |at| &file[at..]))
}

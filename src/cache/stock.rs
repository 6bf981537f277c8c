//! The files of the cache, for whoever wants to see or remove them.

use super::pages::{FOLDER, Pages};
use super::past::Past;
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
    /// What the pages of a large site asked.
    Pages {
        /// How many there are.
        pages: usize,
        /// The name of the index that it goes with.
        index: String,
    },
}

/// All files of the cache.
pub fn stock(files: &dyn Files) -> Vec<Stock> {
    let names = files.walk("").unwrap_or_default().into_iter().map(|entry| entry.path);
    let look = |name: String| {
        let pages = name.strip_prefix(FOLDER).and_then(|rest| rest.strip_prefix('/'));
        let contents = match pages {
            Some(file) => pages_in(files, &name, file),
            None => index_in(files, &name),
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

/// The name of such a file is that of the site, and of the index what follows.
fn pages_in(files: &dyn Files, name: &str, file: &str) -> Option<Contents> {
    let pages = Pages::read(files, name)?.transcript.sheets();
    let suffix = file.find('.').map_or("", |at| &file[at..]);
    Some(Contents::Pages { pages, index: format!("index{suffix}") })
}

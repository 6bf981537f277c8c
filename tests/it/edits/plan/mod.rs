//! What each kind of edit does to a repository.

pub(crate) mod disk;
pub(crate) mod files;
pub(crate) mod pages;
pub(crate) mod sites;
pub(crate) mod theme;

use super::sources::{Change, Sources};
use crate::chance::favourite;

/// Writes a file whose text was changed, or nothing if there is no such file.
fn rewrite(sources: &Sources, path: Option<&str>, change: impl FnOnce(&str) -> String) -> Vec<Change> {
    let Some(path) = path.filter(|path| sources.files.contains_key(*path)) else { return Vec::new() };
    vec![Change::write(path, change(&sources.text(path)).into_bytes())]
}

/// A file of the repository that fits.
fn file(seed: u64, sources: &Sources, fits: impl Fn(&str) -> bool) -> Option<&str> {
    favourite(seed, sources.files.keys().map(String::as_str).filter(|path| fits(path)))
}

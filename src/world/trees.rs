//! Writing whole folders so that readers see the old one or the new one, never a mixture.

use super::disk::plain;
use super::files::Files;
use crate::model::Digest;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;

/// A place that holds folders which are replaced as a whole.
pub trait Trees: Send + Sync {
    /// Begins to make the folder `name` anew; what is copied comes from `sources`.
    fn begin<'a>(&'a self, name: &str, sources: &'a dyn Files) -> Result<Box<dyn Stage + 'a>, TreeFault>;

    /// The names of folders that a run was preparing when it died.
    fn leftovers(&self) -> Vec<String>;

    /// Whether there is no folder `name`, or nothing in it.
    fn is_empty(&self, name: &str) -> bool;

    /// A digest of what is known of the folder without reading it; none if there is none. While it stays the same, the folder does.
    fn seal(&self, name: &str, depth: Depth) -> Option<Digest>;

    /// Puts these files in the place of files of the folder `name`, each in one step, and leaves everything else there as it is. All of
    /// them are written before the first takes its place. If it fails, some of them may lie there.
    fn amend(&self, name: &str, files: &[(&str, &[u8])]) -> Result<(), TreeFault>;

    /// Takes one file away; whether there was one.
    fn discard(&self, path: &str) -> Result<bool, TreeFault>;

    /// Writes one file of these parts; whoever reads it sees the old one or the new one.
    fn save(&self, path: &str, parts: &[&[u8]]) -> Result<(), TreeFault>;
}

/// How closely a folder is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Depth {
    /// Only the folder itself: enough to see that it was replaced, or that a name in it came or went.
    Folder,
    /// Everything below it, too.
    Everything,
}

/// A folder that is made anew beside the one that lies there. If it is dropped before it is finished, nothing is left of it.
pub trait Stage: Send + Sync {
    /// Takes a file, from any thread. Nobody sees it yet, and what goes wrong is told at the end.
    fn put(&self, file: Placed<'_>);

    /// Lets a file stay that lies in its place already; whether there is one, and it has this size. What it holds is not looked at.
    fn keep(&self, path: &str, len: u64) -> bool;

    /// Makes the folder hold exactly the files that were put or kept here. Of what else lies there, files that still have a digest that
    /// `ours` gives their path are removed, all others kept. Nothing is written if nothing differs; if it fails, the folder is as it was.
    fn finish(self: Box<Self>, ours: &BTreeMap<String, Vec<String>>) -> Result<Replaced, TreeFault>;
}

/// A file and its place in the folder.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    /// The path below the folder.
    pub path: &'a str,
    /// What the file holds.
    pub content: Content<'a>,
}

/// What a file holds.
#[derive(Debug, Clone, Copy)]
pub enum Content<'a> {
    /// These bytes.
    Bytes(&'a [u8]),
    /// The same as a file of the sources.
    Copy {
        /// Its path.
        from: &'a str,
        /// The digest that it had when it was read.
        digest: Digest,
    },
}

/// What replacing a folder came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replaced {
    /// Files written because they are new or differ.
    pub written: usize,
    /// Files that were right already.
    pub kept: usize,
    /// Files removed.
    pub removed: usize,
    /// Files that someone else put there.
    pub foreign: Vec<String>,
}

/// Why a folder could not be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeFault {
    /// The file it failed at: one of the folder, or the one of the sources that changed.
    pub path: String,
    /// What kind of trouble it is.
    pub trouble: Trouble,
    /// What the system said.
    pub message: String,
}

/// The kinds of trouble that people can do different things about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The disk, or what one user may have of it, is full.
    NoSpace,
    /// The file system cannot be written.
    ReadOnly,
    /// The user may not write there.
    Denied,
    /// Something else lies where a folder or file has to be.
    NotAFolder,
    /// A link or a file lies where the whole folder has to be.
    Occupied,
    /// A file that had to be copied is not what it was when it was read.
    Changed,
    /// Anything else.
    Other,
}

impl TreeFault {
    pub(super) fn at(path: &str, error: &io::Error) -> Self {
        let trouble = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Trouble::NoSpace,
            io::ErrorKind::ReadOnlyFilesystem => Trouble::ReadOnly,
            io::ErrorKind::PermissionDenied => Trouble::Denied,
            io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory | io::ErrorKind::AlreadyExists => {
                Trouble::NotAFolder
            }
            _ => Trouble::Other,
        };
        Self { path: path.to_owned(), trouble, message: plain(error) }
    }

    pub(super) fn changed(source: &str) -> Self {
        let message = "it changed while it was being published".to_owned();
        Self { path: source.to_owned(), trouble: Trouble::Changed, message }
    }
}

//! Reading files, whatever they lie on.

use crate::diag::{Code, Diagnostic, Place, size};
use crate::model::Digest;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::io::Write;

/// A place to read files from: a disk or memory.
pub trait Files: Send + Sync {
    /// Everything below `folder` at any depth, sorted by path; paths are relative to `folder`.
    /// A folder that does not exist holds nothing. Nothing is followed out of the root.
    fn walk(&self, folder: &str) -> Result<Vec<Entry>, FileFault>;

    /// The bytes of a regular file of at most `most` bytes.
    fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, FileFault>;

    /// Hands the bytes of a regular file on, a piece at a time, so that no file is too large.
    fn copy(&self, path: &str, to: &mut dyn Write) -> Result<(), FileFault>;

    /// The size of a regular file; none if there is no such file.
    fn len(&self, path: &str) -> Option<u64>;

    /// Whether there is a folder.
    fn is_folder(&self, path: &str) -> bool;

    /// What is known of a file or folder without reading it; none if there is nothing, or nothing that may be looked at.
    fn facts(&self, path: &str) -> Option<Facts>;

    /// What `walk` finds, each entry with its facts.
    fn survey(&self, folder: &str) -> Result<Vec<Surveyed>, FileFault> {
        survey_by_walk(self, folder)
    }
}

/// A survey that asks for the facts of each file by itself.
pub(super) fn survey_by_walk(files: &(impl Files + ?Sized), folder: &str) -> Result<Vec<Surveyed>, FileFault> {
    let look = |entry: Entry| {
        let facts = files.facts(&entry.below(folder)).unwrap_or_default();
        Surveyed { entry, facts }
    };
    Ok(files.walk(folder)?.into_iter().map(look).collect())
}

/// What a file system knows of a file without opening it: when nothing of it has changed, neither has the file, unless it was
/// changed twice within a tick of the clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Facts {
    /// Its size.
    pub len: u64,
    /// When its bytes were last changed, in nanoseconds since 1970; people and programs can set it.
    pub modified: i64,
    /// When anything about it was last changed, in nanoseconds since 1970; only the system sets it.
    pub changed: i64,
    /// Its number on the file system.
    pub inode: u64,
}

impl Facts {
    /// A digest of all of them.
    pub fn digest(&self) -> Digest {
        let Self { len, modified, changed, inode } = *self;
        Digest::of(&[len, modified as u64, changed as u64, inode].map(u64::to_le_bytes).concat())
    }
}

/// Something found in a folder, with its facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surveyed {
    /// What was found.
    pub entry: Entry,
    /// The facts of the file; those of a link are those of what it leads to.
    pub facts: Facts,
}

/// Something found in a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The path below the folder that was walked.
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
}

impl Entry {
    /// Its path from the root, if it was found in `folder`.
    pub fn below(&self, folder: &str) -> String {
        format!("{folder}/{}", self.path)
    }
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EntryKind {
    /// A regular file that can be read.
    File,
    /// Something that is not published.
    Strange(Strange),
}

/// Why something in a folder is not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Strange {
    /// A link that leads out of the topmost folder that it is in, or to something hidden.
    LeadsOut,
    /// A link that leads to a folder above itself.
    Loop,
    /// A link that leads nowhere.
    Dangling,
    /// A pipe, socket or device.
    Device,
    /// A name that is not UTF-8; the path shows what can be shown of it.
    Name,
    /// A folder or file that may not be read.
    Forbidden,
}

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileFault {
    /// There is no such file.
    Missing,
    /// It is not a regular file.
    NotAFile,
    /// A link on the way to it leads out of the root.
    LeadsOut,
    /// It is larger than allowed.
    TooLarge {
        /// Its size.
        len: u64,
        /// The limit.
        most: u64,
    },
    /// The system refused.
    System(String),
}

impl Strange {
    /// What people can do about it.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::LeadsOut => "put the file itself there, or remove the link",
            Self::Loop => "remove the link",
            Self::Dangling => "let the link lead to a file of the repository, or remove it",
            Self::Device => "put a regular file there, or remove it",
            Self::Name => "rename it",
            Self::Forbidden => "give read permission to the user that runs hectare",
        }
    }
}

impl fmt::Display for Strange {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::LeadsOut => "a link that leads out of its folder, or to something hidden",
            Self::Loop => "a link to a folder that holds it",
            Self::Dangling => "a link that leads nowhere",
            Self::Device => "a pipe, socket or device",
            Self::Name => "a name that is not UTF-8",
            Self::Forbidden => "permission denied",
        })
    }
}

impl FileFault {
    /// The message about it on the file or folder `path`.
    pub fn on(&self, path: &str) -> Diagnostic {
        let (code, what) = match self {
            Self::TooLarge { .. } => (Code::TooLarge, "is too large"),
            _ => (Code::Unreadable, "cannot be read"),
        };
        Diagnostic::error(code, format!("`{path}` {what}: {self}")).at(Place::file(path)).hint(self.remedy())
    }

    fn remedy(&self) -> &'static str {
        match self {
            Self::Missing => "put the file there, or look at how its name is written",
            Self::NotAFile => "put a regular file there",
            Self::LeadsOut => "put the file or folder itself there",
            Self::TooLarge { .. } => "make it smaller, or split it",
            Self::System(_) => "give read permission to the user that runs hectare",
        }
    }
}

impl fmt::Display for FileFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => out.write_str("there is no such file"),
            Self::NotAFile => out.write_str("it is not a regular file"),
            Self::LeadsOut => out.write_str("a link on the way to it leads out"),
            Self::TooLarge { len, most } => write!(out, "it has {}, the limit is {}", size(*len), size(*most)),
            Self::System(message) => out.write_str(message),
        }
    }
}

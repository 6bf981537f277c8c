//! A repository as the harness knows it, and the single changes that edits are made of.

use super::repository::Files;
use std::collections::BTreeSet;
use std::fmt;

/// The files of a repository, what they were, and when it is.
#[derive(Debug, Clone)]
pub(crate) struct Sources {
    /// What every regular file holds.
    pub(crate) files: Files,
    /// Paths where something else than a file lies.
    pub(crate) strange: BTreeSet<String>,
    /// Paths that may not be read.
    pub(crate) locked: BTreeSet<String>,
    /// Days since the day on which everything began.
    pub(crate) day: i64,
    /// Every content that a file had before, oldest first.
    pub(crate) past: Vec<(String, Vec<u8>)>,
    /// The files as they were when all sites were last built.
    pub(crate) good: Files,
}

/// One thing that happens to a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// A file holds these bytes now.
    Write(String, Bytes),
    /// The same, and its time of modification is the one before.
    WriteUnseen(String, Bytes),
    /// A file is gone.
    Delete(String),
    /// A file or folder has another name.
    Rename(String, String),
    /// The time of modification is another, the file is not.
    Stamp(String, Stamp),
    /// A link lies where a file was.
    Link(String, String),
    /// A folder lies where a file was.
    Folder(String),
    /// A file may not be read.
    Lock(String),
    /// A file may be read again.
    Unlock(String),
    /// So many days go by; some go backwards.
    Clock(i64),
    /// Something happens to the finished sites.
    Output(Loss, u64),
    /// Something happens to what hectare remembers.
    State(Damage, u64),
    /// The repository lies in another folder.
    Move,
}

/// What a file holds; shown as text.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Bytes(pub(crate) Vec<u8>);

impl fmt::Debug for Bytes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?}", String::from_utf8_lossy(&self.0))
    }
}

impl Change {
    /// A file that holds these bytes.
    pub(crate) fn write(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self::Write(path.into(), Bytes(bytes.into()))
    }
}

/// Times of modification that confuse those who trust them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stamp {
    Now,
    Earlier,
    In1970,
    In2099,
}

/// What can happen to finished sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    File,
    Site,
    Everything,
}

/// What can happen to the files below `.hectare/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Damage {
    Deleted,
    AllDeleted,
    BitFlipped,
    Truncated,
    OtherVersion,
    Restored,
}

impl Sources {
    pub(crate) fn new(files: Files) -> Self {
        Self { good: files.clone(), files, strange: BTreeSet::new(), locked: BTreeSet::new(), day: 0, past: Vec::new() }
    }

    /// A file as text; empty if there is none.
    pub(crate) fn text(&self, path: &str) -> String {
        self.files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
    }

    /// The paths below `folder`.
    pub(crate) fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a str> {
        let range = self.files.range(folder.to_owned()..).map(|(path, _)| path.as_str());
        range.take_while(move |path| path.starts_with(folder))
    }

    /// What `--now` is given.
    pub(crate) fn now(&self) -> String {
        let start: jiff::Timestamp = super::repository::START.parse().unwrap();
        (start + jiff::SignedDuration::from_hours(24 * self.day)).to_string()
    }

    /// Everything that a build depends on, as one number.
    pub(crate) fn digest(&self) -> hectare::model::Digest {
        let files = self.files.iter().flat_map(|(path, bytes)| [path.as_bytes(), bytes.as_slice()]);
        let strange = self.strange.iter().chain(&self.locked).map(String::as_bytes);
        let now = self.now();
        hectare::model::Digest::of_parts(files.chain(strange).chain([now.as_bytes()]))
    }

    /// Remembers a repository whose sites were all built.
    pub(crate) fn is_good(&mut self) {
        if self.strange.is_empty() && self.locked.is_empty() {
            self.good.clone_from(&self.files);
        }
    }

    /// What has to happen for everything to be as it was when all sites were last built.
    pub(crate) fn back_to_good(&self) -> Vec<Change> {
        let unlock = self.locked.iter().cloned().map(Change::Unlock);
        let gone = self.files.keys().chain(&self.strange).filter(|path| !self.good.contains_key(*path));
        let gone = gone.cloned().map(Change::Delete);
        let other = self.good.iter().filter(|(path, bytes)| self.files.get(*path) != Some(*bytes));
        let other = other.map(|(path, bytes)| Change::write(path.as_str(), bytes.as_slice()));
        unlock.chain(gone).chain(other).collect()
    }

    /// Keeps up with a change.
    pub(crate) fn apply(&mut self, change: &Change) {
        match change {
            Change::Write(path, bytes) | Change::WriteUnseen(path, bytes) => {
                self.strange.remove(path);
                let old = self.files.insert(path.clone(), bytes.0.clone());
                self.past.extend(old.map(|old| (path.clone(), old)));
            }
            Change::Delete(path) => {
                self.strange.remove(path);
                self.locked.remove(path);
                self.forget(path);
            }
            Change::Rename(from, to) => self.rename(from, to),
            Change::Link(path, _) | Change::Folder(path) => {
                self.locked.remove(path);
                self.forget(path);
                self.strange.insert(path.clone());
            }
            Change::Lock(path) => drop(self.locked.insert(path.clone())),
            Change::Unlock(path) => drop(self.locked.remove(path)),
            Change::Clock(days) => self.day += days,
            Change::Stamp(..) | Change::Output(..) | Change::State(..) | Change::Move => {}
        }
    }

    fn forget(&mut self, path: &str) {
        let old = self.files.remove(path);
        self.past.extend(old.map(|old| (path.to_owned(), old)));
    }

    fn rename(&mut self, from: &str, to: &str) {
        let renamed = |path: &String| {
            let rest = path.strip_prefix(from).filter(|rest| rest.is_empty() || rest.starts_with('/'));
            rest.map(|rest| format!("{to}{rest}"))
        };
        for (path, bytes) in std::mem::take(&mut self.files) {
            self.files.insert(renamed(&path).unwrap_or(path), bytes);
        }
        for set in [&mut self.strange, &mut self.locked] {
            *set = set.iter().map(|path| renamed(path).unwrap_or_else(|| path.clone())).collect();
        }
    }
}

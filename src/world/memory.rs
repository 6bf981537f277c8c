//! A folder that lies in memory: for tests, previews and anything that must leave no trace.

use super::copy::copy;
use super::files::{Entry, EntryKind, Facts, FileFault, Files};
use super::trees::{Content, Depth, Placed, Replaced, Stage, TreeFault, Trees};
use crate::model::{Digest, unpoisoned};
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, RwLock, RwLockWriteGuard};

/// Files by path.
#[derive(Debug, Default)]
pub struct Memory {
    files: RwLock<BTreeMap<String, Kept>>,
    changes: AtomicI64,
}

/// A file.
#[derive(Debug, Clone)]
struct Kept {
    bytes: Vec<u8>,
    /// The number of the change that wrote it.
    change: i64,
}

impl Memory {
    /// An empty folder.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a file there, or replaces it.
    pub fn put(&self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.insert(path.into(), bytes.into());
    }

    /// Takes a file away.
    pub fn remove(&self, path: &str) {
        self.write().remove(path);
    }

    /// A copy of everything.
    pub fn snapshot(&self) -> BTreeMap<String, Vec<u8>> {
        let files = unpoisoned(self.files.read());
        files.iter().map(|(path, kept)| (path.clone(), kept.bytes.clone())).collect()
    }

    fn insert(&self, path: String, bytes: Vec<u8>) -> Option<Vec<u8>> {
        let change = self.changes.fetch_add(1, Ordering::Relaxed) + 1;
        self.write().insert(path, Kept { bytes, change }).map(|old| old.bytes)
    }

    fn write(&self) -> RwLockWriteGuard<'_, BTreeMap<String, Kept>> {
        unpoisoned(self.files.write())
    }

    fn below(&self, folder: &str) -> Vec<(String, usize)> {
        let prefix = match folder {
            "" | "." => String::new(),
            _ => format!("{}/", folder.trim_end_matches('/')),
        };
        let files = unpoisoned(self.files.read());
        let found = files.range(prefix.clone()..).take_while(|(path, _)| path.starts_with(&prefix));
        found.map(|(path, kept)| (path[prefix.len()..].to_owned(), kept.bytes.len())).collect()
    }
}

impl Files for Memory {
    fn walk(&self, folder: &str) -> Result<Vec<Entry>, FileFault> {
        Ok(self.below(folder).into_iter().map(|(path, _)| Entry { path, kind: EntryKind::File }).collect())
    }

    fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, FileFault> {
        let files = unpoisoned(self.files.read());
        let bytes = &files.get(path).ok_or(FileFault::Missing)?.bytes;
        match bytes.len() as u64 {
            len if len > most => Err(FileFault::TooLarge { len, most }),
            _ => Ok(bytes.clone()),
        }
    }

    fn copy(&self, path: &str, to: &mut dyn Write) -> Result<(), FileFault> {
        let bytes = self.read(path, u64::MAX)?;
        to.write_all(&bytes).map_err(|error| FileFault::System(error.to_string()))
    }

    fn len(&self, path: &str) -> Option<u64> {
        let files = unpoisoned(self.files.read());
        files.get(path).map(|kept| kept.bytes.len() as u64)
    }

    fn is_folder(&self, path: &str) -> bool {
        !self.below(path).is_empty()
    }

    fn facts(&self, path: &str) -> Option<Facts> {
        let files = unpoisoned(self.files.read());
        let kept = files.get(path)?;
        Some(Facts { len: kept.bytes.len() as u64, modified: 0, changed: kept.change, inode: 0 })
    }
}

impl Trees for Memory {
    fn begin<'a>(&'a self, name: &str, sources: &'a dyn Files) -> Result<Box<dyn Stage + 'a>, TreeFault> {
        Ok(Box::new(Waiting { memory: self, name: name.to_owned(), sources, files: Mutex::default() }))
    }

    fn amend(&self, name: &str, files: &[(&str, &[u8])]) -> Result<(), TreeFault> {
        files.iter().for_each(|(path, bytes)| self.put(format!("{name}/{path}"), *bytes));
        Ok(())
    }

    fn leftovers(&self) -> Vec<String> {
        Vec::new()
    }

    fn is_empty(&self, name: &str) -> bool {
        self.below(name).is_empty()
    }

    fn seal(&self, name: &str, _depth: Depth) -> Option<Digest> {
        let files = unpoisoned(self.files.read());
        let prefix = format!("{name}/");
        let below = files.range(prefix.clone()..).take_while(|(path, _)| path.starts_with(&prefix));
        let mut marks = below.map(|(path, kept)| format!("{path} {}", kept.change)).peekable();
        marks.peek()?;
        Some(Digest::of(marks.collect::<Vec<_>>().join("\n").as_bytes()))
    }

    fn discard(&self, path: &str) -> Result<bool, TreeFault> {
        Ok(self.write().remove(path).is_some())
    }

    fn save(&self, path: &str, parts: &[&[u8]]) -> Result<(), TreeFault> {
        self.put(path, parts.concat());
        Ok(())
    }
}

/// A folder's files until all of them are there.
struct Waiting<'a> {
    memory: &'a Memory,
    name: String,
    sources: &'a dyn Files,
    files: Mutex<BTreeMap<String, Result<Vec<u8>, TreeFault>>>,
}

impl Stage for Waiting<'_> {
    fn put(&self, file: Placed<'_>) {
        let bytes = match file.content {
            Content::Bytes(bytes) => Ok(bytes.to_vec()),
            Content::Copy { from, digest } => {
                let mut bytes = Vec::new();
                copy(self.sources, from, digest, &file, &mut bytes).map(|()| bytes)
            }
        };
        unpoisoned(self.files.lock()).insert(file.path.to_owned(), bytes);
    }

    fn keep(&self, path: &str, len: u64) -> bool {
        let bytes = self.memory.read(&format!("{}/{path}", self.name), u64::MAX);
        let Some(bytes) = bytes.ok().filter(|bytes| bytes.len() as u64 == len) else { return false };
        unpoisoned(self.files.lock()).insert(path.to_owned(), Ok(bytes));
        true
    }

    fn finish(self: Box<Self>, ours: &BTreeMap<String, Vec<String>>) -> Result<Replaced, TreeFault> {
        let Self { memory, name, files, .. } = *self;
        let files = unpoisoned(files.into_inner());
        let whole = files.into_iter().map(|(path, bytes)| Ok((path, bytes?)));
        let files: BTreeMap<String, Vec<u8>> = whole.collect::<Result<_, _>>()?;
        let mut replaced = Replaced::default();
        for (path, _) in memory.below(&name) {
            let place = format!("{name}/{path}");
            let digest = memory.read(&place, u64::MAX).map(|bytes| Digest::of(&bytes).to_string());
            let is_ours = digest.is_ok_and(|digest| ours.get(&path).is_some_and(|ours| ours.contains(&digest)));
            match (files.contains_key(&path), is_ours) {
                (true, _) => {}
                (false, true) => {
                    memory.remove(&place);
                    replaced.removed += 1;
                }
                (false, false) => replaced.foreign.push(path),
            }
        }
        for (path, bytes) in files {
            match memory.insert(format!("{name}/{path}"), bytes.clone()) {
                Some(old) if old == bytes => replaced.kept += 1,
                _ => replaced.written += 1,
            }
        }
        Ok(replaced)
    }
}

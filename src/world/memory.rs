//! A folder that lies in memory: for tests, previews and anything that must leave no trace.

use super::files::{Entry, EntryKind, FileFault, Files};
use super::trees::{Content, Placed, Replaced, TreeFault, Trees, Trouble};
use crate::model::Digest;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::{PoisonError, RwLock};

/// Files by path.
#[derive(Debug, Default)]
pub struct Memory {
    files: RwLock<BTreeMap<String, Vec<u8>>>,
}

impl Memory {
    /// An empty folder.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a file there, or replaces it.
    pub fn put(&self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.write().insert(path.into(), bytes.into());
    }

    /// Takes a file away.
    pub fn remove(&self, path: &str) {
        self.write().remove(path);
    }

    /// A copy of everything.
    pub fn snapshot(&self) -> BTreeMap<String, Vec<u8>> {
        self.files.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn write(&self) -> std::sync::RwLockWriteGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.files.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn below(&self, folder: &str) -> Vec<(String, usize)> {
        let prefix = match folder {
            "" | "." => String::new(),
            _ => format!("{}/", folder.trim_end_matches('/')),
        };
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        let found = files.range(prefix.clone()..).take_while(|(path, _)| path.starts_with(&prefix));
        found.map(|(path, bytes)| (path[prefix.len()..].to_owned(), bytes.len())).collect()
    }
}

impl Files for Memory {
    fn walk(&self, folder: &str) -> Result<Vec<Entry>, FileFault> {
        Ok(self.below(folder).into_iter().map(|(path, _)| Entry { path, kind: EntryKind::File }).collect())
    }

    fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, FileFault> {
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        let bytes = files.get(path).ok_or(FileFault::Missing)?;
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
        let files = self.files.read().unwrap_or_else(PoisonError::into_inner);
        files.get(path).map(|bytes| bytes.len() as u64)
    }

    fn is_folder(&self, path: &str) -> bool {
        !self.below(path).is_empty()
    }
}

impl Trees for Memory {
    fn replace(
        &self,
        name: &str,
        files: &[Placed<'_>],
        ours: &BTreeMap<String, String>,
        sources: &dyn Files,
    ) -> Result<Replaced, TreeFault> {
        let mut replaced = Replaced::default();
        let wanted: BTreeSet<&str> = files.iter().map(|file| file.path).collect();
        for (path, _) in self.below(name) {
            let digest = self.read(&format!("{name}/{path}"), u64::MAX).map(|bytes| Digest::of(&bytes).to_string());
            match (wanted.contains(path.as_str()), digest.ok().as_ref() == ours.get(&path)) {
                (true, _) => {}
                (false, true) => {
                    self.remove(&format!("{name}/{path}"));
                    replaced.removed += 1;
                }
                (false, false) => replaced.foreign.push(path),
            }
        }
        for file in files {
            let bytes = match file.content {
                Content::Bytes(bytes) => bytes.to_vec(),
                Content::Copy(from) => sources.read(from, u64::MAX).map_err(|fault| TreeFault {
                    path: from.to_owned(),
                    trouble: Trouble::Other,
                    message: fault.to_string(),
                })?,
            };
            let place = format!("{name}/{}", file.path);
            match self.write().insert(place, bytes.clone()) {
                Some(old) if old == bytes => replaced.kept += 1,
                _ => replaced.written += 1,
            }
        }
        Ok(replaced)
    }

    fn is_empty(&self, name: &str) -> bool {
        self.below(name).is_empty()
    }

    fn save(&self, path: &str, bytes: &[u8]) -> Result<(), TreeFault> {
        self.put(path, bytes);
        Ok(())
    }
}

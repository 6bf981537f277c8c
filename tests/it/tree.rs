//! A folder as a value: compared, looked into, listed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Files by path, and the permissions they have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tree {
    files: BTreeMap<String, Vec<u8>>,
}

impl Tree {
    /// Everything below `folder`; a folder that does not exist is an empty tree.
    pub(crate) fn read(folder: &Path) -> Self {
        let mut files = BTreeMap::new();
        collect(folder, folder, &mut files);
        Self { files }
    }

    /// The paths, sorted.
    pub(crate) fn paths(&self) -> Vec<&str> {
        self.files.keys().map(String::as_str).collect()
    }

    /// Whether there is such a file.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// A file's bytes.
    #[track_caller]
    pub(crate) fn bytes(&self, path: &str) -> &[u8] {
        self.files.get(path).unwrap_or_else(|| panic!("`{path}` is not among {:#?}", self.paths()))
    }

    /// A file as text.
    #[track_caller]
    pub(crate) fn text(&self, path: &str) -> String {
        String::from_utf8(self.bytes(path).to_vec()).unwrap()
    }

    /// The part of it below a folder.
    pub(crate) fn below(&self, folder: &str) -> Self {
        let inside = |(path, bytes): (&String, &Vec<u8>)| {
            Some((path.strip_prefix(folder)?.strip_prefix('/')?.to_owned(), bytes.clone()))
        };
        Self { files: self.files.iter().filter_map(inside).collect() }
    }

    /// The first path at which two trees differ.
    pub(crate) fn difference(&self, other: &Self) -> Option<String> {
        let paths = self.files.keys().chain(other.files.keys());
        paths.into_iter().find(|path| self.files.get(*path) != other.files.get(*path)).cloned()
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let below = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            files.insert(below, fs::read(&path).unwrap());
        }
    }
}

//! What the names in the file can refer to.

use super::Node;
use crate::model::{Folders, OutPath};
use crate::world::Files;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use toml::de::DeTable;

/// Everything that has a name.
pub(super) struct Names<'a> {
    /// Themes of the repository.
    pub themes: Shelf<'a>,
    /// Content layers of the repository.
    pub layers: Shelf<'a>,
    /// Groups of the file.
    pub groups: Option<&'a DeTable<'a>>,
    /// Targets of the file.
    pub targets: Option<&'a DeTable<'a>>,
}

impl<'a> Names<'a> {
    /// What the repository of `files` and its manifest `root` have.
    pub(super) fn new(files: &'a dyn Files, folders: &'a Folders, root: &'a DeTable<'a>) -> Self {
        let table = |key: &str| root.get(key).map(Node::get_ref).and_then(|value| value.as_table());
        Self {
            themes: Shelf::new(files, &folders.themes, Some("theme.toml")),
            layers: Shelf::new(files, &folders.content, None),
            groups: table("groups"),
            targets: table("targets"),
        }
    }

    /// The group called `name`.
    pub(super) fn group(&self, name: &str) -> Option<&'a DeTable<'a>> {
        self.groups?.get(name)?.get_ref().as_table()
    }
}

/// A folder whose folders have names: `themes/`, `content/`.
pub(super) struct Shelf<'a> {
    files: &'a dyn Files,
    folder: &'a str,
    /// The file that makes a folder count.
    marker: Option<&'static str>,
    /// Answers so far, as thousands of sites ask for the same few names.
    asked: RefCell<BTreeMap<String, bool>>,
    /// All names; listing them walks the whole shelf, so it waits for a mistake.
    names: OnceCell<BTreeSet<String>>,
}

impl<'a> Shelf<'a> {
    fn new(files: &'a dyn Files, folder: &'a str, marker: Option<&'static str>) -> Self {
        Self { files, folder, marker, asked: RefCell::default(), names: OnceCell::new() }
    }

    /// Whether there is a folder called `name`.
    pub(super) fn holds(&self, name: &str) -> bool {
        if let Some(known) = self.asked.borrow().get(name) {
            return *known;
        }
        let stays_inside = !name.starts_with('/') && OutPath::parse(name).is_ok();
        let found = stays_inside
            && match self.marker {
                Some(_) => self.files.len(&self.path(name)).is_some(),
                None => self.files.is_folder(&self.path(name)),
            };
        self.asked.borrow_mut().insert(name.to_owned(), found);
        found
    }

    /// The file that lies where the folder `name` has to be.
    pub(super) fn obstacle(&self, name: &str) -> Option<String> {
        OutPath::parse(name).ok()?;
        let path = format!("{}/{name}", self.folder);
        [self.folder.to_owned(), path].into_iter().find(|path| self.files.len(path).is_some())
    }

    /// The names that would have been right.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.names.get_or_init(|| {
            let entries = self.files.walk(self.folder).unwrap_or_default();
            let folder = |path: &str| match self.marker {
                Some(marker) => path.strip_suffix(marker)?.strip_suffix('/').map(str::to_owned),
                None => path.split_once('/').map(|(folder, _)| folder.to_owned()),
            };
            entries.iter().filter_map(|entry| folder(&entry.path)).collect()
        });
        names.iter().map(String::as_str)
    }

    /// What has to be there for `name` to count.
    pub(super) fn path(&self, name: &str) -> String {
        match self.marker {
            Some(marker) => format!("{}/{name}/{marker}", self.folder),
            None => format!("{}/{name}/", self.folder),
        }
    }
}

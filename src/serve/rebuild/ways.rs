//! Links in the repository: a change to what they lead to is a change to them.

use super::lies_in;
use crate::world::{Changes, Files};
use std::collections::{BTreeMap, BTreeSet};

/// More ways to one file than any honest repository has, in which links lead to each other.
const MOST_WAYS: usize = 100;

/// The links of a fleet's folders, each with where it leads.
#[derive(Debug, Default)]
pub(super) struct Ways(BTreeMap<String, String>);

impl Ways {
    /// The links below `folders`.
    pub(super) fn below(files: &dyn Files, folders: &[&str]) -> Self {
        Self(folders.iter().flat_map(|folder| files.links(folder)).collect())
    }

    /// Takes note of links that came or went.
    pub(super) fn note(&mut self, files: &dyn Files, folders: &[&str], changes: &Changes) {
        let Changes::Paths(paths) = changes else { return *self = Self::below(files, folders) };
        for path in paths.iter().filter(|path| folders.iter().any(|folder| lies_in(path, folder))) {
            self.0.retain(|link, _| !lies_in(link, path));
            self.0.extend(files.links(path));
        }
    }

    /// The path, and all others by which links lead to it.
    pub(super) fn to(&self, path: &str) -> BTreeSet<String> {
        let (mut all, mut open) = (BTreeSet::from([path.to_owned()]), vec![path.to_owned()]);
        while let Some(path) = open.pop().filter(|_| all.len() < MOST_WAYS) {
            for (link, target) in &self.0 {
                let way =
                    match path.strip_prefix(target.as_str()).filter(|rest| rest.is_empty() || rest.starts_with('/')) {
                        Some(rest) => format!("{link}{rest}"),
                        None if lies_in(target, &path) => link.clone(),
                        None => continue,
                    };
                if all.insert(way.clone()) {
                    open.push(way);
                }
            }
        }
        all
    }
}

//! Finds the files that a text refers to.

use super::context::Home;
use super::destination::join;
use crate::model::{Asset, PageId};
use std::sync::Arc;

impl<'a> Home<'a> {
    /// The file that `path` means on this page: beside it, where a relative path leads, or beside a page above it.
    pub(super) fn file(&self, path: &str) -> Option<&'a Arc<Asset>> {
        let name = path.strip_prefix("./").unwrap_or(path);
        let beside = || self.resource(self.id, name);
        let at_path = || self.file_at(&join(&self.page.key, path)?);
        let above = || std::iter::successors(self.page.parent, |id| self.site.page(*id).parent);
        beside().or_else(at_path).or_else(|| above().find_map(|id| self.resource(id, name)))
    }

    /// The file at a path from the root of the content.
    pub(super) fn file_at(&self, path: &str) -> Option<&'a Arc<Asset>> {
        let folder_ends = path.rmatch_indices('/').map(|(at, _)| at);
        folder_ends.map(|at| (&path[..=at], &path[at + 1..])).chain([("", path)]).find_map(|(folder, name)| {
            ["index.md", "_index.md"].into_iter().find_map(|index| {
                let owner = self.site.by_key.get(&format!("{folder}{index}"))?;
                self.resource(owner, name)
            })
        })
    }

    /// Names that would have been right.
    pub(super) fn file_names(&self) -> impl Iterator<Item = &'a str> {
        let site = self.site;
        std::iter::successors(Some(self.id), move |id| site.page(*id).parent)
            .flat_map(move |id| site.page(id).resources.iter().map(|resource| &*resource.name))
    }

    fn resource(&self, owner: PageId, name: &str) -> Option<&'a Arc<Asset>> {
        let resource = self.site.page(owner).resources.iter().find(|resource| *resource.name == *name)?;
        self.site.assets.get(&resource.asset)
    }
}

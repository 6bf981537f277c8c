//! Paths that a site answers.

use crate::feed::{Made, PrintedPage};
use crate::model::{Route, Site};
use std::collections::BTreeMap;

/// All files of a site that visitors can ask for.
pub(super) struct Known<'a> {
    /// Paths without slashes at their ends → the page there; none for other files.
    paths: BTreeMap<&'a str, Option<&'a Route>>,
    pages: &'a [PrintedPage],
}

impl<'a> Known<'a> {
    /// What `site` publishes.
    pub(super) fn of(site: &'a Site, pages: &'a [PrintedPage], made: &'a [Made]) -> Self {
        let assets = site.assets.values().map(|asset| asset.out.as_str());
        let made = made.iter().map(|made| made.path.as_str());
        let files = assets.chain(made).map(|path| (path, None));
        let printed = pages.iter().map(|printed| (bare(printed.route.as_str()), Some(&printed.route)));
        Self { paths: files.chain(printed).collect(), pages }
    }

    /// Whether something is published at `path`, with or without a slash at its end.
    pub(super) fn answers(&self, path: &str) -> bool {
        self.paths.contains_key(bare(path))
    }

    /// The first path that is published below `prefix`.
    pub(super) fn below(&self, prefix: &str) -> Option<&'a str> {
        let inside = prefix.trim_start_matches('/');
        let is_folder = |path: &str| inside.strip_suffix('/') == Some(path);
        self.paths.keys().find(|path| path.starts_with(inside) || is_folder(path)).copied()
    }

    /// The path as it is published: `/about/index.html` and `/about` are both `/about/` where that is a page.
    pub(super) fn proper(&self, path: &Route) -> Option<Route> {
        if let Some(page) = self.paths.get(bare(path.as_str())) {
            return Some(page.unwrap_or(path).clone());
        }
        let file = bare(path.as_str());
        self.pages.iter().find(|printed| printed.out.as_str() == file).map(|printed| printed.route.clone())
    }

    /// All published paths.
    pub(super) fn pages(&self) -> impl Iterator<Item = &'a str> {
        self.pages.iter().map(|printed| printed.route.as_str())
    }
}

fn bare(path: &str) -> &str {
    path.trim_matches('/')
}

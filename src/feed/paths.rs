//! The paths at which a site answers, as far as they are known before its pages are printed.

use super::redirects;
use crate::model::{Site, decode_url};
use std::collections::BTreeSet;

/// Files of a site by which it can answer at any path.
const OWN_RULES: [&str; 2] = ["_redirects", "_worker.js"];
/// Ends of files that machines read, some of which are made when everything else is.
const FOR_MACHINES: [&str; 5] = ["xml", "json", "txt", "rss", "atom"];

/// The paths at which a site answers.
pub struct Paths {
    /// Without slashes at their ends.
    known: BTreeSet<String>,
    /// What paths begin with that are redirected.
    prefixes: Vec<String>,
    /// Its own files may answer at any path.
    is_open: bool,
}

impl Paths {
    /// Those of `site`: its pages and files, the aliases of its pages, and its redirects.
    pub fn of(site: &Site) -> Self {
        let (moved, prefixes) = redirects::from(site);
        let pages = site.pages.iter().flat_map(|page| [page.route.as_str(), page.out.as_str()]);
        let files = site.assets.values().map(|asset| asset.out.as_str());
        let known = pages.chain(files).chain(["404", "404.html"]).chain(moved.iter().map(String::as_str));
        Self {
            known: known.map(|path| bare(path).to_owned()).collect(),
            prefixes,
            is_open: site.assets.values().any(|asset| OWN_RULES.contains(&asset.out.as_str())),
        }
    }

    /// Whether the site answers at `path`, which begins with a slash, as it is written in a link.
    pub fn answer(&self, path: &str) -> bool {
        let path = decode_url(path.split(['?', '#']).next().unwrap_or_default());
        let file = bare(&path);
        let extension = file.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, extension)| extension);
        self.is_open
            || self.known.contains(file)
            || self.prefixes.iter().any(|prefix| path.starts_with(prefix.as_str()))
            || extension.is_some_and(|extension| FOR_MACHINES.contains(&extension))
            || list_of(file).is_some_and(|list| self.known.contains(list))
    }
}

/// The list of which `garden/page/2` is a page.
fn list_of(path: &str) -> Option<&str> {
    let (list, number) = path.rsplit_once('/')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    list.strip_suffix("page").filter(|_| is_number).map(bare)
}

fn bare(path: &str) -> &str {
    path.trim_matches('/')
}

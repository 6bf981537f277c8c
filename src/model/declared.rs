//! Where a site and its settings were written.

use super::place::Place;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where a site and its settings were written: known when `sites.toml` is read, needed when a setting turns out to be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// The site's own table or row.
    pub site: Place,
    /// Settings by path, such as `tokens.accent` and `redirects.2.to`: those of the site, of its group, of the defaults.
    pub settings: [Arc<BTreeMap<String, Place>>; 3],
}

impl Declared {
    /// Where the setting at `path` stands; where that is not known, what it is a part of, and at last the site.
    pub fn setting(&self, path: &str) -> Place {
        let parts = std::iter::successors(Some(path), |part| part.rsplit_once('.').map(|(whole, _)| whole));
        let known = |part: &str| self.settings.iter().find_map(|layer| layer.get(part));
        parts.into_iter().find_map(known).unwrap_or(&self.site).clone()
    }
}

impl Default for Declared {
    fn default() -> Self {
        Self { site: Place::file("sites.toml"), settings: Default::default() }
    }
}

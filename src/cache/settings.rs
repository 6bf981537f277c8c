//! Everything that a site is made of besides files, as one digest.

use crate::content::{Moment, names};
use crate::model::{Digest, Fleet, SiteSpec};
use std::collections::BTreeSet;

/// What the settings of all sites of a run are compared by.
pub(super) struct Settings<'a> {
    fleet: &'a Fleet,
    drafts: bool,
    names: BTreeSet<&'a str>,
    all_names: Digest,
    /// The digest of `sites.toml` and its tables.
    manifest: Digest,
}

impl<'a> Settings<'a> {
    pub(super) fn new(fleet: &'a Fleet, moment: Moment, manifest: Digest) -> Self {
        let names = names(fleet);
        let all_names = Digest::of_parts(names.iter().map(|name| name.as_bytes()));
        Self { fleet, drafts: moment.drafts, names, all_names, manifest }
    }

    /// The digest of what matters to a site that took `names` for names of the fleet and whose messages may show settings.
    pub(super) fn digest(&self, spec: &SiteSpec, names: &[String], shows_settings: bool) -> Option<Digest> {
        let rules: Vec<_> = spec.layers.iter().map(|layer| self.fleet.layers.get(layer)).collect();
        let own = (self.fleet.edition, &self.fleet.folders, self.drafts, rules, spec);
        let own = serde_json::to_vec(&own).ok()?;
        let manifest: &[u8] = if shows_settings { self.manifest.as_bytes() } else { &[] };
        let names = names.iter().flat_map(|name| [name.as_bytes(), self.answer(name)]);
        Some(Digest::of_parts([own.as_slice(), manifest].into_iter().chain(names)))
    }

    /// What a site learns when it asks for a name: that it is there, or all the others that may have been meant.
    fn answer(&self, name: &str) -> &[u8] {
        if self.names.contains(name) { b"known" } else { self.all_names.as_bytes() }
    }
}

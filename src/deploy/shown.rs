//! What visitors see at a target.

use super::berths::hosts;
use crate::model::{Digest, Fleet, Live, ParcelName, SiteId, SiteSpec, Target, TargetKind};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What is live at one target.
pub struct Shown<'a> {
    target: &'a Target,
    /// Every site with its parcel and its release.
    pub(super) sites: BTreeMap<&'a SiteId, (&'a ParcelName, Digest)>,
    /// The host names that lead there.
    hosts: BTreeSet<&'a str>,
    /// Releases that someone took back, and when.
    taken_back: BTreeMap<&'a SiteId, &'a BTreeMap<Digest, Timestamp>>,
}

impl<'a> Shown<'a> {
    /// What is live at the target `name`.
    pub fn at(live: &'a Live, name: &str, target: &'a Target) -> Self {
        let berths = live.berths.iter().filter(|(berth, _)| berth.target == name).map(|(_, standing)| standing);
        let hosts = berths.clone().flat_map(|standing| standing.hosts.iter().map(String::as_str)).collect();
        let taken_back = berths.flat_map(|standing| &standing.taken_back).collect();
        Self { target, sites: live.at(name), hosts, taken_back }
    }

    /// What is live at every target of a fleet, by their names.
    pub fn everywhere(fleet: &'a Fleet, live: &'a Live) -> BTreeMap<&'a str, Self> {
        fleet.targets.iter().map(|(name, target)| (name.as_str(), Self::at(live, name, target))).collect()
    }

    /// The bundle that visitors of a site see there, if it is the same at all its addresses.
    pub fn seen(&self, site: &SiteSpec) -> Option<Digest> {
        let (_, release) = self.sites.get(&site.id)?;
        self.new_hosts(site).is_empty().then_some(*release)
    }

    /// Whether visitors of a site see this bundle there, at all its addresses.
    pub fn shows(&self, site: &SiteSpec, bundle: Digest) -> bool {
        self.seen(site) == Some(bundle)
    }

    /// When someone took this bundle of a site back, if it was not shipped again since.
    pub(super) fn taken_back(&self, site: &SiteId, bundle: Digest) -> Option<Timestamp> {
        self.taken_back.get(site)?.get(&bundle).copied()
    }

    /// Host names of a site that do not lead there yet. A folder and a bucket have none: their web server decides.
    pub(super) fn new_hosts(&self, site: &SiteSpec) -> Vec<String> {
        match self.target.kind {
            TargetKind::Folder | TargetKind::S3 => Vec::new(),
            _ => hosts(site).into_iter().filter(|host| !self.hosts.contains(host.as_str())).collect(),
        }
    }
}

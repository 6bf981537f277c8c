//! What visitors see at a target.

use super::berths::hosts;
use crate::model::{Digest, Fleet, Live, ParcelName, SiteId, SiteSpec, Standing, Target, TargetKind};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What is live at one target.
pub struct Shown<'a> {
    target: &'a Target,
    name: &'a str,
    live: &'a Live,
    /// Every site with its parcel and its release.
    pub(super) sites: BTreeMap<&'a SiteId, (&'a ParcelName, Digest)>,
    /// The parcel that each host name was led to.
    led: BTreeMap<&'a str, &'a ParcelName>,
    /// Releases that someone took back, and when.
    taken_back: BTreeMap<(&'a SiteId, Digest), Timestamp>,
}

impl<'a> Shown<'a> {
    /// What is live at the target `name`.
    pub fn at(live: &'a Live, name: &'a str, target: &'a Target) -> Self {
        let led = live
            .parcels(name)
            .flat_map(|(parcel, standing)| standing.hosts.iter().map(move |host| (host.as_str(), parcel)));
        let taken_back = live.parcels(name).flat_map(|(_, standing)| &standing.taken_back);
        let taken_back = taken_back.flat_map(|(site, ids)| ids.iter().map(move |(id, at)| ((site, *id), *at)));
        Self { target, name, live, sites: live.at(name), led: led.collect(), taken_back: taken_back.collect() }
    }

    /// What is live at every target of a fleet, by their names.
    pub fn everywhere(fleet: &'a Fleet, live: &'a Live) -> BTreeMap<&'a str, Self> {
        fleet.targets.iter().map(|(name, target)| (name.as_str(), Self::at(live, name, target))).collect()
    }

    /// The bundle that visitors of a site see there, if it is the same at all its addresses.
    pub fn seen(&self, site: &SiteSpec) -> Option<Digest> {
        let (parcel, release) = self.sites.get(&site.id)?;
        (self.new_hosts(site, parcel).is_empty() && self.answers(site)).then_some(*release)
    }

    /// Whether visitors of a site see this bundle there, at all its addresses.
    pub fn shows(&self, site: &SiteSpec, bundle: Digest) -> bool {
        self.seen(site) == Some(bundle)
    }

    /// When someone took this bundle of a site back, if it was not shipped again since.
    pub(super) fn taken_back(&self, site: &SiteId, bundle: Digest) -> Option<Timestamp> {
        self.taken_back.get(&(site, bundle)).copied()
    }

    /// Host names of a site that do not lead to this parcel yet. A folder and a bucket have none: their web server decides.
    pub(super) fn new_hosts(&self, site: &SiteSpec, parcel: &ParcelName) -> Vec<String> {
        let is_new = |host: &String| self.has_hosts() && self.led.get(host.as_str()) != Some(&parcel);
        hosts(site).into_iter().filter(is_new).collect()
    }

    /// Whether host names are led there by hectare.
    pub(super) fn has_hosts(&self) -> bool {
        !matches!(self.target.kind, TargetKind::Folder | TargetKind::S3)
    }

    /// The number of host names that a site answers to there.
    pub(super) fn count_of_hosts(&self, site: &SiteId) -> usize {
        let told = self.live.parcels(self.name).filter_map(|(_, standing)| standing.receipt.hosts.get(site));
        told.map(BTreeSet::len).max().unwrap_or(0)
    }

    /// Whether the host was told all host names of a site, where it has to know them.
    pub(super) fn answers(&self, site: &SiteSpec) -> bool {
        !self.target.kind.tells_hosts_apart() || hosts(site).iter().all(|host| self.holds(&site.id, host))
    }

    /// Whether a site answers to a host name there.
    pub(super) fn holds(&self, site: &SiteId, host: &str) -> bool {
        self.live
            .parcels(self.name)
            .any(|(_, standing)| standing.receipt.hosts.get(site).is_some_and(|hosts| hosts.contains(host)))
    }

    /// Parcels with the sites in them that belong into another parcel, and into which.
    pub(super) fn leaving(
        &self,
        places: &BTreeMap<SiteId, ParcelName>,
    ) -> BTreeMap<&'a ParcelName, BTreeMap<SiteId, ParcelName>> {
        let of = |(parcel, standing): (&'a ParcelName, &'a Standing)| {
            let sites = standing.receipt.sites.keys();
            let leaving = sites
                .filter_map(|site| Some((site.clone(), places.get(site).filter(|place| *place != parcel)?.clone())));
            (parcel, leaving.collect::<BTreeMap<_, _>>())
        };
        self.live.parcels(self.name).map(of).filter(|(_, leaving)| !leaving.is_empty()).collect()
    }

    /// Whether a site is in two parcels: the run died that moved it from one to the other.
    pub(super) fn is_moving(&self) -> bool {
        let all: usize = self.live.parcels(self.name).map(|(_, standing)| standing.receipt.sites.len()).sum();
        all > self.sites.len()
    }
}

//! What is live where, as the ledger remembers it.

use super::digest::Digest;
use super::fleet::Target;
use super::id::SiteId;
use super::parcel::{Label, ParcelName};
use super::receipt::{Aim, Course, Hosts, Receipt};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A parcel's place at a target.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Berth {
    /// The name of the target in `sites.toml`.
    pub target: String,
    /// The parcel.
    pub parcel: ParcelName,
}

/// What is live, berth by berth.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Live {
    /// Only berths at which something is live.
    pub berths: BTreeMap<Berth, Standing>,
}

/// What is live at one berth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// How many times something was switched here.
    pub count: u64,
    /// What the host confirmed last.
    pub receipt: Receipt,
    /// The run that put it there.
    pub run: String,
    /// The host names that were led there.
    pub hosts: BTreeSet<String>,
    /// How its sites answered after they went live.
    pub vitals: BTreeMap<SiteId, Vitals>,
    /// Sites that were switched and not looked at yet, each with the release that it showed before, if it showed any.
    pub unseen: BTreeMap<SiteId, Option<Digest>>,
    /// Releases that someone took back, and when. They are not shipped again unless their site is named.
    pub taken_back: BTreeMap<SiteId, BTreeMap<Digest, Timestamp>>,
}

/// How a site answered when it was last looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vitals {
    /// The mean time until a page was there.
    pub millis: u64,
    /// The mean size of a page.
    pub bytes: u64,
}

/// What a run was about to do at a berth. It is written before and taken back after, so that whatever is left of it after a crash has
/// to be asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Where.
    pub berth: Berth,
    /// The run.
    pub run: String,
    /// How far it was.
    pub step: Step,
    /// What the host would be told, or was.
    pub label: Label,
    /// Which releases would be live.
    pub sites: BTreeMap<SiteId, Digest>,
    /// The host names that these sites would answer to.
    pub hosts: Hosts,
    /// Sites of these that would be looked at then, each with the release that it shows before, if it shows any.
    pub unseen: BTreeMap<SiteId, Option<Digest>>,
    /// Which way it goes.
    pub course: Course,
    /// Where the target leads to.
    pub location: Option<Digest>,
    /// When it was written.
    pub at: Timestamp,
}

/// How far a shipment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Files are being sent; nobody sees them.
    Uploading,
    /// The switch may have happened at any moment.
    Switching,
}

impl Standing {
    /// A berth at which something is live for the first time.
    pub fn first(receipt: Receipt) -> Self {
        Self {
            count: 0,
            receipt,
            run: String::new(),
            hosts: BTreeSet::new(),
            vitals: BTreeMap::new(),
            unseen: BTreeMap::new(),
            taken_back: BTreeMap::new(),
        }
    }

    /// Takes note of a host name that leads here; a site that is alone here answers to all of them.
    pub fn led(&mut self, host: &str) {
        self.hosts.insert(host.to_owned());
        let alone = self.receipt.sites.keys().next().filter(|site| site.as_str() == self.receipt.parcel.as_str());
        if let Some(site) = alone.cloned() {
            self.receipt.hosts.entry(site).or_default().insert(host.to_owned());
        }
    }

    /// Whether a host name that `site` answers to leads here.
    pub fn leads(&self, site: &SiteId) -> bool {
        self.receipt.hosts.get(site).is_some_and(|hosts| hosts.iter().any(|host| self.hosts.contains(host)))
    }

    /// Whether it is about this place, if that is known.
    pub fn is_at(&self, location: Option<Digest>) -> bool {
        location.is_none_or(|location| self.receipt.is_at(location))
    }

    /// The berth after another switch: what is remembered beside the receipt is about what it still shows, and where.
    #[must_use]
    pub fn after(before: Option<Self>, count: u64, run: &str, course: Course, receipt: &Receipt) -> Self {
        let before = before.filter(|before| before.is_at(receipt.location));
        let earlier = before.as_ref().map(|before| before.receipt.sites.clone()).unwrap_or_default();
        let mut standing = before.unwrap_or_else(|| Self::first(receipt.clone()));
        (standing.count, standing.run, standing.receipt) = (count, run.to_owned(), receipt.clone());
        let stays = |site: &SiteId| earlier.get(site) == receipt.sites.get(site);
        standing.unseen.retain(|site, _| stays(site));
        match course {
            Course::Onward => standing.taken_back.retain(|site, _| stays(site)),
            Course::Back => {}
            Course::TakenBack => {
                for (site, release) in earlier.iter().filter(|(site, _)| !stays(site)) {
                    standing.taken_back.entry(site.clone()).or_default().insert(*release, receipt.at);
                }
            }
        }
        standing
    }
}

impl Intent {
    /// What the host was to show.
    pub fn aim(&self) -> Aim {
        let (parcel, label, hosts) = (self.berth.parcel.clone(), self.label, self.hosts.clone());
        Aim { parcel, label, sites: self.sites.clone(), hosts, location: self.location }
    }
}

impl Live {
    /// What is live where targets lead to now.
    #[must_use]
    pub fn here(mut self, targets: &BTreeMap<String, Target>) -> Self {
        let is_here = |berth: &Berth, standing: &Standing| {
            targets.get(&berth.target).is_none_or(|target| standing.receipt.is_at(target.location()))
        };
        self.berths.retain(|berth, standing| is_here(berth, standing));
        self
    }

    /// The berths at which sites were switched and not looked at yet.
    pub fn unseen(&self) -> impl Iterator<Item = (&Berth, &Standing)> {
        self.berths.iter().filter(|(_, standing)| !standing.unseen.is_empty())
    }

    /// The parcels that are live at `target`.
    pub fn parcels(&self, target: &str) -> impl Iterator<Item = (&ParcelName, &Standing)> {
        let berths = self.berths.iter().filter(move |(berth, _)| berth.target == target);
        berths.map(|(berth, standing)| (&berth.parcel, standing))
    }

    /// The sites that are live at `target`: where, and in which release. One that is on its way from one parcel to another is where
    /// visitors are led.
    pub fn at(&self, target: &str) -> BTreeMap<&SiteId, (&ParcelName, Digest)> {
        let mut sites = BTreeMap::new();
        for (parcel, standing) in self.parcels(target) {
            for (site, release) in &standing.receipt.sites {
                if !sites.contains_key(site) || standing.leads(site) {
                    sites.insert(site, (parcel, *release));
                }
            }
        }
        sites
    }

    /// The parcel of `target`, where that leads to `location`, that a host name was led to.
    pub fn led(&self, target: &str, location: Option<Digest>, host: &str) -> Option<&ParcelName> {
        let mut parcels = self.parcels(target).filter(|(_, standing)| standing.is_at(location));
        parcels.find(|(_, standing)| standing.hosts.contains(host)).map(|(parcel, _)| parcel)
    }

    /// A parcel of `target` other than `parcel` in which a site answers to a host name, where the target leads to `location`.
    pub fn answering(
        &self,
        target: &str,
        location: Option<Digest>,
        host: &str,
        parcel: &ParcelName,
    ) -> Option<&ParcelName> {
        let others = self.parcels(target).filter(|(other, standing)| *other != parcel && standing.is_at(location));
        let mut answering =
            others.filter(|(_, standing)| standing.receipt.hosts.values().any(|hosts| hosts.contains(host)));
        answering.next().map(|(other, _)| other)
    }
}

impl fmt::Display for Berth {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.target, self.parcel)
    }
}

//! What a host confirmed, and what it says when it is asked.

use super::digest::Digest;
use super::id::SiteId;
use super::parcel::{Label, Parcel, ParcelName};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// A host's word that a parcel is live, as the ledger keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// What went live.
    pub parcel: ParcelName,
    /// What the host calls it: the id of a deployment, of a version, of a folder.
    pub deployment: String,
    /// Where it can be seen on its own, if the host offers that.
    pub address: Option<String>,
    /// The label that the host was told.
    pub label: Label,
    /// When it went live.
    pub at: Timestamp,
    /// Which release of each site it shows.
    pub sites: BTreeMap<SiteId, Digest>,
    /// The host names that each of these sites answers to, as the host was told.
    pub hosts: Hosts,
    /// Where its target led to; nobody knows of receipts that did not say so yet.
    pub location: Option<Digest>,
}

/// Which way a switch went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Course {
    /// On, to what was built.
    #[default]
    Onward,
    /// Back by itself, as visitors did not see what they should, or as someone wished at the host.
    Back,
    /// Back, as someone wished. What was shown is not shipped again unless it is named.
    TakenBack,
}

/// What a host was to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aim {
    /// The parcel.
    pub parcel: ParcelName,
    /// The label that the host was told.
    pub label: Label,
    /// Which release of each site it shows.
    pub sites: BTreeMap<SiteId, Digest>,
    /// The host names that these sites answer to.
    pub hosts: Hosts,
    /// Where the target leads to.
    pub location: Option<Digest>,
}

/// The host names of sites.
pub type Hosts = BTreeMap<SiteId, BTreeSet<String>>;

/// What a host says is live. Someone else may have put it there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// What the host calls it.
    pub deployment: String,
    /// The label that it was deployed with; none if it was not deployed by hectare.
    pub label: Option<Label>,
    /// Where it can be seen on its own, if the host offers that.
    pub address: Option<String>,
    /// Since when it is live, as far as the host says.
    pub at: Option<Timestamp>,
    /// Whether all visitors see it; otherwise some of them see something else.
    pub to_all: bool,
}

impl Receipt {
    /// The receipt for `parcel`, which the host calls `deployment`.
    pub fn of(parcel: &Parcel, deployment: impl Into<String>, address: Option<String>, at: Timestamp) -> Self {
        Self {
            parcel: parcel.name.clone(),
            deployment: deployment.into(),
            address,
            label: parcel.label,
            at,
            sites: parcel.sites(),
            hosts: parcel.hosts(),
            location: parcel.location,
        }
    }

    /// The receipt for what a host was found to show that was its `aim`, since `now` if it does not say since when.
    pub fn seen(live: Sighting, aim: Aim, now: impl FnOnce() -> Timestamp) -> Self {
        let (Sighting { deployment, address, at, .. }, Aim { parcel, label, sites, hosts, location }) = (live, aim);
        Self { parcel, deployment, address, label, at: at.unwrap_or_else(now), sites, hosts, location }
    }

    /// The same once more, at this place.
    pub fn again(&self, location: Option<Digest>) -> Aim {
        let Self { parcel, label, sites, hosts, .. } = self.clone();
        Aim { parcel, label, sites, hosts, location }
    }

    /// Whether it is about this place.
    pub fn is_at(&self, location: Digest) -> bool {
        self.location.is_none_or(|known| known == location)
    }
}

impl Aim {
    /// What a host is to show of a parcel.
    pub fn of(parcel: &Parcel) -> Self {
        let (name, location) = (parcel.name.clone(), parcel.location);
        Self { parcel: name, label: parcel.label, sites: parcel.sites(), hosts: parcel.hosts(), location }
    }
}

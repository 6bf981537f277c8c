//! What shipping would do: compared with what is live, in requests, time and money, and what the owner's rules say about it.

use super::digest::Digest;
use super::fleet::TargetKind;
use super::id::SiteId;
use super::money::Money;
use super::parcel::ParcelName;
use super::standing::Berth;
use jiff::Timestamp;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Everything that one run would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// The digest of what it was made of: what is live, what was built, and where it goes. Another digest is another plan.
    pub id: Digest,
    /// When it was made.
    pub made: Timestamp,
    /// What is switched, in the order in which it goes.
    pub shipments: Vec<Shipment>,
    /// Selected sites that are live as they are.
    pub unchanged: usize,
    /// Selected sites that are not shipped, by their labels, and why.
    pub left: BTreeMap<String, Left>,
    /// Sites that are live but no longer in `sites.toml`.
    pub departed: Vec<SiteId>,
    /// What it takes, target by target.
    pub loads: Vec<Load>,
    /// What it costs.
    pub cost: Cost,
    /// What of the run hosts charge for.
    pub charges: Vec<Charge>,
    /// What runs of the last 24 hours cost, if this one costs anything.
    pub spent: Money,
    /// What the owner's rules say.
    pub asks: Vec<Ask>,
}

/// One parcel that is switched.
#[derive(Debug, Clone, PartialEq)]
pub struct Shipment {
    /// The name of its target.
    pub target: String,
    /// The kind of host that the target is.
    pub kind: TargetKind,
    /// A digest of where the target leads to.
    pub location: Digest,
    /// The parcel.
    pub parcel: ParcelName,
    /// What the host calls what is live; none if nothing is.
    pub before: Option<String>,
    /// The sites in it that change.
    pub changes: Vec<Change>,
    /// The number of files in all its sites.
    pub files: usize,
    /// The sites in it that stay as they are.
    pub staying: BTreeMap<SiteId, Digest>,
    /// The sites in it that go to another parcel of the target, which shows them first.
    pub leaving: BTreeMap<SiteId, ParcelName>,
    /// Host names that lead to it for the first time.
    pub hosts: Vec<String>,
    /// What it takes.
    pub effort: Effort,
    /// What is charged for it.
    pub cost: Money,
}

/// Why a selected site is not shipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Left {
    /// It goes to other targets than the one that is meant.
    Elsewhere,
    /// It could not be built.
    Unbuilt,
    /// Another site of the target has its host name.
    Shared {
        /// The host name.
        host: String,
        /// The site that has it.
        with: SiteId,
    },
    /// Its host would not take it, for this reason.
    Refused(String),
    /// Someone took back what was built of it: this release, at this moment.
    TakenBack(Digest, Timestamp),
}

/// What changes in one site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The site.
    pub site: SiteId,
    /// What is live; none if nothing is.
    pub from: Option<Digest>,
    /// What will be.
    pub to: Digest,
    /// Files that are new.
    pub added: usize,
    /// Files that hold something else.
    pub changed: usize,
    /// Files that are gone.
    pub removed: usize,
    /// Pages among these.
    pub removed_pages: usize,
}

/// What something takes at a host.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Effort {
    /// Requests.
    pub requests: u64,
    /// Requests among these that write into a bucket, which services charge for by their number.
    pub writes: u64,
    /// Files sent; what the host has is not sent.
    pub uploads: u64,
    /// Bytes sent.
    pub bytes: u64,
    /// Deployments made.
    pub deployments: u64,
}

/// What a run takes at one target.
#[derive(Debug, Clone, PartialEq)]
pub struct Load {
    /// The target.
    pub target: String,
    /// Parcels switched there.
    pub parcels: usize,
    /// What they take.
    pub effort: Effort,
    /// How long it takes at least, by the host's limits.
    pub takes: Duration,
    /// Of this, how long the run waits because a limit of the host is reached, and which.
    pub waits: Option<(Duration, String)>,
    /// Limits of the host that are reached or nearly reached, with the way around.
    pub warnings: Vec<String>,
}

/// What hosting and shipping costs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cost {
    /// A month as it is now.
    pub now: Money,
    /// A month after the plan.
    pub then: Money,
    /// This run alone.
    pub run: Money,
}

/// Something that is charged for by its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// Where: the name of a target, or the key of `sites.toml` that names the bucket of the ledger.
    pub place: String,
    /// How many requests that write.
    pub writes: u64,
    /// The price of a million of them.
    pub million: Money,
}

/// What a rule of the owner says about a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The rule, as its key in `[policy]`.
    pub rule: &'static str,
    /// What it is about, as a sentence without a full stop.
    pub says: String,
    /// What has to happen.
    pub needs: Need,
}

/// What has to happen before a plan may be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Someone approves exactly this plan.
    Approval,
    /// The window opens, at this moment.
    Window(Option<Timestamp>),
    /// The owner allows more money, or it is shipped in parts or later.
    Allowance,
    /// Nothing helps but making it anew.
    Repair,
}

/// Someone's word that a plan may be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// The plan.
    pub plan: Digest,
    /// Who approved.
    pub by: String,
    /// What they wrote.
    pub note: String,
    /// When.
    pub at: Timestamp,
    /// What they were told.
    pub says: Vec<String>,
    /// The runs that went by it.
    pub runs: BTreeSet<String>,
}

impl Left {
    /// The reason as a sentence without a full stop about one site.
    pub fn says(&self) -> Cow<'_, str> {
        match self {
            Self::Elsewhere => "it names no such target".into(),
            Self::Unbuilt => "it could not be built".into(),
            Self::Shared { host, with } => format!("its host name `{host}` is that of `{with}`").into(),
            Self::Refused(says) => says.into(),
            Self::TakenBack(release, at) => {
                format!("its release {} was taken back on {}", release.short(), at.strftime("%Y-%m-%d")).into()
            }
        }
    }

    /// The same about several sites.
    pub fn says_of_many(&self) -> Cow<'_, str> {
        match self {
            Self::Elsewhere => "they name no such target".into(),
            Self::Unbuilt => "they could not be built".into(),
            Self::TakenBack(..) => "what was built of them was taken back".into(),
            Self::Shared { .. } | Self::Refused(_) => self.says(),
        }
    }
}

impl Change {
    /// A change whose files were not looked at yet.
    pub fn new(site: SiteId, from: Option<Digest>, to: Digest) -> Self {
        Self { site, from, to, added: 0, changed: 0, removed: 0, removed_pages: 0 }
    }
}

impl Shipment {
    /// Where it goes.
    pub fn berth(&self) -> Berth {
        Berth { target: self.target.clone(), parcel: self.parcel.clone() }
    }

    /// A digest of everything that makes it another one than any other: what is switched, where, from what, to what.
    pub fn digest(&self) -> Digest {
        let before = self.before.as_deref().unwrap_or_default();
        let mut parts = vec![self.target.as_bytes(), self.parcel.as_str().as_bytes(), before.as_bytes()];
        parts.push(self.location.as_bytes());
        for change in &self.changes {
            parts.extend([change.site.as_str().as_bytes(), change.to.as_bytes().as_slice()]);
        }
        for (site, release) in &self.staying {
            parts.extend([site.as_str().as_bytes(), release.as_bytes().as_slice()]);
        }
        parts.extend(self.hosts.iter().map(String::as_bytes));
        Digest::of_parts(parts)
    }
}

impl Plan {
    /// The id of a plan of shipments with these digests, in their order.
    pub fn id_of(shipments: &[Digest]) -> Digest {
        Digest::of_parts(shipments.iter().map(|digest| digest.as_bytes().as_slice()))
    }

    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.shipments.is_empty()
    }

    /// The sites that change, each once for each target.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.shipments.iter().flat_map(|shipment| &shipment.changes)
    }

    /// What it takes altogether.
    pub fn effort(&self) -> Effort {
        self.shipments.iter().map(|shipment| shipment.effort).sum()
    }

    /// How long it takes at least: targets are shipped to side by side.
    pub fn takes(&self) -> Duration {
        self.loads.iter().map(|load| load.takes).max().unwrap_or_default()
    }
}

impl std::iter::Sum for Effort {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            requests: sum.requests + one.requests,
            writes: sum.writes + one.writes,
            uploads: sum.uploads + one.uploads,
            bytes: sum.bytes + one.bytes,
            deployments: sum.deployments + one.deployments,
        })
    }
}

//! What is switched at a host at once: one site, or the sites of a pack.

use super::digest::Digest;
use super::hex::Hex;
use super::id::{IdFault, SiteId};
use super::receipt::{Hosts, Receipt};
use super::release::Release;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The name of a parcel within its target: a site's id, or that of a pack. It is a folder, a host label and a shell word without quoting.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParcelName(SiteId);

/// What a host is told about a deployment, so that a lost answer is looked up and nothing is deployed twice: 40 digits, as of a commit.
pub type Label = Hex<20>;

/// Sites that go live together.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// What it is called at the host.
    pub name: ParcelName,
    /// The name of the target in `sites.toml`.
    pub target: String,
    /// Tells this parcel, in the place of what it replaces, from every other.
    pub label: Label,
    /// The sites in it.
    pub stalls: BTreeMap<SiteId, Stall>,
    /// Where its target leads to, if that is to be kept.
    pub location: Option<Digest>,
}

/// One site in a parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stall {
    /// What it shows.
    pub release: Arc<Release>,
    /// The host names that it answers to, the one of its address first.
    pub hosts: Vec<String>,
}

impl ParcelName {
    /// Takes `text` as the name of a parcel.
    pub fn parse(text: &str) -> Result<Self, IdFault> {
        SiteId::parse(text).map(Self)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// A site that goes alone is a parcel of its name.
impl From<SiteId> for ParcelName {
    fn from(site: SiteId) -> Self {
        Self(site)
    }
}

impl Parcel {
    /// A parcel of these sites that takes the place of `before`. If the same content is put in the place of something else later,
    /// its label is another one: a deployment of the past is never taken for the present one.
    pub fn new(name: ParcelName, target: String, stalls: BTreeMap<SiteId, Stall>, before: Option<&Receipt>) -> Self {
        let label = label(&name, &target, &stalls, before);
        Self { name, target, label, stalls, location: None }
    }

    /// The same with where its target leads to.
    #[must_use]
    pub fn at(self, location: Option<Digest>) -> Self {
        Self { location, ..self }
    }

    /// Which release of each site it holds.
    pub fn sites(&self) -> BTreeMap<SiteId, Digest> {
        self.stalls.iter().map(|(site, stall)| (site.clone(), stall.release.id)).collect()
    }

    /// The host names that its sites answer to.
    pub fn hosts(&self) -> Hosts {
        let named = self.stalls.iter().filter(|(_, stall)| !stall.hosts.is_empty());
        named.map(|(site, stall)| (site.clone(), stall.hosts.iter().cloned().collect())).collect()
    }

    /// The number of files in it.
    pub fn files(&self) -> usize {
        self.stalls.values().map(|stall| stall.release.files.len()).sum()
    }
}

fn label(name: &ParcelName, target: &str, stalls: &BTreeMap<SiteId, Stall>, before: Option<&Receipt>) -> Label {
    let before = before.map_or("", |receipt| receipt.deployment.as_str());
    let mut parts = vec![name.as_str().as_bytes(), target.as_bytes(), before.as_bytes()];
    for (site, stall) in stalls {
        parts.extend([site.as_str().as_bytes(), stall.release.id.as_bytes().as_slice()]);
        parts.extend(stall.hosts.iter().map(String::as_bytes));
    }
    let mut first = [0; 20];
    first.copy_from_slice(&Digest::of_parts(parts).as_bytes()[..20]);
    Label::new(first)
}

impl fmt::Display for ParcelName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, out)
    }
}

impl fmt::Debug for ParcelName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, out)
    }
}

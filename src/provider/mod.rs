//! The hosts that sites are shipped to, one file or folder each, behind one trait.
//!
//! Purpose: a parcel of releases goes in, a receipt comes out. Uploading is apart from switching: visitors see the old parcel or the
//! new one, never a mixture, and an upload may be repeated at any time. Whatever a host or the network does is told as one of a few
//! kinds of fault, because what is done about it depends on the kind alone. Decides nothing about what is shipped, when, or in which
//! order; never prints; never writes the ledger.

pub mod cloudflare;
mod fault;
mod folder;
mod limits;
pub mod line;
mod open;
mod previews;
mod s3;
pub mod vercel;

pub use fault::{FaultKind, HostFault};
pub use folder::Folder;
pub use limits::{HostLimits, Window};
pub use open::{Means, keeper, open, open_previews, without_token};
pub use previews::{Previews, Showing};
pub use s3::S3;
pub use vercel::{Notes, Vercel};

use crate::model::{Good, Label, Parcel, ParcelName, Receipt, Sighting};

/// A host.
pub trait Provider: Send + Sync {
    /// What the host says is live; none if the parcel is not known there.
    fn live(&self, parcel: &ParcelName) -> Result<Option<Sighting>, HostFault>;

    /// Sends whatever the host lacks, and makes what has to be there first, such as a project. Visitors see nothing of it. Safe to
    /// repeat. `before` is what the ledger says is live.
    fn upload(&self, parcel: &Parcel, wares: &dyn Wares, before: Option<&Receipt>) -> Result<Upload, HostFault>;

    /// Shows what was uploaded to visitors, at once and as a whole.
    fn activate(&self, parcel: &Parcel, upload: &Upload, doubt: Doubt) -> Result<Receipt, HostFault>;

    /// Shows again what was shown before.
    fn rollback(&self, parcel: &ParcelName, to: &Receipt) -> Result<Receipt, HostFault>;

    /// Lets go of all deployments of the parcel but those of `keep` and the live one; returns how many are gone.
    fn retain(&self, parcel: &ParcelName, keep: &[Receipt]) -> Result<usize, HostFault>;

    /// Lets visitors of the host name `host` see the parcel: a custom domain or a route. Safe to repeat.
    fn attach(&self, parcel: &ParcelName, host: &str) -> Result<Attachment, HostFault>;

    /// Lets visitors of a host name see the parcel `to` who saw `from` before. Safe to repeat.
    fn lead_over(&self, from: &ParcelName, to: &ParcelName, host: &str) -> Result<Attachment, HostFault> {
        self.detach(from, host)?;
        self.attach(to, host)
    }

    /// Undoes `attach`. Safe to repeat.
    fn detach(&self, parcel: &ParcelName, host: &str) -> Result<(), HostFault>;

    /// Undoes the first switch of a parcel after its host names were detached, where that does not hide it already. Safe to repeat.
    fn withdraw(&self, _parcel: &ParcelName) -> Result<(), HostFault> {
        Ok(())
    }

    /// How it shows a new parcel to some visitors first; none if all see it at once.
    fn gradual(&self) -> Option<&dyn Gradual> {
        None
    }
}

/// A host that shows a new parcel to some visitors while all others see the old one.
pub trait Gradual {
    /// How many percent of visitors see it, one after the other, before all do.
    fn shares(&self) -> &[u8];

    /// Makes ready what was uploaded; nobody sees it yet. If the answer is lost, it is looked up by the parcel's label.
    fn prepare(&self, parcel: &Parcel, upload: &Upload) -> Result<Trial, HostFault>;

    /// Shows it to so many percent of visitors, and `before` to all others. Safe to repeat.
    fn share(&self, parcel: &Parcel, trial: &Trial, before: &Receipt, percent: u8) -> Result<(), HostFault>;

    /// Shows it to all. Safe to repeat.
    fn complete(&self, parcel: &Parcel, trial: &Trial) -> Result<Receipt, HostFault>;
}

/// Something that some visitors see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// What the host calls it.
    pub deployment: String,
    /// The header by which a visitor is sure to see it: its name and its value.
    pub header: (String, String),
}

/// Where the bytes of a parcel come from, and who follows their way, from any thread.
pub trait Wares: Sync {
    /// The bytes of a file; never others than its digest promises.
    fn bytes(&self, good: &Good) -> Result<Vec<u8>, HostFault>;

    /// The host confirmed that it has these bytes. After a run that died it is the host that is asked what it has.
    fn arrived(&self, _good: &Good) {}

    /// Whether the run was asked to end: what was begun is finished, nothing else is begun, and the fault is [`FaultKind::Stopped`].
    fn is_stopped(&self) -> bool {
        false
    }
}

/// What an upload came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Upload {
    /// Files sent.
    pub files: usize,
    /// Bytes sent.
    pub bytes: u64,
    /// What the host wants to see when the parcel is activated, such as a token. Never kept: a repeated upload gets another one.
    pub pass: String,
}

/// Whether a parcel may have been activated already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Nobody tried.
    None,
    /// An answer was lost, or a run died: the host is asked for the parcel's label before anything is done.
    MayHaveHappened,
}

/// What became of a host name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attachment {
    /// Visitors see the parcel.
    Active,
    /// The host waits for something, in its words: a certificate, a record in the DNS.
    Pending(String),
    /// The host does not know the zone that the name belongs to.
    NoZone(String),
}

/// No list of a host has more pages; one that goes on has no end.
const MOST_PAGES: usize = 1000;

/// A host that goes on listing.
fn endless(doing: &str) -> HostFault {
    HostFault::new(FaultKind::Nonsense, doing, format!("its list has more than {MOST_PAGES} pages"))
}

/// Of several deployments that a host lists, the one that `label` was told for.
pub fn labelled<Deployment>(
    deployments: impl IntoIterator<Item = Deployment>,
    label: Label,
    told: impl Fn(&Deployment) -> Option<&str>,
) -> Option<Deployment> {
    deployments.into_iter().find(|deployment| told(deployment).and_then(Label::parse) == Some(label))
}

//! Everything that work may announce, and what a run came to. Work tells; only `ui/` shows.
//!
//! Purpose: the words between those who work and those who show it. While a run lasts, each step is an [`Event`]; when it is over, there is
//! a [`Report`] of what was built or a [`Voyage`] of what was shipped. Values only.

mod build;
mod explanation;
mod shipping;

pub use build::{Built, Report, SiteOutcome, Summary};
pub use explanation::{ChangeKind, Explanation, Fate, FileChange};
pub use shipping::{Arrival, Previewed, Shipped, Sight, Voyage};

/// One announcement.
#[derive(Debug, Clone)]
pub enum Event {
    /// A run over this many sites begins.
    RunStarted {
        /// Sites selected.
        sites: usize,
    },
    /// A site is finished, well or not.
    SiteFinished {
        /// Its id, or what stands for it where the id is what is wrong.
        site: String,
        /// What came of it.
        outcome: SiteOutcome,
    },
    /// So many parcels are about to be shipped.
    ShippingStarted {
        /// Parcels.
        parcels: usize,
    },
    /// A host has one more file.
    FileSent {
        /// Its size.
        bytes: u64,
    },
    /// A parcel is where it ends up in this run.
    ParcelShipped(Shipped),
    /// Files are about to go to where everything is kept, or to come from there.
    TransferStarted {
        /// What for.
        what: Transfer,
        /// How many.
        files: usize,
        /// Their bytes; 0 if nobody knows.
        bytes: u64,
    },
    /// One of them is there.
    Transferred {
        /// Its size.
        bytes: u64,
    },
    /// No more of them go.
    TransferEnded,
    /// So many sites are about to be shown as a preview.
    PreviewsStarted {
        /// Sites.
        sites: usize,
    },
    /// A site is shown as a preview, or will not be.
    SitePreviewed(Previewed),
}

/// What files are moved for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transfer {
    /// New releases are kept.
    Keeping,
    /// Everything that is kept is compared with its digests.
    Checking,
    /// What other machines know is read.
    Learning,
}

/// Whoever wants to hear what happens, from any thread.
pub trait Listener: Sync {
    /// Called once for each event.
    fn tell(&self, event: &Event);
}

/// Nobody, for work of which nobody needs to hear.
pub struct Silence;

impl Listener for Silence {
    fn tell(&self, _: &Event) {}
}

//! What shipping came to.

use crate::diag::Diagnostic;
use crate::model::{Berth, SiteId};
use std::time::Duration;

/// What became of the preview of a site.
#[derive(Debug, Clone)]
pub struct Previewed {
    /// The site.
    pub site: SiteId,
    /// Whether it can be seen.
    pub sight: Sight,
}

/// Whether a site can be seen as a preview.
#[derive(Debug, Clone)]
pub enum Sight {
    /// At this address.
    At(String),
    /// No, for a reason that lies in the fleet or in its host, and that another try does not change.
    Never(String),
    /// Something went wrong.
    Failed(Diagnostic),
}

/// What came of shipping one parcel.
#[derive(Debug, Clone)]
pub struct Shipped {
    /// Where it was to go.
    pub berth: Berth,
    /// The sites in it that were to change.
    pub sites: Vec<SiteId>,
    /// Where it ended up.
    pub arrival: Arrival,
    /// The sites in it that show again what they showed before.
    pub back: Vec<SiteId>,
    /// Files sent.
    pub files: usize,
    /// Bytes sent.
    pub bytes: u64,
    /// What was found on the way.
    pub diagnostics: Vec<Diagnostic>,
}

impl Shipped {
    /// A parcel that ended up so, without anything having been sent or found.
    pub fn new(berth: Berth, sites: Vec<SiteId>, arrival: Arrival) -> Self {
        Self { berth, sites, arrival, back: Vec::new(), files: 0, bytes: 0, diagnostics: Vec::new() }
    }
}

/// Where a parcel ended up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// Visitors see it.
    Live,
    /// Some of its sites did not show what they should, and show again what they showed before.
    WentBack,
    /// Visitors see what they saw before.
    Failed,
    /// Nobody knows yet; the next run asks the host.
    Unknown,
    /// It was not begun, or ended before anything was switched, because the run was stopped.
    Stopped,
}

impl Arrival {
    /// Its name in the output for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::WentBack => "went_back",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Stopped => "not_begun",
        }
    }
}

/// A run of shipping that is over.
#[derive(Debug, Clone, Default)]
pub struct Voyage {
    /// The name of the run, for `rollback --run`.
    pub run: String,
    /// Its parcels, in the order of the plan.
    pub shipped: Vec<Shipped>,
    /// Why it was stopped, if it was.
    pub stopped: Option<Diagnostic>,
    /// Why the ledger could not keep all of it, if it could not.
    pub unkept: Option<Diagnostic>,
    /// How long it took.
    pub took: Duration,
}

impl Voyage {
    /// How many parcels ended up so.
    pub fn count(&self, arrival: Arrival) -> usize {
        self.shipped.iter().filter(|shipped| shipped.arrival == arrival).count()
    }

    /// Whether everything is live and known to be, and nothing is wrong with any of it.
    pub fn is_well(&self) -> bool {
        let is_well = |shipped: &Shipped| {
            shipped.arrival == Arrival::Live && !shipped.diagnostics.iter().any(Diagnostic::is_error)
        };
        self.unkept.is_none() && self.shipped.iter().all(is_well)
    }
}

//! Everything that work may announce. Work tells; only `ui/` shows.

use crate::diag::Diagnostic;
use crate::model::{Berth, Digest, Manifest, SiteId};
use jiff::Timestamp;
use std::time::Duration;

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

/// A run that is over.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The sites in the order in which they were given, whatever order they were finished in.
    pub sites: Vec<(String, SiteOutcome)>,
    /// The run in numbers.
    pub summary: Summary,
}

/// What came of one site.
#[derive(Debug, Clone, Default)]
pub struct SiteOutcome {
    /// The finished bundle; none if the site failed.
    pub built: Option<Built>,
    /// What was found on the way.
    pub diagnostics: Vec<Diagnostic>,
}

/// A finished site in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Built {
    /// The id of its bundle.
    pub bundle: Digest,
    /// HTML pages in it.
    pub pages: usize,
    /// Files in it.
    pub files: usize,
    /// Bytes in it.
    pub bytes: u64,
    /// Pages that were made in this run; the others were there already, and would have come out the same.
    pub rendered: usize,
    /// Files that were written.
    pub written: usize,
    /// Files that were removed because nothing makes them any more.
    pub removed: usize,
    /// When something of it comes or goes by the calendar next.
    pub until: Option<Timestamp>,
}

impl Built {
    /// Counts what a bundle of `pages` pages holds, as if all of them were made, but nothing written or removed.
    pub fn of(manifest: &Manifest, pages: usize) -> Self {
        let (files, bytes) = (manifest.entries.len(), manifest.entries.values().map(|entry| entry.len).sum());
        Self { bundle: manifest.id, pages, files, bytes, rendered: pages, written: 0, removed: 0, until: None }
    }

    /// Whether nothing of it was made, written or removed.
    pub fn is_kept(&self) -> bool {
        self.rendered + self.written + self.removed == 0
    }
}

/// A run in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Sites selected.
    pub sites: usize,
    /// Sites finished well, in this run or before.
    pub built: usize,
    /// Of these, sites of which nothing had changed.
    pub kept: usize,
    /// Sites that failed.
    pub failed: usize,
    /// Sites not begun because the run was stopped.
    pub skipped: usize,
    /// HTML pages of the finished sites.
    pub pages: usize,
    /// Of these, pages that were made in this run.
    pub rendered: usize,
    /// Files written.
    pub written: usize,
    /// Files removed.
    pub removed: usize,
    /// How long it took.
    pub took: Duration,
}

/// Why an output is as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The output: `dist/site/about/index.html`.
    pub output: String,
    /// What became of it.
    pub fate: Fate,
    /// Why.
    pub because: String,
    /// What happened to which files of the repository.
    pub files: Vec<(String, String)>,
}

/// What a build did with an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It was not looked at.
    Kept,
    /// Its site was looked at, and nothing that it shows had changed.
    Left,
    /// It was made again and came out the same.
    Made,
    /// It was made again and holds something else now.
    Changed,
    /// It is new.
    Added,
    /// Nothing makes it any more.
    Removed,
    /// Nothing makes it, and nothing did.
    Absent,
}

impl Fate {
    /// Its name in the output for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Left => "left",
            Self::Made => "made",
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Absent => "absent",
        }
    }
}

/// Whoever wants to hear what happens, from any thread.
pub trait Listener: Sync {
    /// Called once for each event.
    fn tell(&self, event: &Event);
}

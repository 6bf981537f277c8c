//! What building came to.

use crate::diag::Diagnostic;
use crate::model::{Digest, Manifest};
use jiff::Timestamp;
use std::time::Duration;

/// A run that is over.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The sites in the order in which they were given, whatever order they were finished in.
    pub sites: Vec<(String, SiteOutcome)>,
    /// The run in numbers.
    pub summary: Summary,
}

impl Report {
    /// Adds what came of a site to the lists and the sums.
    pub fn add(&mut self, site: String, outcome: SiteOutcome) {
        match outcome.built {
            Some(built) => {
                self.summary.built += 1;
                self.summary.kept += usize::from(built.is_kept());
                self.summary.pages += built.pages;
                self.summary.rendered += built.rendered;
                self.summary.written += built.written;
                self.summary.removed += built.removed;
            }
            None => self.summary.failed += 1,
        }
        self.sites.push((site, outcome));
    }
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

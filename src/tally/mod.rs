//! What jobs came to: one job, written down for others to read, and all jobs of a run, summed up.
//!
//! Purpose: what a build or a deploy announces goes in while it runs; a [`Job`] comes out, and a file that holds it. Of the files of
//! many jobs, and the names of those that should be there, comes a [`Tally`]. Never opens a file, never prints.

mod file;
mod hearing;
#[cfg(test)]
mod tests;

pub use file::{print, read};
pub use hearing::Hearing;

use crate::diag::{Group, group};
use crate::event::Arrival;
use crate::model::{Cost, Money};
use std::collections::BTreeMap;
use std::time::Duration;

/// What one job came to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Job {
    /// Its name: that of its file, without the ending.
    pub name: String,
    /// What it was asked to do: `build` or `deploy`.
    pub verb: String,
    /// The code that it ended with.
    pub exit: u8,
    /// How long it took.
    pub took: Duration,
    /// Its sites, and what became of each.
    pub sites: BTreeMap<String, Site>,
    /// What it made and sent.
    pub work: Work,
    /// What hosting costs as it found it, and as it left it.
    pub cost: Option<Cost>,
    /// The name of its run, for `rollback --run`.
    pub run: Option<String>,
    /// What was found, errors first.
    pub found: Vec<Group>,
}

/// One site of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// What became of it.
    pub end: End,
    /// Where visitors find it.
    pub address: Option<String>,
}

/// What became of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// There was nothing to do.
    Unchanged,
    /// It was built, and not shipped.
    Built,
    /// Visitors see it as it is now.
    Live,
    /// It was not begun.
    NotBegun,
    /// Nobody knows.
    Unknown,
    /// It did not show what it should, and shows again what it did before.
    WentBack,
    /// It could not be built or shipped.
    Failed,
}

/// What was made and sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Sites that were not begun because the job was stopped.
    pub skipped: usize,
    /// HTML pages of the finished sites.
    pub pages: usize,
    /// Of these, pages that were made.
    pub rendered: usize,
    /// Files written.
    pub written: usize,
    /// Files removed.
    pub removed: usize,
    /// Files sent to hosts.
    pub uploads: usize,
    /// Bytes sent to hosts.
    pub bytes: u64,
}

/// A job of which nothing is known but that it should be there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// Its name.
    pub name: String,
    /// Its sites, as far as they are known.
    pub sites: Vec<String>,
    /// Why nothing is known of it.
    pub why: String,
}

/// All jobs of a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    /// Those that told what they came to, by name.
    pub jobs: Vec<Job>,
    /// The others.
    pub lost: Vec<Lost>,
    /// What was found by all of them, errors first, each mistake once.
    pub found: Vec<Group>,
}

impl End {
    const ALL: [(Self, &'static str); 7] = [
        (Self::Unchanged, "unchanged"),
        (Self::Built, "built"),
        (Self::Live, "live"),
        (Self::NotBegun, "not_begun"),
        (Self::Unknown, "unknown"),
        (Self::WentBack, "went_back"),
        (Self::Failed, "failed"),
    ];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(end, _)| *end == self).map_or("", |(_, name)| name)
    }

    /// What a name in a file means.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(end, _)| *end)
    }

    /// Whether it is what was asked for.
    pub fn is_well(self) -> bool {
        matches!(self, Self::Unchanged | Self::Built | Self::Live)
    }
}

impl From<Arrival> for End {
    fn from(arrival: Arrival) -> Self {
        match arrival {
            Arrival::Live => Self::Live,
            Arrival::WentBack => Self::WentBack,
            Arrival::Failed => Self::Failed,
            Arrival::Unknown => Self::Unknown,
            Arrival::Stopped => Self::NotBegun,
        }
    }
}

impl Tally {
    /// Sums jobs up. Of a run that was shared out, the names of its jobs tell how many there are: `2-of-7`.
    pub fn of(mut jobs: Vec<Job>, mut lost: Vec<Lost>) -> Self {
        jobs.sort_by(|one, other| place(&one.name).cmp(&place(&other.name)));
        let is_there = |name: &str, lost: &[Lost]| {
            jobs.iter().any(|job| job.name == name) || lost.iter().any(|lost| lost.name == name)
        };
        let count = jobs.iter().filter_map(|job| number(&job.name)).map(|(_, count)| count).max().unwrap_or(0);
        for name in (1..=count).map(|at| format!("{at}-of-{count}")) {
            if !is_there(&name, &lost) {
                lost.push(Lost { name, sites: Vec::new(), why: "it left no result".to_owned() });
            }
        }
        lost.sort_by(|one, other| place(&one.name).cmp(&place(&other.name)));
        let told = jobs.iter().flat_map(|job| &job.found).flat_map(|group| {
            let sites: Vec<Option<String>> =
                if group.sites.is_empty() { vec![None] } else { group.sites.iter().cloned().map(Some).collect() };
            sites.into_iter().map(|site| (site, group.diagnostic.clone()))
        });
        let found = group(told);
        Self { jobs, lost, found }
    }

    /// All sites of all jobs that told of them.
    pub fn sites(&self) -> impl Iterator<Item = (&str, &Site)> {
        self.jobs.iter().flat_map(|job| job.sites.iter().map(|(id, site)| (id.as_str(), site)))
    }

    /// How many sites ended so.
    pub fn count(&self, end: End) -> usize {
        self.sites().filter(|(_, site)| site.end == end).count()
    }

    /// What all of them made and sent.
    pub fn work(&self) -> Work {
        self.jobs.iter().map(|job| job.work).fold(Work::default(), |sum, one| Work {
            skipped: sum.skipped + one.skipped,
            pages: sum.pages + one.pages,
            rendered: sum.rendered + one.rendered,
            written: sum.written + one.written,
            removed: sum.removed + one.removed,
            uploads: sum.uploads + one.uploads,
            bytes: sum.bytes + one.bytes,
        })
    }

    /// What hosting costs: as the first of them found it, and with what all of them added.
    pub fn cost(&self) -> Option<Cost> {
        let costs = || self.jobs.iter().filter_map(|job| job.cost.as_ref());
        let now = costs().map(|cost| cost.now).min()?;
        let added = costs().map(|cost| cost.then.micros.saturating_sub(cost.now.micros)).sum::<u64>();
        Some(Cost { now, then: now + Money { micros: added }, run: costs().map(|cost| cost.run).sum() })
    }

    /// The job that took longest, and how long; machines work side by side.
    pub fn slowest(&self) -> Option<&Job> {
        self.jobs.iter().max_by_key(|job| job.took)
    }

    /// Whether everything that was asked for is done.
    pub fn is_well(&self) -> bool {
        self.lost.is_empty() && self.jobs.iter().all(|job| job.exit == 0)
    }
}

/// Which of how many jobs has this name.
fn number(name: &str) -> Option<(usize, usize)> {
    let (at, count) = name.split_once("-of-")?;
    let (at, count) = (at.parse().ok()?, count.parse().ok()?);
    (1..=count).contains(&at).then_some((at, count)).filter(|(_, count)| *count <= MOST_JOBS)
}

/// No run is shared out among more.
const MOST_JOBS: usize = 256;

/// Where a job stands among the others: numbers as numbers.
fn place(name: &str) -> (usize, &str) {
    (number(name).map_or(0, |(at, _)| at), name)
}

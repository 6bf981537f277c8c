//! Not twice: a site of which nothing changed is not opened.
//!
//! Purpose: remember what every site was made of and tell which ones have to be made again. In go the sources, through
//! [`Sources`], which notes what is read of them, and what came of each site; out comes, in the next run, the outcome of every site
//! whose settings, folders, calendar and output are as they were. All inputs of a site count, so there is nothing to track by hand: its
//! layers, the themes of its chain, the data of the fleet, each as a whole. It never decides what a site looks like, and what it
//! knows may be thrown away at any time.

mod blind_spot;
mod header;
mod listing;
mod manifest_file;
mod packed;
mod past;
mod reason;
mod record;
mod seal;
mod settings;
mod shared;
mod snapshot;
mod sources;
mod stock;
#[cfg(test)]
mod tests;

pub use blind_spot::{BlindSpot, Edge};
pub use manifest_file::{ManifestFile, Noted};
pub use past::{FOLDER, Past};
pub use reason::Reason;
pub use record::Made;
pub use seal::{Seal, Sealing};
pub use shared::Shared;
pub use snapshot::{Keeping, LARGE, Portrait, Remembered, Sequel, Snapshot, Snapshots, relink};
pub use sources::Sources;
pub use stock::{Contents, Stock, stock};

use crate::content::Moment;
use crate::event::{FileChange, Report, SiteOutcome};
use crate::model::{Digest, Fleet, OutPath, SiteId, SiteSpec, unpoisoned};
use crate::world::{Depth, TreeFault, Trees, spread};
use packed::Stowed;
use record::Record;
use settings::Settings;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Whether a site's bundle lies somewhere else, so that it is not needed here.
pub type Afloat<'a> = dyn Fn(&SiteSpec, Digest) -> bool + Sync + 'a;

/// What one run knows and learns.
pub struct Cache<'a> {
    past: &'a Past,
    sources: &'a Sources<'a>,
    moment: Moment,
    fleet: &'a Fleet,
    manifest: Vec<ManifestFile>,
    settings: Settings<'a>,
    attempts: Mutex<BTreeMap<String, Option<Record>>>,
    reasons: Mutex<BTreeMap<String, Reason>>,
    /// The files that were made of sites of which everything else was left.
    made: Mutex<BTreeMap<SiteId, Vec<OutPath>>>,
    snapshots: Option<Snapshots<'a>>,
    afloat: Option<&'a Afloat<'a>>,
}

/// What a run was about.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    /// Whether every site of the fleet was meant.
    pub is_whole: bool,
    /// Whether nothing was said that belongs to none of the sites.
    pub is_quiet: bool,
}

/// Files of all sites together up to which each of them is looked at.
const MOST_SEALED: usize = 3_000;

/// The outcome of every site, if nothing at all changed since the whole fleet was built. Not even `sites.toml` is read then.
pub fn unchanged(past: &Past, sources: &Sources<'_>, moment: Moment, sealing: &Sealing<'_>) -> Option<Report> {
    let is_same = past.is_complete
        && past.drafts == moment.drafts
        && past.manifest.iter().all(|file| sources.is_still(file))
        && sources.look();
    let sites: Vec<(&String, &Arc<Record>)> = past.sites.iter().filter(|_| is_same).collect();
    let recall = |(id, record): &(&String, &Arc<Record>)| {
        let id = SiteId::parse(id).ok()?;
        let is_kept = record.holds_at(moment.now) && record.seal.holds(&id, sealing);
        is_kept.then(|| record.outcome()).flatten().map(|outcome| (id.to_string(), outcome))
    };
    let kept = spread(&sites, recall).into_iter().collect::<Option<Vec<_>>>()?;
    let mut report = Report::default();
    report.summary.sites = kept.len();
    kept.into_iter().for_each(|(site, outcome)| report.add(site, outcome));
    Some(report).filter(|_| is_same)
}

impl<'a> Cache<'a> {
    /// What `past` knows about the sites of `fleet`, which was read from `manifest`.
    pub fn new(
        past: &'a Past,
        sources: &'a Sources<'a>,
        moment: Moment,
        fleet: &'a Fleet,
        manifest: Vec<ManifestFile>,
    ) -> Self {
        let whole = Digest::of_parts(manifest.iter().map(|file| file.digest.as_bytes().as_slice()));
        let settings = Settings::new(fleet, moment, whole);
        Self {
            past,
            sources,
            moment,
            fleet,
            manifest,
            settings,
            attempts: Mutex::default(),
            reasons: Mutex::default(),
            made: Mutex::default(),
            snapshots: None,
            afloat: None,
        }
    }

    /// The same that also knows the pages of large sites.
    #[must_use]
    pub fn with_snapshots(self, snapshots: Snapshots<'a>) -> Self {
        Self { snapshots: Some(snapshots), ..self }
    }

    /// The same for a run that does not need sites here which lie elsewhere.
    #[must_use]
    pub fn with_afloat(self, afloat: &'a Afloat<'a>) -> Self {
        Self { afloat: Some(afloat), ..self }
    }

    /// The sources, for whoever makes sites of them.
    pub fn sources(&self) -> &Sources<'a> {
        self.sources
    }

    /// The large sites, if any are kept.
    pub fn snapshots(&self) -> Option<&Snapshots<'a>> {
        self.snapshots.as_ref()
    }

    /// Why a site has to be made again; none if it has not.
    pub fn reason(&self, site: &SiteId) -> Option<Reason> {
        unpoisoned(self.reasons.lock()).get(site.as_str()).cloned()
    }

    /// Takes note that of a site only these pages were made.
    pub fn left_but(&self, site: &SiteId, pages: Vec<OutPath>) {
        unpoisoned(self.made.lock()).insert(site.clone(), pages);
    }

    /// Whether a page of a site was left where it lies while others were made.
    pub fn is_left(&self, site: &SiteId, path: &str) -> bool {
        let made = unpoisoned(self.made.lock());
        made.get(site).is_some_and(|pages| !pages.iter().any(|page| page.as_str() == path))
    }

    /// What happened to the files of a folder since the run before.
    pub fn changes(&self, folder: &str) -> Vec<FileChange> {
        self.sources.changes(folder)
    }

    /// The folders that a site was made of the last time.
    pub fn folders(&self, site: &SiteId) -> Vec<String> {
        self.past.site(site).map(|record| record.folders.keys().cloned().collect()).unwrap_or_default()
    }

    /// What came of a site the last time, if nothing that it is made of changed; otherwise what did.
    pub fn recall(&self, spec: &SiteSpec, sealing: &Sealing<'_>) -> Result<SiteOutcome, Reason> {
        self.compare(spec, sealing).inspect_err(|reason| {
            let mut reasons = unpoisoned(self.reasons.lock());
            reasons.insert(spec.id.to_string(), reason.clone());
        })
    }

    /// What came of a site when the same was made the last time, on whatever machine: where its output is now is not asked.
    pub fn known(&self, spec: &SiteSpec) -> Option<SiteOutcome> {
        self.same(spec).ok()?.outcome()
    }

    /// How long making all of a site took the last time, whatever changed since.
    pub fn took(&self, site: &SiteId) -> Option<Duration> {
        self.past.site(site).map(|record| record.took())
    }

    fn compare(&self, spec: &SiteSpec, sealing: &Sealing<'_>) -> Result<SiteOutcome, Reason> {
        let record = self.same(spec)?;
        let is_here = || record.seal.holds(&spec.id, sealing);
        let is_afloat = || self.afloat.is_some_and(|afloat| afloat(spec, record.bundle()));
        if is_afloat() || is_here() { record.outcome().ok_or(Reason::Unknown) } else { Err(Reason::Output) }
    }

    /// What is known of a site, if nothing that it is made of changed.
    fn same(&self, spec: &SiteSpec) -> Result<&'a Record, Reason> {
        let record = self.past.site(&spec.id).ok_or(Reason::Unknown)?;
        if !record.holds_at(self.moment.now) {
            return Err(Reason::Calendar);
        }
        if self.settings.digest(spec, &record.names, record.shows_settings) != Some(record.settings) {
            return Err(Reason::Settings);
        }
        let changed = record.folders.iter().find(|(name, known)| self.sources.digest(name) != Some(**known));
        match changed {
            Some((name, _)) => Err(Reason::Folder(name.clone())),
            None => Ok(record),
        }
    }

    /// How closely the output of a site of so many files is looked at: in a small fleet a missing file is noticed, in a large one
    /// that would take as long as looking at all sources.
    pub fn depth(&self, files: usize) -> Depth {
        if self.fleet.sites.len() * files <= MOST_SEALED { Depth::Everything } else { Depth::Folder }
    }

    /// The files of a site that were edited, if nothing else happened to it since its snapshot was kept; with the digest of that.
    pub fn edited(&self, spec: &SiteSpec, sealing: &Sealing<'_>) -> Option<(Digest, Vec<String>)> {
        let record = self.past.site(&spec.id)?;
        let is_same = record.holds_at(self.moment.now)
            && self.settings.digest(spec, &record.names, record.shows_settings) == Some(record.settings)
            && record.seal.holds(&spec.id, sealing);
        let kept = record.kept.filter(|_| is_same)?;
        let mut edited = Vec::new();
        for (name, known) in &record.folders {
            if self.sources.digest(name)? != *known {
                edited.extend(self.sources.edited(name, *known)?);
            }
        }
        Some((kept, edited))
    }

    /// Takes note of a site that was made; one that failed is made again the next time.
    pub fn learn(&self, spec: &SiteSpec, outcome: &SiteOutcome, made: Option<Made>) {
        let is_manifest = |file: &str| self.manifest.iter().any(|known| known.path == file);
        let record = outcome.built.zip(made).and_then(|(built, made)| {
            let folders = made.folders.iter().map(|folder| self.sources.home_of(folder)).collect();
            // Leaving most pages of a site where they lay is no measure of making them.
            let is_whole = built.rendered * 2 > built.pages;
            let took = self.took(&spec.id).filter(|_| !is_whole).unwrap_or(made.took);
            let mut record = Record::new(Made { folders, took, ..made }, built, &outcome.diagnostics, is_manifest);
            record.settings = self.settings.digest(spec, &record.names, record.shows_settings)?;
            Some(record)
        });
        unpoisoned(self.attempts.lock()).insert(spec.id.to_string(), record);
    }

    /// Keeps what is known now of the sites in the folder `output` as `name`, unless it was known before.
    pub fn save(self, trees: &dyn Trees, name: &str, output: &str, scope: Scope) -> Result<Past, TreeFault> {
        let is_there = |site: &SiteId| self.fleet.sites.iter().any(|spec| spec.id == *site);
        if let Some(snapshots) = &self.snapshots {
            snapshots.tidy(is_there);
        }
        let mut attempts = unpoisoned(self.attempts.into_inner());
        let changed = unpoisoned(self.reasons.into_inner());
        let mut is_certain = scope.is_whole;
        let mut record = |id: &SiteId| match attempts.remove(id.as_str()) {
            Some(attempt) => {
                let record = attempt.and_then(|record| settle(self.sources, record))?;
                Some(Arc::new(record.after(self.past.site(id).map(Arc::as_ref))))
            }
            None => {
                // A run that was stopped did not come to every site that changed.
                is_certain &= !changed.contains_key(id.as_str());
                self.past.site(id).cloned()
            }
        };
        let records = self.fleet.sites.iter().filter_map(|spec| Some((spec.id.to_string(), record(&spec.id)?)));
        let sites: BTreeMap<String, Arc<Record>> = records.collect();
        let names: BTreeSet<&String> = sites.values().flat_map(|record| record.folders.keys()).collect();
        let names: Vec<&String> = names.into_iter().collect();
        let stored = spread(&names, |name| {
            if self.sources.is_settled(name) {
                self.past.folders.get(*name).cloned()
            } else {
                self.sources.store(name).map(Stowed::from)
            }
        });
        let folders = names.iter().zip(stored).filter_map(|(name, stored)| Some(((*name).clone(), stored?))).collect();
        let mut now = Past {
            output: output.to_owned(),
            is_complete: self.past.is_complete,
            manifest: self.manifest,
            places: Some(self.fleet.folders.clone()),
            drafts: self.moment.drafts,
            folders,
            sites,
        };
        // Of sites that were not asked about, all is known only if nothing at all changed.
        is_certain |= self.past.is_complete && now == *self.past;
        now.is_complete = is_certain && scope.is_quiet && now.sites.len() == self.fleet.sites.len();
        if now != *self.past {
            now.write(trees, name)?;
        }
        Ok(now)
    }
}

/// The record with what its folders held when the site was made; none if one of them was changed meanwhile.
fn settle(sources: &Sources<'_>, mut record: Record) -> Option<Record> {
    for (name, digest) in &mut record.folders {
        *digest = sources.digest(name)?;
    }
    Some(record)
}

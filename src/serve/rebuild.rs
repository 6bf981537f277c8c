//! What changed → which sites → build, those first that someone looks at.

mod affected;
#[cfg(test)]
mod tests;

use super::board::{Row, State};
use super::stage::Stage;
use crate::cache::{Cache, Past, Sources};
use crate::content::Moment;
use crate::diag::Diagnostic;
use crate::event::{Event, Listener, Report};
use crate::farm;
use crate::manifest::{self, Broken};
use crate::model::{Fleet, SiteId, SiteSpec};
use crate::pipeline;
use crate::world::{Changes, Spot, Stopwatch};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Builds sites for a stage, again and again.
pub struct Workshop<'a> {
    stage: &'a Stage,
    fleet: Fleet,
    /// The sites that are shown, by id.
    shown: BTreeMap<SiteId, Arc<SiteSpec>>,
    /// Tables that `sites.toml` takes sites from.
    tables: BTreeSet<String>,
    /// What was wrong with `sites.toml` when it was last read.
    mistakes: Vec<Diagnostic>,
    /// Sites that have to be built.
    due: BTreeSet<SiteId>,
    /// When something of a site comes or goes next by the calendar.
    turns: BTreeMap<SiteId, Timestamp>,
    /// What changed since the last round, and when that was noticed.
    changed: BTreeSet<String>,
    noticed: Option<Stopwatch>,
}

/// What came of building.
#[derive(Debug)]
pub struct Round {
    /// Files and folders that changed; none if nobody knows.
    pub changed: Vec<String>,
    /// What was built.
    pub report: Report,
    /// Whether a site that was wrong is right again.
    pub repaired: bool,
}

impl Round {
    /// Whether it is worth a word: something that browsers get is new, or something is wrong.
    pub fn is_news(&self) -> bool {
        let summary = &self.report.summary;
        summary.written + summary.removed + summary.failed > 0 || self.repaired
    }
}

impl<'a> Workshop<'a> {
    /// A workshop for a fleet, all of whose sites are due.
    pub fn new(stage: &'a Stage, fleet: Fleet, broken: &[Broken]) -> Result<Self, Diagnostic> {
        let mut workshop = Self {
            stage,
            fleet,
            shown: BTreeMap::new(),
            tables: BTreeSet::new(),
            mistakes: broken.iter().flat_map(|site| site.diagnostics.clone()).collect(),
            due: BTreeSet::new(),
            turns: BTreeMap::new(),
            changed: BTreeSet::new(),
            noticed: None,
        };
        workshop.choose(broken)?;
        workshop.due = workshop.shown.keys().cloned().collect();
        Ok(workshop)
    }

    /// The sites that are shown.
    pub fn sites(&self) -> usize {
        self.shown.len()
    }

    /// The folders whose changes matter: exactly those that builds read.
    pub fn spots(&self) -> Vec<Spot> {
        let folders = &self.fleet.folders;
        let deep = [&folders.content, &folders.themes].map(|folder| Spot { folder: folder.clone(), deep: true });
        let table = |table: &String| table.rsplit_once('/').map(|(folder, _)| folder.to_owned());
        let shallow = self.tables.iter().filter_map(table).chain([String::new()]);
        let shallow = shallow.filter(|folder| !deep.iter().any(|spot| lies_in(folder, &spot.folder)));
        deep.iter().cloned().chain(shallow.map(|folder| Spot { folder, deep: false })).collect()
    }

    /// Takes note of changes: which sites have to be built. Returns what is wrong with `sites.toml`, if that is news.
    pub fn note(&mut self, changes: &Changes) -> Vec<Diagnostic> {
        self.noticed.get_or_insert_with(Stopwatch::start);
        let affected = affected::affected(self.stage.setup.files.as_ref(), &self.fleet, &self.tables, changes);
        if let Changes::Paths(paths) = changes {
            let matters = |path: &&String| affected.concerns(path);
            self.changed.extend(paths.iter().filter(matters).cloned());
        }
        // What is wrong may be a name, and anything may bring what it means.
        let said = if affected.manifest || !self.mistakes.is_empty() { self.reload() } else { Vec::new() };
        let is_news = affected.manifest || said != self.mistakes;
        self.mistakes.clone_from(&said);
        let due = self.shown.values().filter(|spec| affected.touches(spec)).map(|spec| spec.id.clone());
        self.due.extend(due);
        if is_news { said } else { Vec::new() }
    }

    /// Takes note of sites of which something came or went by the calendar since they were built.
    pub fn look_at_the_calendar(&mut self) {
        let now = (self.stage.setup.moment)().now;
        let turned = self.turns.extract_if(.., |_, turn| *turn <= now).map(|(id, _)| id);
        self.due.extend(turned.filter(|id| self.shown.contains_key(id)));
    }

    /// Whether there is something to build.
    pub fn is_due(&self) -> bool {
        !self.due.is_empty()
    }

    /// Builds what is due, first what someone looks at; ends early if `stopped` says so, and goes on the next time.
    pub fn work(&mut self, jobs: usize, also: &dyn Listener, stopped: &(dyn Fn() -> bool + Sync)) -> Round {
        let watch = self.noticed.take().unwrap_or_else(Stopwatch::start);
        let changed = self.named();
        let wrong: Vec<SiteId> = self.due.iter().filter(|id| self.is_wrong(id)).cloned().collect();
        self.stage.focus(affected::single_text(&self.fleet, &changed));
        let looked_at = self.stage.looked_at();
        let (first, rest): (Vec<_>, Vec<_>) = self.due.iter().cloned().partition(|id| looked_at.contains(id));
        let moment = (self.stage.setup.moment)();
        let mut report = Report::default();
        for part in [first, rest].into_iter().filter(|part| !part.is_empty()) {
            self.build(&part, moment, jobs, also, stopped).into_iter().for_each(|(site, outcome)| {
                report.summary.sites += 1;
                report.add(site, outcome);
            });
        }
        report.summary.took = watch.elapsed();
        let repaired = wrong.iter().any(|id| !self.is_wrong(id));
        Round { changed, report, repaired }
    }

    /// What changed, without what came and went while an editor saved.
    fn named(&mut self) -> Vec<String> {
        let files = &self.stage.setup.files;
        let changed = std::mem::take(&mut self.changed);
        let (there, gone): (Vec<_>, Vec<_>) =
            changed.into_iter().partition(|path| files.len(path).is_some() || files.is_folder(path));
        if there.is_empty() { gone } else { there }
    }

    fn is_wrong(&self, id: &SiteId) -> bool {
        self.stage.board().wrong(id.as_str()).is_some()
    }

    fn build(
        &mut self,
        ids: &[SiteId],
        moment: Moment,
        jobs: usize,
        also: &dyn Listener,
        stopped: &(dyn Fn() -> bool + Sync),
    ) -> Vec<(String, crate::event::SiteOutcome)> {
        let sites: Vec<_> = ids.iter().filter_map(|id| self.shown.get(id).cloned()).collect();
        // What has to be built is known here already; a cache would look at everything to find out.
        let (past, both) = (Past::default(), Both(self.stage, also));
        let sources = Sources::new(self.stage.setup.files.as_ref(), &self.fleet.folders, &past, moment.now);
        let cache = Cache::new(&past, &sources, moment, &self.fleet, Vec::new());
        let report = pipeline::build(&pipeline::Build {
            fleet: &self.fleet,
            sites: &sites,
            moment,
            cache: &cache,
            sink: self.stage,
            crew: farm::Crew { jobs, listener: &both, stopped },
        });
        for (site, outcome) in &report.sites {
            let turn = outcome.built.and_then(|built| built.until);
            if let (Ok(site), Some(turn)) = (SiteId::parse(site), turn) {
                self.turns.insert(site, turn);
            }
        }
        let done: BTreeSet<&str> = report.sites.iter().map(|(site, _)| site.as_str()).collect();
        self.due.retain(|id| !done.contains(id.as_str()));
        report.sites
    }

    /// Reads `sites.toml` anew; sites that are other ones by now are due.
    fn reload(&mut self) -> Vec<Diagnostic> {
        let loaded = manifest::load(self.stage.setup.files.as_ref());
        let mut found = loaded.diagnostics;
        if let Some(fleet) = loaded.fleet {
            let (old, old_shown) = (std::mem::replace(&mut self.fleet, fleet), self.shown.clone());
            match self.choose(&loaded.broken) {
                Ok(()) => {
                    let all = affected::differ(&old, &self.fleet);
                    let is_other = |spec: &Arc<SiteSpec>| {
                        all || old_shown.get(&spec.id).is_none_or(|old| !affected::is_same(old, spec))
                    };
                    let due = self.shown.values().filter(|spec| is_other(spec) || self.is_wrong(&spec.id));
                    self.due.extend(due.map(|spec| spec.id.clone()).collect::<Vec<_>>());
                }
                Err(mistake) => {
                    found.push(mistake);
                    self.fleet = old;
                }
            }
        }
        let errors: Vec<Diagnostic> = found.iter().filter(|found| found.is_error()).cloned().collect();
        self.stage.generally(&errors);
        found.extend(loaded.broken.into_iter().flat_map(|site| site.diagnostics));
        found
    }

    /// Takes the sites that are meant out of the fleet, and shows the broken ones as such.
    fn choose(&mut self, broken: &[Broken]) -> Result<(), Diagnostic> {
        let picked = manifest::select(&self.fleet, broken, &self.stage.setup.selection)?;
        self.shown = picked.sites.into_iter().map(|spec| (spec.id.clone(), spec)).collect();
        self.due.retain(|id| self.shown.contains_key(id));
        let places = self.fleet.sites.iter().map(|spec| spec.declared.site.file.to_string());
        let faulty = broken.iter().flat_map(|site| &site.diagnostics).filter_map(|found| found.place.as_ref());
        self.tables = places.chain(faulty.map(|place| place.file.to_string())).collect();
        let sound = self
            .shown
            .iter()
            .map(|(id, spec)| (id.to_string(), Row { spec: Some(Arc::clone(spec)), state: State::Waiting }));
        let wrong = picked.broken.iter().map(|site| {
            let text = (self.stage.setup.words)(Some(&site.label), &site.diagnostics);
            (site.label.clone(), Row { spec: None, state: State::Failed(text) })
        });
        self.stage.cast(&self.fleet.name, sound.chain(wrong));
        Ok(())
    }
}

/// Two that hear the same.
struct Both<'a>(&'a dyn Listener, &'a dyn Listener);

impl Listener for Both<'_> {
    fn tell(&self, event: &Event) {
        self.0.tell(event);
        self.1.tell(event);
    }
}

/// Whether a path is a folder or lies in it.
fn lies_in(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

//! `hectare build`: sites into folders.

use super::args::{Build, Global};
use super::exit::Exit;
use super::explain::Asked;
use super::known::Known;
use super::lock;
use super::output::Output;
use super::quay::Quay;
use super::refusal::Refusal;
use super::repository::Repository;
use super::verify;
use crate::cache::{Cache, Past, Scope, Sources};
use crate::content::Moment;
use crate::diag::{Code, Diagnostic};
use crate::event::{Event, Explanation, Report, SiteOutcome};
use crate::farm;
use crate::manifest::Picked;
use crate::model::{Fleet, SiteSpec, Stamp, StampFault};
use crate::pipeline;
use crate::ui::Face;
use crate::world::{self, Disk, Lock, Stop, Stopwatch, beside};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::sync::Arc;

pub(super) fn run(global: &Global, typed: &Build, face: &dyn Face) -> Result<Exit, Refusal> {
    let watch = Stopwatch::start();
    let mut produced = produce(global, typed, face, &Stop::new(), None)?;
    let report = std::mem::take(&mut produced.report);
    let exit = conclude(report, watch, face);
    produced.explanation.iter().for_each(|explanation| face.explain(explanation));
    let Produced { repository, sites, output, lock, known, now, moment, .. } = produced;
    let exit = match (typed.verify, &output) {
        (true, Some(output)) => {
            verify::run(&known, &repository, &sites, output, moment, global.jobs, face).unwrap_or(exit)
        }
        _ => exit,
    };
    leave((repository, sites, known, now));
    drop(lock);
    Ok(exit)
}

/// The system takes back the memory of a process at once when it ends; piece by piece, that takes longer than looking at a fleet in
/// which nothing changed may take.
fn leave<T>(memory: T) {
    std::mem::forget(memory);
}

/// Sites as they lie there after a build.
pub(super) struct Produced {
    pub(super) repository: Repository,
    /// The sites that were meant, but for those with a mistake in `sites.toml`.
    pub(super) sites: Vec<Arc<SiteSpec>>,
    /// What came of each.
    pub(super) report: Report,
    /// Where they lie; none if there was nothing to do.
    pub(super) output: Option<Output>,
    /// Held while nobody else may build.
    pub(super) lock: Option<Lock>,
    known: Known,
    /// What is known now, unless that is what was known before.
    now: Option<Past>,
    moment: Moment,
    explanation: Option<Explanation>,
}

impl Produced {
    /// What is known of the sites.
    pub(super) fn past(&self) -> &Past {
        self.now.as_ref().unwrap_or(&self.known.past)
    }
}

/// Builds the sites that are meant. Who ships them does not need those here that lie where they belong.
pub(super) fn produce(
    global: &Global,
    typed: &Build,
    face: &dyn Face,
    stop: &Stop,
    quay: Option<&Quay<'_>>,
) -> Result<Produced, Refusal> {
    let now = typed.now.as_deref().map_or_else(|| Ok(world::now()), moment)?;
    let moment = Moment { now, drafts: typed.drafts };
    let known = Known::read(&Disk::new(&global.root), typed);
    let guess = known.past.places().map(|places| (places.clone(), known.sources(places)));
    // Looking at all sources leaves a thread half idle at its start and its end: time enough to read the fleet, should it be needed.
    let unchanged = || known.unchanged(guess.as_ref().map(|(_, sources)| sources)?, typed, moment);
    let (unchanged, repository) = beside(unchanged, || Repository::open(global, face));
    let repository = repository?;
    let made = match unchanged {
        Some(report) => {
            leave(guess);
            Made { sites: repository.fleet.sites.clone(), report: retold(report, face), ..Made::default() }
        }
        None => {
            let sources = guess.filter(|(places, _)| *places == repository.fleet.folders).map(|(_, sources)| sources);
            Order { global, typed, face, stop, quay, moment }.make(&repository, &known, sources)?
        }
    };
    let Made { sites, report, output, lock, now, explanation } = made;
    Ok(Produced { repository, sites, report, output, lock, known, now, moment, explanation })
}

/// What a build came to.
#[derive(Default)]
struct Made {
    sites: Vec<Arc<SiteSpec>>,
    report: Report,
    output: Option<Output>,
    lock: Option<Lock>,
    now: Option<Past>,
    explanation: Option<Explanation>,
}

/// What is to be built, how, and who wants to know.
struct Order<'a, 'q> {
    global: &'a Global,
    typed: &'a Build,
    face: &'a dyn Face,
    stop: &'a Stop,
    quay: Option<&'a Quay<'q>>,
    moment: Moment,
}

impl Order<'_, '_> {
    /// Builds the sites that are meant. The sources may have been looked at already.
    fn make(&self, repository: &Repository, known: &Known, sources: Option<Sources<'_>>) -> Result<Made, Diagnostic> {
        let Self { typed, face, quay, .. } = *self;
        let Picked { sites, broken, .. } = repository.choose_to_build(&typed.selection, face)?;
        let lock = lock::take(&repository.files)?;
        let output = Output::open(repository, typed)?;
        let asked = typed.explain.as_deref().map(|path| Asked::about(path, &output, &repository.fleet)).transpose()?;
        let scope = self.scope(repository, known, &output, sites.len());
        let afloat = quay.map(|quay| quay.afloat(repository)).transpose()?.unwrap_or_default();
        let is_afloat = |spec: &SiteSpec, bundle| afloat.get(&spec.id) == Some(&bundle);
        let shared = quay.filter(|_| known.is_empty()).and_then(|quay| quay.known_elsewhere(repository, face));
        let past = shared.as_ref().unwrap_or(&known.past);
        let sources = sources.unwrap_or_else(|| known.sources_after(past, &repository.fleet.folders));
        let cache = Cache::new(past, &sources, self.moment, &repository.fleet, repository.manifest.clone());
        let cache = cache.with_snapshots(known.snapshots()).with_afloat(&is_afloat);
        output.recover(&repository.fleet, &sources);
        let (sites, mut report) = self.build(&repository.fleet, &sites, &cache, &output);
        let explanation = asked.map(|asked| asked.answer(&output, &cache));
        let now = known.keep(cache, &output, scope).map_err(|fault| face.complain(&[fault])).ok();
        for site in broken {
            add_broken(&mut report, &site.label, &site.diagnostics, face);
        }
        leave(sources);
        Ok(Made { sites, report, output: Some(output), lock: Some(lock), now, explanation })
    }

    /// What a run over so many sites is about. Tells what is wrong outside of them.
    fn scope(&self, repository: &Repository, known: &Known, output: &Output, sites: usize) -> Scope {
        let is_whole = repository.broken.is_empty() && sites == repository.fleet.sites.len();
        let departed = is_whole.then(|| output.departed(repository)).flatten();
        let scope = Scope { is_whole, is_quiet: repository.is_quiet && departed.is_none() };
        self.face.complain(&known.remark.iter().cloned().chain(departed).collect::<Vec<_>>());
        scope
    }

    /// Builds those of the sites that are meant, and tells which ones these are.
    fn build(
        &self,
        fleet: &Fleet,
        sites: &[Arc<SiteSpec>],
        cache: &Cache<'_>,
        output: &Output,
    ) -> (Vec<Arc<SiteSpec>>, Report) {
        let Self { global, typed, face, stop, moment, .. } = *self;
        stop.on_signal();
        let stopped = || stop.requested();
        let sink = output.sink(cache.sources());
        let crew = farm::Crew { jobs: global.jobs, listener: face, stopped: &stopped };
        let build = pipeline::Build { fleet, sites, moment, cache, sink: &sink, crew };
        let changed = typed.selection.changed.then(|| pipeline::changed(&build));
        let built = changed.unwrap_or_else(|| sites.to_vec());
        let report = pipeline::build(&pipeline::Build { sites: &built, ..build });
        (built, report)
    }
}

/// Tells of each site of a run in which there was nothing to do.
fn retold(report: Report, face: &dyn Face) -> Report {
    face.tell(&Event::RunStarted { sites: report.sites.len() });
    for (site, outcome) in &report.sites {
        face.tell(&Event::SiteFinished { site: site.clone(), outcome: outcome.clone() });
    }
    report
}

pub(super) fn conclude(mut report: Report, watch: Stopwatch, face: &dyn Face) -> Exit {
    report.summary.took = watch.elapsed();
    face.conclude(&report);
    Exit::of(&report.summary)
}

/// A site whose table in `sites.toml` is wrong counts like one that failed on the way.
fn add_broken(report: &mut Report, label: &str, diagnostics: &[Diagnostic], face: &dyn Face) {
    let outcome = SiteOutcome { built: None, diagnostics: diagnostics.to_vec() };
    face.tell(&Event::SiteFinished { site: label.to_owned(), outcome: outcome.clone() });
    report.summary.sites += 1;
    report.add(label.to_owned(), outcome);
}

/// The moment that `--now` pretends.
pub(super) fn moment(typed: &str) -> Result<Timestamp, Diagnostic> {
    Stamp::parse(typed, &TimeZone::UTC).map(|stamp| stamp.instant()).map_err(|fault| {
        let hint = match fault {
            StampFault::NoDate => "write it like `2026-03-01` or `2026-03-01T08:00:00+01:00`",
            StampFault::OutOfRange => "write one from `-009999-01-03` to `9999-12-30T22:00:00Z`",
        };
        Diagnostic::error(Code::BadFlag, format!("`--now {typed}` is {fault}")).hint(hint)
    })
}

//! The way of the data, arrow by arrow: fleet → what changed → bundles → sink.

use crate::asset::Store;
use crate::cache::{Cache, Made, Seal};
use crate::content::{Library, Moment};
use crate::diag::Diagnostic;
use crate::event::{Built, Report, SiteOutcome};
use crate::farm::{self, Task};
use crate::model::{Fleet, SiteId, SiteSpec};
use crate::shelf::Shelf;
use crate::sink::Sink;
use crate::works::{Finished, Retouched, Works};
use crate::world::{Files, Stopwatch, beside, spread};
use std::io::Write;
use std::sync::Arc;

/// Everything a build needs to know.
pub struct Build<'a> {
    /// All sites of the repository.
    pub fleet: &'a Fleet,
    /// Those to build.
    pub sites: &'a [Arc<SiteSpec>],
    /// "Today", and whether drafts are shown.
    pub moment: Moment,
    /// The repository, and what is known of the run before.
    pub cache: &'a Cache<'a>,
    /// Where finished sites go.
    pub sink: &'a dyn Sink,
    /// Who makes them.
    pub crew: farm::Crew<'a>,
}

/// Builds those of the sites that changed, and delivers them.
pub fn build(build: &Build<'_>) -> Report {
    let files = build.cache.sources();
    let read = |path: &str, most| files.read(path, most).map_err(|fault| fault.on(path));
    let length = |path: &str| files.len(path);
    let pass = |path: &str, to: &mut dyn Write| files.copy(path, to).map_err(|fault| fault.on(path));
    let (library, shelf) = (Library::new(files, build.fleet), Shelf::new(files, &build.fleet.folders));
    let seal = |site: &SiteId, depth| build.sink.seal(site, depth);
    let known = |spec: &SiteSpec, pages| build.cache.snapshots()?.recall(&spec.id, pages, &seal);
    let works = Works::new(library, shelf, Store::new(&read, &length, &pass), build.moment, build.sink, &known);
    let kept = recall(build);
    let sites: Vec<_> = build.sites.iter().zip(&kept).collect();
    // One site alone has no turn to wait for, and weighing a large one takes a while.
    let is_alone = kept.iter().filter(|kept| kept.is_none()).count() < 2;
    let tasks = spread(&sites, |(spec, kept)| Task {
        site: spec.id.as_str(),
        weight: if kept.is_some() || is_alone { 0 } else { works.weight(spec) },
    });
    farm::run(&tasks, &build.crew, &|at| match &kept[at] {
        Some(outcome) => outcome.clone(),
        None => make(build, &works, &build.sites[at]),
    })
}

/// Those of the sites of which something changed.
pub fn changed(build: &Build<'_>) -> Vec<Arc<SiteSpec>> {
    let kept = recall(build);
    build.sites.iter().zip(kept).filter(|(_, kept)| kept.is_none()).map(|(spec, _)| Arc::clone(spec)).collect()
}

/// For each site the outcome of the run before, if nothing that it is made of changed.
fn recall(build: &Build<'_>) -> Vec<Option<SiteOutcome>> {
    let seal = |site: &SiteId, depth| build.sink.seal(site, depth);
    spread(build.sites, |spec| build.cache.recall(spec, &seal).ok())
}

/// Site specification → outcome.
fn make(build: &Build<'_>, works: &Works<'_>, spec: &Arc<SiteSpec>) -> SiteOutcome {
    let watch = Stopwatch::start();
    let (outcome, made) = retouch(build, works, spec, &watch).unwrap_or_else(|| make_whole(build, works, spec, &watch));
    build.cache.learn(spec, &outcome, made);
    outcome
}

/// A large site of which only texts were edited → what differs → sink. None if the site has to be made as a whole.
fn retouch(
    build: &Build<'_>,
    works: &Works<'_>,
    spec: &Arc<SiteSpec>,
    watch: &Stopwatch,
) -> Option<(SiteOutcome, Option<Made>)> {
    let seal = |site: &SiteId, depth| build.sink.seal(site, depth);
    let snapshots = build.cache.snapshots()?;
    let (kept, edited) = build.cache.edited(spec, &seal)?;
    let remembered = snapshots.remember(&spec.id, kept)?;
    let (site, known) = remembered.open(spec).filter(|(site, _)| snapshots.is_large(site.pages.len()))?;
    let retouched = works.retouch(site, known, &edited)?;
    let Retouched { files, manifest, pages, rendered, diagnostics, conditions, sequel, site } = retouched;
    let (delivered, ()) = beside(|| build.sink.amend(&files, &manifest), || drop(site));
    let delivered = delivered?;
    let (rendered_pages, written) = (rendered.len(), delivered.written);
    let built = Built { rendered: rendered_pages, written, until: conditions.until, ..Built::of(&manifest, pages) };
    build.cache.left_but(&spec.id, rendered);
    let seal = sealed(build, spec, &built);
    let made = seal.map(|seal| {
        let kept = snapshots.keep_edits(&spec.id, &remembered, sequel, seal);
        Made { folders: build.cache.folders(&spec.id), conditions, seal, kept, took: watch.elapsed() }
    });
    Some((SiteOutcome { built: Some(built), diagnostics }, made))
}

/// Site specification → bundle → sink.
fn make_whole(
    build: &Build<'_>,
    works: &Works<'_>,
    spec: &Arc<SiteSpec>,
    watch: &Stopwatch,
) -> (SiteOutcome, Option<Made>) {
    let mut diagnostics = Vec::new();
    let finished = works.finish(spec, &mut diagnostics);
    let sound = finished.filter(|_| !diagnostics.iter().any(Diagnostic::is_error));
    let delivered = sound.and_then(|finished| deliver(build, spec, finished, watch, &mut diagnostics));
    let (built, made) = delivered.unzip();
    (SiteOutcome { built, diagnostics }, made.flatten())
}

/// Bundle → sink; and what the site was made of and how long that took, for the next run.
fn deliver(
    build: &Build<'_>,
    spec: &SiteSpec,
    finished: Finished<'_>,
    watch: &Stopwatch,
    found: &mut Vec<Diagnostic>,
) -> Option<(Built, Option<Made>)> {
    let Finished { bundle, manifest, pages, rendered, large, delivery, folders, conditions, site } = finished;
    let keep = |found: &[Diagnostic]| {
        let keeping = large.map(|large| large.keeping(&site, &manifest, found));
        drop(site);
        keeping
    };
    let (delivered, keeping) = beside(|| delivery.finish(&bundle, &manifest), || keep(found));
    let delivered = delivered.map_err(|fault| found.push(fault)).ok()?;
    let (written, removed) = (delivered.written, delivered.removed);
    let built = Built { rendered, written, removed, until: conditions.until, ..Built::of(&manifest, pages) };
    // What is said of the output is about what others put there, and has to be looked at again.
    let is_lasting = delivered.warnings.is_empty();
    found.extend(delivered.warnings);
    let seal = sealed(build, spec, &built).filter(|_| is_lasting);
    let kept = build.cache.snapshots().and_then(|snapshots| snapshots.keep(&spec.id, keeping.zip(seal)));
    Some((built, seal.map(|seal| Made { folders, conditions, seal, kept, took: watch.elapsed() })))
}

/// How a site looks that was delivered.
fn sealed(build: &Build<'_>, spec: &SiteSpec, built: &Built) -> Option<Seal> {
    let depth = build.cache.depth(built.files);
    Seal::of(&spec.id, depth, &|site, depth| build.sink.seal(site, depth))
}

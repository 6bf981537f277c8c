//! The way of the data, arrow by arrow: fleet → sources → site → bundle → sink.

use crate::asset::Store;
use crate::bundle::{Assembly, Origin};
use crate::cache::{Cache, Made};
use crate::content::{Library, Moment};
use crate::diag::{Diagnostic, Place};
use crate::event::{Built, Report, SiteOutcome};
use crate::farm::{self, Task};
use crate::feed::{self, PrintedPage};
use crate::markdown::{self, Shortcode};
use crate::model::{Bundle, Conditions, Fleet, Minify, PageId, Site, SiteId, SiteSpec};
use crate::render::{Engine, Patience, Press, Sheet, SheetKind, ShortcodeCall};
use crate::shelf::Shelf;
use crate::sink::Sink;
use crate::theme;
use crate::world::{Files, spread};
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
    /// How the farm works.
    pub farm: farm::Plan<'a>,
}

/// Builds those of the sites that changed, and delivers them.
pub fn build(build: &Build<'_>) -> Report {
    let files = build.cache.sources();
    let read = |path: &str, most| files.read(path, most).map_err(|fault| fault.on(path));
    let length = |path: &str| files.len(path);
    let works = Works {
        library: Library::new(files, build.fleet),
        shelf: Shelf::new(files, &build.fleet.folders),
        store: Store::new(&read, &length),
        moment: build.moment,
    };
    let seal = |site: &SiteId, depth| build.sink.seal(site, depth);
    let kept = spread(build.sites, |spec| build.cache.recall(spec, &seal).ok());
    let weight =
        |(spec, kept): (&Arc<SiteSpec>, &Option<_>)| kept.as_ref().map_or_else(|| works.library.weight(spec), |_| 0);
    let weights = build.sites.iter().zip(&kept).map(weight);
    let tasks: Vec<_> =
        build.sites.iter().zip(weights).map(|(spec, weight)| Task { site: spec.id.as_str(), weight }).collect();
    farm::run(&tasks, &build.farm, &|at| match &kept[at] {
        Some(outcome) => outcome.clone(),
        None => make(build, &works, &build.sites[at]),
    })
}

/// Site specification → outcome.
fn make(build: &Build<'_>, works: &Works<'_>, spec: &Arc<SiteSpec>) -> SiteOutcome {
    let mut diagnostics = Vec::new();
    let finished = works.finish(spec, &mut diagnostics);
    let sound = finished.filter(|_| !diagnostics.iter().any(Diagnostic::is_error));
    let delivered = sound.and_then(|finished| {
        let said = diagnostics.len();
        let built = deliver(build.sink, &finished, &mut diagnostics)?;
        // What was said of the output is about what others put there, and has to be looked at again.
        let made = (diagnostics.len() == said).then(|| made(build, &finished, built.files)).flatten();
        Some((built, made))
    });
    let (built, made) = delivered.unzip();
    let outcome = SiteOutcome { built, diagnostics };
    build.cache.learn(spec, &outcome, made.flatten());
    outcome
}

/// What a delivered site was made of.
fn made(build: &Build<'_>, finished: &Finished, files: usize) -> Option<Made> {
    let depth = build.cache.depth(files);
    let seal = build.sink.seal(&finished.bundle.site, depth)?;
    Some(Made { folders: finished.folders.clone(), conditions: finished.conditions.clone(), seal: (depth, seal) })
}

/// What all sites of a run share.
struct Works<'a> {
    library: Library<'a>,
    shelf: Shelf<'a>,
    store: Store<'a>,
    moment: Moment,
}

/// A bundle, how many of its files are pages, and what it was made of.
struct Finished {
    bundle: Bundle,
    pages: usize,
    folders: Vec<String>,
    conditions: Conditions,
}

impl Works<'_> {
    fn finish(&self, spec: &Arc<SiteSpec>, found: &mut Vec<Diagnostic>) -> Option<Finished> {
        let shelved = self.shelf.engine(spec, self.library.overrides(spec));
        found.extend(shelved.diagnostics);
        let site = self.library.site(spec, self.moment).sound(found);
        let (engine, mut site) = (shelved.engine?, site?);
        found.extend(theme::check_tokens(spec, engine.theme()));
        let (limits, minify) = (&spec.settings.limits, spec.settings.minify != Minify::Off);
        let files = [engine.theme().files.as_slice(), site.files.as_slice()].concat();
        site.assets = self.store.gather(&files, limits, minify).sound(found)?;
        found.extend(self.library.check_pictures(&site));
        let site = write_texts(site, &engine, found)?;
        let folders = self.library.folders(spec).chain(self.shelf.folders(engine.theme())).collect();
        print(site, engine, folders, found)
    }
}

/// Site without texts → site with texts.
fn write_texts(site: Site, engine: &Engine, found: &mut Vec<Diagnostic>) -> Option<Site> {
    let site = Arc::new(site);
    let write = |id: &PageId| {
        let patience = Arc::new(Patience::new(&site.spec.settings.limits));
        let insert = |&Shortcode { name, ref args, body, page, ref place }: &Shortcode<'_>| {
            let place = place.clone();
            engine.shortcode(&site, ShortcodeCall { name, args, body, page, place, patience: &patience })
        };
        markdown::write(&site, *id, &insert)
    };
    let ids: Vec<PageId> = site.ids().collect();
    let written = spread(&ids, write);
    let mut site = Arc::into_inner(site)?;
    let (mut texts, mut anchors) = (Vec::with_capacity(ids.len()), Vec::new());
    for page in written {
        found.extend(page.diagnostics);
        anchors.extend(page.anchors);
        texts.push(page.text);
    }
    site.take_texts(texts);
    found.extend(markdown::check_anchors(&site.texts, &site, &anchors));
    Some(site)
}

/// Site with texts → bundle.
fn print(site: Site, engine: Arc<Engine>, folders: Vec<String>, found: &mut Vec<Diagnostic>) -> Option<Finished> {
    let site = Arc::new(site);
    let press = Press::new(Arc::clone(&site), engine);
    let sheets = press.sheets();
    let (artifacts, pages) = (spread(&sheets, |sheet| press.print(sheet)), sheets.len());
    let mut assembly = Assembly::new(site.spec.id.clone());
    let mut printed = Vec::with_capacity(pages);
    for (Sheet { page, number, route, out, kind }, artifact) in sheets.into_iter().zip(artifacts) {
        let origin = match kind {
            SheetKind::Page => Origin::of(site.page(page)),
            SheetKind::NotFound => Origin::Made("the page 404.html"),
        };
        match artifact {
            Ok(artifact) => assembly.add(out.clone(), artifact, origin),
            Err(diagnostics) => found.extend(diagnostics),
        }
        if kind == SheetKind::Page {
            printed.push(PrintedPage { page, number, route, out });
        }
    }
    found.extend(press.remarks());
    for made in feed::machine_files(&site, &printed).sound(found)? {
        assembly.add(made.path, made.artifact, Origin::Made(made.origin));
    }
    for (key, asset) in &site.assets {
        assembly.add(asset.out.clone(), asset.artifact(), Origin::File(Place::file(Arc::clone(key))));
    }
    let bundle = assembly.finish().sound(found)?;
    Some(Finished { bundle, pages, folders, conditions: site.conditions.clone() })
}

/// Bundle → sink.
fn deliver(sink: &dyn Sink, finished: &Finished, found: &mut Vec<Diagnostic>) -> Option<Built> {
    let manifest = finished.bundle.manifest();
    let delivered = sink.deliver(&finished.bundle, &manifest).map_err(|fault| found.push(fault)).ok()?;
    found.extend(delivered.warnings);
    Some(Built::of(&manifest, finished.pages, delivered.written, delivered.removed))
}

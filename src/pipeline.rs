//! The way of the data, arrow by arrow: fleet → sources → site → bundle → sink.

use crate::asset::Store;
use crate::bundle::{Assembly, Origin};
use crate::content::{Library, Moment};
use crate::diag::{Diagnostic, Place};
use crate::event::{Built, Report, SiteOutcome};
use crate::farm::{self, Task};
use crate::feed::{self, PrintedPage};
use crate::markdown::{self, Shortcode};
use crate::model::{Bundle, Fleet, Minify, PageId, Site, SiteSpec};
use crate::render::{Engine, Patience, Press, Sheet, SheetKind, ShortcodeCall};
use crate::shelf::Shelf;
use crate::sink::Sink;
use crate::theme;
use crate::world::{Files, spread};
use std::io::Write;
use std::sync::Arc;

/// Everything a build needs to know.
pub struct Build<'a> {
    /// The repository.
    pub files: &'a dyn Files,
    /// All its sites.
    pub fleet: &'a Fleet,
    /// Those to build.
    pub sites: &'a [Arc<SiteSpec>],
    /// "Today", and whether drafts are shown.
    pub moment: Moment,
    /// Where finished sites go.
    pub sink: &'a dyn Sink,
    /// How the farm works.
    pub farm: farm::Plan<'a>,
}

/// Builds the sites and delivers them.
pub fn build(build: &Build<'_>) -> Report {
    let read = |path: &str, most| build.files.read(path, most).map_err(|fault| fault.on(path));
    let length = |path: &str| build.files.len(path);
    let pass = |path: &str, to: &mut dyn Write| build.files.copy(path, to).map_err(|fault| fault.on(path));
    let works = Works {
        library: Library::new(build.files, build.fleet),
        shelf: Shelf::new(build.files, &build.fleet.folders),
        store: Store::new(&read, &length, &pass),
        moment: build.moment,
    };
    let tasks = build.sites.iter().map(|spec| Task { site: spec.id.as_str(), weight: works.library.weight(spec) });
    let tasks: Vec<_> = tasks.collect();
    farm::run(&tasks, &build.farm, &|at| {
        let mut diagnostics = Vec::new();
        let finished = works.finish(&build.sites[at], &mut diagnostics);
        let sound = finished.filter(|_| !diagnostics.iter().any(Diagnostic::is_error));
        let built = sound.and_then(|finished| deliver(build.sink, &finished, &mut diagnostics));
        SiteOutcome { built, diagnostics }
    })
}

/// What all sites of a run share.
struct Works<'a> {
    library: Library<'a>,
    shelf: Shelf<'a>,
    store: Store<'a>,
    moment: Moment,
}

/// A bundle, and how many of its files are pages.
struct Finished {
    bundle: Bundle,
    pages: usize,
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
        found.extend(self.library.check_templates(&site, &|name| engine.missing(name)));
        let site = write_texts(site, &engine, found)?;
        print(site, engine, found)
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
fn print(site: Site, engine: Arc<Engine>, found: &mut Vec<Diagnostic>) -> Option<Finished> {
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
    Some(Finished { bundle, pages })
}

/// Bundle → sink.
fn deliver(sink: &dyn Sink, finished: &Finished, found: &mut Vec<Diagnostic>) -> Option<Built> {
    let manifest = finished.bundle.manifest();
    let delivered = sink.deliver(&finished.bundle, &manifest).map_err(|fault| found.push(fault)).ok()?;
    found.extend(delivered.warnings);
    Some(Built::of(&manifest, finished.pages, delivered.written, delivered.removed))
}

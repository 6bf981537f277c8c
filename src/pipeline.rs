//! The way of the data, arrow by arrow: fleet → sources → site → bundle → sink.

use crate::asset::Store;
use crate::bundle::{Assembly, Origin};
use crate::content::{Library, Moment};
use crate::diag::{Diagnostic, Place};
use crate::event::{Built, Report, SiteOutcome};
use crate::farm::{self, Task};
use crate::feed::{self, PrintedPage};
use crate::markdown::{self, Shortcode};
use crate::model::{Bundle, Fleet, Manifest, Minify, PageId, Site, SiteSpec};
use crate::render::{Engine, Patience, Press, Sheet, SheetKind, ShortcodeCall};
use crate::shelf::Shelf;
use crate::sink::{self, Delivery, Sink};
use crate::theme;
use crate::world::{Files, beside, spread, spread_out};
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
    let works = Works {
        library: Library::new(build.files, build.fleet),
        shelf: Shelf::new(build.files, &build.fleet.folders),
        store: Store::new(&read, &length),
        moment: build.moment,
        sink: build.sink,
    };
    let tasks = build.sites.iter().map(|spec| Task { site: spec.id.as_str(), weight: works.library.weight(spec) });
    let tasks: Vec<_> = tasks.collect();
    farm::run(&tasks, &build.farm, &|at| {
        let mut diagnostics = Vec::new();
        let finished = works.finish(&build.sites[at], &mut diagnostics);
        let sound = finished.filter(|_| !diagnostics.iter().any(Diagnostic::is_error));
        let built = sound.and_then(|finished| deliver(finished, &mut diagnostics));
        SiteOutcome { built, diagnostics }
    })
}

/// What all sites of a run share.
struct Works<'a> {
    library: Library<'a>,
    shelf: Shelf<'a>,
    store: Store<'a>,
    moment: Moment,
    sink: &'a dyn Sink,
}

/// A bundle, how many of its files are pages, and what took some of them already.
struct Finished<'a> {
    bundle: Bundle,
    manifest: Manifest,
    pages: usize,
    delivery: Box<dyn Delivery + 'a>,
}

impl<'a> Works<'a> {
    fn finish(&self, spec: &Arc<SiteSpec>, found: &mut Vec<Diagnostic>) -> Option<Finished<'a>> {
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
        print(site, engine, self.sink, found)
    }
}

/// Site without texts → site with texts.
fn write_texts(mut site: Site, engine: &Engine, found: &mut Vec<Diagnostic>) -> Option<Site> {
    let bodies = site.give_bodies();
    let site = Arc::new(site);
    let write = |(id, body): (PageId, String)| {
        let patience = Arc::new(Patience::new(&site.spec.settings.limits));
        let insert = |&Shortcode { name, ref args, body, page, ref place }: &Shortcode<'_>| {
            let place = place.clone();
            engine.shortcode(&site, ShortcodeCall { name, args, body, page, place, patience: &patience })
        };
        markdown::write(&site, id, &body, &insert)
    };
    let written = spread_out(bodies, write);
    let mut site = Arc::into_inner(site)?;
    found.extend(markdown::settle(&mut site, written));
    Some(site)
}

/// Site with texts → bundle, whose pages are handed to the sink as they are made.
fn print<'a>(site: Site, engine: Arc<Engine>, sink: &'a dyn Sink, found: &mut Vec<Diagnostic>) -> Option<Finished<'a>> {
    let site = Arc::new(site);
    let press = Press::new(Arc::clone(&site), engine);
    let (sheets, delivery) = (press.sheets(), sink::begin(sink, &site.spec.id));
    let print = |sheet: &Sheet| press.print(sheet).map(|artifact| delivery.take(&sheet.out, artifact));
    let (artifacts, made) = beside(|| spread(&sheets, print), || feed::machine_files(&site, &printed(&sheets)));
    let (mut assembly, pages) = (Assembly::new(site.spec.id.clone()), sheets.len());
    for (sheet, artifact) in sheets.into_iter().zip(artifacts) {
        let origin = match sheet.kind {
            SheetKind::Page => Origin::of(site.page(sheet.page)),
            SheetKind::NotFound => Origin::Made("the page 404.html"),
        };
        match artifact {
            Ok(artifact) => assembly.add(sheet.out, artifact, origin),
            Err(diagnostics) => found.extend(diagnostics),
        }
    }
    found.extend(press.remarks());
    for made in made.sound(found)? {
        assembly.add(made.path, made.artifact, Origin::Made(made.origin));
    }
    for (key, asset) in &site.assets {
        assembly.add(asset.out.clone(), asset.artifact(), Origin::File(Place::file(Arc::clone(key))));
    }
    // Taking a large site apart takes a while.
    let (bundle, ()) = beside(|| assembly.finish(), || drop((press, site)));
    let (bundle, manifest) = bundle.sound(found)?;
    Some(Finished { bundle, manifest, pages, delivery })
}

/// The sheets that visitors can ask for.
fn printed(sheets: &[Sheet]) -> Vec<PrintedPage> {
    let pages = sheets.iter().filter(|sheet| sheet.kind == SheetKind::Page).cloned();
    pages.map(|Sheet { page, number, route, out, .. }| PrintedPage { page, number, route, out }).collect()
}

/// Bundle → sink.
fn deliver(site: Finished<'_>, found: &mut Vec<Diagnostic>) -> Option<Built> {
    let delivered = site.delivery.finish(&site.bundle, &site.manifest).map_err(|fault| found.push(fault)).ok()?;
    found.extend(delivered.warnings);
    Some(Built::of(&site.manifest, site.pages, delivered.written, delivered.removed))
}

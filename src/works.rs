//! One site, from what `sites.toml` says about it to its bundle.
//!
//! Purpose: the steps that every site goes through, one after the other, with what all sites of a run share: content layers,
//! compiled themes, prepared assets. Takes a specification, gives a finished bundle with its pages already on their way to the sink. It
//! never decides which sites are made.

use crate::asset::Store;
use crate::bundle::{Assembly, Origin};
use crate::content::{Library, Moment};
use crate::diag::{Diagnostic, Place};
use crate::feed::{self, PrintedPage};
use crate::markdown::{self, Shortcode};
use crate::model::{Bundle, Conditions, Manifest, Minify, PageId, Site, SiteSpec};
use crate::render::{Engine, Patience, Press, Sheet, SheetKind, ShortcodeCall, Shortcodes};
use crate::shelf::Shelf;
use crate::sink::{self, Delivery, Sink};
use crate::theme;
use crate::world::{beside, spread, spread_out};
use std::sync::Arc;

/// What all sites of a run share.
pub struct Works<'a> {
    library: Library<'a>,
    shelf: Shelf<'a>,
    store: Store<'a>,
    moment: Moment,
    sink: &'a dyn Sink,
}

/// A site that only has to be put in its place.
pub struct Finished<'a> {
    /// All its files.
    pub bundle: Bundle,
    /// What it holds.
    pub manifest: Manifest,
    /// How many of its files are pages.
    pub pages: usize,
    /// What took some of them already.
    pub delivery: Box<dyn Delivery + 'a>,
    /// The folders that it was made of.
    pub folders: Vec<String>,
    /// What else it depends on.
    pub conditions: Conditions,
}

impl<'a> Works<'a> {
    /// The works over the sites of `fleet`, whose finished sites go to `sink`.
    pub fn new(library: Library<'a>, shelf: Shelf<'a>, store: Store<'a>, moment: Moment, sink: &'a dyn Sink) -> Self {
        Self { library, shelf, store, moment, sink }
    }

    /// How much work a site is.
    pub fn weight(&self, spec: &SiteSpec) -> usize {
        self.library.weight(spec)
    }

    /// Site specification → bundle.
    pub fn finish(&self, spec: &Arc<SiteSpec>, found: &mut Vec<Diagnostic>) -> Option<Finished<'a>> {
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
        let conditions = site.conditions.clone();
        let folders = self.library.folders(spec).chain(self.shelf.folders(engine.theme())).collect();
        let (bundle, manifest, pages, delivery) = print(site, engine, self.sink, found)?;
        Some(Finished { bundle, manifest, pages, delivery, folders, conditions })
    }
}

/// Site without texts → site with texts.
fn write_texts(mut site: Site, engine: &Engine, found: &mut Vec<Diagnostic>) -> Option<Site> {
    let bodies = site.give_bodies();
    let site = Arc::new(site);
    let shortcodes = Shortcodes::new(Arc::clone(&site), engine);
    let write = |(id, body): (PageId, String)| {
        let patience = Arc::new(Patience::new(&site.spec.settings.limits));
        let insert = |&Shortcode { name, ref args, body, page, ref place }: &Shortcode<'_>| {
            let place = place.clone();
            shortcodes.render(ShortcodeCall { name, args, body, page, place, patience: &patience })
        };
        markdown::write(&site, id, &body, &insert)
    };
    let written = spread_out(bodies, write);
    drop(shortcodes);
    let mut site = Arc::into_inner(site)?;
    found.extend(markdown::settle(&mut site, written));
    Some(site)
}

/// A bundle, how many of its files are pages, and what took some of them already.
type Printed<'a> = (Bundle, Manifest, usize, Box<dyn Delivery + 'a>);

/// Site with texts → bundle, whose pages are handed to the sink as they are made.
fn print<'a>(site: Site, engine: Arc<Engine>, sink: &'a dyn Sink, found: &mut Vec<Diagnostic>) -> Option<Printed<'a>> {
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
    Some((bundle, manifest, pages, delivery))
}

/// The sheets that visitors can ask for.
fn printed(sheets: &[Sheet]) -> Vec<PrintedPage> {
    let pages = sheets.iter().filter(|sheet| sheet.kind == SheetKind::Page).cloned();
    pages.map(|Sheet { page, number, route, out, .. }| PrintedPage { page, number, route, out }).collect()
}

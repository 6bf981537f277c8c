//! One site, from what `sites.toml` says about it to its bundle.
//!
//! Purpose: the steps that every site goes through, one after the other, with what all sites of a run share: content layers, compiled
//! themes, prepared assets. In goes a specification; out comes a finished bundle, whose pages are on their way to the sink already.
//! It never decides which sites are made.
//!
//! Of a large site of which only texts were edited, [`Retouched`] holds what differs, and nothing else is read (`retouch.rs`).

mod retouch;

pub use retouch::Retouched;

use crate::asset::Store;
use crate::bundle::{Assembly, Origin};
use crate::cache::{Keeping, Portrait};
use crate::content::{Library, Moment};
use crate::diag::{Diagnostic, Place};
use crate::feed::{self, PrintedPage};
use crate::markdown::{self, Settled, Shortcode, Written};
use crate::model::{Artifact, Body, Bundle, Conditions, Manifest, Media, Minify, PageId, Site, SiteSpec};
use crate::render::{Account, Engine, Patience, Press, Sheet, SheetKind, ShortcodeCall, Shortcodes, Transcript};
use crate::shelf::Shelf;
use crate::sink::{self, Delivery, Sink};
use crate::theme;
use crate::world::{beside, spread, spread_out};
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What all sites of a run share.
pub struct Works<'a> {
    library: Library<'a>,
    shelf: Shelf<'a>,
    store: Store<'a>,
    moment: Moment,
    sink: &'a dyn Sink,
    recall: &'a Recall<'a>,
}

/// What is known of the last time that a site of so many pages was printed; none if it is not worth knowing.
pub type Recall<'a> = dyn Fn(&SiteSpec, usize) -> Option<Transcript> + Sync + 'a;

/// A site that only has to be put in its place.
pub struct Finished<'a> {
    /// All its files.
    pub bundle: Bundle,
    /// What it holds.
    pub manifest: Manifest,
    /// How many of its files are pages.
    pub pages: usize,
    /// How many of them were made in this run.
    pub rendered: usize,
    /// What is worth knowing of a large site the next time.
    pub large: Option<Large>,
    /// What took some of them already.
    pub delivery: Box<dyn Delivery + 'a>,
    /// The folders that it was made of.
    pub folders: Vec<String>,
    /// What else it depends on.
    pub conditions: Conditions,
    /// What it was made of. Taking a large site apart takes a while, and nobody has to wait for that.
    pub site: Arc<Site>,
}

/// What is known of a large site that was made, besides the site.
pub struct Large {
    /// What its pages asked.
    pub transcript: Transcript,
    /// The layers that override files of its theme.
    pub overrides: Vec<String>,
    /// What was found in its texts.
    pub settled: Settled,
    /// Which of all messages were found there.
    pub told: Range<usize>,
    /// The pages that its feeds show.
    pub in_feeds: BTreeSet<PageId>,
}

impl Large {
    /// What is to be kept of it, with its files and all messages about it.
    pub fn keeping(self, site: &Site, manifest: &Manifest, found: &[Diagnostic]) -> Keeping {
        let Self { transcript, overrides, settled, told, in_feeds } = self;
        let (before, after) = (&found[..told.start], &found[told.end..]);
        let (overrides, settled, in_feeds) = (&overrides, &settled, &in_feeds);
        Keeping::of(&Portrait { site, overrides, manifest, before, settled, after, in_feeds }, transcript)
    }
}

impl<'a> Works<'a> {
    /// The works over the sites of `fleet`, whose finished sites go to `sink`.
    pub fn new(
        library: Library<'a>,
        shelf: Shelf<'a>,
        store: Store<'a>,
        moment: Moment,
        sink: &'a dyn Sink,
        recall: &'a Recall<'a>,
    ) -> Self {
        Self { library, shelf, store, moment, sink, recall }
    }

    /// How much work a site is.
    pub fn weight(&self, spec: &SiteSpec) -> usize {
        self.library.weight(spec)
    }

    /// Site specification → bundle.
    pub fn finish(&self, spec: &Arc<SiteSpec>, found: &mut Vec<Diagnostic>) -> Option<Finished<'a>> {
        let overrides = self.library.overrides(spec);
        let shelved = self.shelf.engine(spec, overrides.clone());
        found.extend(shelved.diagnostics);
        let site = self.library.site(spec, self.moment).sound(found);
        let (engine, mut site) = (shelved.engine?, site?);
        found.extend(theme::check_tokens(spec, engine.theme()));
        let (limits, minify) = (&spec.settings.limits, spec.settings.minify != Minify::Off);
        let files = [engine.theme().files.as_slice(), site.files.as_slice()].concat();
        site.assets = self.store.gather(&files, limits, minify).sound(found)?;
        found.extend(self.library.check_pictures(&site));
        found.extend(self.library.check_templates(&site, &|name| engine.missing(name)));
        let (site, settled) = write_texts(site, &engine)?;
        let start = found.len();
        found.extend(settled.diagnostics().cloned());
        let told = start..found.len();
        let conditions = site.conditions.clone();
        let folders = self.library.folders(spec).chain(self.shelf.folders(engine.theme())).collect();
        let site = Arc::new(site);
        let printed = self.print(&site, engine, found)?;
        let Printed { bundle, manifest, pages, rendered, transcript, in_feeds, delivery } = printed;
        let large = transcript.map(|transcript| Large { transcript, overrides, settled, told, in_feeds });
        Some(Finished { bundle, manifest, pages, rendered, large, delivery, folders, conditions, site })
    }

    /// Site with texts → bundle, whose pages are handed to the sink as they are made.
    fn print(&self, site: &Arc<Site>, engine: Arc<Engine>, found: &mut Vec<Diagnostic>) -> Option<Printed<'a>> {
        let press = self.press(site, engine);
        let (sheets, delivery) = (press.sheets(), sink::begin(self.sink, &site.spec.id));
        // A site with an error is not delivered: it is printed only to find all that is wrong with it, and nothing is put aside.
        let is_lost = AtomicBool::new(found.iter().any(Diagnostic::is_error));
        let print = |sheet: &Sheet| print(&press, sheet, delivery.as_ref(), &is_lost);
        let visited = printed(&sheets);
        let (made, files) = beside(|| spread(&sheets, print), || feed::machine_files(site, &visited));
        let (mut assembly, mut accounts) = (Assembly::new(site.spec.id.clone()), Vec::new());
        let (pages, mut rendered) = (sheets.len(), 0);
        for (sheet, made) in sheets.into_iter().zip(made) {
            let origin = match sheet.kind {
                SheetKind::Page => Origin::of(site.page(sheet.page)),
                SheetKind::NotFound => Origin::Made("the page 404.html"),
            };
            match made {
                Ok(made) => {
                    assembly.add(sheet.out, made.artifact, origin);
                    accounts.extend(made.account);
                    rendered += usize::from(made.is_new);
                }
                Err(diagnostics) => found.extend(diagnostics),
            }
        }
        found.extend(press.remarks());
        for made in files.sound(found)? {
            assembly.add(made.path, made.artifact, Origin::Made(made.origin));
        }
        for (key, asset) in &site.assets {
            assembly.add(asset.out.clone(), asset.artifact(), Origin::File(Place::file(Arc::clone(key))));
        }
        let transcript = press.transcript(accounts);
        let in_feeds = transcript.as_ref().map(|_| feed::in_feeds(site, &visited)).unwrap_or_default();
        let (bundle, ()) = beside(|| assembly.finish(), || drop(press));
        let (bundle, manifest) = bundle.sound(found)?;
        Some(Printed { bundle, manifest, pages, rendered, transcript, in_feeds, delivery })
    }

    /// A press that listens, if it is worth it. What a full minifier has to say about a page cannot be said again without making it.
    fn press(&self, site: &Arc<Site>, engine: Arc<Engine>) -> Press {
        let is_silent = site.spec.settings.minify != Minify::Full;
        let past = is_silent.then(|| (self.recall)(&site.spec, site.pages.len())).flatten();
        match past {
            Some(past) => Press::listening(Arc::clone(site), engine, Arc::new(past)),
            None => Press::new(Arc::clone(site), engine),
        }
    }
}

/// Site without texts → site with texts.
fn write_texts(mut site: Site, engine: &Engine) -> Option<(Site, Settled)> {
    let bodies = site.give_bodies();
    let site = Arc::new(site);
    let written = write_bodies(&site, engine, bodies);
    let mut site = Arc::into_inner(site)?;
    let settled = markdown::settle(&mut site, written);
    Some((site, settled))
}

/// Writes the texts of pages of a site that has none yet.
fn write_bodies(site: &Arc<Site>, engine: &Engine, bodies: Vec<(PageId, String)>) -> Vec<Written> {
    let shortcodes = Shortcodes::new(Arc::clone(site), engine);
    let write = |(id, body): (PageId, String)| {
        let patience = Arc::new(Patience::new(&site.spec.settings.limits));
        let insert = |&Shortcode { name, ref args, body, page, ref place }: &Shortcode<'_>| {
            let place = place.clone();
            shortcodes.render(ShortcodeCall { name, args, body, page, place, patience: &patience })
        };
        markdown::write(site, id, &body, &insert)
    };
    spread_out(bodies, write)
}

/// A bundle whose pages are on their way to the sink.
struct Printed<'a> {
    bundle: Bundle,
    manifest: Manifest,
    pages: usize,
    rendered: usize,
    transcript: Option<Transcript>,
    in_feeds: BTreeSet<PageId>,
    delivery: Box<dyn Delivery + 'a>,
}

/// A sheet that is on its way to the sink, or lies there already.
struct Laid {
    artifact: Artifact,
    account: Option<Account>,
    is_new: bool,
}

/// Prints a sheet, unless it lies at the sink already and would come out the same.
fn print(press: &Press, sheet: &Sheet, delivery: &dyn Delivery, is_lost: &AtomicBool) -> Result<Laid, Vec<Diagnostic>> {
    if let Some(account) = press.recall(sheet).filter(|account| delivery.keep(&sheet.out, account.bytes())) {
        let body = Body::Sent { len: account.bytes() };
        let artifact = Artifact { body, digest: account.digest(), media: Media::Html };
        return Ok(Laid { artifact, account: Some(account), is_new: false });
    }
    let printed = press.print(sheet).inspect_err(|_| is_lost.store(true, Ordering::Relaxed))?;
    let artifact = if is_lost.load(Ordering::Relaxed) {
        printed.artifact.sent()
    } else {
        delivery.take(&sheet.out, printed.artifact)
    };
    Ok(Laid { artifact, account: printed.account, is_new: true })
}

/// The sheets that visitors can ask for.
fn printed(sheets: &[Sheet]) -> Vec<PrintedPage> {
    let pages = sheets.iter().filter(|sheet| sheet.kind == SheetKind::Page).cloned();
    pages.map(|Sheet { page, number, route, out, .. }| PrintedPage { page, number, route, out }).collect()
}

//! A large site of which only texts were edited.
//!
//! Its tree is as it was, so nothing is read but the texts that were edited and those of the pages that show something of them.
//! Everything else is left where it lies. Whenever there is a doubt, nothing comes of it, and the site is made as a whole.

use super::{Works, printed, write_bodies};
use crate::cache::{Edge, Sequel, Snapshot, relink};
use crate::diag::Diagnostic;
use crate::feed;
use crate::markdown::{self, AnchorLink, Written};
use crate::model::{Conditions, Manifest, OutPath, PageId, Site, Text};
use crate::render::{Addendum, Engine, Press, Printed, Sheet, SheetKind, Transcript};
use crate::sink::Amended;
use crate::world::spread;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A large site of which a few files only have to take their place.
pub struct Retouched {
    /// The files that differ.
    pub files: Vec<Amended>,
    /// What has to lie there.
    pub manifest: Manifest,
    /// How many of its files are pages.
    pub pages: usize,
    /// The pages that were made in this run.
    pub rendered: Vec<OutPath>,
    /// All that is to be said about the site.
    pub diagnostics: Vec<Diagnostic>,
    /// What else it depends on.
    pub conditions: Conditions,
    /// What is to be known of it the next time.
    pub sequel: Sequel,
    /// What it was made of, which takes a while to take apart.
    pub site: Arc<Site>,
}

/// One page in so many may be touched before making all of them costs less.
const SHARE: usize = 8;
/// So many may be touched at any rate.
const FEW: usize = 64;

impl Works<'_> {
    /// Makes anew what differs of `site`, of which `known` is known, since these files were edited. None if it has to be made as a whole.
    pub fn retouch(&self, site: Site, known: Snapshot<'_>, files: &[String]) -> Option<Retouched> {
        let engine = self.shelf.engine(&site.spec, known.overrides.clone()).engine?;
        let most = (site.pages.len() / SHARE).max(FEW);
        let edited = edited(&site, files).filter(|edited| edited.len() <= most)?;
        (known.sequel.size() <= most * 2).then_some(())?;
        let mut retouch = Retouch::begin(self, &engine, site, known);
        retouch.edit(&edited)?;
        let stale = retouch.stale(&edited);
        (stale.len() + retouch.written.len() <= most).then_some(())?;
        retouch.write_shown(&stale)?;
        retouch.finish(&stale)
    }
}

/// The pages that were read from these files; none if one of them is anything else than the text of one page.
fn edited(site: &Site, files: &[String]) -> Option<BTreeSet<PageId>> {
    let mut wanted: BTreeSet<&str> = files.iter().map(String::as_str).collect();
    wanted.retain(|file| !site.conditions.shared_texts.contains(*file));
    let mut edited = BTreeSet::new();
    for id in site.ids() {
        if site.page(id).source.as_ref().is_some_and(|source| wanted.remove(&*source.file)) {
            edited.insert(id);
        }
    }
    (edited.len() == files.len()).then_some(edited)
}

/// A site that is being retouched.
struct Retouch<'w, 's> {
    works: &'w Works<'w>,
    engine: &'w Arc<Engine>,
    /// The site without texts, as shortcodes see it.
    site: Arc<Site>,
    known: Snapshot<'s>,
    /// All its sheets.
    sheets: Vec<Sheet>,
    /// Texts that were written in this run, with their HTML.
    written: BTreeMap<PageId, Text>,
    /// What was found in those of them of which something else may have to be said now.
    found: BTreeMap<PageId, (Vec<Diagnostic>, Vec<AnchorLink>)>,
    /// Pages of which lists tell something else now.
    retold: BTreeSet<PageId>,
    /// Pages to which others link now, or no longer do.
    relinked: BTreeSet<PageId>,
    /// Whether feeds show something else now.
    are_feeds_stale: bool,
}

impl<'w, 's> Retouch<'w, 's> {
    fn begin(works: &'w Works<'w>, engine: &'w Arc<Engine>, site: Site, known: Snapshot<'s>) -> Self {
        let site = Arc::new(site);
        let sheets = Press::new(Arc::clone(&site), Arc::clone(engine)).sheets();
        Self {
            works,
            engine,
            site,
            known,
            sheets,
            written: BTreeMap::new(),
            found: BTreeMap::new(),
            retold: BTreeSet::new(),
            relinked: BTreeSet::new(),
            are_feeds_stale: false,
        }
    }

    /// Writes texts from their files; none if one of these says more than another text, or there is a mistake in it.
    fn write(&self, pages: &BTreeSet<PageId>) -> Option<Vec<(PageId, Written)>> {
        let body = |id: &PageId| match &self.site.page(*id).source {
            Some(source) if source.file.ends_with(".md") => self.works.library.body(&self.site.spec, source),
            Some(_) => None,
            None => Some(String::new()),
        };
        let bodies = pages.iter().map(|id| Some((*id, body(id)?))).collect::<Option<Vec<_>>>()?;
        let written = write_bodies(&self.site, self.engine, bodies);
        let is_wrong = written.iter().any(|written| written.diagnostics.iter().any(Diagnostic::is_error));
        (!is_wrong).then(|| pages.iter().copied().zip(written).collect())
    }

    /// Writes the texts that were edited, and finds out what else that changes.
    fn edit(&mut self, edited: &BTreeSet<PageId>) -> Option<()> {
        for (id, written) in self.write(edited)? {
            let (before, after) = (self.known.text(id)?, &written.text);
            let told = |text: &Text| (text.summary.clone(), text.plain_summary.clone(), text.words);
            if self.known.sees(Edge::Summaries) && told(&before) != told(after) {
                self.retold.insert(id);
            }
            if self.known.sees(Edge::Links) {
                let links = |text: &Text| text.links.iter().copied().collect::<BTreeSet<_>>();
                self.relinked.extend(links(&before).symmetric_difference(&links(after)));
                relink(&mut self.known.backlinks, id, &before.links, &after.links);
            }
            self.take(id, written);
        }
        let is_shown = |id: &PageId| {
            let is_full = self.site.spec.settings.feeds.full_text;
            self.known.in_feeds.contains(id) && (is_full || self.retold.contains(id))
        };
        self.are_feeds_stale = self.known.sees(Edge::Feeds) && edited.iter().any(is_shown);
        for (id, written) in self.write(&self.doubtful(edited))? {
            self.take(id, written);
        }
        self.write_targets()
    }

    fn take(&mut self, id: PageId, written: Written) {
        let Written { text, anchors, diagnostics } = written;
        self.written.insert(id, text);
        self.found.insert(id, (diagnostics, anchors));
    }

    /// Pages with a link to a heading of an edited text about which something else may have to be said now.
    fn doubtful(&self, edited: &BTreeSet<PageId>) -> BTreeSet<PageId> {
        let anchors = self
            .known
            .settled
            .anchors
            .iter()
            .filter(|anchor| self.known.sees(Edge::Anchors) && !edited.contains(&anchor.from));
        let is_doubtful = |anchor: &&markdown::Anchor| {
            let text = self.written.get(&anchor.target).filter(|_| edited.contains(&anchor.target));
            text.is_some_and(|text| anchor.dead.is_some() || !markdown::has_anchor(text, &anchor.id))
        };
        anchors.filter(is_doubtful).map(|anchor| anchor.from).collect()
    }

    /// Writes texts of which only their HTML tells whether links to their headings lead anywhere.
    fn write_targets(&mut self) -> Option<()> {
        let mut targets = BTreeSet::new();
        for link in self.found.values().flat_map(|(_, links)| links) {
            if !self.written.contains_key(&link.target)
                && !markdown::has_anchor(&self.known.text(link.target)?, &link.id)
            {
                targets.insert(link.target);
            }
        }
        self.write_more(targets)
    }

    /// Writes texts that were not edited.
    fn write_more(&mut self, mut pages: BTreeSet<PageId>) -> Option<()> {
        pages.retain(|id| !self.written.contains_key(id));
        let written = self.write(&pages)?;
        self.written.extend(written.into_iter().map(|(id, written)| (id, written.text)));
        Some(())
    }

    /// The sheets that show something of what was edited.
    fn stale(&self, edited: &BTreeSet<PageId>) -> Vec<Sheet> {
        let told = self.known.transcript.told_of(&self.retold);
        let is_stale = |sheet: &&Sheet| {
            sheet.kind == SheetKind::Page && edited.contains(&sheet.page)
                || told.contains(sheet.out.as_str())
                || self.relinked.contains(&sheet.page) && self.known.transcript.asks_for_backlinks(&sheet.out)
        };
        self.sheets.iter().filter(is_stale).cloned().collect()
    }

    /// Writes the texts that are shown as a whole.
    fn write_shown(&mut self, stale: &[Sheet]) -> Option<()> {
        let pages = stale.iter().filter(|sheet| sheet.kind == SheetKind::Page).map(|sheet| sheet.page);
        let fed = self.known.in_feeds.iter().copied();
        let fed = fed.filter(|_| self.are_feeds_stale && self.site.spec.settings.feeds.full_text);
        self.write_more(pages.chain(fed).collect())
    }

    /// Prints the stale sheets and feeds, and puts together what is known now.
    fn finish(self, stale: &[Sheet]) -> Option<Retouched> {
        let Self { engine, site, mut known, sheets, written, found, are_feeds_stale, .. } = self;
        let edited: Vec<(PageId, Text)> =
            found.keys().map(|id| Some((*id, written.get(id)?.clone()))).collect::<Option<_>>()?;
        let told = stale.iter().filter_map(|sheet| known.transcript.told(&sheet.out)).flatten();
        let fed = known.in_feeds.iter().copied().filter(|_| are_feeds_stale);
        let linked = found.values().flat_map(|(_, links)| links.iter().map(|link| link.target));
        let needed = told.chain(fed).chain(linked).collect();
        let past = Arc::new(std::mem::take(&mut known.transcript));
        let mut site = Arc::into_inner(site)?;
        site.backlinks = std::mem::take(&mut known.backlinks);
        site.texts = vec![Text::default(); site.pages.len()];
        let there = written.keys().copied().collect();
        written.into_iter().for_each(|(id, text)| site.texts[id.index()] = text);
        let (site, made, addendum) = print(site, engine, &known, &past, stale, needed, there)?;
        let mut made: Vec<_> = stale.iter().zip(made).map(|(sheet, made)| (sheet.out.clone(), made.artifact)).collect();
        if are_feeds_stale {
            made.extend(feed::feeds(&site, &printed(&sheets)).into_iter().map(|made| (made.path, made.artifact)));
        }
        let mut files = Vec::new();
        for (path, artifact) in made {
            let entry = known.entries.get_mut(&path)?;
            let before = std::mem::replace(entry, (&artifact).into()).digest;
            if before != artifact.digest {
                files.push(Amended { path, artifact, before });
            }
        }
        for (id, (said, links)) in found {
            let anchors = links.into_iter().map(|link| markdown::check(&site, id, link)).collect();
            known.settled.replace(id, said, anchors);
        }
        let Snapshot { before, settled, after, mut sequel, entries, .. } = known;
        edited.iter().for_each(|(id, text)| sequel.edit(*id, text, &settled));
        sequel.print(addendum);
        sequel.deliver(files.iter().map(|file| (&file.path, &file.artifact)));
        let diagnostics = before.into_iter().chain(settled.diagnostics().cloned()).chain(after).collect();
        Some(Retouched {
            files,
            manifest: Manifest::of(site.spec.id.clone(), entries),
            pages: sheets.len(),
            rendered: stale.iter().map(|sheet| sheet.out.clone()).collect(),
            diagnostics,
            conditions: site.conditions.clone(),
            sequel,
            site,
        })
    }
}

/// Prints sheets of a site that has the texts which are `there`, and those which are `needed`. If the sheets are told of more than
/// these, all of it is done again with more of them.
fn print(
    mut site: Site,
    engine: &Arc<Engine>,
    known: &Snapshot<'_>,
    past: &Arc<Transcript>,
    sheets: &[Sheet],
    mut needed: BTreeSet<PageId>,
    mut there: BTreeSet<PageId>,
) -> Option<(Arc<Site>, Vec<Printed>, Addendum)> {
    loop {
        for id in needed.difference(&there) {
            site.texts[id.index()] = known.text(*id)?;
        }
        there.append(&mut needed);
        let shared = Arc::new(site);
        let press = Press::listening(Arc::clone(&shared), Arc::clone(engine), Arc::clone(past));
        let made = spread(sheets, |sheet| press.print(sheet).ok()).into_iter().collect::<Option<Vec<_>>>()?;
        let accounts = made.iter().map(|made| made.account.clone()).collect::<Option<Vec<_>>>()?;
        let (addendum, told) = press.addendum(accounts)?;
        if told.is_subset(&there) {
            return Some((shared, made, addendum));
        }
        needed = told;
        drop(press);
        site = Arc::into_inner(shared)?;
    }
}

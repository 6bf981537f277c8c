//! A small site to try the makers on.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use super::{Made, PrintedPage, machine_files};
use crate::diag::Outcome;
use crate::model::{
    Asset, Body, Media, Page, PageId, PageKind, Site, SiteSpec, Stamp, Taxonomy, TaxonomySpec, Term, Text, sample,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A site that grows by method calls.
pub(super) struct Sample {
    pub(super) spec: SiteSpec,
    pages: Vec<Page>,
    texts: Vec<Text>,
    taxonomies: Vec<Taxonomy>,
    assets: BTreeMap<Arc<str>, Arc<Asset>>,
}

/// `2026-03-01T08:30:00+01:00`.
pub(super) fn stamp(text: &str) -> Stamp {
    Stamp::parse(text, &jiff::tz::TimeZone::UTC).unwrap()
}

impl Sample {
    /// A home page and nothing else.
    pub(super) fn new() -> Self {
        let spec = SiteSpec { description: "Beds & more".into(), ..sample::spec() };
        Self { spec, pages: Vec::new(), texts: Vec::new(), taxonomies: Vec::new(), assets: BTreeMap::new() }.page(
            "_index.md",
            "/",
            |page| page.kind = PageKind::Home,
        )
    }

    /// A page; its parent is the section of its folder, or the home page.
    pub(super) fn page(mut self, key: &str, route: &str, change: impl FnOnce(&mut Page)) -> Self {
        let folder = key.rsplit_once('/').map(|(folder, _)| format!("{folder}/_index.md"));
        let above = self.pages.iter().position(|page| Some(&*page.key) == folder.as_deref() && *page.key != *key);
        let mut page = sample::page(key, route);
        page.parent = (!self.pages.is_empty()).then(|| PageId(above.unwrap_or(0) as u32));
        page.terms = vec![Vec::new(); self.taxonomies.len()];
        change(&mut page);
        self.texts.push(Text {
            html: format!("<p>All of {}, <a href=\"/x/?a&amp;b\">more</a></p>", page.title),
            summary: format!("<p>About {} & more</p>", page.title),
            plain_summary: format!("About {} & more", page.title),
            ..Text::default()
        });
        self.pages.push(page);
        self
    }

    /// A text with a date.
    pub(super) fn post(self, key: &str, date: &str) -> Self {
        let route = format!("/{}/", key.trim_end_matches(".md"));
        self.page(key, &route, |page| page.date = Some(stamp(date)))
    }

    /// A taxonomy with one term that all texts so far carry.
    pub(super) fn tagged(mut self, term: &str) -> Self {
        let (list, entry) = (PageId(self.pages.len() as u32), PageId(self.pages.len() as u32 + 1));
        let carriers: Vec<_> =
            (0..list.0).map(PageId).filter(|id| self.pages[id.index()].kind == PageKind::Page).collect();
        self.pages
            .iter_mut()
            .filter(|page| page.kind == PageKind::Page)
            .for_each(|page| page.terms = vec![vec![entry]]);
        let spec = TaxonomySpec { name: "tags".into(), title: "Topics".into(), slug: "topics".into(), feed: true };
        let term_of = Term { name: term.into(), page: entry };
        self.taxonomies.push(Taxonomy { spec, page: list, terms: vec![term_of] });
        self.page("topics", "/topics/", |page| page.kind = PageKind::Taxonomy).page(
            term,
            &format!("/topics/{term}/"),
            |page| {
                page.kind = PageKind::Term;
                page.children = carriers;
            },
        )
    }

    /// A file that is published with the site.
    pub(super) fn asset(mut self, out: &str) -> Self {
        self.assets.insert(format!("static:{out}").into(), Arc::new(sample::asset(out, Media::Text)));
        self
    }

    /// Changes how the site is made.
    pub(super) fn set(mut self, change: impl FnOnce(&mut SiteSpec)) -> Self {
        change(&mut self.spec);
        self
    }

    /// The site.
    pub(super) fn site(self) -> Site {
        let Self { spec, pages, texts, taxonomies, assets } = self;
        Site { texts, taxonomies, assets, ..sample::site(spec, pages) }
    }

    /// All that is made of it.
    pub(super) fn made(self) -> Outcome<Vec<Made>> {
        let site = self.site();
        machine_files(&site, &printed(&site))
    }

    /// The text of one file; empty if it is not made.
    pub(super) fn file(self, path: &str) -> String {
        let outcome = self.made();
        assert_eq!(outcome.diagnostics, []);
        text_of(&outcome, path)
    }
}

/// The text of one file of an outcome; empty if it is not there.
pub(super) fn text_of(outcome: &Outcome<Vec<Made>>, path: &str) -> String {
    let made = outcome.value.iter().flatten().find(|made| made.path.as_str() == path);
    match made.map(|made| &made.artifact.body) {
        Some(Body::Bytes(bytes)) => String::from_utf8(bytes.clone()).unwrap(),
        _ => String::new(),
    }
}

/// Every page on one sheet.
pub(super) fn printed(site: &Site) -> Vec<PrintedPage> {
    let sheet = |id: PageId| {
        let page = site.page(id);
        PrintedPage { page: id, number: 1, route: page.route.clone(), out: page.out.clone() }
    };
    site.ids().map(sheet).collect()
}

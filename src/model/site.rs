//! A site with everything that templates may see, before it is rendered.

use super::asset::Asset;
use super::data::Table;
use super::fleet::SiteSpec;
use super::keys::PagesByKey;
use super::page::{Page, PageId};
use super::path::OutPath;
use super::settings::TaxonomySpec;
use super::text::Text;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One site as a tree of pages.
#[derive(Debug)]
pub struct Site {
    /// What `sites.toml` says about it.
    pub spec: Arc<SiteSpec>,
    /// All pages; the home page is the first.
    pub pages: Vec<Page>,
    /// What each page's Markdown became, in the order of `pages`; empty until Markdown ran.
    pub texts: Vec<Text>,
    /// For each page, the pages that link to it; empty until Markdown ran.
    pub backlinks: Vec<Vec<PageId>>,
    /// The taxonomies with their terms, in the order of the settings.
    pub taxonomies: Vec<Taxonomy>,
    /// Pages by key: `garden/beds.md`.
    pub by_key: PagesByKey,
    /// Data files by name, those of later layers win.
    pub data: Table,
    /// Files that have to be published with it, in the order in which they were found.
    pub files: Vec<SiteFile>,
    /// The same files, ready to be published, by key; empty until the asset room ran.
    pub assets: BTreeMap<Arc<str>, Arc<Asset>>,
    /// What its tree depends on besides files and settings.
    pub conditions: Conditions,
}

/// What the tree of a site depends on besides files and settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conditions {
    /// Words that were taken for names of sites, groups or tags of the fleet.
    pub names: BTreeSet<String>,
    /// Markdown files that are the text of many pages made from data, and so of none alone.
    pub shared_texts: BTreeSet<String>,
    /// The last moment at which something came or went, before it was made.
    pub since: Option<Timestamp>,
    /// The next moment at which something will.
    pub until: Option<Timestamp>,
}

impl Conditions {
    /// Takes note of a moment at which something comes or goes.
    pub fn turn(&mut self, moment: Timestamp, now: Timestamp) {
        if moment <= now {
            self.since = self.since.max(Some(moment));
        } else {
            self.until = Some(self.until.map_or(moment, |until| until.min(moment)));
        }
    }
}

/// A file of the repository that is published with a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteFile {
    /// How the site refers to it: its path from the root of the repository for a file beside a page
    /// (`content/garden/beds/photo.jpg`), `theme:css/site.css` for a file of the theme or an override of one,
    /// `static:favicon.ico` for a file published under its own name.
    pub key: Arc<str>,
    /// Its path from the root of the repository.
    pub file: Arc<str>,
    /// Where it goes.
    pub publish: Publish,
}

/// Where a file of the repository goes in a site's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Publish {
    /// To `_a/<stem>.<digest>.<extension>`, so that it may be cached for ever.
    Hashed,
    /// To exactly this place.
    As(OutPath),
}

/// A taxonomy and its terms.
#[derive(Debug, Clone)]
pub struct Taxonomy {
    /// How it is named and reached.
    pub spec: TaxonomySpec,
    /// Its own page.
    pub page: PageId,
    /// Its terms, sorted by name.
    pub terms: Vec<Term>,
}

/// A term of a taxonomy.
#[derive(Debug, Clone)]
pub struct Term {
    /// As the first page wrote it: `Hochbeet`.
    pub name: Arc<str>,
    /// The term's page, whose children are the pages that carry it.
    pub page: PageId,
}

impl Site {
    /// The home page.
    pub const HOME: PageId = PageId(0);

    /// A page by its id.
    pub fn page(&self, id: PageId) -> &Page {
        &self.pages[id.index()]
    }

    /// What a page's Markdown became.
    pub fn text(&self, id: PageId) -> &Text {
        &self.texts[id.index()]
    }

    /// A page by its address after `@/`; `garden` and `garden/` find the section `garden/_index.md`.
    pub fn find(&self, key: &str) -> Option<PageId> {
        if let Some(id) = self.by_key.get(key) {
            return Some(id);
        }
        let folder = key.trim_matches('/');
        let section = if folder.is_empty() { "_index.md".to_owned() } else { format!("{folder}/_index.md") };
        self.by_key.get(&section)
    }

    /// All ids, in order.
    pub fn ids(&self) -> impl Iterator<Item = PageId> + use<> {
        (0..self.pages.len() as u32).map(PageId)
    }

    /// Gives away the Markdown of all pages, so that each can be forgotten once it is HTML: a site of 10 000 pages would hold
    /// both until the end.
    pub fn give_bodies(&mut self) -> Vec<(PageId, String)> {
        self.ids().zip(self.pages.iter_mut().map(|page| std::mem::take(&mut page.body))).collect()
    }

    /// Takes what the pages' Markdown became.
    pub fn take_texts(&mut self, texts: Vec<Text>) {
        self.texts = texts;
        self.backlinks = self.find_backlinks();
    }

    /// For each page, the others whose texts link to it.
    fn find_backlinks(&self) -> Vec<Vec<PageId>> {
        let mut links = vec![Vec::new(); self.pages.len()];
        for (from, text) in self.ids().zip(&self.texts) {
            text.links.iter().filter(|to| **to != from).for_each(|to| links[to.index()].push(from));
        }
        links
    }

    /// The pages from the home page down to the parent of `id`.
    pub fn ancestors(&self, id: PageId) -> Vec<PageId> {
        let mut trail: Vec<_> = std::iter::successors(self.page(id).parent, |above| self.page(*above).parent).collect();
        trail.reverse();
        trail
    }
}

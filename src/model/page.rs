//! The one node type of a site: home, sections, pages, taxonomies and terms are all pages with children.

use super::data::Table;
use super::digest::Digest;
use super::path::OutPath;
use super::route::Route;
use super::stamp::Stamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A page's index in `Site::pages`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PageId(pub u32);

impl PageId {
    /// The index as a `usize`.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a page is in its site's tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PageKind {
    /// The root of the tree.
    Home,
    /// A folder with an `_index.md`, or one that only holds pages.
    Section,
    /// A text.
    Page,
    /// The list of a taxonomy's terms.
    Taxonomy,
    /// The list of the pages under one term.
    Term,
}

impl PageKind {
    /// The name templates and messages use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Section => "section",
            Self::Page => "page",
            Self::Taxonomy => "taxonomy",
            Self::Term => "term",
        }
    }
}

/// The file that a page was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its path from the root of the repository: `content/garden/beds.md`.
    pub file: Arc<str>,
    /// The content layer it came from.
    pub layer: Arc<str>,
    /// The line on which the body starts, counted from 1.
    pub body_line: u32,
    /// The digest of all of the file that its place in the tree depends on: its front matter, and its title if the text gives it.
    pub head: Digest,
}

/// One page of a site.
#[derive(Debug, Clone)]
pub struct Page {
    /// What it is.
    pub kind: PageKind,
    /// Its address inside the repository as links write it after `@/`: `garden/beds.md`, `blog/_index.md`.
    pub key: Arc<str>,
    /// Where it was read from; none for a section without `_index.md` and for terms nobody described.
    pub source: Option<Source>,
    /// The title; never empty.
    pub title: Arc<str>,
    /// One or two sentences for search results.
    pub description: Option<Arc<str>>,
    /// When it was written.
    pub date: Option<Stamp>,
    /// When it was last changed.
    pub updated: Option<Stamp>,
    /// Its place among its siblings; lower comes first.
    pub weight: Option<i64>,
    /// The author, where it differs from the site's.
    pub author: Option<Arc<str>>,
    /// The template, where it is not the one of its kind.
    pub template: Option<Arc<str>>,
    /// The key of its picture in `Site::assets`.
    pub image: Option<Arc<str>>,
    /// What search engines may do with it.
    pub robots: Robots,
    /// Whether it stands in the sitemap.
    pub in_sitemap: bool,
    /// Free values of its author.
    pub extra: Table,
    /// For each taxonomy of the site, in the same order, the term pages this page belongs to.
    pub terms: Vec<Vec<PageId>>,
    /// Where it is reached.
    pub route: Route,
    /// The file that holds it.
    pub out: OutPath,
    /// Old paths that lead here.
    pub aliases: Vec<Route>,
    /// The page above it; none for the home page.
    pub parent: Option<PageId>,
    /// The pages below it in the order in which lists show them; for a term, the pages that carry it.
    pub children: Vec<PageId>,
    /// The neighbour before it in its section (the newer one where sections are sorted by date).
    pub previous: Option<PageId>,
    /// The neighbour after it.
    pub next: Option<PageId>,
    /// Files beside its `index.md`.
    pub resources: Vec<Resource>,
    /// Entries on one page of its list; 0 for all.
    pub paginate: usize,
    /// The Markdown text.
    pub body: String,
    /// Whether HTML in the body reaches the page.
    pub raw_html: bool,
}

/// A file beside a page, published with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Its name as the page's text writes it: `photo.jpg`, `img/photo.jpg`.
    pub name: Arc<str>,
    /// Its key in `Site::assets`.
    pub asset: Arc<str>,
}

/// What search engines may do with a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Robots {
    /// They may list it.
    pub index: bool,
    /// They may follow its links.
    pub follow: bool,
}

impl Default for Robots {
    fn default() -> Self {
        Self { index: true, follow: true }
    }
}

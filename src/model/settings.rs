//! How a site is made: everything about it that is a choice and not content.

use super::data::Table;
use super::page::Page;
use super::route::UrlStyle;
use serde::Serialize;
use std::collections::BTreeMap;

/// A site's choices, fully resolved: defaults, group and site are merged, nothing means "inherit".
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Settings {
    /// How clean URLs end.
    pub url_style: UrlStyle,
    /// How far HTML is minified.
    pub minify: Minify,
    /// Quotes, dashes and ellipses set as the site's language wants them.
    pub typography: bool,
    /// Time zone of dates written without an offset, such as `Europe/Berlin`.
    pub timezone: String,
    /// Entries on one page of a list; 0 puts all on one page.
    pub paginate: usize,
    /// How many related pages `related()` finds.
    pub related: usize,
    /// Taxonomies, in the order in which they were named.
    pub taxonomies: Vec<TaxonomySpec>,
    /// Section path → pattern of its pages' URLs, such as `/{year}/{month}/{slug}/`; the key `*` is for all others.
    pub permalinks: BTreeMap<String, String>,
    /// Menu name → its entries.
    pub menus: BTreeMap<String, Vec<MenuItem>>,
    /// Feeds of the site and of its sections.
    pub feeds: Feeds,
    /// What `robots.txt` says.
    pub robots: RobotsRules,
    /// Redirects beyond the aliases of pages.
    pub redirects: Vec<RedirectRule>,
    /// Path pattern → header name → value, added to the default headers; an empty value removes a header.
    pub headers: BTreeMap<String, BTreeMap<String, String>>,
    /// The Content-Security-Policy; empty for none.
    pub content_security_policy: String,
    /// Bounds that keep one page from stopping the farm.
    pub limits: Limits,
    /// Free values for the theme, `site.extra` in templates.
    pub extra: Table,
}

/// How far HTML is minified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum Minify {
    /// Not at all.
    Off,
    /// White space and comments of template text, once when the theme is loaded.
    #[default]
    Theme,
    /// Each finished page as a whole.
    Full,
}

/// A way to group pages by terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaxonomySpec {
    /// The front matter key and the name templates ask for: `tags`.
    pub name: String,
    /// What visitors read: `Themen`.
    pub title: String,
    /// The first part of its URLs: `themen`.
    pub slug: String,
    /// Whether each term has a feed of its own.
    pub feed: bool,
}

/// One entry of a menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MenuItem {
    /// What visitors read.
    pub title: String,
    /// `@/about.md`, a path of the site, or an address elsewhere.
    pub url: String,
    /// Entries below this one.
    pub items: Vec<MenuItem>,
}

impl MenuItem {
    /// Whether it leads to `page`.
    fn names(&self, page: &Page) -> bool {
        match self.url.strip_prefix("@/") {
            Some(target) => target.split(['#', '?']).next() == Some(&*page.key),
            None => self.url == page.route.as_str(),
        }
    }
}

impl Settings {
    /// Whether a menu of the site names `page` in its first rank: such pages (about, imprint) stand apart from what the site is about.
    pub fn is_in_menu(&self, page: &Page) -> bool {
        self.menus.values().flatten().any(|item| item.names(page))
    }
}

/// Which feeds a site offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Feeds {
    /// The formats, none to offer no feed.
    pub formats: Vec<FeedFormat>,
    /// The number of newest pages in a feed.
    pub limit: usize,
    /// Whole texts instead of summaries.
    pub full_text: bool,
}

/// A feed format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum FeedFormat {
    /// Atom 1.0, `atom.xml`.
    Atom,
    /// RSS 2.0, `rss.xml`.
    Rss,
    /// JSON Feed 1.1, `feed.json`.
    Json,
}

impl FeedFormat {
    /// The name of the feed's file.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Atom => "atom.xml",
            Self::Rss => "rss.xml",
            Self::Json => "feed.json",
        }
    }

    /// The media type that feed readers look for.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Atom => "application/atom+xml",
            Self::Rss => "application/rss+xml",
            Self::Json => "application/feed+json",
        }
    }
}

/// What `robots.txt` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RobotsRules {
    /// Whether search engines may index the site at all.
    pub index: bool,
    /// Path prefixes that no robot should visit.
    pub disallow: Vec<String>,
    /// Names of robots that should stay away altogether.
    pub block: Vec<String>,
}

/// A redirect that is not the alias of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RedirectRule {
    /// The old path; may end in `*`.
    pub from: String,
    /// The new path or address.
    pub to: String,
    /// 301, 302, 307 or 308.
    pub status: u16,
}

/// Bounds that keep one page from stopping the farm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Limits {
    /// The largest Markdown or data file, in bytes.
    pub source_bytes: u64,
    /// The largest page a template may make, in bytes.
    pub page_bytes: usize,
    /// The longest a template may work on one page, in milliseconds.
    pub render_ms: u64,
    /// The deepest nesting of elements in a page.
    pub nesting: usize,
    /// The largest image, in pixels (width × height).
    pub image_pixels: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { source_bytes: 10 << 20, page_bytes: 16 << 20, render_ms: 2_000, nesting: 100, image_pixels: 64_000_000 }
    }
}

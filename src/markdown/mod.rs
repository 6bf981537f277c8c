//! Markdown becomes HTML.
//!
//! Purpose: one page's Markdown in, its finished `Text` out, in a single pass over pulldown-cmark's events.
//! In: a site whose pages and assets are known, a page of it, and a way to ask for the HTML of a shortcode.
//! Out: HTML, headings, summary, words, links to other pages, and a diagnostic for everything that leads nowhere.
//! Never: reads a file, knows a template, lets text of an author end an attribute, or recurses as deep as its input nests.

mod almost;
mod anchors;
mod arguments;
mod autolink;
mod blocks;
mod context;
mod destination;
mod files;
mod footnotes;
mod glance;
mod guests;
mod headings;
mod html;
mod images;
mod inserts;
mod line;
mod links;
mod manuscript;
mod places;
mod raw;
mod shortcode;
mod summary;
mod tables;
#[cfg(test)]
mod tests;
mod tongue;
mod typography;
mod write;

use crate::diag::{Diagnostic, Outcome, Place};
use crate::model::{Anchors, PageId, Site, Table, Text};

pub use anchors::{Anchor, Settled, check, has_anchor, settle};

/// What became of a page's Markdown.
#[derive(Debug)]
pub struct Written {
    /// The finished text.
    pub text: Text,
    /// Links to headings, which can be checked when all texts of the site are there.
    pub anchors: Vec<AnchorLink>,
    /// Everything that leads nowhere or is written wrongly, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// A link to a heading of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnchorLink {
    /// The page with the heading.
    pub target: PageId,
    /// The anchor, decoded, without `#`.
    pub id: String,
    /// Where the link is written.
    pub place: Place,
}

/// A call of a shortcode, for whoever has the templates.
#[derive(Debug)]
pub struct Shortcode<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its arguments.
    pub args: Table,
    /// The Markdown between its tags as HTML; none for a call without a body.
    pub body: Option<&'a str>,
    /// The page that calls it.
    pub page: PageId,
    /// Where it is called.
    pub place: Place,
}

/// What the writing of a text needs of others.
#[derive(Clone, Copy)]
pub struct Aid<'a> {
    /// Makes the HTML of a shortcode.
    pub insert: &'a Insert<'a>,
    /// Whether the site answers at a path that begins with a slash.
    pub answers: &'a Answers<'a>,
}

/// Makes the HTML of a shortcode.
pub type Insert<'a> = dyn Fn(&Shortcode<'_>) -> Outcome<String> + Sync + 'a;

/// Tells whether a site answers at a path.
pub type Answers<'a> = dyn Fn(&str) -> bool + Sync + 'a;

/// Writes the text of `page`, whose Markdown is `body`. The site's pages and assets are known, its texts are not needed.
pub fn write(site: &Site, page: PageId, body: &str, aid: Aid<'_>) -> Written {
    write::page(site, page, body, aid)
}

/// A piece of Markdown as HTML, for values of front matter and data, written as the texts of `site` are. Its links stay as they are,
/// and its HTML is kept where that of `page` is; `404.html` has no page. With `inline` there are no paragraphs around it. Its headings
/// get anchors that neither the page's text nor the fragments before it on the page have, which `anchors` remembers.
pub fn fragment(markdown: &str, site: &Site, page: Option<PageId>, inline: bool, anchors: &mut Anchors) -> String {
    write::fragment(markdown, site, page, inline, anchors)
}

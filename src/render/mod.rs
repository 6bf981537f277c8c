//! Templates turn the pages of a site into HTML files.
//!
//! Purpose: everything about Tera, which nothing else knows. In goes a theme, which becomes an [`Engine`] that all its sites share, and a
//! site, which becomes a [`Press`]; out come sheets, and a file for each of them. It reads no files, and a template learns about anything
//! but its own page only by asking (`ask.rs`).
//!
//! Before that, while there are no texts yet, a site becomes [`Shortcodes`], which are called while its texts are written.

mod answer;
mod arguments;
mod ask;
mod basis;
mod engine;
mod escape;
mod failure;
mod filters;
mod functions;
mod head;
mod load;
mod locale;
mod minify;
mod patience;
mod phrase;
mod press;
mod print;
mod question;
mod register;
mod shortcodes;
mod summary;
mod template;
mod transcript;
mod values;
mod visit;
mod vocabulary;

pub use engine::Engine;
pub use patience::Patience;
pub use press::Press;
pub use question::Topic;
pub use shortcodes::Shortcodes;
pub use transcript::{Account, Addendum, Transcript};

use crate::diag::Place;
use crate::model::{Anchors, Artifact, OutPath, PageId, Route, Site, Table};
use std::sync::Arc;

/// Turns a piece of Markdown that is shown on a page of a site, or on `404.html`, into HTML, with or without paragraphs around it.
/// It is handed in, since the filter `markdown` has to write as texts are written, and templates know nothing about that.
pub type Markdown = fn(&str, &Site, Option<PageId>, bool, &mut Anchors) -> String;

/// A file that a template has to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The page that it shows; the home page stands in for `404.html`.
    pub page: PageId,
    /// Which page of a long list it is, from 1.
    pub number: usize,
    /// Where it is reached.
    pub route: Route,
    /// The file that holds it.
    pub out: OutPath,
    /// What it is.
    pub kind: SheetKind,
}

/// A sheet that was printed.
#[derive(Debug)]
pub struct Printed {
    /// The file.
    pub artifact: Artifact,
    /// How it came about, if that is wanted to be known.
    pub account: Option<Account>,
}

/// What a sheet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetKind {
    /// A page of the site.
    Page,
    /// What visitors see where there is no page.
    NotFound,
}

/// A shortcode in a text that is being turned into HTML.
#[derive(Debug)]
pub struct ShortcodeCall<'a> {
    /// Its name: `note` renders `shortcodes/note.html`.
    pub name: &'a str,
    /// Its arguments.
    pub args: &'a Table,
    /// The HTML of the text between its tags.
    pub body: Option<&'a str>,
    /// The page that it stands on.
    pub page: PageId,
    /// Where it is written.
    pub place: Place,
    /// What is left for it; all shortcodes of the page share it.
    pub patience: &'a Arc<Patience>,
}

#[cfg(test)]
mod tests;

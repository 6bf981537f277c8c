//! Where the Markdown stands that is being written.

use super::Aid;
use super::tongue::Tongue;
use crate::model::{Page, PageId, Site};
use pulldown_cmark::Options;

/// Everything that decides how Markdown is written.
pub(super) struct Context<'a> {
    pub(super) tongue: Tongue,
    /// Quotes, dashes and spaces are set as the language wants them.
    pub(super) typography: bool,
    /// HTML of the author reaches the page.
    pub(super) raw_html: bool,
    /// How deep elements may nest.
    pub(super) nesting: usize,
    /// The page; none for a fragment, whose links stay as they are.
    pub(super) home: Option<Home<'a>>,
}

/// The page that is being written.
#[derive(Clone, Copy)]
pub(super) struct Home<'a> {
    pub(super) site: &'a Site,
    pub(super) id: PageId,
    pub(super) page: &'a Page,
    /// Its Markdown.
    pub(super) body: &'a str,
    pub(super) aid: Aid<'a>,
}

impl<'a> Context<'a> {
    pub(super) fn of_page(site: &'a Site, id: PageId, body: &'a str, aid: Aid<'a>) -> Self {
        let page = site.page(id);
        Self { home: Some(Home { site, id, page, body, aid }), ..Self::of_fragment(site, Some(id)) }
    }

    /// For a piece of Markdown that is shown on a page, but does not belong to its text.
    pub(super) fn of_fragment(site: &Site, shown_on: Option<PageId>) -> Self {
        Self {
            tongue: Tongue::of(&site.spec.language),
            typography: site.spec.settings.typography,
            raw_html: shown_on.is_some_and(|id| site.page(id).raw_html),
            nesting: site.spec.settings.limits.nesting,
            home: None,
        }
    }

    /// The extensions of Markdown that the parser has to know.
    pub(super) fn options(&self) -> Options {
        let mut options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_HEADING_ATTRIBUTES
            | Options::ENABLE_GFM
            | Options::ENABLE_DEFINITION_LIST;
        options.set(Options::ENABLE_SMART_PUNCTUATION, self.typography);
        options
    }
}

//! What Markdown becomes.

use super::page::PageId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A page's text, ready for templates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    /// The whole text as HTML.
    pub html: String,
    /// Its headings as a tree.
    pub headings: Vec<Heading>,
    /// The part before `<!-- more -->` as HTML, or the first sentences as one paragraph.
    pub summary: String,
    /// The same without any markup, for descriptions and feeds.
    pub plain_summary: String,
    /// The number of words.
    pub words: usize,
    /// Pages of the same site that the text links to, each once, in the order of their first link.
    pub links: Vec<PageId>,
}

impl Text {
    /// Whole minutes that reading takes at 200 words a minute, at least one.
    pub fn reading_minutes(&self) -> usize {
        self.words.div_ceil(200).max(1)
    }
}

/// A heading and those below it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// The anchor, unique in its page.
    pub id: String,
    /// The heading without markup.
    pub title: String,
    /// Deeper headings that follow it.
    pub children: Vec<Heading>,
}

/// The anchors that a page has, each with the number of the last one that began alike.
pub type Anchors = BTreeMap<String, usize>;

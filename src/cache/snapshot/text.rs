//! What is kept of a page's text: all but its HTML, which is made anew where it is needed.

use crate::model::{Heading, PageId, Text, push_text};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A text without its HTML.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeptText<'a> {
    /// None if it is the plain summary as one paragraph.
    summary: Option<Cow<'a, str>>,
    plain_summary: Cow<'a, str>,
    words: usize,
    links: Cow<'a, [PageId]>,
    headings: Cow<'a, [Heading]>,
}

impl<'a> KeptText<'a> {
    pub(super) fn of(text: &'a Text) -> Self {
        Self {
            summary: (text.summary != paragraph(&text.plain_summary)).then(|| text.summary.as_str().into()),
            plain_summary: text.plain_summary.as_str().into(),
            words: text.words,
            links: text.links.as_slice().into(),
            headings: text.headings.as_slice().into(),
        }
    }

    /// The same for longer than the text is held.
    pub(super) fn into_owned(self) -> KeptText<'static> {
        KeptText {
            summary: self.summary.map(|summary| summary.into_owned().into()),
            plain_summary: self.plain_summary.into_owned().into(),
            words: self.words,
            links: self.links.into_owned().into(),
            headings: self.headings.into_owned().into(),
        }
    }

    pub(super) fn text(self) -> Text {
        Text {
            html: String::new(),
            summary: self.summary.map_or_else(|| paragraph(&self.plain_summary), Cow::into_owned),
            headings: self.headings.into_owned(),
            plain_summary: self.plain_summary.into_owned(),
            words: self.words,
            links: self.links.into_owned(),
        }
    }
}

fn paragraph(plain: &str) -> String {
    let mut html = String::with_capacity(plain.len() + 8);
    html.push_str("<p>");
    push_text(&mut html, plain);
    html.push_str("</p>");
    html
}

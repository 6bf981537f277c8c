//! The writer of a text's HTML: elements are closed in order, text and attributes are escaped.

use super::raw::RawTags;
use crate::model::{UrlPart, push_quoted, push_text};

/// HTML in the making, with the elements that are still open.
pub(super) struct Html {
    /// What is written so far.
    pub(super) text: String,
    open: Vec<&'static str>,
    /// Elements that the author opened as raw HTML.
    pub(super) raw: RawTags,
    limit: usize,
    deepest: usize,
}

impl Html {
    /// An empty page that can hold elements `limit` deep.
    pub(super) fn new(capacity: usize, limit: usize) -> Self {
        let (open, raw) = (Vec::with_capacity(16), RawTags::default());
        Self { text: String::with_capacity(capacity), open, raw, limit, deepest: 0 }
    }

    /// How many elements of Markdown are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// Whether elements have been nested deeper than the limit.
    pub(super) fn is_too_deep(&self) -> bool {
        self.deepest.max(self.raw.deepest()) > self.limit
    }

    /// Opens an element without attributes.
    pub(super) fn open(&mut self, name: &'static str) {
        self.begin(name);
        self.end_of_tag();
    }

    /// Starts the tag of an element; attributes may follow, `end_of_tag` must.
    pub(super) fn begin(&mut self, name: &'static str) {
        self.begin_void(name);
        self.open.push(name);
        self.deepest = self.deepest.max(self.open.len() + self.raw.depth());
    }

    /// Starts the tag of an element that holds nothing and is never closed.
    pub(super) fn begin_void(&mut self, name: &'static str) {
        self.text.push('<');
        self.text.push_str(name);
    }

    /// Adds an attribute with any value.
    pub(super) fn attribute(&mut self, name: &'static str, value: &str) {
        push_attribute(&mut self.text, name, value);
    }

    /// Ends a tag that was begun.
    pub(super) fn end_of_tag(&mut self) {
        self.text.push('>');
    }

    /// Closes the element opened last.
    pub(super) fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            push_end(&mut self.text, name);
        }
    }

    /// Closes the element opened last and ends the line.
    pub(super) fn close_block(&mut self) {
        self.close();
        self.text.push('\n');
    }

    /// Closes elements until only `depth` are open.
    pub(super) fn close_down_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            self.close();
        }
    }

    /// Takes elements below `depth` as never opened; the HTML that opened them is gone.
    pub(super) fn forget_down_to(&mut self, depth: usize) {
        self.open.truncate(depth);
    }

    /// Writes text that people read.
    pub(super) fn push_text(&mut self, text: &str) {
        push_text(&mut self.text, text);
    }

    /// Writes HTML as it is.
    pub(super) fn push_raw(&mut self, html: &str) {
        self.text.push_str(html);
    }

    /// A copy of everything up to here, with the open elements closed.
    pub(super) fn closed_copy(&self) -> String {
        let mut copy = self.text.clone();
        self.open.iter().rev().for_each(|name| push_end(&mut copy, name));
        copy
    }
}

fn push_end(out: &mut String, name: &str) {
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

/// Appends an attribute; its value can neither end early nor make an entity.
pub(super) fn push_attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    push_quoted(out, value);
    out.push('"');
}

/// A URL as it may stand in an attribute before escaping.
pub(super) fn encode_url(url: &str) -> String {
    crate::model::encode_url(url, UrlPart::Address).into_owned()
}

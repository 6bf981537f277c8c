//! Running text between two pieces of markup: counted, set and escaped as one.

use super::autolink;
use super::glance::Glance;
use super::typography::{self, Quotes};
use super::write::Writer;
use std::ops::Range;

/// The text since the last markup.
#[derive(Default)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) quotes: Quotes,
    /// Words of the whole page so far.
    pub(super) words: usize,
    /// Whether the last text reached into the middle of a word.
    within_word: bool,
}

impl Line {
    /// The next text starts a new word.
    pub(super) fn end_word(&mut self) {
        self.within_word = false;
    }

    /// A new block begins: no quote reaches into it.
    pub(super) fn begin_block(&mut self) {
        self.within_word = false;
        self.quotes = Quotes::default();
    }
}

impl Writer<'_> {
    /// Takes the parser's `text`, made of `span` in `source`, into the running text.
    pub(super) fn take_text(&mut self, text: &str, span: Range<usize>, source: &str) {
        let is_set = self.context.typography && span.len() < 4 && text.len() == 3 && source[span.clone()] != *text;
        if is_set && "“”‘’–—…".contains(text) {
            self.take_mark(text, span, source);
        } else {
            self.line.text.push_str(text);
        }
    }

    /// Takes a mark that the parser made of plain characters; in the middle of an address they stay plain.
    fn take_mark(&mut self, mark: &str, span: Range<usize>, source: &str) {
        let written = &source[span.clone()];
        if written != "\"" && autolink::is_at_end(&self.line.text) {
            self.line.text.push_str(written);
            return;
        }
        if !matches!(written, "\"" | "'") {
            self.line.text.push_str(mark);
            return;
        }
        let within_word = source[..span.start].ends_with(char::is_alphanumeric)
            && source[span.end..].starts_with(char::is_alphanumeric);
        let quote = self.line.quotes.set(self.context.tongue, mark, within_word);
        self.line.text.push_str(quote);
    }

    /// Writes the running text; called before any markup.
    pub(super) fn flush(&mut self) {
        if self.line.text.is_empty() {
            return;
        }
        let glance = Glance::at(&self.line.text, self.line.within_word);
        self.line.words += glance.words;
        self.line.within_word = glance.ends_in_word;
        if self.context.typography && self.context.tongue.is_german() {
            typography::keep_together(&mut self.line.text, glance);
        }
        let text = std::mem::take(&mut self.line.text);
        self.headings.hear(&text);
        if self.is_on_page() {
            self.excerpt.hear(&text);
        }
        self.write_line(&text, glance);
        self.line.text = text;
        self.line.text.clear();
    }

    fn write_line(&mut self, text: &str, glance: Glance) {
        let mut rest = text;
        let may_link = glance.has_colon() && !self.flow.is_in_link;
        while let Some(address) = may_link.then(|| autolink::first(rest)).flatten() {
            self.html.push_text(&rest[..address.start]);
            self.write_address(&rest[address.clone()]);
            rest = &rest[address.end..];
        }
        if glance.has_markup() { self.html.push_text(rest) } else { self.html.push_raw(rest) }
    }

    fn write_address(&mut self, address: &str) {
        self.begin_link(&self.web_address(address), "");
        self.html.push_text(address);
        self.html.close();
    }
}

//! Running text between two pieces of markup: counted, set and escaped as one.

use super::autolink;
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

    fn count_words(&mut self) {
        let bytes = self.text.as_bytes();
        let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return };
        let starts = bytes.iter().zip(&bytes[1..]).filter(|(a, b)| is_blank(**a) && !is_blank(**b)).count();
        self.words += starts + usize::from(!self.within_word && !is_blank(*first));
        self.within_word = !is_blank(*last);
    }
}

fn is_blank(byte: u8) -> bool {
    byte <= b' '
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
        self.line.count_words();
        if self.context.typography && self.context.tongue.is_german() {
            typography::keep_together(&mut self.line.text);
        }
        let text = std::mem::take(&mut self.line.text);
        self.headings.hear(&text);
        if self.is_on_page() {
            self.excerpt.hear(&text);
        }
        self.write_line(&text);
        self.line.text = text;
        self.line.text.clear();
    }

    fn write_line(&mut self, text: &str) {
        let mut rest = text;
        while let Some(address) = autolink::first(rest).filter(|_| !self.flow.is_in_link) {
            self.html.push_text(&rest[..address.start]);
            self.write_address(&rest[address.clone()]);
            rest = &rest[address.end..];
        }
        self.html.push_text(rest);
    }

    fn write_address(&mut self, address: &str) {
        self.begin_link(&self.web_address(address), "");
        self.html.push_text(address);
        self.html.close();
    }
}

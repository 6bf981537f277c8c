//! The one writer of HTML: text and attributes are escaped here and nowhere else.

use super::raw::RawTags;
use memchr::memchr3_iter;

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

/// Appends text so that it can neither open a tag nor make an entity.
pub(super) fn push_text(out: &mut String, text: &str) {
    let mut from = 0;
    for at in memchr3_iter(b'<', b'>', b'&', text.as_bytes()) {
        out.push_str(&text[from..at]);
        out.push_str(entity(text.as_bytes()[at]));
        from = at + 1;
    }
    out.push_str(&text[from..]);
}

/// Appends an attribute; its value can neither end early nor make an entity.
pub(super) fn push_attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    let mut from = 0;
    for (at, byte) in value.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'&')) {
        out.push_str(&value[from..at]);
        out.push_str(entity(byte));
        from = at + 1;
    }
    out.push_str(&value[from..]);
    out.push('"');
}

fn entity(byte: u8) -> &'static str {
    match byte {
        b'<' => "&lt;",
        b'>' => "&gt;",
        b'&' => "&amp;",
        b'"' => "&quot;",
        _ => "&#39;",
    }
}

/// A URL as it may stand in an attribute before escaping: what no URL may hold is percent-encoded, what is encoded stays.
pub(super) fn encode_url(url: &str) -> String {
    if url.bytes().all(is_plain_in_url) {
        return url.to_owned();
    }
    let mut encoded = String::with_capacity(url.len() + 16);
    for byte in url.bytes() {
        match is_plain_in_url(byte) {
            true => encoded.push(char::from(byte)),
            false => push_percent(&mut encoded, byte),
        }
    }
    encoded
}

fn is_plain_in_url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'%' | b'!' | b'#'..=b'$' | b'&'..=b',' | b'/' | b':' | b';' | b'=' | b'?' | b'@' | b'[' | b']')
}

fn push_percent(out: &mut String, byte: u8) {
    const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    out.extend(['%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
}

/// What `text` was before it was percent-encoded; as it is if that is not text.
pub(super) fn decode_url(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        match (first, after) {
            (b'%', [high, low, beyond @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                bytes.push(digit(*high) << 4 | digit(*low));
                rest = beyond;
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).map_or(text.into(), Into::into)
}

fn digit(hex: u8) -> u8 {
    match hex {
        b'0'..=b'9' => hex - b'0',
        b'a'..=b'f' => hex - b'a' + 10,
        _ => hex - b'A' + 10,
    }
}

//! A writer of XML that cannot write anything else.

/// A document that is being written, compactly.
pub(super) struct Xml {
    text: String,
}

/// Names and values of attributes.
pub(super) type Attributes<'a> = &'a [(&'static str, &'a str)];

impl Xml {
    /// A document that will have about `size` bytes.
    pub(super) fn sized(size: usize) -> Self {
        let mut text = String::with_capacity(size);
        text.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>");
        Self { text }
    }

    /// A part of a document, without its head.
    pub(super) fn part(size: usize) -> Self {
        Self { text: String::with_capacity(size) }
    }

    /// Adds a part that was written before.
    pub(super) fn append(&mut self, part: &Self) {
        self.text.push_str(&part.text);
    }

    /// An element with what `inside` writes.
    pub(super) fn element(&mut self, name: &'static str, attributes: Attributes, inside: impl FnOnce(&mut Self)) {
        self.open(name, attributes);
        self.text.push('>');
        inside(self);
        self.close(name);
    }

    /// An element without attributes that holds a text.
    pub(super) fn text(&mut self, name: &'static str, text: &str) {
        self.text_with(name, &[], text);
    }

    /// An element that holds a text.
    pub(super) fn text_with(&mut self, name: &'static str, attributes: Attributes, text: &str) {
        self.open(name, attributes);
        self.text.push('>');
        push_escaped(&mut self.text, text);
        self.close(name);
    }

    /// An element that holds nothing.
    pub(super) fn empty(&mut self, name: &'static str, attributes: Attributes) {
        self.open(name, attributes);
        self.text.push_str("/>");
    }

    /// The bytes of the document.
    pub(super) fn finish(self) -> Vec<u8> {
        self.text.into_bytes()
    }

    fn open(&mut self, name: &str, attributes: Attributes) {
        self.text.push('<');
        self.text.push_str(name);
        for (name, value) in attributes {
            self.text.push(' ');
            self.text.push_str(name);
            self.text.push_str("=\"");
            push_escaped(&mut self.text, value);
            self.text.push('"');
        }
    }

    fn close(&mut self, name: &str) {
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }
}

/// Writes `text` so that it means itself, in XML and HTML, between tags and in double quotes.
/// Characters that no XML document may hold are dropped.
pub(super) fn push_escaped(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| IS_SPECIAL[usize::from(byte)]) {
        out.push_str(&rest[..at]);
        let mut after = rest[at..].chars();
        match after.next() {
            Some('&') => out.push_str("&amp;"),
            Some('<') => out.push_str("&lt;"),
            Some('>') => out.push_str("&gt;"),
            Some('"') => out.push_str("&quot;"),
            Some(other) if !other.is_ascii_control() && !matches!(other, '\u{FFFE}' | '\u{FFFF}') => out.push(other),
            _ => {}
        }
        rest = after.as_str();
    }
    out.push_str(rest);
}

/// Bytes at which a character begins that may not stand as it is: most texts have few, so they are looked up quickly.
const IS_SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        special[byte] = matches!(byte as u8, b'&' | b'<' | b'>' | b'"' | 0..=8 | 11 | 12 | 14..=31 | 0xEF);
        byte += 1;
    }
    special
};

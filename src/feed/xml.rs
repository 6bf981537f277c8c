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
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        let (instead, width) = match byte {
            b'&' => ("&amp;", 1),
            b'<' => ("&lt;", 1),
            b'>' => ("&gt;", 1),
            b'"' => ("&quot;", 1),
            b'\t' | b'\n' | b'\r' => continue,
            0..0x20 => ("", 1),
            0xEF if matches!(text[at..].chars().next(), Some('\u{FFFE}' | '\u{FFFF}')) => ("", 3),
            _ => continue,
        };
        out.push_str(&text[done..at]);
        out.push_str(instead);
        done = at + width;
    }
    out.push_str(&text[done..]);
}

//! Where a style sheet names other files, found without caring what the rest of it means.

use std::ops::Range;

/// One mention of another file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// The bytes that give the address, quotes included.
    pub(super) span: Range<usize>,
    /// The address, without quotes and escapes.
    pub(super) address: String,
    /// Whether it stands in an `@import`.
    pub(super) is_import: bool,
}

impl Reference {
    /// Whether the address is meant relative to something of this site.
    pub(super) fn is_local(&self) -> bool {
        let address = self.address.as_str();
        let scheme = address.split(['/', '?', '#']).next().is_some_and(|start| start.contains(':'));
        !(address.is_empty() || address.starts_with('#') || address.starts_with("//") || scheme)
    }
}

/// All mentions of files in `css`, in order.
pub(super) fn references(css: &str) -> Vec<Reference> {
    let mut scanner =
        Scanner { css, bytes: css.as_bytes(), at: 0, depth: 0, sets: Vec::new(), is_import: false, found: Vec::new() };
    while scanner.at < css.len() {
        scanner.step();
    }
    scanner.found
}

struct Scanner<'a> {
    css: &'a str,
    bytes: &'a [u8],
    at: usize,
    depth: usize,
    /// The depths at which a bare string is an address: inside of `image-set()`.
    sets: Vec<usize>,
    is_import: bool,
    found: Vec<Reference>,
}

impl Scanner<'_> {
    fn step(&mut self) {
        match self.bytes[self.at] {
            b'/' if self.bytes[self.at..].starts_with(b"/*") => self.comment(),
            b'"' | b'\'' => self.string(),
            b'@' => self.at_rule(),
            b'\\' => self.at += 2,
            b'(' => {
                self.depth += 1;
                self.at += 1;
            }
            b')' => self.close(),
            b';' | b'{' => {
                self.is_import = false;
                self.at += 1;
            }
            byte if is_name(byte) => self.name(),
            _ => self.at += 1,
        }
    }

    fn comment(&mut self) {
        let inside = self.at + 2;
        self.at = self.css[inside..].find("*/").map_or(self.css.len(), |end| inside + end + 2);
    }

    fn at_rule(&mut self) {
        let name = self.bytes[self.at + 1..].get(..6).unwrap_or_default();
        self.is_import = name.eq_ignore_ascii_case(b"import");
        self.at += 1;
    }

    fn close(&mut self) {
        self.sets.retain(|depth| *depth < self.depth);
        self.depth = self.depth.saturating_sub(1);
        self.at += 1;
    }

    /// A string is an address only after `@import` and inside of `image-set()`.
    fn string(&mut self) {
        let start = self.at;
        self.at = self.string_end();
        if self.is_import || self.sets.last() == Some(&self.depth) {
            self.record(start..self.at);
            self.is_import = false;
        }
    }

    fn string_end(&self) -> usize {
        let quote = self.bytes[self.at];
        let mut at = self.at + 1;
        while at < self.bytes.len() && self.bytes[at] != quote {
            at += if self.bytes[at] == b'\\' { 2 } else { 1 };
        }
        (at + 1).min(self.bytes.len())
    }

    fn name(&mut self) {
        let rest = &self.bytes[self.at..];
        let name = &rest[..rest.iter().position(|byte| !is_name(*byte)).unwrap_or(rest.len())];
        self.at += name.len();
        if self.bytes.get(self.at) != Some(&b'(') {
            return;
        }
        if name.eq_ignore_ascii_case(b"url") {
            return self.url();
        }
        if name.to_ascii_lowercase().ends_with(b"image-set") {
            self.sets.push(self.depth + 1);
        }
    }

    /// Reads on from the parenthesis after `url`.
    fn url(&mut self) {
        let blank = |byte: &u8| byte.is_ascii_whitespace();
        self.at += 1;
        self.at += self.bytes[self.at..].iter().take_while(|byte| blank(byte)).count();
        let start = self.at;
        if matches!(self.bytes.get(self.at), Some(b'"' | b'\'')) {
            self.at = self.string_end();
            self.record(start..self.at);
        } else {
            while self.at < self.bytes.len() && self.bytes[self.at] != b')' {
                self.at += if self.bytes[self.at] == b'\\' { 2 } else { 1 };
            }
            self.at = self.at.min(self.bytes.len());
            let trailing = self.bytes[start..self.at].iter().rev().take_while(|byte| blank(byte)).count();
            self.record(start..self.at - trailing);
        }
        self.is_import = false;
        self.at += self.bytes[self.at..].iter().take_while(|byte| **byte != b')').count() + 1;
    }

    fn record(&mut self, span: Range<usize>) {
        let Some(raw) = self.css.get(span.clone()) else { return };
        let bare = raw.strip_prefix(['"', '\'']).map_or(raw, |inner| inner.strip_suffix(['"', '\'']).unwrap_or(inner));
        self.found.push(Reference { span, address: unescaped(bare), is_import: self.is_import });
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') || byte >= 0x80
}

/// CSS escapes: `\20 ` and `\ ` are both a space, a backslash before a line's end is nothing.
fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        plain.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let digits = rest.bytes().take(6).take_while(u8::is_ascii_hexdigit).count();
        if digits > 0 {
            let code = u32::from_str_radix(&rest[..digits], 16).ok().and_then(char::from_u32);
            plain.push(code.unwrap_or(char::REPLACEMENT_CHARACTER));
            rest = rest[digits..].strip_prefix([' ', '\n', '\t']).unwrap_or(&rest[digits..]);
        } else if let Some(literal) = rest.chars().next() {
            plain.extend(Some(literal).filter(|c| *c != '\n'));
            rest = &rest[literal.len_utf8()..];
        }
    }
    plain.push_str(rest);
    plain
}

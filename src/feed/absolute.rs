//! Links inside of a text that leaves its page: a feed reader knows nothing of the page they were relative to.

use std::borrow::Cow;

/// What addresses count from.
pub(super) struct Origin<'a> {
    /// Scheme and host: `https://qmoney.de`.
    pub(super) origin: &'a str,
    /// The full address of the page.
    pub(super) page: &'a str,
}

/// Attributes that hold one address.
const ADDRESSES: [&str; 4] = ["href", "src", "poster", "cite"];

impl Origin<'_> {
    /// `html` with all its links made absolute.
    pub(super) fn absolute<'h>(&self, html: &'h str) -> Cow<'h, str> {
        let mut absolute = String::new();
        let mut done = 0;
        let mut at = 0;
        while let Some(tag) = html[at..].find('<').map(|offset| at + offset) {
            at = tag + 1;
            while let Some(value) = next_value(html, &mut at) {
                let written = &html[value.span.clone()];
                let full = match value.name {
                    name if name.eq_ignore_ascii_case("srcset") => self.candidates(written),
                    name if ADDRESSES.iter().any(|known| name.eq_ignore_ascii_case(known)) => self.address(written),
                    _ => Cow::Borrowed(written),
                };
                if let Cow::Owned(full) = full {
                    absolute.push_str(&html[done..value.span.start]);
                    absolute.push_str(&full);
                    done = value.span.end;
                }
            }
        }
        if done == 0 {
            return Cow::Borrowed(html);
        }
        absolute.push_str(&html[done..]);
        Cow::Owned(absolute)
    }

    fn address<'h>(&self, written: &'h str) -> Cow<'h, str> {
        let scheme = written.split(['/', '?', '#']).next().is_some_and(|start| start.contains(':'));
        if scheme || written.starts_with("//") {
            return Cow::Borrowed(written);
        }
        let page = self.page.split(['?', '#']).next().unwrap_or(self.page);
        Cow::Owned(match written.as_bytes().first() {
            None | Some(b'#' | b'?') => format!("{page}{written}"),
            Some(b'/') => format!("{}{written}", self.origin),
            Some(_) => self.beside(page, written),
        })
    }

    /// An address relative to the folder of the page, with `./` and `../` taken at their word.
    fn beside(&self, page: &str, written: &str) -> String {
        let path = page.strip_prefix(self.origin).unwrap_or(page);
        let mut folder = &path[..path.rfind('/').unwrap_or(0)];
        let mut rest = written;
        loop {
            if let Some(below) = rest.strip_prefix("../") {
                folder = &folder[..folder.rfind('/').unwrap_or(0)];
                rest = below;
            } else if let Some(here) = rest.strip_prefix("./") {
                rest = here;
            } else {
                return format!("{}{folder}/{rest}", self.origin);
            }
        }
    }

    /// The pictures of a `srcset`: addresses, each with a width or a density.
    fn candidates<'h>(&self, written: &'h str) -> Cow<'h, str> {
        let each = written.split(", ").map(|candidate| {
            let candidate = candidate.trim();
            let (address, size) = candidate.split_at(candidate.find(' ').unwrap_or(candidate.len()));
            format!("{}{size}", self.address(address))
        });
        Cow::Owned(each.collect::<Vec<_>>().join(", "))
    }
}

struct Value<'h> {
    name: &'h str,
    span: std::ops::Range<usize>,
}

/// The next quoted attribute of the tag that `at` is in; moves `at` behind it, or behind the tag if there is none.
fn next_value<'h>(html: &'h str, at: &mut usize) -> Option<Value<'h>> {
    let bytes = html.as_bytes();
    let offset = bytes[*at..].iter().position(|byte| matches!(byte, b'"' | b'\'' | b'>' | b'<'))?;
    let quote_at = *at + offset;
    let quote = bytes[quote_at];
    if !matches!(quote, b'"' | b'\'') {
        *at = if quote == b'<' { quote_at } else { quote_at + 1 };
        return None;
    }
    let start = quote_at + 1;
    let length = memchr::memchr(quote, &bytes[start..])?;
    let before = html[*at..quote_at].trim_end();
    *at = start + length + 1;
    let name = before.strip_suffix('=').unwrap_or_default().trim_end();
    let name = &name[name.rfind(|c: char| c.is_ascii_whitespace() || c == '/').map_or(0, |space| space + 1)..];
    Some(Value { name, span: start..start + length })
}

//! The beginning of a text: up to `<!-- more -->`, or its first sentences.

use super::html::Html;
use crate::model::push_text;
use std::ops::Range;

/// A summary of sentences has at most this many characters.
const LONGEST: usize = 200;
/// With this many it is long enough to end before a sentence that does not fit.
const ENOUGH: usize = 80;
/// As much plain text as sentences can ever be taken from.
const HEARD: usize = 4 * LONGEST;
/// Words whose dot does not end a sentence.
const ABBREVIATIONS: [&str; 22] = [
    "Abb", "Abs", "Art", "Bd", "Dr", "Frl", "Hr", "Hrsg", "Jr", "Mr", "Mrs", "Ms", "Nr", "Prof", "St", "Str", "bzw",
    "ca", "inkl", "max", "usw", "vgl",
];

/// The beginning of a page's text while it is written.
pub(super) struct Excerpt {
    plain: String,
    listening: Listening,
    /// The HTML above the marker.
    html: Option<String>,
}

/// What text is taken.
enum Listening {
    /// All of it: there is a marker below.
    All,
    /// None outside of paragraphs.
    Not,
    /// The text of a paragraph.
    Paragraph,
    /// Enough has been heard.
    Done,
}

impl Excerpt {
    pub(super) fn of(body: &str) -> Self {
        let listening = if has_marker(body) { Listening::All } else { Listening::Not };
        Self { plain: String::with_capacity(HEARD), listening, html: None }
    }

    /// Takes visible text.
    pub(super) fn hear(&mut self, text: &str) {
        let listens = match self.listening {
            Listening::All => true,
            Listening::Paragraph => self.plain.len() < HEARD,
            Listening::Not | Listening::Done => false,
        };
        if listens {
            self.plain.push_str(text);
        }
    }

    /// A paragraph that stands by itself begins.
    pub(super) fn begin_paragraph(&mut self) {
        if matches!(self.listening, Listening::Not) {
            self.listening = Listening::Paragraph;
        }
    }

    /// A line or a block ends.
    pub(super) fn end_of_line(&mut self) {
        if !self.plain.ends_with(' ') {
            self.hear(" ");
        }
    }

    /// A paragraph ends.
    pub(super) fn end_paragraph(&mut self) {
        self.end_of_line();
        if matches!(self.listening, Listening::Paragraph) {
            self.listening = if self.plain.len() < HEARD { Listening::Not } else { Listening::Done };
        }
    }

    /// What is written before the marker is the summary.
    pub(super) fn end_at_marker(&mut self, html: &Html) {
        if matches!(self.listening, Listening::All) {
            self.html = Some(without_anchors(&html.closed_copy()));
            self.listening = Listening::Done;
        }
    }

    /// The summary as HTML and as plain text.
    pub(super) fn finish(self) -> (String, String) {
        let plain = folded(&self.plain);
        if let Some(html) = self.html {
            return (html, plain);
        }
        let plain = sentences(&plain);
        if plain.is_empty() {
            return Default::default();
        }
        let mut html = String::with_capacity(plain.len() + 8);
        html.push_str("<p>");
        push_text(&mut html, &plain);
        html.push_str("</p>");
        (html, plain)
    }
}

/// Each run of blanks becomes one space.
fn folded(text: &str) -> String {
    let text = text.trim();
    if memchr::memmem::find(text.as_bytes(), b"  ").is_none() {
        return text.to_owned();
    }
    text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn has_marker(body: &str) -> bool {
    memchr::memmem::find_iter(body.as_bytes(), "<!--").any(|at| after_marker(&body[at..]).is_some())
}

/// What follows `<!-- more -->`, if `html` begins with it.
pub(super) fn after_marker(html: &str) -> Option<&str> {
    let inner = html.trim_start().strip_prefix("<!--")?.trim_start();
    inner.strip_prefix("more")?.trim_start().strip_prefix("-->")
}

/// Ids would stand twice on a page that shows many summaries, and notes lead nowhere there.
fn without_anchors(html: &str) -> String {
    const NOTE: &str = "<sup class=\"footnote-ref\"";
    let mut kept = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        kept.push_str(&rest[..at]);
        let (tag, after) = rest[at..].split_at(end_of_tag(&rest[at..]));
        if tag.starts_with(NOTE) {
            rest = split_after(after, "</sup>").1;
            continue;
        }
        let id = id_of_tag(tag);
        kept.push_str(&tag[..id.start]);
        kept.push_str(&tag[id.end..]);
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// Where the tag or comment ends that `html` begins with: a `>` between quotes ends none.
fn end_of_tag(html: &str) -> usize {
    if html.starts_with("<!--") {
        return split_after(html, "-->").0.len();
    }
    let mut quote = None;
    let ends = |(_, byte): &(usize, u8)| {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
        quote.is_none() && *byte == b'>'
    };
    html.bytes().enumerate().find(ends).map_or(html.len(), |(at, _)| at + 1)
}

/// The attribute `id` of a tag, with the blank before it; empty if there is none.
fn id_of_tag(tag: &str) -> Range<usize> {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            (None, byte) if byte.is_ascii_whitespace() && is_id(&tag[at + 1..]) => {
                return at..at + 1 + attribute(&tag[at + 1..]);
            }
            _ => {}
        }
    }
    tag.len()..tag.len()
}

fn is_id(attribute: &str) -> bool {
    let name = attribute.get(..2).is_some_and(|name| name.eq_ignore_ascii_case("id"));
    name && attribute[2..].trim_start().starts_with('=')
}

/// The length of the attribute that `tag` goes on with.
fn attribute(tag: &str) -> usize {
    let value = tag.find('=').map_or("", |at| tag[at + 1..].trim_start());
    let quoted = value.chars().next().filter(|quote| matches!(quote, '"' | '\''));
    let end = match quoted {
        Some(quote) => value[1..].find(quote).map(|end| end + 2),
        None => value.find(|c: char| c.is_ascii_whitespace() || c == '>'),
    };
    tag.len() - value.len() + end.unwrap_or(value.len())
}

fn split_after<'a>(text: &'a str, end: &str) -> (&'a str, &'a str) {
    text.split_at(text.find(end).map_or(text.len(), |at| at + end.len()))
}

/// As many whole sentences as fit; if the first does not, as many of its words.
fn sentences(plain: &str) -> String {
    let fits = plain.char_indices().nth(LONGEST).map_or(plain.len(), |(at, _)| at);
    if fits == plain.len() {
        return plain.to_owned();
    }
    let spaces = plain.char_indices().take(LONGEST + 1).enumerate().filter(|(_, (_, c))| *c == ' ');
    let ends = spaces.filter(|(chars, (at, _))| *chars >= ENOUGH && ends_sentence(plain, *at));
    if let Some((_, (end, _))) = ends.last() {
        return plain[..end].to_owned();
    }
    let words = plain[..fits].rfind(' ').unwrap_or(fits);
    format!("{}…", plain[..words].trim_end_matches(|c: char| !c.is_alphanumeric()))
}

/// Whether a sentence ends before the space at `at`.
fn ends_sentence(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches(['"', '”', '“', '»', '’', '‘', ')']);
    let starts_small = text[at + 1..].starts_with(char::is_lowercase);
    if before.ends_with(['!', '?', '…']) {
        return !starts_small;
    }
    let Some(before) = before.strip_suffix('.') else { return false };
    let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    let is_ordinal = matches!(word.len(), 1 | 2) && word.bytes().all(|byte| byte.is_ascii_digit());
    let is_abbreviated = word.chars().count() == 1 || ABBREVIATIONS.contains(&word);
    !starts_small && !is_ordinal && !is_abbreviated
}

//! Folds the white space and drops the HTML comments of template text, so that no page has to be minified.
//!
//! White space is dropped only beside block-level tags and shrinks to one character elsewhere; a run that holds a line break
//! shrinks to a line break, because the text may stand inside a script that another template opened.

use super::draft::Draft;
use std::ops::Range;

/// Where in the HTML a position is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Where {
    /// Between tags.
    Content,
    /// Between `<` and `>`, outside of quotes.
    Tag,
    /// Inside an attribute's quotes.
    Quoted(u8),
    /// Inside a comment that is kept.
    Comment,
    /// Inside an element whose white space counts.
    Verbatim(&'static str),
    /// Inside a script or style, of which lines are trimmed.
    Lines(&'static str),
}

/// What stands before a position, as far as white space is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// A block-level tag: white space after it shows nothing.
    Block,
    /// A tag that shows nothing itself.
    Unseen,
    /// White space that is kept.
    Space,
    /// Anything else.
    Other,
}

const BLOCKS: [&str; 64] = [
    "!doctype",
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "caption",
    "col",
    "colgroup",
    "dd",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "optgroup",
    "option",
    "p",
    "pre",
    "search",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
    "base",
    "dir",
    "frame",
    "frameset",
    "center",
    "source",
    "track",
    "param",
    "area",
    "template",
];
const UNSEEN: [&str; 5] = ["link", "meta", "script", "style", "noscript"];
const VERBATIM: [&str; 2] = ["pre", "textarea"];
const LINES: [&str; 2] = ["script", "style"];

/// Folds the text of one template, piece by piece.
#[derive(Debug)]
pub(super) struct Folder<'a> {
    source: &'a str,
    place: Where,
    before: Before,
    /// The tag that is open: its name, and whether it closes an element.
    tag: (&'a str, bool),
    branches: Vec<Where>,
}

impl<'a> Folder<'a> {
    /// Begins at the start of `source`.
    pub(super) fn new(source: &'a str) -> Self {
        Self { source, place: Where::Content, before: Before::Other, tag: ("", false), branches: Vec::new() }
    }

    /// Whether the position is between `<` and `>`.
    pub(super) fn is_inside_tag(&self) -> bool {
        matches!(self.place, Where::Tag | Where::Quoted(_))
    }

    /// Takes note of code between two texts; `word` is the first word of a tag.
    pub(super) fn pass(&mut self, word: &str) {
        match word {
            "if" | "for" => self.branches.push(self.place),
            "else" | "elif" => self.place = self.branches.last().copied().unwrap_or(self.place),
            "endif" | "endfor" => drop(self.branches.pop()),
            _ => {}
        }
        self.before = Before::Other;
    }

    /// Folds the text at `span`.
    pub(super) fn text(&mut self, span: Range<usize>, draft: &mut Draft) {
        let mut at = span.start;
        while at < span.end {
            at = match self.place {
                Where::Content => self.content(at, span.end, draft),
                Where::Tag => self.tag(at, span.end, draft),
                Where::Quoted(quote) => {
                    let end = self.find(at, span.end, |byte| byte == quote);
                    if end < span.end {
                        self.place = Where::Tag;
                    }
                    self.keep(at, (end + 1).min(span.end), draft)
                }
                Where::Comment => {
                    let end = self.source[at..span.end].find("-->").map(|end| at + end + 3);
                    if end.is_some() {
                        self.place = Where::Content;
                    }
                    self.keep(at, end.unwrap_or(span.end), draft)
                }
                Where::Verbatim(element) => match self.closing(at, span.end, element) {
                    Some(end) => self.leave(at, end, draft),
                    None => self.keep(at, span.end, draft),
                },
                Where::Lines(element) => self.line(at, span.end, element, draft),
            };
        }
    }

    fn content(&mut self, at: usize, end: usize, draft: &mut Draft) -> usize {
        let bytes = self.source.as_bytes();
        match bytes[at] {
            byte if byte.is_ascii_whitespace() => {
                let next = self.find(at, end, |byte| !byte.is_ascii_whitespace());
                self.space(at..next, end, draft)
            }
            b'<' => self.open(at, end, draft),
            _ => {
                let next = self.find(at, end, |byte| byte == b'<' || byte.is_ascii_whitespace());
                self.keep(at, next, draft)
            }
        }
    }

    /// A run of white space between tags.
    fn space(&mut self, run: Range<usize>, end: usize, draft: &mut Draft) -> usize {
        let next = match run.end < end {
            true => kind_of_tag(tag_at(self.source, run.end).0),
            false => Before::Other,
        };
        let hidden = matches!(
            (self.before, next),
            (Before::Block | Before::Space, _) | (_, Before::Block) | (Before::Unseen, Before::Unseen)
        );
        if !hidden {
            draft.add(self.shrunk(&run), run.clone());
            self.before = Before::Space;
        }
        run.end
    }

    fn shrunk(&self, run: &Range<usize>) -> &'static str {
        match self.source[run.clone()].contains('\n') {
            true => "\n",
            false => " ",
        }
    }

    /// A `<` between tags: a comment, a tag or just a character.
    fn open(&mut self, at: usize, end: usize, draft: &mut Draft) -> usize {
        let rest = &self.source[at..end];
        if let Some(inner) = rest.strip_prefix("<!--") {
            let special = inner.starts_with(['[', '#', '!']) || inner.starts_with("<!");
            return match inner.find("-->") {
                Some(len) if !special => at + 4 + len + 3,
                Some(len) => self.keep(at, at + 4 + len + 3, draft),
                None => {
                    self.place = Where::Comment;
                    self.keep(at, end, draft)
                }
            };
        }
        let (name, closes) = tag_at(self.source, at);
        if name.is_empty() && !rest[1..].is_empty() {
            return self.keep(at, at + 1, draft);
        }
        self.tag = (name, closes);
        self.place = Where::Tag;
        self.keep(at, at + 1 + usize::from(closes) + name.len(), draft)
    }

    fn tag(&mut self, at: usize, end: usize, draft: &mut Draft) -> usize {
        let bytes = self.source.as_bytes();
        match bytes[at] {
            b'>' => {
                self.place = self.inside(at + 1);
                let next = self.keep(at, at + 1, draft);
                self.before = kind_of_tag(self.tag.0);
                next
            }
            quote @ (b'"' | b'\'') => {
                self.place = Where::Quoted(quote);
                self.keep(at, at + 1, draft)
            }
            byte if byte.is_ascii_whitespace() => {
                let next = self.find(at, end, |byte| !byte.is_ascii_whitespace());
                if bytes.get(next) != Some(&b'>') && self.before != Before::Space {
                    draft.add(self.shrunk(&(at..next)), at..next);
                    self.before = Before::Space;
                }
                next
            }
            _ => {
                let stops = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'"' | b'\'');
                let next = self.find(at, end, stops);
                self.keep(at, next, draft)
            }
        }
    }

    /// Where the text after the end of the open tag is.
    fn inside(&self, after: usize) -> Where {
        let (name, closes) = self.tag;
        let among = |names: &[&'static str]| names.iter().copied().find(|known| name.eq_ignore_ascii_case(known));
        if closes {
            return Where::Content;
        }
        match (among(&VERBATIM), among(&LINES)) {
            (Some(element), _) => Where::Verbatim(element),
            (None, Some(element)) => {
                let end = self.closing(after, self.source.len(), element).unwrap_or(self.source.len());
                let inner = &self.source[after..end];
                // A line may be part of a text where it starts inside backticks or after a backslash.
                match inner.contains('`') || inner.contains("\\\n") {
                    true => Where::Verbatim(element),
                    false => Where::Lines(element),
                }
            }
            (None, None) => Where::Content,
        }
    }

    /// Text of a script or style: white space around line breaks shrinks to the line break.
    fn line(&mut self, at: usize, end: usize, element: &'static str, draft: &mut Draft) -> usize {
        if self.closing(at, end, element) == Some(at) {
            return self.leave(at, at, draft);
        }
        let bytes = self.source.as_bytes();
        if !bytes[at].is_ascii_whitespace() {
            let stop = self.find(at + 1, end, |byte| byte.is_ascii_whitespace() || byte == b'<');
            return self.keep(at, stop, draft);
        }
        let next = self.find(at, end, |byte| !byte.is_ascii_whitespace());
        if !self.source[at..next].contains('\n') {
            return self.keep(at, next, draft);
        }
        let starts = matches!(self.before, Before::Unseen | Before::Space);
        if !starts && self.closing(next, end, element) != Some(next) {
            draft.add("\n", at..next);
            self.before = Before::Space;
        }
        next
    }

    /// Ends an element of which the text counts; `end` is where its closing tag begins.
    fn leave(&mut self, at: usize, end: usize, draft: &mut Draft) -> usize {
        self.tag = tag_at(self.source, end);
        self.place = Where::Tag;
        self.keep(at, end + 2 + self.tag.0.len(), draft)
    }

    fn closing(&self, from: usize, end: usize, element: &str) -> Option<usize> {
        let candidates = self.source[from..end].match_indices("</").map(|(at, _)| from + at);
        candidates.into_iter().find(|at| tag_at(self.source, *at).0.eq_ignore_ascii_case(element))
    }

    fn find(&self, from: usize, end: usize, stops: impl Fn(u8) -> bool) -> usize {
        let bytes = &self.source.as_bytes()[from..end];
        bytes.iter().position(|byte| stops(*byte)).map_or(end, |at| from + at)
    }

    fn keep(&mut self, from: usize, to: usize, draft: &mut Draft) -> usize {
        draft.copy(self.source, from..to);
        self.before = Before::Other;
        to
    }
}

/// The name of the tag that begins at `at`, empty if none does, and whether it closes an element.
fn tag_at(source: &str, at: usize) -> (&str, bool) {
    let Some(rest) = source[at..].strip_prefix('<') else { return ("", false) };
    let (rest, closes) = match rest.strip_prefix('/') {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'!';
    let len = rest.bytes().take_while(|byte| fits(*byte)).count();
    let starts = rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!');
    (if starts { &rest[..len] } else { "" }, closes)
}

fn kind_of_tag(name: &str) -> Before {
    let among = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
    match (among(&BLOCKS), among(&UNSEEN)) {
        (true, _) => Before::Block,
        (false, true) => Before::Unseen,
        (false, false) => Before::Other,
    }
}

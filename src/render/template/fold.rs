//! Folds the white space and drops the HTML comments of template text, so that no page has to be minified.
//!
//! White space is dropped only beside block-level tags and shrinks to one character elsewhere; a run that holds a line break
//! shrinks to a line break, because the text may stand inside a script that another template opened.

use super::draft::Draft;
use super::tags::{Inner, Kind, closes, inner, kind, tag_at};
use std::ops::Range;

/// Where in the HTML a position is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Where {
    /// Between `<` and `>`, outside of quotes.
    Tag,
    /// Inside an attribute's quotes.
    Quoted(u8),
    /// Inside a comment that is kept.
    Comment,
    /// Inside an element with rules of its own.
    Inside(Inner),
}

/// What stands before a position, as far as white space is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// A tag.
    Tag(Kind),
    /// White space that is kept.
    Space,
    /// Anything else.
    Other,
}

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
        // White space before a whole page shows nothing; before a part of one it may.
        let before = if source.contains("<!doctype") { Before::Tag(Kind::Block) } else { Before::Other };
        Self { source, place: Where::Inside(Inner::Folded), before, tag: ("", false), branches: Vec::new() }
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
                        self.place = Where::Inside(Inner::Folded);
                    }
                    self.keep(at, end.unwrap_or(span.end), draft)
                }
                Where::Inside(Inner::Folded) => self.content(at, span.end, draft),
                Where::Inside(Inner::Verbatim(element)) => match self.closing(at, span.end, element) {
                    Some(end) => self.leave(at, end, draft),
                    None => self.keep(at, span.end, draft),
                },
                Where::Inside(Inner::Lines(element)) => self.line(at, span.end, element, draft),
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
        let next = if run.end < end { kind(tag_at(self.source, run.end).0) } else { Kind::Inline };
        let hidden = matches!(
            (self.before, next),
            (Before::Tag(Kind::Block) | Before::Space, _)
                | (_, Kind::Block)
                | (Before::Tag(Kind::Unseen), Kind::Unseen)
        );
        if !hidden {
            draft.add(self.shrunk(&run), run.clone());
            self.before = Before::Space;
        }
        run.end
    }

    fn shrunk(&self, run: &Range<usize>) -> &'static str {
        if self.source[run.clone()].contains('\n') { "\n" } else { " " }
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
        let (name, is_end) = tag_at(self.source, at);
        if name.is_empty() && !rest[1..].is_empty() {
            return self.keep(at, at + 1, draft);
        }
        self.tag = (name, is_end);
        self.place = Where::Tag;
        self.keep(at, at + 1 + usize::from(is_end) + name.len(), draft)
    }

    fn tag(&mut self, at: usize, end: usize, draft: &mut Draft) -> usize {
        let bytes = self.source.as_bytes();
        match bytes[at] {
            b'>' => {
                self.place = self.inside(at + 1);
                let next = self.keep(at, at + 1, draft);
                self.before = Before::Tag(kind(self.tag.0));
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
        let (name, is_end) = self.tag;
        match inner(name) {
            _ if is_end => Where::Inside(Inner::Folded),
            // A line may be part of a text where that starts inside backticks or after a backslash.
            Inner::Lines(element) if self.holds_long_texts(after, element) => Where::Inside(Inner::Verbatim(element)),
            inner => Where::Inside(inner),
        }
    }

    fn holds_long_texts(&self, start: usize, element: &str) -> bool {
        let end = self.closing(start, self.source.len(), element).unwrap_or(self.source.len());
        let script = &self.source[start..end];
        script.contains('`') || script.contains("\\\n")
    }

    /// Text of a script or style: white space around line breaks shrinks to the line break.
    fn line(&mut self, at: usize, end: usize, element: &'static str, draft: &mut Draft) -> usize {
        if closes(self.source, at, element) {
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
        let starts = matches!(self.before, Before::Tag(_) | Before::Space);
        let ends = next < end && closes(self.source, next, element);
        if !starts && !ends {
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
        let mut candidates = self.source[from..end].match_indices("</").map(|(at, _)| from + at);
        candidates.find(|at| closes(self.source, *at, element))
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

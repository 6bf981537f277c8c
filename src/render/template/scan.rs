//! Cuts the text of a template into pieces, as Tera's own lexer will see them.

use std::ops::Range;

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PieceKind {
    /// Text that goes to the page.
    Text,
    /// `{{ … }}`.
    Value,
    /// `{% … %}`.
    Tag,
    /// `{# … #}`.
    Comment,
    /// `{% raw %} … {% endraw %}`.
    Raw,
}

/// A part of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// What it is.
    pub(super) kind: PieceKind,
    /// Where it stands, delimiters included.
    pub(super) span: Range<usize>,
}

/// Cuts `text` into pieces that cover it without a gap; whatever is not closed becomes text, Tera will complain about it.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let start = next_opening(text, at).unwrap_or(text.len());
        if start > at {
            pieces.push(Piece { kind: PieceKind::Text, span: at..start });
        }
        if start == text.len() {
            break;
        }
        let (kind, end) = close(text, start).unwrap_or((PieceKind::Text, text.len()));
        pieces.push(Piece { kind, span: start..end });
        at = end;
    }
    pieces
}

fn next_opening(text: &str, from: usize) -> Option<usize> {
    let opens = |pair: &[u8]| matches!(pair, b"{{" | b"{%" | b"{#");
    text.as_bytes()[from..].windows(2).position(opens).map(|at| from + at)
}

fn close(text: &str, start: usize) -> Option<(PieceKind, usize)> {
    match text.as_bytes()[start + 1] {
        b'{' => Some((PieceKind::Value, end_of_code(text, start + 2, "}}")?)),
        b'#' => Some((PieceKind::Comment, start + 2 + text[start + 2..].find("#}")? + 2)),
        _ => match only_word(text, start, "raw") {
            Some(body) => Some((PieceKind::Raw, end_of_raw(text, body)?)),
            None => Some((PieceKind::Tag, end_of_code(text, start + 2, "%}")?)),
        },
    }
}

/// The end of the tag that opens at `start`, if all it says is `word`.
fn only_word(text: &str, start: usize, word: &str) -> Option<usize> {
    let inner = text[start + 2..].strip_prefix('-').unwrap_or(&text[start + 2..]);
    let rest = inner.trim_ascii_start().strip_prefix(word)?.trim_ascii_start();
    let rest = rest.strip_prefix('-').unwrap_or(rest).strip_prefix("%}")?;
    Some(text.len() - rest.len())
}

fn end_of_raw(text: &str, body: usize) -> Option<usize> {
    let tags = text[body..].match_indices("{%").map(|(at, _)| body + at);
    tags.filter_map(|at| only_word(text, at, "endraw")).next()
}

/// The end of code that `closing` closes outside of strings.
fn end_of_code(text: &str, from: usize, closing: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'' | b'`') => at = end_of_string(bytes, at, quote)?,
            _ if bytes[at..].starts_with(closing.as_bytes()) => return Some(at + closing.len()),
            _ => at += 1,
        }
    }
    None
}

fn end_of_string(bytes: &[u8], start: usize, quote: u8) -> Option<usize> {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

/// What a word of code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WordKind {
    /// A name or keyword.
    Name,
    /// A text in quotes.
    Text,
    /// A number.
    Number,
    /// Anything else: one character, or `...`, `==`, `!=`, `<=`, `>=`, `</`.
    Sign,
}

/// A word of code inside `{{ }}` or `{% %}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word<'a> {
    /// What it is.
    pub(super) kind: WordKind,
    /// How it is written.
    pub(super) text: &'a str,
    /// Where it stands in the template.
    pub(super) at: usize,
}

impl Word<'_> {
    /// Where it ends.
    pub(super) fn end(&self) -> usize {
        self.at + self.text.len()
    }

    /// What a text in quotes holds.
    pub(super) fn unquoted(&self) -> &str {
        self.text.get(1..self.text.len().saturating_sub(1)).unwrap_or_default()
    }
}

/// The words between the delimiters of `piece`, a value or a tag.
pub(super) fn words<'a>(text: &'a str, piece: &Piece) -> Vec<Word<'a>> {
    let inner = code(text, piece);
    let bytes = text.as_bytes();
    let mut words = Vec::new();
    let mut at = inner.start;
    while at < inner.end {
        let rest = &bytes[at..inner.end];
        let run = |fits: fn(&u8) -> bool| rest.iter().take_while(|byte| fits(byte)).count();
        let (kind, len) = match rest[0] {
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            quote @ (b'"' | b'\'' | b'`') => {
                (WordKind::Text, end_of_string(bytes, at, quote).unwrap_or(inner.end).min(inner.end) - at)
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                (WordKind::Name, run(|byte| byte.is_ascii_alphanumeric() || *byte == b'_'))
            }
            b'0'..=b'9' => (WordKind::Number, run(|byte| byte.is_ascii_digit() || *byte == b'.')),
            _ => (WordKind::Sign, sign(&text[at..inner.end])),
        };
        words.push(Word { kind, text: &text[at..at + len], at });
        at += len;
    }
    words
}

fn sign(rest: &str) -> usize {
    let longer = ["...", "==", "!=", "<=", ">=", "</"];
    let known = longer.iter().find(|sign| rest.starts_with(**sign)).map(|sign| sign.len());
    known.unwrap_or_else(|| rest.chars().next().map_or(1, char::len_utf8))
}

/// Where the code of a value or a tag stands, without delimiters and white space control.
pub(super) fn code(text: &str, piece: &Piece) -> Range<usize> {
    let bytes = text.as_bytes();
    let start = piece.span.start + 2;
    let end = piece.span.end - 2;
    let start = start + usize::from(start < end && bytes[start] == b'-');
    let end = end - usize::from(end > start && bytes[end - 1] == b'-');
    start..end
}

/// Whether white space before (`{%-`) and after (`-%}`) a piece is cut off.
pub(super) fn cuts(text: &str, piece: &Piece) -> (bool, bool) {
    let bytes = text.as_bytes();
    (bytes.get(piece.span.start + 2) == Some(&b'-'), bytes.get(piece.span.end - 3) == Some(&b'-'))
}

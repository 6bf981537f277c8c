//! Places in files that people write.

use std::ops::Range;
use std::sync::Arc;

/// A place in a file: enough to show it without opening the file again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The path from the root of the repository.
    pub file: Arc<str>,
    /// The line, from 1; 0 if the whole file is meant.
    pub line: u32,
    /// The column in characters, from 1; 0 if the whole line is meant.
    pub column: u32,
    /// How many characters are meant.
    pub width: u32,
    /// The line's text; long lines are cut around the column.
    pub text: String,
}

/// Longer lines are cut; the terminal shows only a part of them anyway.
const LONGEST_SHOWN: usize = 1_000;

impl Place {
    /// The whole of `file`.
    pub fn file(file: impl Into<Arc<str>>) -> Self {
        Self { file: file.into(), line: 0, column: 0, width: 0, text: String::new() }
    }

    /// The bytes `span` of `source`, the text of `file`; a span that runs over several lines is cut at the end of the first.
    pub fn span(file: impl Into<Arc<str>>, source: &str, span: Range<usize>) -> Self {
        let start = floor_boundary(source, span.start);
        let line_start = source[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = source[start..].find('\n').map_or(source.len(), |at| start + at);
        let end = floor_boundary(source, span.end).clamp(start, line_end);
        let line = source[..start].bytes().filter(|byte| *byte == b'\n').count() as u32 + 1;
        let column = source[line_start..start].chars().count();
        let width = source[start..end].chars().count().max(1);
        Self::cut(file.into(), line, column, width, source[line_start..line_end].trim_end_matches('\r'))
    }

    /// A line and column (both from 1) of `source`, the text of `file`.
    pub fn line_column(file: impl Into<Arc<str>>, source: &str, line: u32, column: u32, width: u32) -> Self {
        let text = source.lines().nth(line.saturating_sub(1) as usize).unwrap_or_default();
        Self::cut(file.into(), line, column.saturating_sub(1) as usize, width.max(1) as usize, text)
    }

    /// The first line of `source` that sets `key` in TOML, YAML or JSON, or its first line.
    pub fn key(file: impl Into<Arc<str>>, source: &str, key: &str) -> Self {
        let mut offset = 0;
        for line in source.split_inclusive('\n') {
            let indent = line.len() - line.trim_start().len();
            let bare = line.trim_start().trim_start_matches('"');
            let sets = |rest: &str| rest.trim_start_matches('"').trim_start().starts_with(['=', ':']);
            if bare.strip_prefix(key).is_some_and(sets) {
                let start = offset + indent + (line.trim_start().len() - bare.len());
                return Self::span(file, source, start..start + key.len());
            }
            offset += line.len();
        }
        Self::span(file, source, 0..0)
    }

    /// The value that the first line of `source` gives `key`; the key itself where the value stands elsewhere.
    pub fn value(file: impl Into<Arc<str>>, source: &str, key: &str) -> Self {
        let place = Self::key(file, source, key);
        let line = source.lines().nth(place.line.saturating_sub(1) as usize).unwrap_or_default();
        let at = line.char_indices().nth(place.column.saturating_sub(1) as usize).map_or(line.len(), |(at, _)| at);
        let Some(sign) = line[at..].strip_prefix(key).and_then(|rest| rest.find(['=', ':'])) else { return place };
        let from = at + key.len() + sign + 1;
        let value = written_value(&line[from..]);
        match value.trim() {
            "" => place,
            bare => {
                let from = from + value.len() - value.trim_start().len();
                let column = line[..from].chars().count();
                Self::cut(place.file, place.line, column, bare.chars().count(), line)
            }
        }
    }

    /// Moves the place down by `lines`, for text that was taken out of the middle of its file.
    #[must_use]
    pub fn below(mut self, lines: u32) -> Self {
        self.line += lines;
        self
    }

    fn cut(file: Arc<str>, line: u32, column: usize, width: usize, text: &str) -> Self {
        let total = text.chars().count();
        let from = if total <= LONGEST_SHOWN { 0 } else { column.saturating_sub(LONGEST_SHOWN / 3) };
        let shown: String = text.chars().skip(from).take(LONGEST_SHOWN).collect();
        let text = match (from > 0, from + LONGEST_SHOWN < total) {
            (false, false) => shown,
            (false, true) => format!("{shown}…"),
            (true, false) => format!("…{shown}"),
            (true, true) => format!("…{shown}…"),
        };
        Self { file, line, column: column as u32 + 1, width: width as u32, text }
    }

    /// Where the marked part starts in `text`, in characters from 0; differs from the column where a long line was cut.
    pub fn offset_in_text(&self) -> usize {
        let column = self.column.saturating_sub(1) as usize;
        if !self.text.starts_with('…') || column < LONGEST_SHOWN / 3 {
            return column;
        }
        LONGEST_SHOWN / 3 + 1
    }
}

/// The value that `rest` of a line begins with: up to the quote that ends it, or to a comment or comma.
fn written_value(rest: &str) -> &str {
    let start = rest.len() - rest.trim_start().len();
    let quoted = rest[start..].chars().next().filter(|quote| matches!(quote, '"' | '\''));
    let end = match quoted {
        Some(quote) => rest[start + 1..].find(quote).map(|at| start + at + 2),
        None => rest.find(" #"),
    };
    rest[..end.unwrap_or(rest.len())].trim_end_matches([' ', '\t', '\r', ','])
}

fn floor_boundary(source: &str, at: usize) -> usize {
    (0..=at.min(source.len())).rev().find(|at| source.is_char_boundary(*at)).unwrap_or(0)
}

impl std::fmt::Display for Place {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.line, self.column) {
            (0, _) => write!(out, "{}", self.file),
            (line, 0) => write!(out, "{}:{line}", self.file),
            (line, column) => write!(out, "{}:{line}:{column}", self.file),
        }
    }
}

//! A file of the manifest: its text, and places in it.

use crate::diag::{Code, Diagnostic, Place};
use crate::world::{FileFault, Files};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;
use std::sync::Arc;

/// The largest manifest or table that is read.
const MOST: u64 = 64 << 20;

/// A text file that people write.
pub(super) struct Source {
    file: Arc<str>,
    text: String,
    /// Where lines start; found once, so that a mistake on each of 5000 lines does not count 5000 × 5000 lines.
    lines: OnceCell<Vec<usize>>,
}

impl Source {
    /// Reads `file`; one that is missing gets the diagnostic that `missing` makes.
    pub(super) fn read(
        files: &dyn Files,
        file: &str,
        missing: impl FnOnce() -> Diagnostic,
    ) -> Result<Self, Diagnostic> {
        let bytes = files.read(file, MOST).map_err(|fault| match fault {
            FileFault::Missing => missing(),
            _ => fault.on(file),
        })?;
        let (text, fault) = match String::from_utf8(bytes) {
            Ok(text) => (text, None),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                (String::from_utf8_lossy(error.as_bytes()).into_owned(), Some(at))
            }
        };
        let source = Self { file: file.into(), text, lines: OnceCell::new() };
        match fault {
            None => Ok(source),
            Some(at) => Err(Diagnostic::error(Code::NotUtf8, format!("`{file}` is not UTF-8"))
                .at(source.place(at..at + 1))
                .hint("save it as UTF-8; spreadsheets call this \"CSV UTF-8\"")),
        }
    }

    /// The whole text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The path of the file.
    pub(super) fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// The place of the bytes `span`; a secret in that line is not shown.
    pub(super) fn place(&self, span: Range<usize>) -> Place {
        self.place_with(span, |line, _| {
            line.match_indices('=').map(|(at, _)| at).find(|at| is_secret(line[..*at].trim_end())).map(|at| at + 1)
        })
    }

    /// The place of a value that may be a secret itself.
    pub(super) fn place_of_secret(&self, span: Range<usize>) -> Place {
        self.place_with(span, |_, start| Some(start))
    }

    /// The place of the bytes `span`. `hidden_from` is given the line and where the span starts in it.
    fn place_with(&self, span: Range<usize>, hidden_from: impl Fn(&str, usize) -> Option<usize>) -> Place {
        let starts = self.lines.get_or_init(|| {
            let next_lines = self.text.match_indices('\n').map(|(at, _)| at + 1);
            std::iter::once(0).chain(next_lines).collect()
        });
        let row = starts.partition_point(|start| *start <= span.start).saturating_sub(1);
        let start = starts[row];
        let line = &self.text[start..starts.get(row + 1).copied().unwrap_or(self.text.len())];
        let within = span.start - start..span.end.saturating_sub(start);
        let shown = match hidden_from(line, within.start) {
            Some(at) => Cow::Owned(hidden(line, at)),
            None => Cow::Borrowed(line),
        };
        Place::span(self.file.clone(), &shown, within).below(row as u32)
    }
}

/// Whether a key, or a line that ends in one, names something that should never be shown or stand in a file.
pub(super) fn is_secret(key: &str) -> bool {
    let key = key.trim_end_matches(['"', '\'']).to_ascii_lowercase();
    ["token", "secret", "password", "key"].iter().any(|end| key.ends_with(end))
}

/// The line with everything from the byte `at` on made unreadable, byte for byte, so that columns stay where they are.
fn hidden(line: &str, at: usize) -> String {
    let stars = line[at..].chars().map(|c| if c.is_whitespace() { c.to_string() } else { "*".repeat(c.len_utf8()) });
    std::iter::once(line[..at].to_owned()).chain(stars).collect()
}

//! Whether a file is still what was written, so that nobody's edit is lost.

use crate::model::Digest;

/// How the first line of a file begins; the digest of all others follows.
const HEAD: &str = "# Written by `hectare ci github`; yours to edit, it is then left alone. ";

/// How a file lies there, compared with what would be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// There is none.
    Missing,
    /// It is what would be written.
    Current,
    /// It was written for another fleet or by another version, and nobody edited it.
    Old,
    /// Somebody edited it, and what would be written is what it was made of.
    Edited,
    /// Somebody edited or wrote it, and something else would be written now: the first line that differs, and how it would read.
    Conflict {
        /// The number of that line.
        line: u32,
        /// What the line would be; none if the file would be over there.
        wanted: Option<String>,
    },
}

/// The text with a first line that tells later whether it was edited.
pub(super) fn sealed(text: &str) -> String {
    format!("{HEAD}{}\n{text}", Digest::of(text.as_bytes()).short())
}

/// How a file lies there that holds `found`, if `wanted` would be written.
pub fn standing(found: Option<&str>, wanted: &str) -> Standing {
    let Some(found) = found else { return Standing::Missing };
    // Git on some systems changes the ends of lines.
    let found = found.replace("\r\n", "\n");
    if found == wanted {
        return Standing::Current;
    }
    match (opened(&found), opened(wanted)) {
        (Some((seal, rest)), _) if seal == Digest::of(rest.as_bytes()).short() => Standing::Old,
        (Some((seal, _)), Some((new, _))) if seal == new => Standing::Edited,
        _ => conflict(&found, wanted),
    }
}

/// The digest in the first line, and what follows.
fn opened(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix(HEAD)?.split_once('\n')
}

fn conflict(found: &str, wanted: &str) -> Standing {
    let body = |text: &str| opened(text).map_or_else(|| text.to_owned(), |(_, rest)| format!("\n{rest}"));
    let (found, wanted) = (body(found), body(wanted));
    let (mut found, mut wanted) = (found.lines(), wanted.lines());
    for line in 1.. {
        match (found.next(), wanted.next()) {
            (Some(one), Some(other)) if one == other => {}
            (_, other) => return Standing::Conflict { line, wanted: other.map(str::to_owned) },
        }
    }
    Standing::Current
}

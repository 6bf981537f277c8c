//! The sentences of libraries in the form that diagnostics have.

use std::fmt::Display;

/// `Unexpected end.` as `unexpected end`.
pub(super) fn fragment(sentence: impl Display) -> String {
    let sentence = sentence.to_string();
    let mut chars = sentence.trim_end_matches('.').chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

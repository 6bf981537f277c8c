//! JSON: checked, and freed of white space without touching a number or a string.

use crate::diag::{Code, Diagnostic, Place, explain};
use serde::de::IgnoredAny;
use std::sync::Arc;

/// The same document without white space between its tokens.
pub(super) fn minified(file: &Arc<str>, source: &str) -> Result<String, Diagnostic> {
    serde_json::from_str::<IgnoredAny>(source).map_err(|error| mistake(file, source, &error))?;
    let mut small = String::with_capacity(source.len());
    let mut parts = source.split('"');
    push_without_space(&mut small, parts.next().unwrap_or_default());
    while let Some(string) = parts.next() {
        small.push('"');
        small.push_str(string);
        if ends_escaped(string) {
            continue;
        }
        small.push('"');
        push_without_space(&mut small, parts.next().unwrap_or_default());
    }
    Ok(small)
}

/// Whether the quote after `string` belongs to it: an odd number of backslashes stands before.
fn ends_escaped(string: &str) -> bool {
    string.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

fn push_without_space(small: &mut String, tokens: &str) {
    tokens.split_ascii_whitespace().for_each(|token| small.push_str(token));
}

fn mistake(file: &Arc<str>, source: &str, error: &serde_json::Error) -> Diagnostic {
    let lines_above = source.split_inclusive('\n').take(error.line().saturating_sub(1));
    let at = (lines_above.map(str::len).sum::<usize>() + error.column()).saturating_sub(1);
    let whole = error.to_string();
    let message = whole.split(" at line ").next().unwrap_or(&whole);
    let place = Place::span(file.clone(), source, at..at + 1);
    let advice = explain("JSON", message, &place.text);
    Diagnostic::error(Code::BadDocument, format!("this is not valid JSON: {}", advice.message))
        .at(place)
        .hint(advice.hint)
}

//! A file as text, and a Markdown file as front matter and body.

use super::values::{Malformed, Notation, leading_json};
use crate::diag::{Code, Diagnostic, Place, explain, size};
use crate::model::{Data, Table};
use std::sync::Arc;

/// Where a Markdown file's front matter ends, and what it says.
#[derive(Debug)]
pub(super) struct Split {
    pub(super) matter: Table,
    /// The offset at which the body starts.
    pub(super) body: usize,
    /// The line on which it starts, from 1.
    pub(super) body_line: u32,
}

const LARGEST_MATTER: usize = 1 << 20;

/// Front matter between two fences.
struct Fenced {
    notation: Notation,
    start: usize,
    end: usize,
    body: usize,
    body_line: u32,
}

/// The bytes of `file` as text, without a byte order mark.
pub(super) fn text(file: &Arc<str>, mut bytes: Vec<u8>) -> Result<String, Diagnostic> {
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes.drain(..3);
    }
    if let Some(at) = memchr::memchr(0, &bytes) {
        return Err(not_text(file, &bytes, at, "a zero byte"));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        not_text(file, error.as_bytes(), at, &format!("the byte 0x{:02X}", error.as_bytes()[at]))
    })
}

fn not_text(file: &Arc<str>, bytes: &[u8], at: usize, what: &str) -> Diagnostic {
    Diagnostic::error(Code::NotUtf8, format!("{what} is not part of a UTF-8 text"))
        .at(Place::span(Arc::clone(file), &String::from_utf8_lossy(bytes), at..at + 1))
        .hint(if file.ends_with(".csv") {
            "save it as UTF-8; spreadsheets call this \"CSV UTF-8\""
        } else {
            "save the file as UTF-8"
        })
}

/// Parts the text of `file`.
pub(super) fn split(file: &Arc<str>, text: &str) -> Result<Split, Diagnostic> {
    if starts_with_json(text) {
        return split_json(file, text);
    }
    let Some(fence) =
        ["+++", "---"].into_iter().find(|fence| text.lines().next().is_some_and(|line| line.trim_end() == *fence))
    else {
        return Ok(Split { matter: Table::new(), body: 0, body_line: 1 });
    };
    let fenced = fenced(text, fence).ok_or_else(|| endless(file, text, fence))?;
    check_size(file, text, fenced.end)?;
    let data = fenced.notation.parse(&text[fenced.start..fenced.end]);
    let data = data.map_err(|malformed| syntax(file, text, fenced.notation, fenced.start, &malformed))?;
    let matter = table(file, text, fenced.start, data)?;
    Ok(Split { matter, body: fenced.body, body_line: fenced.body_line })
}

/// Shortcodes begin with `{` as well, but with another sign after it.
fn starts_with_json(text: &str) -> bool {
    text.strip_prefix('{').is_some_and(|rest| rest.trim_start().starts_with(['"', '}']))
}

fn split_json(file: &Arc<str>, text: &str) -> Result<Split, Diagnostic> {
    let (data, end) = leading_json(text).map_err(|malformed| syntax(file, text, Notation::Json, 0, &malformed))?;
    check_size(file, text, end)?;
    let line_end = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    if !text[end..line_end].trim().is_empty() {
        let malformed = Malformed { message: "there is more text on its last line".to_owned(), span: end..line_end };
        return Err(syntax(file, text, Notation::Json, 0, &malformed));
    }
    let body_line = text[..line_end].bytes().filter(|byte| *byte == b'\n').count() as u32 + 1;
    Ok(Split { matter: table(file, text, 0, data)?, body: line_end, body_line })
}

/// Keeps front matter so small that every mistake in it can be located in no time.
fn check_size(file: &Arc<str>, text: &str, end: usize) -> Result<(), Diagnostic> {
    if end <= LARGEST_MATTER {
        return Ok(());
    }
    let message = format!("the front matter has {}, the limit is {}", size(end as u64), size(LARGEST_MATTER as u64));
    Err(Diagnostic::error(Code::FrontMatterSyntax, message)
        .at(Place::span(Arc::clone(file), text, 0..1))
        .hint("move the data into a file under `_data`"))
}

fn fenced(text: &str, fence: &str) -> Option<Fenced> {
    let notation = if fence == "+++" { Notation::Toml } else { Notation::Yaml };
    let mut lines = text.split_inclusive('\n');
    let start = lines.next()?.len();
    let mut end = start;
    for (count, line) in lines.enumerate() {
        if line.trim_end() == fence {
            return Some(Fenced { notation, start, end, body: end + line.len(), body_line: count as u32 + 3 });
        }
        end += line.len();
    }
    None
}

fn endless(file: &Arc<str>, text: &str, fence: &str) -> Diagnostic {
    Diagnostic::error(Code::FrontMatterSyntax, format!("the front matter that begins with `{fence}` has no end"))
        .at(Place::span(Arc::clone(file), text, 0..fence.len()))
        .hint(format!("write a line `{fence}` between front matter and text"))
}

fn syntax(file: &Arc<str>, text: &str, notation: Notation, offset: usize, malformed: &Malformed) -> Diagnostic {
    let span = malformed.span.start + offset..malformed.span.end + offset;
    let advice = explain(notation.name(), &malformed.message);
    let message = format!("the front matter is not valid {}: {}", notation.name(), advice.message);
    Diagnostic::error(Code::FrontMatterSyntax, message).at(Place::span(Arc::clone(file), text, span)).hint(advice.hint)
}

fn table(file: &Arc<str>, text: &str, offset: usize, data: Data) -> Result<Table, Diagnostic> {
    match data {
        Data::Object(table) => Ok(table),
        _ => Err(Diagnostic::error(Code::FrontMatterSyntax, "the front matter is not a list of keys and values")
            .at(Place::span(Arc::clone(file), text, offset..offset + 1))
            .hint("write one `key: value` on each line")),
    }
}

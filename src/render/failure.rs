//! A template that failed while it made a page becomes a diagnostic that points into the template.

use super::ask::Fault;
use super::template::{Prepared, Spot};
use super::visit::Visit;
use crate::diag::{Code, Diagnostic, Note, list, nearest, size};
use std::ops::Range;
use tera::{Error, ErrorKind};

/// One of the reports in a text that Tera printed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Report<'a> {
    /// What it says.
    pub(super) message: &'a str,
    /// The template it is about.
    pub(super) file: &'a str,
    line: usize,
    column: usize,
}

impl Report<'_> {
    /// The name or character that the report points at in `text`.
    pub(super) fn span(&self, text: &str) -> Range<usize> {
        let lines = text.split_inclusive('\n').take(self.line.saturating_sub(1));
        let line_start: usize = lines.map(str::len).sum();
        let line = &text[line_start..];
        let start = line.char_indices().nth(self.column.saturating_sub(1)).map_or(line.len(), |(at, _)| at);
        let name = |c: &char| c.is_alphanumeric() || *c == '_';
        let quoted = line[start..].strip_prefix('"').and_then(|rest| rest.lines().next()?.find('"')).map(|end| end + 2);
        let named = line[start..].chars().take_while(name).map(char::len_utf8).sum::<usize>().max(1);
        let width = quoted.unwrap_or(named);
        line_start + start..(line_start + start + width).min(text.len())
    }
}

/// The reports in `text` that begin with `opening`. Tera shows positions of several errors, and of the calls that led to an error,
/// only in what it prints.
pub(super) fn reports<'a>(text: &'a str, opening: &str) -> Vec<Report<'a>> {
    let lines: Vec<&str> = text.lines().collect();
    let openings = lines.iter().enumerate().filter_map(|(at, line)| Some((at, line.strip_prefix(opening)?)));
    let report = |(at, message): (usize, &'a str)| {
        let own_line = lines[at..].iter().find_map(|line| line.trim_start().strip_prefix("--> "));
        let place = if opening.starts_with("note") { message.rsplit(' ').next() } else { own_line }?;
        let mut parts = place.rsplitn(3, ':');
        let (column, line) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        Some(Report { message, file: parts.next()?, line, column })
    };
    openings.filter_map(report).collect()
}

/// A message of Tera as a fragment: lower case, no full stop.
pub(super) fn lowered(message: &str) -> String {
    let message = message.trim_end_matches('.');
    let mut letters = message.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// What went wrong while a page was made.
pub(super) struct Failure<'a> {
    /// The templates of the theme.
    pub(super) templates: &'a [Prepared],
    /// What Tera says.
    pub(super) error: &'a Error,
    /// The page that was made.
    pub(super) visit: Option<&'a Visit>,
    /// The limit that the page has outgrown, in bytes.
    pub(super) outgrown: Option<usize>,
}

impl Failure<'_> {
    /// The diagnostic, without the page that it happened on.
    pub(super) fn diagnostic(&self) -> Diagnostic {
        let fault = self.visit.and_then(Visit::fault);
        match (self.error.kind(), self.outgrown, fault) {
            (ErrorKind::RenderingError(report), _, fault) => {
                let fault = fault.filter(|fault| fault.message == report.message());
                let fault = fault.unwrap_or_else(|| explained(report.message()));
                let place = self.named(report.filename()).map(|template| template.place(report.span().range.clone()));
                let mut diagnostic = of_fault(fault);
                diagnostic.place = place;
                diagnostic.notes = self.trail();
                diagnostic
            }
            (_, Some(most), _) => {
                let message = format!("the page is larger than {}", size(most as u64));
                let diagnostic = Diagnostic::error(Code::TemplateLimit, message)
                    .hint("let the page show fewer entries, or raise `page_mb` under `limits` in sites.toml");
                self.placed(diagnostic).note("this is the last loop or component that ran", None)
            }
            (_, None, Some(fault)) => self.placed(of_fault(fault)),
            (kind, None, None) => {
                let message = kind.to_string();
                let recursion = message.contains("recursion depth for components");
                let code = if recursion { Code::TemplateLimit } else { Code::TemplateError };
                let fault = Fault::new(lowered(&message));
                let hint = "a component that calls itself has to end before the 20th call";
                self.placed(of_fault(if recursion { Fault { code, ..fault.hint(hint) } } else { fault }))
            }
        }
    }

    fn named(&self, name: &str) -> Option<&Prepared> {
        self.templates.iter().find(|template| template.written.name == name)
    }

    /// The calls that led to the error, innermost first.
    fn trail(&self) -> Vec<Note> {
        let printed = self.error.to_string();
        let calls = reports(&printed, "note: called from ");
        let note = |call: Report<'_>| {
            let place = self.named(call.file).map(|template| template.place(call.span(&template.text)));
            Note { message: "called from here".to_owned(), place }
        };
        calls.into_iter().map(note).collect()
    }

    fn placed(&self, diagnostic: Diagnostic) -> Diagnostic {
        match self.last() {
            Some(place) => diagnostic.at(place),
            None => diagnostic,
        }
    }

    fn last(&self) -> Option<crate::diag::Place> {
        let (template, at): Spot = self.visit?.last()?;
        let template = self.templates.get(template)?;
        let rest = template.written.text.get(at..)?;
        let line = rest.lines().next().unwrap_or_default();
        let code = match line.find(if rest.starts_with("{%") { "%}" } else { "}}" }) {
            Some(end) if rest.starts_with("{%") => &line[..end + 2],
            Some(end) => line[..end].trim_end_matches(['-', ' ']),
            None => line,
        };
        Some(template.written_place(at..at + code.len()))
    }
}

fn of_fault(fault: Fault) -> Diagnostic {
    let usual =
        || "this is a mistake in the theme, not in the page: mend the template, or tell whoever made it".to_owned();
    Diagnostic::error(fault.code, fault.message).hint(fault.hint.unwrap_or_else(usual))
}

/// What kind of value is needed and what is there, in the words of people who never saw a program.
fn wrong_type(message: &str) -> Option<Fault> {
    let (wanted, found) = message.strip_prefix("Invalid type for the value, expected `")?.split_once("` but got `")?;
    let (wanted, found) = (plain_kind(wanted), plain_kind(found.trim_end_matches('`')));
    let hint = match (wanted, found) {
        ("a text", "a number" | "`true` or `false`") => "make it a text with `| str` before",
        (_, "nothing") => "test it first with `{% if %}`, or write `| default(value=\"\")` before",
        _ => "take one of its fields, or print it with `{{ … | json }}` to see what it holds",
    };
    Some(Fault::new(format!("this has to be {wanted}, not {found}")).hint(hint))
}

/// The names of types in Rust as people say them.
fn plain_kind(name: &str) -> &str {
    match name {
        "string" => "a text",
        "map/struct" => "a table",
        "array" => "a list",
        "bool" => "`true` or `false`",
        "none" | "undefined" => "nothing",
        "i64" | "u64" | "i128" | "u128" | "f64" | "integer" | "float" | "number" | "usize" => "a number",
        other => other,
    }
}

/// A message of Tera, with the names that it lists turned into a hint: they differ from page to page, and the same mistake on many
/// pages has to be one message.
fn explained(message: &str) -> Fault {
    if let Some(fault) = wrong_type(message) {
        return fault;
    }
    let listed = [" Available fields: ", " Available variables: "].iter().find_map(|words| message.split_once(words));
    let (message, names) = listed.unwrap_or((message, ""));
    let wrong = message.split('`').nth(1).unwrap_or_default();
    let fault = Fault::new(lowered(message));
    match (message, nearest(wrong, names.split(", ").filter(|name| !name.is_empty()))) {
        (_, Some(meant)) => fault.hint(format!("did you mean `{meant}`?")),
        ("Tried to render a variable that is undefined", _) => {
            fault.hint("test it first, or write `| default(value=\"\")`")
        }
        (_, None) if message.starts_with("Variable") && names.split(", ").all(|name| name != "page") => {
            fault.hint(format!("a component sees only its arguments; let it take `@{wrong}` or hand it over"))
        }
        (_, None) if names.is_empty() => fault,
        (_, None) => fault.hint(format!("there are {}", list(names.split(", ")))),
    }
}

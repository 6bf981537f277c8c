//! Style sheets: checked, minified, and told where the files they name are published.

use super::fragment::fragment;
use super::nesting::{DEEPEST, too_deep};
use super::prepare::Mistakes;
use super::reference::{Reference, references};
use super::sheets::Links;
use crate::diag::{Code, Diagnostic, Place};
use lightningcss::error::{Error, ErrorLocation, ParserError};
use lightningcss::printer::PrinterOptions;
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, StyleSheet};
use lightningcss::targets::{Browsers, Targets};
use lightningcss::traits::ToCss;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;

/// A style sheet whose links are not yet those of a site.
pub(super) struct Sheet {
    /// Its text, with the addresses as they were written.
    pub(super) text: String,
    /// The files of the site that it names, each once, with the place of the first mention.
    pub(super) mentions: BTreeMap<String, Place>,
}

/// Browsers of about the year 2022: new enough to leave modern rules alone, old enough to keep `(min-width: …)` as it is.
const BROWSERS: Browsers = Browsers {
    android: Some(100 << 16),
    chrome: Some(100 << 16),
    edge: Some(100 << 16),
    firefox: Some(100 << 16),
    ie: None,
    ios_saf: Some(15 << 16 | 4 << 8),
    opera: Some(86 << 16),
    safari: Some(15 << 16 | 4 << 8),
    samsung: Some(18 << 16),
};

impl Sheet {
    /// Reads a style sheet.
    pub(super) fn read(file: &Arc<str>, source: &str, minify: bool) -> Result<Self, Mistakes> {
        let small = minified(file, source)?;
        let (mut mentions, mut mistakes) = (BTreeMap::new(), Vec::new());
        for reference in references(source).into_iter().filter(Reference::is_local) {
            let place = Place::span(file.clone(), source, reference.span);
            if reference.is_import {
                mistakes.push(import_refused(&reference.address, place));
            } else {
                mentions.entry(reference.address).or_insert(place);
            }
        }
        if mistakes.is_empty() {
            Ok(Self { text: if minify { small } else { source.to_owned() }, mentions })
        } else {
            Err(Mistakes(mistakes))
        }
    }

    /// The text, with `links` (address as written → link, in the order of the addresses) put in.
    pub(super) fn with_links(&self, links: &Links) -> String {
        let mut text = String::with_capacity(self.text.len() + links.len() * 16);
        let mut done = 0;
        for reference in references(&self.text) {
            let Ok(at) = links.binary_search_by(|(address, _)| (**address).cmp(&reference.address)) else { continue };
            let link = &links[at].1;
            text.push_str(&self.text[done..reference.span.start]);
            let is_quoted = self.text[reference.span.clone()].starts_with(['"', '\'']);
            push_link(&mut text, link, is_quoted);
            done = reference.span.end;
        }
        text.push_str(&self.text[done..]);
        text
    }
}

fn push_link(text: &mut String, link: &str, quoted: bool) {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-._~%?#&=+,:;@!$*".contains(c);
    if !quoted && link.chars().all(plain) {
        return text.push_str(link);
    }
    text.push('"');
    link.chars().for_each(|c| match c {
        '"' | '\\' => text.extend(['\\', c]),
        _ => text.push(c),
    });
    text.push('"');
}

/// The style sheet without needless white space and comments, as `BROWSERS` understand it.
pub(super) fn minified(file: &Arc<str>, source: &str) -> Result<String, Diagnostic> {
    if let Some(at) = too_deep(source) {
        let mistake = Diagnostic::error(Code::BadStyle, format!("brackets are nested more than {DEEPEST} deep"));
        let place = Place::span(file.clone(), source, at..at + 1);
        return Err(mistake.at(place).hint("close what is open; perhaps a `}` is missing somewhere above"));
    }
    let targets = Targets::from(BROWSERS);
    let mut sheet =
        StyleSheet::parse(source, ParserOptions::default()).map_err(|error| syntax_error(file, source, &error))?;
    sheet.minify(MinifyOptions { targets, ..MinifyOptions::default() }).map_err(|error| refused(file, error.kind))?;
    let printed = sheet.to_css(PrinterOptions { minify: true, targets, ..PrinterOptions::default() });
    printed.map(|printed| printed.code).map_err(|error| refused(file, error.kind))
}

fn syntax_error(file: &Arc<str>, source: &str, error: &Error<ParserError>) -> Diagnostic {
    let message = match &error.kind {
        ParserError::EndOfInput => "a rule has no block".to_owned(),
        ParserError::InvalidDeclaration => "this declaration is not valid CSS".to_owned(),
        ParserError::UnexpectedToken(token) => match token.to_css_string(PrinterOptions::default()) {
            Ok(token) => format!("`{token}` is not expected here"),
            Err(_) => "this is not expected here".to_owned(),
        },
        other => fragment(other),
    };
    let hint = match &error.kind {
        ParserError::EndOfInput => "look for a `}` too many before it, or remove what follows the last `}`",
        ParserError::InvalidDeclaration => "write `name: value;`",
        _ => "look at what stands before it: often a `;`, a bracket or a quote is missing",
    };
    let mistake = Diagnostic::error(Code::BadStyle, message).hint(hint);
    match &error.loc {
        Some(at) => {
            let column = at.column + blanks_at(source, at);
            mistake.at(Place::line_column(file.clone(), source, at.line + 1, column, 1))
        }
        None => mistake.at(Place::file(file.clone())),
    }
}

/// The parser points before the white space that precedes what it means.
fn blanks_at(source: &str, at: &ErrorLocation) -> u32 {
    let line = source.lines().nth(at.line as usize).unwrap_or_default();
    line.chars().skip(at.column.saturating_sub(1) as usize).take_while(|c| c.is_whitespace()).count() as u32
}

fn refused(file: &Arc<str>, fault: impl Display) -> Diagnostic {
    let hint = "write the rule in another way, or publish the file as it is from a `static` folder";
    Diagnostic::error(Code::BadStyle, fragment(fault)).at(Place::file(file.clone())).hint(hint)
}

fn import_refused(address: &str, place: Place) -> Diagnostic {
    Diagnostic::error(Code::BadStyle, format!("`{address}` cannot be imported: style sheets are published one by one"))
        .at(place)
        .hint("move its rules into this file, or link both files from the template")
}

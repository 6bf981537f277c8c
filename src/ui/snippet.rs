//! One diagnostic as a person sees it: the line, the place in it, what to do.

use super::number::count;
use crate::diag::{Group as Found, Place, Severity, list};
use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use std::borrow::Cow;

/// Examples of the sites that a grouped message is about.
const EXAMPLES: usize = 3;

/// More notes than this are not read.
const MOST_NOTES: usize = 6;

/// A group of equal diagnostics, ready to be printed.
pub(super) fn show(found: &Found, colored: bool) -> String {
    let diagnostic = &found.diagnostic;
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = level
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code.id())
        .elements(diagnostic.place.iter().flat_map(|place| marked(place, AnnotationKind::Primary)));
    for note in diagnostic.notes.iter().take(MOST_NOTES) {
        group = group.element(Level::NOTE.message(note.message.as_str()));
        group = group.elements(note.place.iter().flat_map(|place| marked(place, AnnotationKind::Context)));
    }
    if let Some(more) = diagnostic.notes.len().checked_sub(MOST_NOTES).filter(|more| *more > 0) {
        group = group.element(Level::NOTE.message(format!("and {} more", count(more))));
    }
    if let Some(sites) = affected(found) {
        group = group.element(Level::NOTE.message(sites));
    }
    if let Some(hint) = &diagnostic.hint {
        group = group.element(Level::HELP.message(hint.as_str()));
    }
    let renderer = if colored { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group])
}

fn marked(place: &Place, kind: AnnotationKind) -> Vec<Element<'_>> {
    if place.line == 0 || place.column == 0 || place.text.trim().is_empty() {
        let origin = Origin::path(&*place.file);
        let origin = if place.line > 0 { origin.line(place.line as usize) } else { origin };
        return vec![origin.into()];
    }
    let start = byte_at(&place.text, place.offset_in_text());
    let end = byte_at(&place.text, place.offset_in_text() + place.width as usize).max(start);
    let snippet = Snippet::source(place.text.as_str())
        .line_start(place.line as usize)
        .path(Cow::Borrowed(&*place.file))
        .annotation(kind.span(start..end));
    vec![snippet.into()]
}

fn byte_at(text: &str, character: usize) -> usize {
    text.char_indices().nth(character).map_or(text.len(), |(at, _)| at)
}

/// Where the same mistake was met, when naming the place alone does not say so.
fn affected(found: &Found) -> Option<String> {
    let sites = &found.sites;
    let named = match sites.len() {
        0 => return None,
        1 => format!("in the site {}", list(sites.iter().map(String::as_str))),
        more if more <= EXAMPLES => format!("in the sites {}", list(sites.iter().map(String::as_str))),
        more => {
            let named = sites[..EXAMPLES].iter().map(|site| format!("`{site}`")).collect::<Vec<_>>().join(", ");
            format!("in {} sites: {named} and {} more", count(more), count(more - EXAMPLES))
        }
    };
    if found.times > sites.len() { Some(format!("{} times {named}", count(found.times))) } else { Some(named) }
}

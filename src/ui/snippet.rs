//! One diagnostic as a person sees it: the line, the place in it, what to do.

use super::number::count;
use crate::diag::{Code, Group as Found, Place, Severity, list};
use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use std::borrow::Cow;

/// Examples of the sites that a grouped message is about.
const EXAMPLES: usize = 3;

/// More notes than this are not read.
const MOST_NOTES: usize = 6;

/// The columns where no terminal tells how many it has.
const WIDTH: usize = 140;

/// A group of equal diagnostics, ready to be printed in so many columns.
pub(super) fn show(found: &Found, colored: bool, width: Option<usize>) -> String {
    let width = width.unwrap_or(WIDTH);
    let diagnostic = &found.diagnostic;
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = level
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code.id())
        .elements(diagnostic.place.iter().flat_map(|place| marked(place, AnnotationKind::Primary, width)));
    for note in diagnostic.notes.iter().take(MOST_NOTES) {
        group = group.element(Level::NOTE.message(note.message.as_str()));
        group = group.elements(note.place.iter().flat_map(|place| marked(place, AnnotationKind::Context, width)));
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
    // Lines are cut before, so that all that is cut looks alike.
    renderer.term_width(usize::from(u16::MAX)).render(&[group])
}

fn marked(place: &Place, kind: AnnotationKind, width: usize) -> Vec<Element<'_>> {
    if place.line == 0 || place.column == 0 || place.text.trim().is_empty() {
        let origin = Origin::path(&*place.file);
        let origin = if place.line > 0 { origin.line(place.line as usize) } else { origin };
        return vec![origin.into()];
    }
    let gutter = place.line.to_string().len() + 3;
    let (text, from, to) = cut(place, width.saturating_sub(gutter).max(1));
    let (start, end) = (byte_at(&text, from), byte_at(&text, to));
    let snippet = Snippet::source(text)
        .line_start(place.line as usize)
        .path(Cow::Borrowed(&*place.file))
        .annotation(kind.span(start..end));
    vec![snippet.into()]
}

/// The line of a place, cut around what is meant to so many characters; and where that begins and ends in it.
fn cut(place: &Place, most: usize) -> (Cow<'_, str>, usize, usize) {
    let (start, all) = (place.offset_in_text(), place.text.chars().count());
    let end = (start + place.width as usize).min(all.max(start));
    if all <= most {
        return (Cow::Borrowed(&place.text), start, end);
    }
    // What stands before says more than what follows, and the end of a line is shown whole.
    let from = (start.saturating_sub(most / 2)).min(all.saturating_sub(most - 1));
    let from = if end < most { 0 } else { from };
    let room = most - usize::from(from > 0);
    let is_open = from + room < all;
    let shown: String = place.text.chars().skip(from).take(room - usize::from(is_open)).collect();
    let text = [if from > 0 { "…" } else { "" }, &shown, if is_open { "…" } else { "" }].concat();
    let within = |at: usize| (at - from + usize::from(from > 0)).min(text.chars().count());
    let (start, end) = (within(start), within(end));
    (Cow::Owned(text), start, end)
}

fn byte_at(text: &str, character: usize) -> usize {
    text.char_indices().nth(character).map_or(text.len(), |(at, _)| at)
}

/// Where the same mistake was met, when naming the place alone does not say so.
fn affected(found: &Found) -> Option<String> {
    let sites = &found.sites;
    let named = match sites.as_slice() {
        [] => return None,
        // Both of them have the id that the message names.
        _ if found.diagnostic.code == Code::DuplicateSite => return None,
        // A site without a usable id is named by its place.
        [place] if place.contains(' ') => format!("in {place}"),
        [site] => format!("in the site `{site}`"),
        some if some.len() <= EXAMPLES => format!("in the sites {}", list(sites.iter().map(String::as_str))),
        many => {
            let named = many[..EXAMPLES].iter().map(|site| format!("`{site}`")).collect::<Vec<_>>().join(", ");
            format!("in {} sites: {named} and {} more", count(many.len()), count(many.len() - EXAMPLES))
        }
    };
    if found.times > sites.len() { Some(format!("{} times {named}", count(found.times))) } else { Some(named) }
}

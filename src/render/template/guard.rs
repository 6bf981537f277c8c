//! Bounds for the code of templates: values that can grow are measured, loops and components are counted.
//!
//! Tera has no limit on the size of values or the number of steps. Values that are kept in variables or handed to components are
//! wrapped in a filter that measures them; loops and components begin with a mark that the escape function counts. The mark is
//! a constant, which costs 20 ns where calling a function would cost 200. Loops that only print fields have none: whatever runs
//! them too often is itself a loop that has one.

use super::calls::components;
use super::draft::Change;
use super::mark::Mark;
use super::scan::{Piece, PieceKind, Word, WordKind, cuts};
use std::ops::Range;

/// The filter that measures a text or a list.
pub(crate) const BOUNDED: &str = "_bounded";
/// The filter that measures a value with everything inside it.
pub(crate) const BOUNDED_DEEP: &str = "_bounded_deep";

/// What is put into the code of `piece`, in order, with the number of the template if it needs a mark; or where a comprehension stands inside another one.
pub(super) fn bounds(
    source: &str,
    piece: &Piece,
    words: &[Word<'_>],
    mark: Option<usize>,
) -> Result<Vec<Change>, Range<usize>> {
    let mut changes = Vec::new();
    comprehensions(words, &mut changes)?;
    component_arguments(words, &mut changes);
    if piece.kind == PieceKind::Tag {
        match words {
            [Word { text: "set" | "set_global", .. }, _name, rest @ ..] => assignment(piece, rest, &mut changes),
            _ => changes.extend(mark.map(|template| step(source, piece, template))),
        }
    }
    changes.sort_by_key(|change| change.over.start);
    Ok(changes)
}

fn step(source: &str, piece: &Piece, template: usize) -> Change {
    let mark = Mark { spot: (template, piece.span.start), call: None };
    let at = piece.span.end;
    Change { over: at..at, text: mark.printed(false, cuts(source, piece).1), origin: piece.span.clone() }
}

/// Whether code of a loop's body costs so little that the loop needs no mark: conditions and fields.
pub(super) fn is_light(words: &[Word<'_>]) -> bool {
    let verb = words.first().map_or("", |word| word.text);
    let calls = |word: &Word<'_>| matches!(word.text, "(" | "|" | "[" | "{" | "~" | "...");
    !matches!(verb, "for" | "include" | "block" | "filter" | "component" | "<")
        && words.iter().all(|word| word.kind == WordKind::Text || !calls(word))
        && components(words).next().is_none()
}

fn assignment(piece: &Piece, rest: &[Word<'_>], changes: &mut Vec<Change>) {
    match rest {
        [Word { text: "=", .. }, expression @ ..] => wrap(expression, changes),
        [] | [Word { text: "|", .. }, ..] => {
            let at = rest.last().map_or_else(|| piece.span.end - 2, Word::end);
            let text = format!(" | {BOUNDED} ");
            changes.push(Change { over: at..at, text, origin: piece.span.clone() });
        }
        _ => {}
    }
}

/// Arguments of components: `<card title={a ~ b} />`.
fn component_arguments(words: &[Word<'_>], changes: &mut Vec<Change>) {
    for (at, window) in words.windows(3).enumerate() {
        let [Word { kind: WordKind::Name, .. }, Word { text: "=", .. }, Word { text: "{", .. }] = window else {
            continue;
        };
        let inner = &words[at + 3..];
        let mut depth = 0_usize;
        let end = inner.iter().position(|word| match word.text {
            "{" | "[" | "(" => {
                depth += 1;
                false
            }
            "}" if depth == 0 => true,
            "}" | "]" | ")" => {
                depth = depth.saturating_sub(1);
                false
            }
            // A map, the value of a keyword argument.
            ":" => depth == 0,
            _ => false,
        });
        if let Some(end) = end.filter(|end| inner[*end].text == "}") {
            wrap(&inner[..end], changes);
        }
    }
}

/// Wraps an expression whose value may be larger than the values it is made of.
fn wrap(expression: &[Word<'_>], changes: &mut Vec<Change>) {
    let grows = |word: &Word<'_>| matches!(word.text, "~" | "|" | "..." | "<" | "[" | "{" | "for");
    let [first, .., last] = expression else { return };
    if !expression.iter().any(|word| word.kind != WordKind::Text && grows(word)) {
        return;
    }
    surround(first.at..last.end(), measure(expression), changes);
}

fn measure(expression: &[Word<'_>]) -> &'static str {
    if expression.iter().any(|word| matches!(word.text, "[" | "{" | "group_by" | "pairs")) {
        BOUNDED_DEEP
    } else {
        BOUNDED
    }
}

fn surround(span: Range<usize>, filter: &str, changes: &mut Vec<Change>) {
    changes.push(Change { over: span.start..span.start, text: "(".to_owned(), origin: span.clone() });
    changes.push(Change { over: span.end..span.end, text: format!(") | {filter} "), origin: span });
}

/// A bracket that is open.
struct Bracket {
    word: usize,
    list: bool,
    comprehension: bool,
    holds_one: bool,
}

/// Elements of comprehensions: `[x ~ y for x in z]`.
fn comprehensions(words: &[Word<'_>], changes: &mut Vec<Change>) -> Result<(), Range<usize>> {
    let mut open: Vec<Bracket> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        match (word.kind, word.text) {
            (WordKind::Sign, "[" | "(" | "{") => {
                open.push(Bracket { word: at, list: word.text == "[", comprehension: false, holds_one: false });
            }
            (WordKind::Sign, "]" | ")" | "}") => {
                let closed = open.pop();
                let holds_one = closed.is_some_and(|bracket| bracket.comprehension || bracket.holds_one);
                if let Some(outer) = open.last_mut() {
                    outer.holds_one |= holds_one;
                }
            }
            (WordKind::Name, "for") => {
                let inside = open.iter().rev().skip(1).any(|bracket| bracket.comprehension);
                let Some(bracket) = open.last_mut().filter(|bracket| bracket.list) else { continue };
                if inside || bracket.holds_one {
                    return Err(words[bracket.word].at..word.end());
                }
                bracket.comprehension = true;
                let element = &words[bracket.word + 1..at];
                if let (Some(first), Some(last)) = (element.first(), element.last()) {
                    surround(first.at..last.end(), measure(element), changes);
                }
            }
            _ => {}
        }
        // The list that a comprehension walks over may hold another one, which ends before it does.
        if let Some(bracket) = open.iter().find(|bracket| bracket.comprehension && bracket.holds_one) {
            return Err(words[bracket.word].at..word.end());
        }
    }
    Ok(())
}

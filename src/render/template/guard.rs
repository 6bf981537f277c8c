//! Bounds for the code of templates: values that can grow are measured, loops and components are counted.
//!
//! Tera has no limit on the size of values or the number of steps. Values that are kept in variables or handed to components are
//! wrapped in a filter that measures them; loops and components begin with a mark that the escape function counts. The mark is
//! a constant, which costs 20 ns where calling a function would cost 200. Loops that only print fields have none: whatever runs
//! them too often is itself a loop that has one.

use super::calls::components;
use super::scan::{Piece, PieceKind, Word, WordKind, cuts};
use std::ops::Range;

/// The filter that measures a text or a list.
pub(crate) const BOUNDED: &str = "_bounded";
/// The filter that measures a value with everything inside it.
pub(crate) const BOUNDED_DEEP: &str = "_bounded_deep";
/// The first character of a mark; no page can contain it.
const MARK: char = '\0';
/// Numbers in a mark are letters from here on, so that reading them costs nothing.
const LETTERS: u32 = 0x1_0000;
/// The largest number that has a letter; places further on in a template are shown as this one.
const LARGEST: usize = char::MAX as usize - LETTERS as usize;

/// Text to be put into the code of a template.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Insertion {
    /// Before which position of the written text.
    pub(super) at: usize,
    /// What.
    pub(super) text: String,
    /// The written text that errors in it are about.
    pub(super) origin: Range<usize>,
}

/// What is put into the code of `piece`, in order, with the number of the template if it needs a mark; or where a comprehension stands inside another one.
pub(super) fn bounds(
    source: &str,
    piece: &Piece,
    words: &[Word<'_>],
    mark: Option<usize>,
) -> Result<Vec<Insertion>, Range<usize>> {
    let mut insertions = Vec::new();
    comprehensions(words, &mut insertions)?;
    component_arguments(words, &mut insertions);
    if piece.kind == PieceKind::Tag {
        match words {
            [Word { text: "set" | "set_global", .. }, _name, rest @ ..] => assignment(piece, rest, &mut insertions),
            _ => insertions.extend(mark.map(|template| step(source, piece, template))),
        }
    }
    insertions.sort_by_key(|insertion| insertion.at);
    Ok(insertions)
}

fn step(source: &str, piece: &Piece, template: usize) -> Insertion {
    let cut = if cuts(source, piece).1 { "-" } else { "" };
    let letter = |number: usize| char::from_u32(LETTERS + number.min(LARGEST) as u32).unwrap_or(char::MAX);
    let text = format!("{{{{\"{MARK}{}{}\"{cut}}}}}", letter(template), letter(piece.span.start));
    Insertion { at: piece.span.end, text, origin: piece.span.clone() }
}

/// Whether code of a loop's body costs so little that the loop needs no mark: conditions and fields.
pub(super) fn is_light(words: &[Word<'_>]) -> bool {
    let verb = words.first().map_or("", |word| word.text);
    let calls = |word: &Word<'_>| matches!(word.text, "(" | "|" | "[" | "{" | "~" | "...");
    !matches!(verb, "for" | "include" | "block" | "filter" | "component" | "<")
        && words.iter().all(|word| word.kind == WordKind::Text || !calls(word))
        && components(words).next().is_none()
}

/// The template and the position in its written text that a mark names, each as one letter; none if `text` is no mark.
pub(crate) fn read_mark(text: &str) -> Option<(usize, usize)> {
    let mut letters = text.strip_prefix(MARK)?.chars();
    let mut number = || u32::from(letters.next()?).checked_sub(LETTERS);
    let mark = (number()? as usize, number()? as usize);
    letters.next().is_none().then_some(mark)
}

fn assignment(piece: &Piece, rest: &[Word<'_>], insertions: &mut Vec<Insertion>) {
    match rest {
        [Word { text: "=", .. }, expression @ ..] => wrap(expression, insertions),
        [] | [Word { text: "|", .. }, ..] => {
            let at = rest.last().map_or_else(|| piece.span.end - 2, Word::end);
            let text = format!(" | {BOUNDED} ");
            insertions.push(Insertion { at, text, origin: piece.span.clone() });
        }
        _ => {}
    }
}

/// Arguments of components: `<card title={a ~ b} />`.
fn component_arguments(words: &[Word<'_>], insertions: &mut Vec<Insertion>) {
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
            wrap(&inner[..end], insertions);
        }
    }
}

/// Wraps an expression whose value may be larger than the values it is made of.
fn wrap(expression: &[Word<'_>], insertions: &mut Vec<Insertion>) {
    let grows = |word: &Word<'_>| matches!(word.text, "~" | "|" | "..." | "<" | "[" | "{" | "for");
    let [first, .., last] = expression else { return };
    if !expression.iter().any(|word| word.kind != WordKind::Text && grows(word)) {
        return;
    }
    surround(first.at..last.end(), measure(expression), insertions);
}

fn measure(expression: &[Word<'_>]) -> &'static str {
    match expression.iter().any(|word| matches!(word.text, "[" | "{" | "group_by" | "pairs")) {
        true => BOUNDED_DEEP,
        false => BOUNDED,
    }
}

fn surround(span: Range<usize>, filter: &str, insertions: &mut Vec<Insertion>) {
    insertions.push(Insertion { at: span.start, text: "(".to_owned(), origin: span.clone() });
    insertions.push(Insertion { at: span.end, text: format!(") | {filter} "), origin: span });
}

/// A bracket that is open.
struct Bracket {
    word: usize,
    list: bool,
    comprehension: bool,
    holds_one: bool,
}

/// Elements of comprehensions: `[x ~ y for x in z]`.
fn comprehensions(words: &[Word<'_>], insertions: &mut Vec<Insertion>) -> Result<(), Range<usize>> {
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
                    surround(first.at..last.end(), measure(element), insertions);
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

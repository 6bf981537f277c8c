//! What a template leaves open.

use super::scan::{PieceKind, pieces, words};
use std::ops::Range;

/// Something that begins and never ends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unclosed {
    /// Where it begins.
    pub(crate) span: Range<usize>,
    /// How it begins: `{% if %}`, `{{`.
    pub(crate) opening: String,
    /// What would end it.
    pub(crate) closing: String,
}

const BLOCKS: [&str; 6] = ["block", "component", "filter", "for", "if", "set"];
const BRACKETS: [(&str, &str); 3] = [("{{", "}}"), ("{%", "%}"), ("{#", "#}")];

/// The innermost block or bracket of `text` that is never closed.
pub(crate) fn unclosed(text: &str) -> Option<Unclosed> {
    let mut open: Vec<(&str, Range<usize>)> = Vec::new();
    for piece in pieces(text) {
        let written = &text[piece.span.clone()];
        if piece.kind == PieceKind::Text {
            if let Some((opening, closing)) = BRACKETS.into_iter().find(|(opening, _)| written.starts_with(opening)) {
                return Some(bracket(piece.span.start, opening, closing));
            }
            continue;
        }
        let words = words(text, &piece);
        let Some(verb) = words.first().filter(|_| piece.kind == PieceKind::Tag) else { continue };
        let is_short = verb.text.starts_with("set") && words.iter().any(|word| word.text == "=");
        match verb.text.strip_prefix("end") {
            Some(name) if open.last().is_some_and(|(opened, _)| *opened == name) => drop(open.pop()),
            None if !is_short => {
                open.extend(BLOCKS.iter().find(|name| **name == verb.text).map(|it| (*it, piece.span)));
            }
            _ => {}
        }
    }
    let (name, span) = open.pop()?;
    Some(Unclosed { span, opening: format!("{{% {name} %}}"), closing: format!("{{% end{name} %}}") })
}

fn bracket(at: usize, opening: &str, closing: &str) -> Unclosed {
    Unclosed { span: at..at + opening.len(), opening: opening.to_owned(), closing: closing.to_owned() }
}

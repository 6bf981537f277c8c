//! What a template refers to: other templates, functions and filters with their arguments.

use super::scan::{Word, WordKind};
use crate::render::vocabulary::{TEXT_FUNCTIONS, arguments_of_filter, arguments_of_function};
use std::ops::Range;

/// How a template refers to another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tie {
    /// `{% extends %}`.
    Extends,
    /// `{% include %}`.
    Includes,
}

/// A template that another one names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    /// How it is used.
    pub(crate) tie: Tie,
    /// The name as it is written.
    pub(crate) name: String,
    /// Where it is written.
    pub(crate) span: Range<usize>,
}

/// The template that a tag refers to.
pub(super) fn reference(words: &[Word<'_>]) -> Option<Reference> {
    let [verb, target @ Word { kind: WordKind::Text, .. }, ..] = words else { return None };
    let tie = match verb.text {
        "extends" => Tie::Extends,
        "include" => Tie::Includes,
        _ => return None,
    };
    Some(Reference { tie, name: target.unquoted().to_owned(), span: target.at..target.end() })
}

/// A call of which all arguments are written out, so that they need not be gathered for each page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FixedCall {
    /// The function, one that answers with a text.
    pub(crate) function: &'static str,
    /// Names and texts of its arguments.
    pub(crate) arguments: Vec<(String, String)>,
}

/// The call that is all that the code between `{{` and `}}` consists of: `t(key="menu")`.
pub(super) fn fixed(words: &[Word<'_>]) -> Option<FixedCall> {
    let [name, Word { text: "(", .. }, given @ .., Word { text: ")", .. }] = words else { return None };
    let function = TEXT_FUNCTIONS.into_iter().find(|function| *function == name.text)?;
    let argument = |words: &[Word<'_>]| match words {
        [name, Word { text: "=", .. }, text] | [name, Word { text: "=", .. }, text, Word { text: ",", .. }]
            if text.kind == WordKind::Text && !text.text.contains('\\') =>
        {
            Some((name.text.to_owned(), text.unquoted().to_owned()))
        }
        _ => None,
    };
    let arguments = given.chunks(4).map(argument).collect::<Option<_>>()?;
    Some(FixedCall { function, arguments })
}

/// The components that code calls: `<card … />` calls `card`.
pub(super) fn components<'a>(words: &'a [Word<'a>]) -> impl Iterator<Item = String> + 'a {
    let calls = words.iter().enumerate().filter(|(at, word)| {
        let opens = *at == 0 || !matches!(words[at - 1].kind, WordKind::Name | WordKind::Number | WordKind::Text);
        word.text == "<" && opens
    });
    calls.map(|(at, _)| dotted(&words[at + 1..]))
}

/// The component that a tag defines.
pub(super) fn definition(words: &[Word<'_>]) -> Option<String> {
    words.split_first().filter(|(verb, _)| verb.text == "component").map(|(_, name)| dotted(name))
}

fn dotted(words: &[Word<'_>]) -> String {
    let mut after_dot = true;
    let part = |word: &&Word<'_>| {
        let fits = if after_dot { word.kind == WordKind::Name } else { word.text == "." };
        after_dot = !after_dot;
        fits
    };
    words.iter().take_while(part).map(|word| word.text).collect()
}

/// An argument that a function or filter does not have.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stranger<'a> {
    /// The function or filter.
    pub(super) call: &'a str,
    /// The argument.
    pub(super) argument: Word<'a>,
    /// The arguments there are.
    pub(super) known: &'static [&'static str],
}

/// Arguments that the functions and filters of hectare do not have; Tera would ignore them.
pub(super) fn strangers<'a>(words: &[Word<'a>]) -> Vec<Stranger<'a>> {
    let mut open: Vec<Option<(&'a str, &'static [&'static str])>> = Vec::new();
    let mut strangers = Vec::new();
    for (at, word) in words.iter().enumerate() {
        match (word.kind, word.text) {
            (WordKind::Sign, "(") => open.push(call_before(&words[..at])),
            (WordKind::Sign, "[" | "{") => open.push(None),
            (WordKind::Sign, ")" | "]" | "}") => drop(open.pop()),
            (WordKind::Name, name) => {
                let Some(Some((call, known))) = open.last() else { continue };
                let begins = at > 0 && matches!(words[at - 1].text, "(" | ",");
                let named = words.get(at + 1).is_some_and(|next| next.text == "=");
                if begins && named && !known.contains(&name) {
                    strangers.push(Stranger { call, argument: *word, known });
                }
            }
            _ => {}
        }
    }
    strangers
}

/// The function or filter whose arguments begin after `words`, if it is one of hectare's.
fn call_before<'a>(words: &[Word<'a>]) -> Option<(&'a str, &'static [&'static str])> {
    let (name, before) = words.split_last().filter(|(name, _)| name.kind == WordKind::Name)?;
    let known = match before.last().map(|word| word.text) {
        Some("|" | "filter") => arguments_of_filter(name.text)?,
        Some("is" | "not") => return None,
        _ => arguments_of_function(name.text)?,
    };
    Some((name.text, known))
}

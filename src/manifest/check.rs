//! Checking what people wrote against the key table. Everything read later may rely on it.

use super::Node;
use super::keys::{OWN, RECEIVER, TARGET};
use super::names::Names;
use super::shape::{Kind, Shape};
use super::source::{Source, is_secret};
use super::word::{EDITION, Word};
use crate::diag::{Code, Diagnostic, list, nearest};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeInteger, DeString, DeTable, DeValue};

/// A check of some values of one file.
pub(super) struct Check<'a> {
    source: &'a Source,
    names: &'a Names<'a>,
    found: Vec<Diagnostic>,
}

impl<'a> Check<'a> {
    /// A check that has found nothing yet.
    pub(super) fn new(source: &'a Source, names: &'a Names<'a>) -> Self {
        Self { source, names, found: Vec::new() }
    }

    /// All mistakes, in the order of their places.
    pub(super) fn done(mut self) -> Vec<Diagnostic> {
        self.found.sort_by(|one, other| one.place.cmp(&other.place));
        self.found
    }

    /// Takes note of a mistake.
    pub(super) fn report(&mut self, mistake: Diagnostic) {
        self.found.push(mistake);
    }

    /// Checks the value of the key `name`.
    pub(super) fn value(&mut self, name: &str, value: &Node<'_>, kind: &Kind) {
        match (kind, value.get_ref()) {
            (Kind::Word(word), DeValue::String(text)) => self.word(*word, text, value.span()),
            (Kind::Choice(choices), DeValue::String(text)) if !choices.contains(&text.as_ref()) => {
                self.choice(name, text, choices, value.span());
            }
            (Kind::List(item), DeValue::Array(items)) => items.iter().for_each(|value| self.value(name, value, item)),
            (Kind::Map(item), DeValue::Table(table)) => {
                table.iter().for_each(|(key, value)| self.value(key.get_ref(), value, item));
            }
            (Kind::Table(shape), DeValue::Table(table)) => self.table(table, value.span(), shape),
            (Kind::Either(kinds), found) => match kinds.iter().find(|kind| kind.takes(found)) {
                Some(kind) => self.value(name, value, kind),
                None => self.wrong_type(name, value, kind),
            },
            (kind, found) if !kind.takes(found) => self.wrong_type(name, value, kind),
            _ => {}
        }
    }

    /// Checks a table whose keys are fixed.
    fn table(&mut self, table: &DeTable<'_>, span: Range<usize>, shape: &Shape) {
        table.iter().for_each(|(name, value)| self.entry(name, value, shape));
        self.needed(table, span, shape);
    }

    /// Checks one key of such a table, and its value.
    pub(super) fn entry(&mut self, name: &Spanned<DeString<'_>>, value: &Node<'_>, shape: &Shape) {
        match shape.key(name.get_ref()) {
            Some(key) => self.value(key.name, value, &key.kind),
            None => self.unknown_key(name.get_ref(), name.span(), shape),
        }
    }

    /// Checks that the keys which such a table needs are there.
    pub(super) fn needed(&mut self, table: &DeTable<'_>, span: Range<usize>, shape: &Shape) {
        for key in shape.keys().filter(|key| key.needed && !table.contains_key(key.name)) {
            let hint = match key.kind {
                Kind::Word(Word::Edition) => format!("write `edition = \"{EDITION}\"` into the first line"),
                _ => format!("add `{} = …`: {}", key.name, key.meaning_as_fragment()),
            };
            let mistake = Diagnostic::error(Code::MissingKey, format!("`{}` is missing", key.name));
            self.report(mistake.at(self.source.place(span.clone())).hint(hint));
        }
    }

    /// Checks a text that has to mean something.
    pub(super) fn word(&mut self, word: Word, text: &str, span: Range<usize>) {
        let Some(fault) = word.fault(text, self.names) else { return };
        let place = match (word, fault.code) {
            (Word::Variable, _) | (_, Code::SecretInFile) => self.source.place_of_secret(span),
            _ => self.source.place(span),
        };
        self.report(Diagnostic::error(fault.code, fault.message).at(place).hint(fault.hint));
    }

    fn choice(&mut self, name: &str, text: &str, choices: &[&'static str], span: Range<usize>) {
        let hint = match nearest(text, choices.iter().copied()) {
            Some(choice) => format!("did you mean `{choice}`?"),
            None => format!("write {}", Kind::one_of(choices)),
        };
        let mistake = Diagnostic::error(Code::WrongType, format!("`{name}` cannot be `{text}`"));
        self.report(mistake.at(self.source.place(span)).hint(hint));
    }

    fn wrong_type(&mut self, name: &str, value: &Node<'_>, kind: &Kind) {
        let wanted = kind.wanted();
        let message = format!("`{name}` needs {wanted}, not {}", found(value.get_ref()));
        let mistake = Diagnostic::error(Code::WrongType, message).at(self.source.place(value.span()));
        self.report(match self.repair(name, value, kind) {
            Some(repair) => mistake.hint(format!("write {repair}")),
            None => mistake.hint(format!("write {}", kind.example(name))),
        });
    }

    /// What the value was probably meant to look like.
    fn repair(&self, name: &str, value: &Node<'_>, kind: &Kind) -> Option<String> {
        let written = self.source.text().get(value.span()).filter(|text| text.len() <= 40 && !text.contains('\n'))?;
        match (kind, value.get_ref()) {
            (Kind::List(Kind::Table(_)), DeValue::Table(_)) => {
                Some(format!("`[[{name}]]`, with two pairs of brackets"))
            }
            (Kind::List(item), found) if item.takes(found) => Some(format!("`{name} = [{written}]`")),
            (Kind::Text | Kind::Word(_), DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_)) => {
                Some(format!("it in quotes: `\"{written}\"`"))
            }
            (Kind::Flag | Kind::Count { .. } | Kind::Number(_), DeValue::String(text)) => DeValue::parse(text)
                .is_ok_and(|value| kind.takes(value.get_ref()))
                .then(|| format!("`{text}` without quotes")),
            (Kind::Either(kinds), _) => kinds.iter().find_map(|kind| self.repair(name, value, kind)),
            _ => None,
        }
    }

    fn unknown_key(&mut self, name: &str, span: Range<usize>, shape: &Shape) {
        let place = self.source.place(span);
        let keeper = if std::ptr::eq(shape, &raw const TARGET) {
            Some("token_env")
        } else if std::ptr::eq(shape, &raw const RECEIVER) {
            Some("secret_env")
        } else {
            None
        };
        if let Some(keeper) = keeper.filter(|_| is_secret(name)) {
            let message = format!("a secret stands in `{}`", self.source.file());
            let hint = format!(
                "take it out, have a new one made, and name the environment variable that holds it: `{keeper} = \"…\"`"
            );
            return self.report(Diagnostic::error(Code::SecretInFile, message).at(place).hint(hint));
        }
        let hint = match nearest(name, shape.keys().map(|key| key.name)) {
            Some(known) => format!("did you mean `{known}`?"),
            None if OWN.iter().any(|key| key.name == name) => format!("`{name}` belongs to one `[[site]]` only"),
            None => format!("the keys here are {}", list(shape.keys().map(|key| key.name))),
        };
        self.report(Diagnostic::error(Code::UnknownKey, format!("unknown key `{name}`")).at(place).hint(hint));
    }
}

impl Kind {
    /// Whether the value is of this kind, as far as can be seen without looking into lists and tables.
    pub(super) fn takes(&self, value: &DeValue<'_>) -> bool {
        match (self, value) {
            (Self::Text | Self::Word(_) | Self::Choice(_), DeValue::String(_))
            | (Self::Flag, DeValue::Boolean(_))
            | (Self::List(_), DeValue::Array(_))
            | (Self::Map(_) | Self::Table(_), DeValue::Table(_))
            | (Self::Free, _) => true,
            (Self::Number(numbers), DeValue::Integer(found)) => whole(found).is_some_and(|n| numbers.contains(&n)),
            (Self::Count { least, most }, DeValue::Integer(found)) => {
                whole(found).is_some_and(|n| (*least..=*most).contains(&n))
            }
            (Self::Either(kinds), found) => kinds.iter().any(|kind| kind.takes(found)),
            _ => false,
        }
    }
}

/// The number, if it is not negative and not absurdly large.
pub(super) fn whole(written: &DeInteger<'_>) -> Option<u64> {
    u64::from_str_radix(written.as_str(), written.radix()).ok()
}

fn found(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(_) => "a text".to_owned(),
        DeValue::Integer(number) => format!("{number}"),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(flag) => format!("`{flag}`"),
        DeValue::Datetime(_) => "a date".to_owned(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

//! The words of a theme in each language.

use super::folder::WordsFile;
use crate::diag::{Code, Diagnostic, Place, explain};
use crate::model::{Data, Language, Table};
use std::collections::BTreeMap;
use toml::de::{DeTable, DeValue};

/// Merges files of words, of which the first one that has a key wins.
pub(super) fn merge(files: &[WordsFile], diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<String, Table> {
    let mut words: BTreeMap<String, Table> = BTreeMap::new();
    for file in files {
        if Language::parse(&file.language).is_none() {
            let message = format!("`{}` is not a language", file.language);
            let hint = "name the file after a language: `de.toml`, `en.toml`, `de-AT.toml`";
            diagnostics
                .push(Diagnostic::error(Code::ThemeManifest, message).at(Place::file(file.file.clone())).hint(hint));
            continue;
        }
        let table = words.entry(file.language.clone()).or_default();
        for (key, word) in read(file, diagnostics) {
            table.entry(key).or_insert(word);
        }
    }
    words
}

fn read(file: &WordsFile, diagnostics: &mut Vec<Diagnostic>) -> Vec<(String, Data)> {
    let (document, faults) = DeTable::parse_recoverable(&file.text);
    let wrong = |message: &str, span| {
        Diagnostic::error(Code::ThemeManifest, message).at(Place::span(file.file.clone(), &file.text, span))
    };
    diagnostics.extend(faults.iter().map(|fault| {
        let place = Place::span(file.file.clone(), &file.text, fault.span().unwrap_or(0..0));
        let advice = explain("TOML", fault.message(), &place.text);
        Diagnostic::error(Code::ThemeManifest, advice.message).at(place).hint(advice.hint)
    }));
    let mut words = Vec::new();
    for (key, value) in document.get_ref() {
        match word(value.get_ref()) {
            Some(word) => words.push((key.get_ref().to_string(), word)),
            None => diagnostics.push(
                wrong(&format!("the words of `{}` cannot be used", key.get_ref()), value.span())
                    .hint("write a text, or plural forms: `{ one = \"{count} day\", other = \"{count} days\" }`"),
            ),
        }
    }
    words
}

/// A text, or a table of texts of which `other` is one.
fn word(value: &DeValue<'_>) -> Option<Data> {
    match value {
        DeValue::String(text) => Some(Data::String(text.to_string())),
        DeValue::Table(forms) => {
            let form = |(name, text): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
                let name: &std::borrow::Cow<'_, str> = name.get_ref();
                Some((name.to_string(), Data::String(text.get_ref().as_str()?.to_owned())))
            };
            let forms: Option<Table> = forms.iter().map(form).collect();
            forms.filter(|forms| forms.contains_key("other")).map(Data::Object)
        }
        _ => None,
    }
}

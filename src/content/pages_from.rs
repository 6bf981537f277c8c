//! `pages_from`: how a section makes pages from the rows of a data file.

use super::Context;
use super::front::{Fault, known_keys, unknown_key};
use super::rows::BRACES;
use super::template::{Filler, Template};
use super::values::kind;
use crate::diag::{Code, Diagnostic};
use crate::model::{Data, OutPath, Table};

/// How a section makes pages from data.
#[derive(Debug, Default)]
pub(super) struct PagesFrom {
    /// The name of the data.
    pub(super) data: String,
    /// Only rows with these values become pages.
    pub(super) conditions: Table,
    /// Front matter of each page.
    pub(super) fields: Vec<(String, Filler)>,
    /// The text of each page.
    pub(super) text: RowText,
}

/// Where the text of each page comes from.
#[derive(Debug, Default)]
pub(super) enum RowText {
    #[default]
    Nothing,
    Inline(Template),
    /// A Markdown file beside the section's `_index.md`.
    File(String),
}

impl RowText {
    /// The key that sets it.
    pub(super) fn key(&self) -> &'static str {
        if matches!(self, Self::File(_)) { "body_from" } else { "body" }
    }
}

const OWN_KEYS: [&str; 4] = ["body", "body_from", "data", "where"];
/// Keys that a row cannot set: they belong to sections, or are filled with the row itself.
const NOT_FOR_ROWS: [&str; 3] = ["cascade", "extra", "pages_from"];

impl PagesFrom {
    /// Reads the table under `pages_from`; none if it does not say enough.
    pub(super) fn read(context: &Context<'_>, table: Table) -> (Option<Self>, Vec<Fault>) {
        let (mut pages_from, mut faults) = (Self::default(), Vec::new());
        for needed in ["data", "title"].into_iter().filter(|key| !table.contains_key(*key)) {
            let diagnostic = Diagnostic::error(Code::PagesFromData, format!("`pages_from` has no `{needed}`"));
            let hint = match needed {
                "data" => "name a file of `_data/` without its ending: `data = \"plants\"`",
                _ => "say how the pages are called: `title = \"{name}\"`, with the name of a column in braces",
            };
            faults.push(Fault::new("pages_from", diagnostic.hint(hint)));
        }
        for (key, value) in table {
            if !Self::knows(context, &key) {
                faults.push(unknown_key(&key, known(context)));
            } else if let Err(message) = pages_from.take(&key, value) {
                let hint = match key.as_str() {
                    "data" => "name a file of `_data/` without its ending: `data = \"plants\"`",
                    "where" => "write `where = { column = \"value\" }`",
                    "body_from" => "name a file beside this one, such as `_text.md`",
                    _ => BRACES,
                };
                faults.push(Fault::new(&key, Diagnostic::error(Code::PagesFromData, message).hint(hint)));
            }
        }
        let complete = !faults.iter().any(|fault| fault.diagnostic.is_error());
        (complete.then_some(pages_from), faults)
    }

    /// The name of the page that `body_from` would be if it were one.
    pub(super) fn text_name(&self, folder: &str) -> Option<String> {
        match &self.text {
            RowText::File(file) => file.strip_suffix(".md").map(|name| beside(folder, name)),
            _ => None,
        }
    }

    fn knows(context: &Context<'_>, key: &str) -> bool {
        known(context).any(|known| known == key)
    }

    fn take(&mut self, key: &str, value: Data) -> Result<(), String> {
        match (key, value) {
            ("data", Data::String(name)) => self.data = name,
            ("where", Data::Object(conditions)) => self.conditions = conditions,
            ("body", Data::String(text)) => self.text = RowText::Inline(template(key, &text)?),
            ("body_from", Data::String(file)) => {
                OutPath::parse(&file)
                    .map_err(|fault| format!("`{file}` is not the name of a file beside this one: {fault}"))?;
                self.text = RowText::File(file);
            }
            ("where", other) => {
                return Err(format!("`where` has to be a table of columns and values, not {}", kind(&other)));
            }
            (key, other) if OWN_KEYS.contains(&key) => {
                return Err(format!("`{key}` has to be text, not {}", kind(&other)));
            }
            (key, value) => {
                let filler = Filler::parse(value).map_err(|message| format!("`{key}`: {message}"))?;
                self.fields.push((key.to_owned(), filler));
            }
        }
        Ok(())
    }
}

/// A path beside the `_index.md` of `folder`.
pub(super) fn beside(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn template(key: &str, text: &str) -> Result<Template, String> {
    Template::parse(text).map_err(|message| format!("`{key}`: {message}"))
}

fn known<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a str> {
    OWN_KEYS.into_iter().chain(known_keys(context)).filter(|key| !NOT_FOR_ROWS.contains(key))
}

//! What lies in the folders of a theme and of the layers that override it.

use super::TemplateFile;
use super::chain::{LARGEST, not_utf8};
use crate::diag::{Code, Diagnostic, Place};
use crate::model::{OutPath, Publish, SiteFile, composed, is_hidden, is_hidden_from_visitors};
use crate::world::{EntryKind, Files};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A folder that parts of a theme come from.
#[derive(Debug)]
pub(super) struct Origin {
    /// What full template names begin with: `journal`, `override:garden`.
    pub(super) prefix: String,
    /// Its path from the root of the repository.
    pub(super) folder: String,
}

/// One file of words.
#[derive(Debug)]
pub(super) struct WordsFile {
    /// The language its name says.
    pub(super) language: String,
    /// Its path from the root of the repository.
    pub(super) file: Arc<str>,
    /// What it says.
    pub(super) text: String,
}

/// Everything found, what wins first.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// All templates; those of one short name stand in the order in which they win.
    pub(super) templates: Vec<TemplateFile>,
    /// All files of words.
    pub(super) words: Vec<WordsFile>,
    /// Assets and static files, one of each key.
    pub(super) files: Vec<SiteFile>,
    taken: BTreeSet<Arc<str>>,
}

/// Gathers what lies in `origins`, of which the first wins.
pub(super) fn gather(files: &dyn Files, origins: &[Origin], diagnostics: &mut Vec<Diagnostic>) -> Found {
    let mut found = Found::default();
    for origin in origins {
        match files.walk(&origin.folder) {
            Ok(entries) => {
                for entry in entries {
                    let path = format!("{}/{}", origin.folder, entry.path);
                    match entry.kind {
                        EntryKind::File => found.take(files, origin, &entry.path, path, diagnostics),
                        EntryKind::Strange(strange) => diagnostics.push(
                            Diagnostic::warning(Code::StrangeFile, format!("it is skipped: {strange}"))
                                .at(Place::file(path))
                                .hint(strange.remedy()),
                        ),
                    }
                }
            }
            Err(fault) => diagnostics.push(fault.on(&origin.folder)),
        }
    }
    found
}

impl Found {
    fn take(
        &mut self,
        files: &dyn Files,
        origin: &Origin,
        below: &str,
        path: String,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let Some((kind, inner)) = below.split_once('/') else { return };
        let is_hidden = match kind {
            "static" => is_hidden_from_visitors(inner),
            _ => inner.split('/').any(is_hidden),
        };
        let inner = &*composed(inner);
        let language = inner.strip_suffix(".toml").filter(|language| !language.contains('/'));
        match (kind, language) {
            _ if is_hidden => {}
            ("templates", _) => {
                let name = format!("{}/{inner}", origin.prefix);
                let template = |text| TemplateFile { name, file: path.as_str().into(), text };
                self.templates.extend(text(files, &path, diagnostics).map(template));
            }
            ("words", Some(language)) => {
                let words = |text| WordsFile { language: language.to_owned(), file: path.as_str().into(), text };
                self.words.extend(text(files, &path, diagnostics).map(words));
            }
            ("assets", _) => self.publish(format!("theme:{inner}"), path, Publish::Hashed),
            ("static", _) => match OutPath::parse(inner) {
                Ok(out) => self.publish(format!("static:{inner}"), path, Publish::As(out)),
                Err(fault) => diagnostics.push(
                    Diagnostic::error(Code::BadPath, format!("`{inner}` cannot be published: {fault}"))
                        .at(Place::file(path))
                        .hint("rename the file"),
                ),
            },
            _ => {}
        }
    }

    fn publish(&mut self, key: String, path: String, publish: Publish) {
        let key: Arc<str> = key.into();
        if self.taken.insert(key.clone()) {
            self.files.push(SiteFile { key, file: path.into(), publish });
        }
    }
}

/// The text of a file, without the mark that some editors put before it.
fn text(files: &dyn Files, path: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<String> {
    let fault = match files.read(path, LARGEST) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => return Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)),
            Err(_) => not_utf8(path),
        },
        Err(fault) => fault.on(path),
    };
    diagnostics.push(fault);
    None
}

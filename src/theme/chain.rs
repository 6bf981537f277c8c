//! `theme.toml`, and the chain of themes that extend each other.

use crate::diag::{Code, Diagnostic, Place, explain, list, nearest};
use crate::world::{FileFault, Files};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The largest theme.toml and words file anyone writes, in bytes.
pub(super) const LARGEST: u64 = 10 << 20;
const KEYS: [&str; 3] = ["extends", "name", "tokens"];

/// One theme of the chain.
#[derive(Debug)]
pub(super) struct Link {
    /// The name of its folder.
    pub(super) name: String,
    /// The tokens it declares.
    pub(super) tokens: BTreeMap<String, String>,
}

/// What one theme.toml says.
#[derive(Default)]
struct Manifest {
    extends: Option<(String, Place)>,
    tokens: BTreeMap<String, String>,
}

/// The theme `name`, the one it extends, and so on to the end; none if one is missing or the chain bites its tail.
pub(super) fn follow(
    files: &dyn Files,
    themes: &str,
    name: &str,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Vec<Link>> {
    let mut chain: Vec<Link> = Vec::new();
    let mut wanted = (name.to_owned(), None);
    loop {
        let (name, asked_at) = wanted;
        if chain.iter().any(|link| link.name == name) {
            diagnostics.push(circle(&chain, &name, asked_at));
            return None;
        }
        if name.contains('/') || !files.is_folder(&format!("{themes}/{name}")) {
            diagnostics.push(missing(files, themes, &name, asked_at));
            return None;
        }
        let manifest = read(files, &format!("{themes}/{name}/theme.toml"), diagnostics);
        chain.push(Link { name, tokens: manifest.tokens });
        match manifest.extends {
            Some((parent, place)) => wanted = (parent, Some(place)),
            None => return Some(chain),
        }
    }
}

fn missing(files: &dyn Files, themes: &str, name: &str, asked_at: Option<Place>) -> Diagnostic {
    let entries = files.walk(themes).unwrap_or_default();
    let mut known: Vec<&str> = entries.iter().filter_map(|entry| Some(entry.path.split_once('/')?.0)).collect();
    known.dedup();
    let hint = match nearest(name, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if known.is_empty() => format!("put the theme into `{themes}/{name}/`"),
        None => format!("`{themes}/` holds {}", list(known)),
    };
    placed(Diagnostic::error(Code::ThemeMissing, format!("there is no theme `{name}`")).hint(hint), asked_at)
}

fn circle(chain: &[Link], name: &str, asked_at: Option<Place>) -> Diagnostic {
    let way: Vec<_> = chain.iter().map(|link| link.name.as_str()).chain([name]).collect();
    let message = format!("theme `{name}` extends itself: {}", way.join(" → "));
    placed(Diagnostic::error(Code::ThemeManifest, message), asked_at).hint("let the last theme extend nothing")
}

fn placed(diagnostic: Diagnostic, place: Option<Place>) -> Diagnostic {
    match place {
        Some(place) => diagnostic.at(place),
        None => diagnostic,
    }
}

/// A theme without a theme.toml extends nothing and has no tokens.
fn read(files: &dyn Files, path: &str, diagnostics: &mut Vec<Diagnostic>) -> Manifest {
    match files.read(path, LARGEST) {
        Ok(bytes) => match String::from_utf8(bytes) {
            Ok(text) => parse(path, &text, diagnostics),
            Err(_) => {
                diagnostics.push(not_utf8(path));
                Manifest::default()
            }
        },
        Err(FileFault::Missing) => Manifest::default(),
        Err(fault) => {
            diagnostics.push(fault.on(path));
            Manifest::default()
        }
    }
}

/// A file that is text by its place, but not by its bytes.
pub(super) fn not_utf8(path: &str) -> Diagnostic {
    Diagnostic::error(Code::NotUtf8, "the file is not UTF-8").at(Place::file(path)).hint("save it as UTF-8")
}

fn parse(path: &str, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Manifest {
    let (document, faults) = DeTable::parse_recoverable(text);
    let at = |span: Range<usize>| Place::span(path, text, span);
    let wrong = |message: String, span| Diagnostic::error(Code::ThemeManifest, message).at(at(span));
    diagnostics.extend(faults.iter().map(|fault| {
        let advice = explain("TOML", fault.message());
        wrong(advice.message, fault.span().unwrap_or(0..0)).hint(advice.hint)
    }));
    let mut manifest = Manifest::default();
    for (key, value) in document.get_ref() {
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("name", DeValue::String(_)) => {}
            ("extends", DeValue::String(parent)) => manifest.extends = Some((parent.to_string(), at(value.span()))),
            ("tokens", DeValue::Table(table)) => {
                for (name, token) in table {
                    match token_text(token) {
                        Some(text) => drop(manifest.tokens.insert(name.get_ref().to_string(), text)),
                        None => diagnostics.push(
                            wrong(format!("token `{}` is not a text or a number", name.get_ref()), token.span())
                                .hint("write it as `\"text\"`"),
                        ),
                    }
                }
            }
            ("name" | "extends", other) => {
                let message = format!("`{}` is a text, not {}", key.get_ref(), with_article(other.type_str()));
                diagnostics.push(wrong(message, value.span()).hint("write it in quotes"));
            }
            ("tokens", _) => diagnostics.push(
                wrong("`tokens` is a table".to_owned(), value.span()).hint("write `[tokens]` on a line of its own"),
            ),
            (unknown, _) => {
                let hint = match nearest(unknown, KEYS) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("a theme.toml has {}", list(KEYS)),
                };
                diagnostics.push(wrong(format!("unknown key `{unknown}`"), key.span()).hint(hint));
            }
        }
    }
    manifest
}

fn token_text(value: &Spanned<DeValue<'_>>) -> Option<String> {
    match value.get_ref() {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        _ => None,
    }
}

fn with_article(kind: &str) -> String {
    if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { format!("an {kind}") } else { format!("a {kind}") }
}

//! Names of files as people and programs give them.

use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Whether a part of a path is what editors and operating systems leave behind, or meant to stay unseen.
pub fn is_hidden(part: &str) -> bool {
    let is_left_behind = matches!(part, "Thumbs.db" | "desktop.ini")
        || part.ends_with('~')
        || part.starts_with('#') && part.ends_with('#')
        || [".swp", ".swo", ".swx"].iter().any(|ending| part.ends_with(ending));
    part.starts_with('.') || is_left_behind
}

/// The same of a path that is published as it is: there, `.well-known` is meant to be seen.
pub fn is_hidden_from_visitors(path: &str) -> bool {
    path.split('/').any(|part| part != ".well-known" && is_hidden(part))
}

/// The name in the form that keyboards write; a Mac takes letters and their marks apart.
pub fn composed(name: &str) -> Cow<'_, str> {
    match name.is_ascii() {
        true => name.into(),
        false => name.nfc().collect::<String>().into(),
    }
}

//! The arguments of a shortcode: what its template reads from `args`.

use super::scan::{Word, WordKind};
use std::collections::BTreeSet;

/// What a template reads from `args`.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    names: BTreeSet<String>,
    /// It hands `args` on as a whole, so that any name may be read from it.
    is_open: bool,
}

impl Wanted {
    /// Takes note of what a piece of code reads.
    pub(super) fn read(&mut self, words: &[Word<'_>]) {
        for (at, word) in words.iter().enumerate() {
            let is_field = at > 0 && words[at - 1].text == ".";
            if word.kind != WordKind::Name || word.text != "args" || is_field {
                continue;
            }
            match &words[at + 1..] {
                [Word { text: ".", .. }, name, ..] if name.kind == WordKind::Name => {
                    self.names.insert(name.text.to_owned());
                }
                _ => self.is_open = true,
            }
        }
    }

    /// All names that are read; none if there may be others.
    pub(super) fn all(self) -> Option<BTreeSet<String>> {
        (!self.is_open).then_some(self.names)
    }
}

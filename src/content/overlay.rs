//! The layers of one site laid over each other: for each path the last layer that has it wins.

use super::layer::{Layer, Located};
use crate::diag::{Code, Diagnostic, Place};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a site is made of, each thing under the name that decides which layer wins.
#[derive(Default)]
pub(super) struct Overlay<'a> {
    /// `_index.md` files by the folder they describe; the home page's folder is empty.
    pub(super) sections: BTreeMap<&'a str, Text<'a>>,
    /// Other Markdown by its path without `.md` or `/index.md`.
    pub(super) pages: BTreeMap<&'a str, Text<'a>>,
    /// Everything else by its path.
    pub(super) files: BTreeMap<&'a str, &'a Located>,
    /// Files that are published under their own names.
    pub(super) statics: BTreeMap<&'a str, &'a Located>,
}

/// A Markdown file.
#[derive(Clone, Copy)]
pub(super) struct Text<'a> {
    pub(super) layer: &'a Layer,
    pub(super) located: &'a Located,
    /// Whether the files of its folder are its own, because some layer writes it as `index.md`.
    pub(super) bundle: bool,
}

impl<'a> Overlay<'a> {
    pub(super) fn of(layers: &'a [Arc<Layer>], faults: &mut Vec<Diagnostic>) -> Self {
        let mut overlay = Self::default();
        for layer in layers {
            faults.extend(layer.faults.iter().cloned());
            layer.texts.iter().for_each(|located| overlay.add_text(layer, located, faults));
            overlay.files.extend(layer.files.iter().map(|located| (&*located.key, located)));
            overlay.statics.extend(layer.statics.iter().map(|located| (&*located.key, located)));
        }
        overlay
    }

    fn add_text(&mut self, layer: &'a Layer, located: &'a Located, faults: &mut Vec<Diagnostic>) {
        let (shelf, name, bundle) = match described_folder(&located.key) {
            Some(folder) => (&mut self.sections, folder, false),
            None => {
                let (name, bundle) = page_name(&located.key);
                (&mut self.pages, name, bundle)
            }
        };
        let text = Text { layer, located, bundle };
        let Some(below) = shelf.insert(name, text) else { return };
        if std::ptr::eq(below.layer, layer) && below.located.key != located.key {
            faults.push(same_page(below.located, located));
            shelf.insert(name, below);
        } else {
            shelf.insert(name, Text { bundle: bundle || below.bundle, ..text });
        }
    }
}

/// The folder that a Markdown file describes: `garden` for `garden/_index.md`, the empty one for the home page.
pub(super) fn described_folder(key: &str) -> Option<&str> {
    match key {
        "_index.md" | "index.md" => Some(""),
        _ => key.strip_suffix("/_index.md"),
    }
}

/// What `garden/beds.md` and `garden/beds/index.md` have in common, and whether it is the latter.
pub(super) fn page_name(key: &str) -> (&str, bool) {
    match key.strip_suffix("/index.md") {
        Some(name) => (name, true),
        None => (key.strip_suffix(".md").unwrap_or(key), false),
    }
}

/// The folder a path lies in; empty for the topmost.
pub(super) fn parent(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The folders above `name`, the nearest first, ending with the topmost; none for the topmost itself.
pub(super) fn folders_above(name: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(name), |below| (!below.is_empty()).then(|| parent(below))).skip(1)
}

fn same_page(first: &Located, second: &Located) -> Diagnostic {
    Diagnostic::error(Code::PathClash, format!("`{}` and `{}` are the same page", first.file, second.file))
        .at(Place::file(Arc::clone(&second.file)))
        .note("the other one", Some(Place::file(Arc::clone(&first.file))))
        .hint("remove or rename one of them")
}

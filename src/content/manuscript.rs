//! A page as it was read, before it has a place in the tree.

use super::front::FrontMatter;
use super::overlay::{described_folder, page_name};
use super::titles;
use crate::diag::Place;
use crate::model::{PageKind, Source};
use std::sync::Arc;

/// A page as it was read.
#[derive(Debug)]
pub(super) struct Manuscript {
    pub(super) kind: PageKind,
    /// Its address inside the repository: `garden/beds.md`.
    pub(super) key: Arc<str>,
    pub(super) source: Option<Source>,
    /// Apart, since thousands of pages are moved and sorted before they find their place.
    pub(super) front: Box<FrontMatter>,
    pub(super) body: String,
    pub(super) raw_html: bool,
    /// Whether the files of the folder it is named after are its own.
    pub(super) bundle: bool,
}

impl Manuscript {
    /// A page that no file describes.
    pub(super) fn synthetic(kind: PageKind, folder: &str, title: Option<Arc<str>>) -> Self {
        let key = if folder.is_empty() { "_index.md".into() } else { format!("{folder}/_index.md").into() };
        let front = Box::new(FrontMatter { title, ..FrontMatter::default() });
        Self { kind, key, source: None, front, body: String::new(), raw_html: true, bundle: false }
    }

    /// The folder that it lists, or its path without `.md`.
    pub(super) fn name(&self) -> &str {
        match self.kind {
            PageKind::Page => page_name(&self.key).0,
            _ => described_folder(&self.key).unwrap_or_default(),
        }
    }

    /// The last part of its name.
    pub(super) fn last(&self) -> &str {
        self.name().rsplit('/').next().unwrap_or_default()
    }

    /// The last part of its name; without a date, if it is a page.
    pub(super) fn undated(&self) -> &str {
        match self.kind {
            PageKind::Page => titles::dated(self.last()).1,
            _ => self.last(),
        }
    }

    /// The title its author gave it, or else one made of its name.
    pub(super) fn title(&self) -> Arc<str> {
        self.front.title.clone().unwrap_or_else(|| titles::words(self.undated()).into())
    }

    /// Where messages about the whole page point to.
    pub(super) fn place(&self) -> Option<Place> {
        self.source.as_ref().map(|source| Place::file(Arc::clone(&source.file)))
    }

    /// What messages call it.
    pub(super) fn called(&self) -> String {
        match &self.source {
            Some(source) if source.file.ends_with(&*self.key) => source.file.to_string(),
            _ => self.key.to_string(),
        }
    }
}

//! What one feed tells: its list, and the newest pages of that list.

use super::entry::{Entry, author};
use crate::model::{FeedFormat, PageKind, Route, Site, Stamp};
use crate::model::{Page, PageId};

/// A feed in no format yet.
pub(super) struct Channel<'a> {
    /// Its title: that of the site, with that of the list before it.
    pub(super) title: String,
    /// One sentence about it.
    pub(super) description: &'a str,
    /// The full address of the list.
    pub(super) address: String,
    /// The language of its texts.
    pub(super) language: &'a str,
    /// Who stands for the site.
    pub(super) author: &'a str,
    /// When the newest change was made.
    pub(super) changed: Stamp,
    /// Its pages, newest first.
    pub(super) entries: Vec<&'a Entry<'a>>,
}

impl<'a> Channel<'a> {
    /// The feed of a list; none if it shows nothing.
    pub(super) fn of(site: &'a Site, list: PageId, entries: Vec<&'a Entry<'a>>) -> Option<Self> {
        let changed = entries.iter().map(|entry| entry.changed).max()?;
        let spec = &site.spec;
        let page = site.page(list);
        let title = match page.kind {
            PageKind::Home => spec.title.clone(),
            _ => format!("{} – {}", page.title, spec.title),
        };
        Some(Self {
            title,
            description: page.description.as_deref().unwrap_or(&spec.description),
            address: spec.base_url.absolute(&page.route),
            language: spec.language.tag(),
            author: author(site),
            changed,
            entries,
        })
    }
}

/// Where the feed of a list is reached.
pub(super) fn route(list: &Page, format: FeedFormat) -> Route {
    let folder = list.route.as_str();
    let folder = folder.strip_suffix("index.html").or_else(|| folder.strip_suffix(".html")).unwrap_or(folder);
    Route::verbatim(&format!("{}/{}", folder.trim_end_matches('/'), format.file_name()))
}

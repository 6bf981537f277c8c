//! What one feed tells: its list, and the newest pages of that list.

use super::entry::{Entry, author};
use crate::model::{PageId, Site, Stamp};

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
        Some(Self {
            title: site.feed_title(list),
            description: page.description.as_deref().unwrap_or(&spec.description),
            address: spec.base_url.absolute(&page.route),
            language: spec.language.tag(),
            author: author(site),
            changed,
            entries,
        })
    }
}

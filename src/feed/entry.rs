//! A page as feeds show it.

use super::absolute::Origin;
use super::xml::Xml;
use crate::model::{Page, PageId, Route, Site, Stamp};
use std::borrow::Cow;
use std::cell::OnceCell;

/// What all formats say about a page.
pub(super) struct Entry<'a> {
    /// Its full address, by which readers know it again.
    pub(super) address: String,
    /// Its title.
    pub(super) title: &'a str,
    /// When it was written.
    pub(super) published: Stamp,
    /// When it was last changed.
    pub(super) changed: Stamp,
    /// Who wrote it, where that is not who stands for the site.
    pub(super) author: Option<&'a str>,
    /// The terms it carries.
    pub(super) terms: Vec<&'a str>,
    /// Its first sentences as HTML, with absolute links.
    pub(super) summary: Cow<'a, str>,
    /// The same without markup.
    pub(super) plain_summary: &'a str,
    /// Its whole text as HTML with absolute links, where the site offers that.
    pub(super) content: Option<Cow<'a, str>>,
    /// The full address of its picture.
    pub(super) image: Option<String>,
    /// The entry in Atom, once a feed has asked for it.
    pub(super) atom: OnceCell<Xml>,
    /// The entry in RSS, once a feed has asked for it.
    pub(super) rss: OnceCell<Xml>,
}

impl<'a> Entry<'a> {
    /// The entry for a page; none for a page without a date.
    pub(super) fn of(site: &'a Site, id: PageId) -> Option<Self> {
        let page = site.page(id);
        let published = page.date?;
        let base = &site.spec.base_url;
        let address = base.absolute(&page.route);
        let text = site.texts.get(id.index());
        let origin = Origin { origin: base.origin(), page: &address };
        let html = |part: &'a str| origin.absolute(part);
        let summary = text.map_or(Cow::Borrowed(""), |text| html(&text.summary));
        let content = text.filter(|_| site.spec.settings.feeds.full_text).map(|text| html(&text.html));
        let image = page.image.as_ref().and_then(|key| site.assets.get(key));
        Some(Self {
            title: &page.title,
            published,
            changed: page.updated.map_or(published, |updated| updated.max(published)),
            author: page.author.as_deref().filter(|name| *name != author(site)),
            terms: terms(site, page),
            summary,
            plain_summary: text.map_or("", |text| &text.plain_summary),
            content,
            image: image.map(|asset| base.absolute(&Route::of_file(&asset.out))),
            address,
            atom: OnceCell::new(),
            rss: OnceCell::new(),
        })
    }

    /// About how many bytes it takes in any format.
    pub(super) fn size(&self) -> usize {
        (self.summary.len() + self.content.as_deref().map_or(0, str::len)) * 5 / 4 + 700
    }

    /// The whole text, or as much of it as the site offers.
    pub(super) fn html(&self) -> &str {
        self.content.as_deref().unwrap_or(&self.summary)
    }
}

/// Who stands for the site as a whole.
pub(super) fn author(site: &Site) -> &str {
    site.spec.author.as_deref().unwrap_or(&site.spec.title)
}

fn terms<'a>(site: &'a Site, page: &'a Page) -> Vec<&'a str> {
    page.terms.iter().flatten().map(|term| &*site.page(*term).title).collect()
}

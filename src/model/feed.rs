//! Which lists of a site have a feed, and where it is reached.

use super::page::{Page, PageId, PageKind};
use super::route::Route;
use super::settings::FeedFormat;
use super::site::Site;

impl Site {
    /// For each page, whether it is a list with a feed: the home page and sections with a dated text anywhere below them, and
    /// terms on a dated text where their taxonomy wants feeds. A feed that would be empty does not exist.
    pub fn feed_lists(&self) -> Vec<bool> {
        let mut lists = vec![false; self.pages.len()];
        if self.spec.settings.feeds.formats.is_empty() || self.spec.settings.feeds.limit == 0 {
            return lists;
        }
        for page in self.pages.iter().filter(|page| page.is_in_feeds()) {
            for list in self.lists_of(page) {
                lists[list.index()] = true;
            }
        }
        lists
    }

    /// The lists in whose feeds a text appears: those above it, and its terms.
    pub fn lists_of<'a>(&'a self, page: &'a Page) -> impl Iterator<Item = PageId> + use<'a> {
        let above = std::iter::successors(page.parent, |above| self.page(*above).parent);
        let above = above.filter(|list| matches!(self.page(*list).kind, PageKind::Home | PageKind::Section));
        let wanted = self.taxonomies.iter().zip(&page.terms).filter(|(taxonomy, _)| taxonomy.spec.feed);
        above.chain(wanted.flat_map(|(_, terms)| terms.iter().copied()))
    }

    /// What the feeds of a list are called.
    pub fn feed_title(&self, list: PageId) -> String {
        let page = self.page(list);
        match page.kind {
            PageKind::Home => self.spec.title.clone(),
            _ => format!("{} – {}", page.title, self.spec.title),
        }
    }
}

impl Page {
    /// Whether it appears in the feeds of its lists: news are texts, and have a date.
    pub fn is_in_feeds(&self) -> bool {
        self.kind == PageKind::Page && self.date.is_some()
    }

    /// Where a feed of this list is reached: beside the list itself.
    pub fn feed_route(&self, format: FeedFormat) -> Route {
        Route::verbatim(&format!("{}/{}", self.route.folder(), format.file_name()))
    }
}

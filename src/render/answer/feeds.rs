//! The feeds of a site.

use crate::model::{FeedFormat, Page, PageId, PageKind, Route, Site};
use crate::render::values::map;
use tera::Value;

/// A feed that readers can subscribe to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::render) struct Feed {
    /// What it is called.
    pub(in crate::render) title: String,
    /// How it is written.
    pub(in crate::render) format: FeedFormat,
    /// Where it is.
    pub(in crate::render) route: Route,
}

/// The feeds that a page announces: those of the site and, if it is a list with feeds of its own, those of the list.
pub(in crate::render) fn feeds_of(site: &Site, id: PageId) -> Vec<Feed> {
    let own = (id != Site::HOME && has_feed(site, id)).then_some(id);
    let lists = std::iter::once(Site::HOME).chain(own);
    lists
        .flat_map(|list| site.spec.settings.feeds.formats.iter().map(move |format| feed(site, list, *format)))
        .collect()
}

fn feed(site: &Site, list: PageId, format: FeedFormat) -> Feed {
    let page = site.page(list);
    let title = match list {
        Site::HOME => site.spec.title.clone(),
        _ => format!("{} – {}", page.title, site.spec.title),
    };
    let folder = page.route.as_str().trim_end_matches('/');
    Feed { title, format, route: Route::verbatim(&format!("{folder}/{}", format.file_name())) }
}

/// Sections with pages have feeds, and the terms of taxonomies that want them.
fn has_feed(site: &Site, id: PageId) -> bool {
    let page: &Page = site.page(id);
    match page.kind {
        PageKind::Home => true,
        PageKind::Section => page.children.iter().any(|child| site.page(*child).kind == PageKind::Page),
        PageKind::Term => {
            site.taxonomies.iter().any(|taxonomy| taxonomy.spec.feed && Some(taxonomy.page) == page.parent)
        }
        PageKind::Page | PageKind::Taxonomy => false,
    }
}

/// The same for templates.
pub(super) fn feeds(site: &Site, id: PageId) -> Value {
    let entry = |feed: Feed| {
        map([
            ("title", Value::from(feed.title)),
            ("type", Value::from(feed.format.media_type())),
            ("url", Value::from(site.spec.base_url.link(&feed.route))),
        ])
    };
    Value::from(feeds_of(site, id).into_iter().map(entry).collect::<Vec<_>>())
}

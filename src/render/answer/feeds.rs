//! The feeds of a site.

use crate::model::{FeedFormat, PageId, Route, Site};
use crate::render::ask::Desk;
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
pub(in crate::render) fn feeds_of(desk: &Desk, id: PageId) -> Vec<Feed> {
    let site = &*desk.site;
    let own = (id != Site::HOME).then_some(id);
    let lists = std::iter::once(Site::HOME).chain(own).filter(|list| desk.has_feed(*list));
    lists
        .flat_map(|list| site.spec.settings.feeds.formats.iter().map(move |format| feed(site, list, *format)))
        .collect()
}

fn feed(site: &Site, list: PageId, format: FeedFormat) -> Feed {
    Feed { title: site.feed_title(list), format, route: site.page(list).feed_route(format) }
}

/// The same for templates.
pub(super) fn feeds(desk: &Desk, id: PageId) -> Value {
    let entry = |feed: Feed| {
        map([
            ("title", Value::from(feed.title)),
            ("type", Value::from(feed.format.media_type())),
            ("url", Value::from(desk.site.spec.base_url.link(&feed.route))),
        ])
    };
    Value::from(feeds_of(desk, id).into_iter().map(entry).collect::<Vec<_>>())
}

//! Feeds of the site, of its sections and of the terms that ask for one.

use super::channel::Channel;
use super::entry::Entry;
use super::{Output, PrintedPage, atom, json_feed, rss};
use crate::model::{FeedFormat, PageId, Site};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Writes the feeds of all lists that show a page with a date.
pub(super) fn write(site: &Site, pages: &[PrintedPage], output: &mut Output) {
    let formats = &site.spec.settings.feeds.formats;
    if formats.is_empty() {
        return;
    }
    let lists = lists(site, pages);
    let shown = lists.iter().flat_map(|(_, pages)| pages);
    let entries: BTreeMap<PageId, Entry> = shown.filter_map(|page| Some((*page, Entry::of(site, *page)?))).collect();
    for (list, pages) in &lists {
        let shown = pages.iter().filter_map(|page| entries.get(page)).collect();
        let Some(channel) = Channel::of(site, *list, shown) else { continue };
        for format in formats {
            let route = site.page(*list).feed_route(*format);
            let address = site.spec.base_url.absolute(&route);
            let bytes = match format {
                FeedFormat::Atom => atom::feed(&channel, &address),
                FeedFormat::Rss => rss::feed(&channel, &address),
                FeedFormat::Json => json_feed::feed(&channel, &address),
            };
            output.add(route.as_str(), bytes, "a feed");
        }
    }
}

/// Lists that have a feed, in the order of the pages, each with its newest pages.
pub(super) fn lists(site: &Site, printed: &[PrintedPage]) -> Vec<(PageId, Vec<PageId>)> {
    let limit = site.spec.settings.feeds.limit;
    let has_feed = site.feed_lists();
    let mut newest: BTreeMap<PageId, Vec<PageId>> = BTreeMap::new();
    for page in dated(site, printed) {
        for list in site.lists_of(site.page(page)).filter(|list| has_feed[list.index()]) {
            let shown = newest.entry(list).or_default();
            if shown.len() < limit && shown.last() != Some(&page) {
                shown.push(page);
            }
        }
    }
    newest.into_iter().collect()
}

/// Printed texts with a date, newest first.
fn dated(site: &Site, printed: &[PrintedPage]) -> Vec<PageId> {
    let mut dated: Vec<_> = printed
        .iter()
        .filter(|printed| printed.number == 1)
        .filter_map(|printed| {
            let page = site.page(printed.page);
            let date = page.date.filter(|_| page.is_in_feeds())?;
            Some((Reverse(date.instant()), &page.key, printed.page))
        })
        .collect();
    dated.sort_unstable();
    dated.into_iter().map(|(_, _, page)| page).collect()
}

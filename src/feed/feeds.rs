//! Feeds of the site, of its sections and of the terms that ask for one.

use super::channel::{self, Channel};
use super::entry::Entry;
use super::{Output, PrintedPage, atom, json_feed, rss};
use crate::model::{FeedFormat, PageId, PageKind, Site};
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
            let route = channel::route(site.page(*list), *format);
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
fn lists(site: &Site, printed: &[PrintedPage]) -> Vec<(PageId, Vec<PageId>)> {
    let limit = site.spec.settings.feeds.limit;
    let wants_feed = wants_feed(site);
    let mut newest: BTreeMap<PageId, Vec<PageId>> = BTreeMap::new();
    for page in dated(site, printed) {
        let above = std::iter::successors(site.page(page).parent, |above| site.page(*above).parent);
        let terms = site.page(page).terms.iter().flatten().copied();
        for list in above.chain(terms).filter(|list| wants_feed[list.index()]) {
            let shown = newest.entry(list).or_default();
            if shown.len() < limit && shown.last() != Some(&page) {
                shown.push(page);
            }
        }
    }
    newest.into_iter().collect()
}

/// For each page of the site, whether its list has a feed if it shows anything.
fn wants_feed(site: &Site) -> Vec<bool> {
    let is_list = |kind| matches!(kind, PageKind::Home | PageKind::Section);
    let mut wants: Vec<_> = site.pages.iter().map(|page| is_list(page.kind)).collect();
    for taxonomy in site.taxonomies.iter().filter(|taxonomy| taxonomy.spec.feed) {
        taxonomy.terms.iter().for_each(|term| wants[term.page.index()] = true);
    }
    wants
}

/// Printed texts with a date, newest first.
fn dated(site: &Site, printed: &[PrintedPage]) -> Vec<PageId> {
    let mut dated: Vec<_> = printed
        .iter()
        .filter(|printed| printed.number == 1)
        .filter_map(|printed| {
            let page = site.page(printed.page);
            let date = page.date.filter(|_| page.kind == PageKind::Page)?;
            Some((Reverse(date.instant()), &page.key, printed.page))
        })
        .collect();
    dated.sort_unstable();
    dated.into_iter().map(|(_, _, page)| page).collect()
}

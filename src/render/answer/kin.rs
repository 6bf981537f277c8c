//! Pages that have to do with a page.

use crate::model::{PageId, PageKind, Site};
use crate::render::ask::{Answer, Desk, Fault};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use tera::Value;

/// A term on thousands of pages relates none of them, and would cost their square.
const MOST_SHARING: usize = 500;
/// What one shared term weighs, before it is divided by the number of pages that carry it.
const WEIGHT: usize = 1_000_000;

/// Pages that share terms with a page: rare terms count more, newer pages come first among equals.
pub(super) fn related(site: &Site, id: PageId, limit: usize) -> Vec<PageId> {
    let mut shared: BTreeMap<PageId, usize> = BTreeMap::new();
    for term in site.page(id).terms.iter().flatten() {
        let carriers = &site.page(*term).children;
        let weight = WEIGHT / carriers.len().max(1);
        let others = carriers.iter().take(MOST_SHARING).filter(|other| **other != id);
        for other in others.filter(|other| site.page(**other).kind == PageKind::Page) {
            *shared.entry(*other).or_default() += weight;
        }
    }
    let mut found: Vec<_> = shared.into_iter().map(|(other, weight)| (weight, site.page(other).date, other)).collect();
    found.sort_unstable_by_key(|(weight, date, other)| (Reverse(*weight), Reverse(*date), *other));
    found.into_iter().take(limit).map(|(_, _, other)| other).collect()
}

/// Pages that link to a page.
pub(super) fn backlinks(desk: &Desk, id: PageId) -> Answer {
    match desk.site.backlinks.get(id.index()) {
        Some(from) => Ok(desk.list(from)),
        None => Err(Fault::new("`backlinks` is not known before all texts are read")
            .hint("ask for it in the template of the page, not in a shortcode")),
    }
}

/// The summary of a neighbour, or nothing.
pub(super) fn neighbour(desk: &Desk, id: Option<PageId>) -> Value {
    id.map_or_else(Value::none, |id| desk.summary(id))
}

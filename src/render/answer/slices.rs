//! Long lists, cut into pages.

use crate::model::{PageId, PageKind, Route, Site};
use crate::render::ask::Desk;
use crate::render::values::map;
use tera::Value;

/// How many neighbours of the current page of a list are named on each side.
const AROUND: usize = 2;

/// What the list of a page shows: the pages of a section, the terms of a taxonomy, the pages of a term.
pub(in crate::render) fn entries(site: &Site, id: PageId) -> Box<[PageId]> {
    let page = site.page(id);
    let pages_only = matches!(page.kind, PageKind::Home | PageKind::Section);
    let is_shown = |child: &&PageId| !pages_only || site.page(**child).kind == PageKind::Page;
    page.children.iter().filter(is_shown).copied().collect()
}

/// On how many pages the list of a page is shown: one if it is short or not cut.
pub(in crate::render) fn count(desk: &Desk, id: PageId) -> usize {
    match desk.site.page(id).paginate {
        0 => 1,
        size => desk.entries(id).len().div_ceil(size).max(1),
    }
}

/// Where a page of a list is reached, counted from 1.
pub(in crate::render) fn route(site: &Site, id: PageId, number: usize) -> Route {
    let first = &site.page(id).route;
    match number {
        0 | 1 => first.clone(),
        _ => first.below(&format!("page/{number}"), site.spec.settings.url_style),
    }
}

/// What one page of a list shows.
pub(super) fn shown(desk: &Desk, id: PageId, number: usize) -> &[PageId] {
    let entries = desk.entries(id);
    let size = match desk.site.page(id).paginate {
        0 => entries.len(),
        size => size,
    };
    let from = number.saturating_sub(1).saturating_mul(size).min(entries.len());
    &entries[from..from.saturating_add(size).min(entries.len())]
}

/// One page of a list, with the way to the others.
pub(super) fn slice(desk: &Desk, id: PageId, number: usize) -> Value {
    let site = &desk.site;
    let total = count(desk, id);
    let link = |number: usize| {
        if (1..=total).contains(&number) {
            Value::from(site.spec.base_url.link(&route(site, id, number)))
        } else {
            Value::none()
        }
    };
    map([
        ("first", link(1)),
        ("last", link(total)),
        ("next", link(number + 1)),
        ("number", Value::from(number)),
        ("numbers", numbers(number, total, &link)),
        ("pages", desk.list(shown(desk, id, number))),
        ("previous", link(number.saturating_sub(1))),
        ("total", Value::from(total)),
    ])
}

/// The first, the last, and those around the current one; `gap` says that some are left out before.
fn numbers(current: usize, total: usize, link: &dyn Fn(usize) -> Value) -> Value {
    let near = current.saturating_sub(AROUND).max(1)..=(current + AROUND).min(total);
    let (from, to) = (*near.start(), *near.end());
    let named = (from > 1).then_some(1).into_iter().chain(near).chain((to < total).then_some(total));
    let mut before = 0;
    let entries = named.map(|number| {
        let gap = number > before + 1;
        before = number;
        map([
            ("current", Value::from(number == current)),
            ("gap", Value::from(gap)),
            ("number", Value::from(number)),
            ("url", link(number)),
        ])
    });
    Value::from(entries.collect::<Vec<_>>())
}

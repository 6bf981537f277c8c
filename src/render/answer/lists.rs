//! Lists of pages.

use crate::diag::nearest;
use crate::model::{Page, PageId, PageKind, Route, Site, slug};
use crate::render::ask::{Answer, Desk, Fault, Selection, Sort};
use crate::render::values::map;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use tera::Value;

/// The page at `path`, with or without `@/` before it.
pub(super) fn page(site: &Site, path: &str) -> Result<PageId, Fault> {
    let key = path.strip_prefix("@/").unwrap_or(path);
    site.find(key).ok_or_else(|| {
        let fault = Fault::new(format!("there is no page `{path}`"));
        match nearest(key, site.by_key.keys().map(AsRef::as_ref)) {
            Some(meant) => fault.hint(format!("did you mean `@/{meant}`?")),
            None => fault.hint("write the file's path in the content folder: `@/garden/beds.md`"),
        }
    })
}

fn section_at(site: &Site, path: &str) -> Result<PageId, Fault> {
    let id = page(site, path)?;
    match site.page(id).kind {
        PageKind::Home | PageKind::Section => Ok(id),
        other => Err(Fault::new(format!("`{path}` is a {}, not a section", other.name()))
            .hint("name the `_index.md` of a folder")),
    }
}

/// A section with its pages and sections.
pub(super) fn section(desk: &Desk, path: &str) -> Answer {
    let site = &desk.site;
    let id = section_at(site, path)?;
    let of_kind = |kind| site.page(id).children.iter().filter(move |child| site.page(**child).kind == kind);
    let mut fields = desk.fields(id).clone();
    fields.insert("pages", desk.list(of_kind(PageKind::Page)));
    fields.insert("sections", desk.list(of_kind(PageKind::Section)));
    Ok(Value::from(fields))
}

/// The pages that `selection` describes.
pub(super) fn pages(desk: &Desk, selection: &Selection) -> Answer {
    let site = &desk.site;
    let mut ids = candidates(site, selection)?;
    if selection.kind != "any" {
        ids.retain(|id| site.page(*id).kind.name() == selection.kind);
    }
    if let Some(carriers) = carriers(site, selection)? {
        ids.retain(|id| carriers.contains(id));
    }
    sort(site, &mut ids, selection.sort);
    if selection.reverse {
        ids.reverse();
    }
    let chosen = ids.iter().skip(selection.offset).take(selection.limit.unwrap_or(usize::MAX));
    Ok(desk.list(chosen))
}

fn candidates(site: &Site, selection: &Selection) -> Result<Vec<PageId>, Fault> {
    match (&selection.section, &selection.of) {
        (Some(_), Some(_)) => Err(Fault::new("`pages` takes `section` or `of`, not both").hint("remove one of them")),
        (Some(path), None) if selection.recursive => Ok(below(site, section_at(site, path)?)),
        (Some(path), None) => Ok(site.page(section_at(site, path)?).children.clone()),
        (None, Some(path)) if selection.recursive => Ok(below(site, page(site, path)?)),
        (None, Some(path)) => Ok(site.page(page(site, path)?).children.clone()),
        (None, None) => Ok(site.ids().collect()),
    }
}

/// Everything below a section at any depth.
fn below(site: &Site, section: PageId) -> Vec<PageId> {
    let mut found = Vec::new();
    let mut open = vec![section];
    while let Some(id) = open.pop() {
        for child in &site.page(id).children {
            found.push(*child);
            if site.page(*child).kind == PageKind::Section {
                open.push(*child);
            }
        }
    }
    found
}

/// The pages that carry the term or any term of the taxonomy; none if the selection names no taxonomy.
fn carriers(site: &Site, selection: &Selection) -> Result<Option<BTreeSet<PageId>>, Fault> {
    let taxonomy = match (&selection.taxonomy, &selection.term) {
        (Some(name), _) => super::groups::taxonomy(site, name)?,
        (None, Some(_)) => {
            return Err(
                Fault::new("`pages` needs `taxonomy` where it has `term`").hint("write `taxonomy=\"tags\"` before it")
            );
        }
        (None, None) => return Ok(None),
    };
    let wanted = selection.term.as_deref();
    let terms = taxonomy.terms.iter().filter(|term| wanted.is_none_or(|wanted| *term.name == *wanted));
    Ok(Some(terms.flat_map(|term| site.page(term.page).children.iter().copied()).collect()))
}

fn sort(site: &Site, ids: &mut [PageId], by: Sort) {
    let name = |id: &PageId| (slug(&site.page(*id).title), site.page(*id).key.clone());
    let newest_first = |ids: &mut [PageId], date: fn(&Page) -> Option<crate::model::Stamp>| {
        let compare = |a: &PageId, b: &PageId| date(site.page(*b)).cmp(&date(site.page(*a)));
        ids.sort_by(|a, b| compare(a, b).then_with(|| by_name(site, *a, *b)));
    };
    match by {
        Sort::Date => newest_first(ids, |page| page.date),
        Sort::Updated => newest_first(ids, |page| page.updated.or(page.date)),
        Sort::Title => ids.sort_by_cached_key(name),
        Sort::Weight => ids.sort_by(|a, b| {
            let weight = |id: &PageId| (site.page(*id).weight.is_none(), site.page(*id).weight);
            weight(a).cmp(&weight(b)).then_with(|| by_name(site, *a, *b))
        }),
    }
}

fn by_name(site: &Site, a: PageId, b: PageId) -> Ordering {
    let (a, b) = (site.page(a), site.page(b));
    a.title.cmp(&b.title).then_with(|| a.key.cmp(&b.key))
}

/// What the list of a page shows: the pages of a section, the terms of a taxonomy, the pages of a term.
pub(in crate::render) fn entries(site: &Site, id: PageId) -> Vec<PageId> {
    let page = site.page(id);
    let shown = |child: &PageId| match page.kind {
        PageKind::Home | PageKind::Section => site.page(*child).kind == PageKind::Page,
        PageKind::Page | PageKind::Taxonomy | PageKind::Term => true,
    };
    page.children.iter().copied().filter(shown).collect()
}

/// The routes of the pages of a list: one if it is short or not cut.
pub(in crate::render) fn slices(site: &Site, id: PageId) -> Vec<Route> {
    let page = site.page(id);
    let count = match page.paginate {
        0 => 1,
        size => entries(site, id).len().div_ceil(size).max(1),
    };
    let further = |number| {
        let segments = format!("{}/page/{number}", page.route.as_str().trim_matches('/'));
        Route::of_segments(&segments, site.spec.settings.url_style)
    };
    std::iter::once(page.route.clone()).chain((2..=count).map(further)).collect()
}

/// One page of a list, with the way to the others.
pub(super) fn slice(desk: &Desk, id: PageId, number: usize) -> Value {
    let site = &desk.site;
    let routes = slices(site, id);
    let entries = entries(site, id);
    let size = match site.page(id).paginate {
        0 => entries.len().max(1),
        size => size,
    };
    let link = |number: usize| {
        let route = number.checked_sub(1).and_then(|at| routes.get(at));
        route.map_or_else(Value::none, |route| Value::from(site.spec.base_url.link(route)))
    };
    let numbers = (1..=routes.len()).map(|other| {
        map([("number", Value::from(other)), ("url", link(other)), ("current", Value::from(other == number))])
    });
    map([
        ("first", link(1)),
        ("last", link(routes.len())),
        ("next", link(number + 1)),
        ("number", Value::from(number)),
        ("numbers", Value::from(numbers.collect::<Vec<_>>())),
        ("pages", desk.list(entries.iter().skip((number - 1) * size).take(size))),
        ("previous", link(number - 1)),
        ("total", Value::from(routes.len())),
    ])
}

//! Lists of pages.

use crate::diag::nearest;
use crate::model::{Page, PageId, PageKind, Site, slug};
use crate::render::ask::{Answer, Desk, Fault, Selection, Sort};
use crate::render::summary;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use tera::Value;

/// The page at `path`, with or without `@/` before it.
pub(in crate::render) fn find_page(site: &Site, path: &str) -> Result<PageId, Fault> {
    let key = path.strip_prefix("@/").unwrap_or(path);
    site.find(key).ok_or_else(|| {
        let fault = Fault::new(format!("there is no page `{path}`"));
        match nearest(key, site.by_key.in_order()) {
            Some(meant) => fault.hint(format!("did you mean `@/{meant}`?")),
            None => fault.hint("write the file's path in the content folder: `@/garden/beds.md`"),
        }
    })
}

/// The section at `path`.
pub(super) fn section_at(site: &Site, path: &str) -> Result<PageId, Fault> {
    let id = find_page(site, path)?;
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
    let mut fields = summary::fields(site, id);
    fields.insert("pages", desk.list(of_kind(PageKind::Page)));
    fields.insert("sections", desk.list(of_kind(PageKind::Section)));
    Ok(Value::from(fields))
}

/// The pages that `selection` describes.
pub(super) fn find(site: &Site, selection: &Selection) -> Result<Vec<PageId>, Fault> {
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
    Ok(ids.into_iter().skip(selection.offset).take(selection.limit.unwrap_or(usize::MAX)).collect())
}

fn candidates(site: &Site, selection: &Selection) -> Result<Vec<PageId>, Fault> {
    match (&selection.section, &selection.of) {
        (Some(_), Some(_)) => Err(Fault::new("`pages` takes `section` or `of`, not both").hint("remove one of them")),
        (Some(path), None) if selection.recursive => Ok(below(site, section_at(site, path)?)),
        (Some(path), None) => Ok(site.page(section_at(site, path)?).children.clone()),
        (None, Some(path)) if selection.recursive => Ok(below(site, find_page(site, path)?)),
        (None, Some(path)) => Ok(site.page(find_page(site, path)?).children.clone()),
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
    let terms = match (&selection.taxonomy, &selection.term) {
        (Some(name), _) => super::groups::all_terms(site, name)?.iter(),
        (None, Some(_)) => {
            return Err(
                Fault::new("`pages` needs `taxonomy` where it has `term`").hint("write `taxonomy=\"tags\"` before it")
            );
        }
        (None, None) => return Ok(None),
    };
    let wanted = selection.term.as_deref();
    let terms = terms.filter(|term| wanted.is_none_or(|wanted| *term.name == *wanted));
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

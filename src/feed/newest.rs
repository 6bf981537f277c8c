//! When a page, or anything that its list shows, was last changed.

use crate::model::{PageId, PageKind, Site, Stamp};

/// For each page of the site, the newest date that a person wrote on it or on a page below it.
pub(super) fn newest(site: &Site) -> Vec<Option<Stamp>> {
    let own: Vec<_> = site.pages.iter().map(|page| page.updated.or(page.date)).collect();
    let mut newest = own.clone();
    for (page, stamp) in site.pages.iter().zip(&own).filter(|(page, _)| page.kind == PageKind::Page) {
        let above = std::iter::successors(page.parent, |above| site.page(*above).parent);
        above.for_each(|above| raise(&mut newest[above.index()], *stamp));
    }
    for taxonomy in &site.taxonomies {
        for term in &taxonomy.terms {
            let of_term = site.page(term.page).children.iter().filter_map(|child| own[child.index()]).max();
            raise(&mut newest[term.page.index()], of_term);
            raise_to(&mut newest, taxonomy.page, term.page);
        }
    }
    newest
}

fn raise(known: &mut Option<Stamp>, other: Option<Stamp>) {
    *known = (*known).max(other);
}

fn raise_to(newest: &mut [Option<Stamp>], list: PageId, entry: PageId) {
    let of_entry = newest[entry.index()];
    raise(&mut newest[list.index()], of_entry);
}

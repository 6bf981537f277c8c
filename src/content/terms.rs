//! Taxonomies: the pages of terms, described by content or made up.

use super::manuscript::Manuscript;
use super::overlay::{folders_above, parent};
use crate::model::{PageKind, TaxonomySpec};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A taxonomy that at least one page uses.
pub(super) struct Used {
    /// Its index in the site's settings.
    pub(super) index: usize,
    /// Names of its terms by slug, as the first page in the order of keys writes them.
    pub(super) terms: BTreeMap<String, Arc<str>>,
}

/// Finds the terms that pages carry and gives each a page; `manuscripts` are in the order of their keys.
pub(super) fn gather(manuscripts: &mut Vec<Manuscript>, taxonomies: &[TaxonomySpec]) -> Vec<Used> {
    let mut all: Vec<Used> = (0..taxonomies.len()).map(|index| collect(manuscripts, index)).collect();
    drop_unused(manuscripts, taxonomies, &all);
    all.retain(|used| !used.terms.is_empty());
    let sections = manuscripts.iter().enumerate().filter(|(_, page)| page.kind == PageKind::Section);
    let described: BTreeMap<String, usize> = sections.map(|(at, page)| (page.name().to_owned(), at)).collect();
    for used in &all {
        let taxonomy = &taxonomies[used.index];
        let pages =
            used.terms.iter().map(|(slug, name)| (PageKind::Term, term_folder(taxonomy, slug), Arc::clone(name)));
        let own = (PageKind::Taxonomy, taxonomy.slug.clone(), taxonomy.title.as_str().into());
        for (kind, folder, title) in std::iter::once(own).chain(pages) {
            match described.get(&folder) {
                Some(at) => {
                    let page = &mut manuscripts[*at];
                    page.kind = kind;
                    page.front.title.get_or_insert(title);
                }
                None => manuscripts.push(Manuscript::synthetic(kind, &folder, Some(title))),
            }
        }
    }
    all
}

/// The folder that a term's page lists, and that content may describe.
pub(super) fn term_folder(taxonomy: &TaxonomySpec, slug: &str) -> String {
    format!("{}/{slug}", taxonomy.slug)
}

fn collect(manuscripts: &[Manuscript], index: usize) -> Used {
    let mut terms = BTreeMap::new();
    for label in manuscripts.iter().filter_map(|page| page.front.terms.get(index)).flatten() {
        if !terms.contains_key(&label.slug) {
            terms.insert(label.slug.clone(), Arc::clone(&label.name));
        }
    }
    Used { index, terms }
}

/// Texts about terms that no page of this site carries are not pages of this site.
fn drop_unused(manuscripts: &mut Vec<Manuscript>, taxonomies: &[TaxonomySpec], all: &[Used]) {
    let describes_unused = |page: &Manuscript| {
        page.kind == PageKind::Section
            && all.iter().any(|used| {
                let (name, slug) = (page.name(), &taxonomies[used.index].slug);
                (name == slug && used.terms.is_empty())
                    || (parent(name) == slug && !used.terms.contains_key(page.last()))
            })
    };
    if !manuscripts.iter().any(describes_unused) {
        return;
    }
    let pages = manuscripts.iter().filter(|page| page.kind == PageKind::Page);
    let filled: BTreeSet<String> = pages.flat_map(|page| folders_above(page.name())).map(str::to_owned).collect();
    manuscripts.retain(|page| !describes_unused(page) || filled.contains(page.name()));
}

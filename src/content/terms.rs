//! Taxonomies: the pages of terms, described by content or made up.

use super::front::Label;
use super::manuscript::Manuscript;
use super::overlay::{folders_above, parent};
use crate::diag::{Code, Diagnostic, Place};
use crate::model::{PageKind, TaxonomySpec, composed};
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
pub(super) fn gather(
    manuscripts: &mut Vec<Manuscript>,
    taxonomies: &[TaxonomySpec],
    faults: &mut Vec<Diagnostic>,
) -> Vec<Used> {
    let mut collected = |(index, taxonomy)| collect(manuscripts, index, taxonomy, faults);
    let mut all: Vec<Used> = taxonomies.iter().enumerate().map(&mut collected).collect();
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

fn collect<'a>(
    manuscripts: &'a [Manuscript],
    index: usize,
    taxonomy: &TaxonomySpec,
    faults: &mut Vec<Diagnostic>,
) -> Used {
    let (mut terms, mut told) = (BTreeMap::<String, Arc<str>>::new(), BTreeSet::new());
    let carried =
        |page: &'a Manuscript| page.front.terms.get(index).into_iter().flatten().map(move |label| (page, label));
    for (page, label) in manuscripts.iter().flat_map(carried) {
        match terms.get(&label.slug) {
            None => drop(terms.insert(label.slug.clone(), Arc::clone(&label.name))),
            Some(known) if !is_same_word(known, &label.name) && told.insert(&label.name) => {
                let found = merged(taxonomy, known, label);
                faults.push(match &page.source {
                    Some(source) => found.at(Place::file(Arc::clone(&source.file))),
                    None => found,
                });
            }
            Some(_) => {}
        }
    }
    Used { index, terms }
}

/// Whether two ways to write a term differ in nothing but blanks, hyphens and capital letters.
fn is_same_word(one: &str, other: &str) -> bool {
    let letters = |name: &str| -> String {
        let counts = |c: &char| !c.is_whitespace() && !matches!(c, '-' | '_' | '\'' | '’');
        composed(name).chars().filter(counts).flat_map(char::to_lowercase).collect()
    };
    one == other || letters(one) == letters(other)
}

/// What is said about two terms that an address cannot tell apart.
fn merged(taxonomy: &TaxonomySpec, known: &str, label: &Label) -> Diagnostic {
    let (name, slug) = (&label.name, &label.slug);
    let message = format!("`{name}` and `{known}` are one term of `{}`: both have the address `{slug}`", taxonomy.name);
    let hint = "write one of them in other words, such as `C plus plus` for `C++`";
    Diagnostic::warning(Code::PathClash, message).hint(hint)
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

//! The tree of pages: ids, parents, order, neighbours.

use super::address::{self, Address};
use super::manuscript::Manuscript;
use super::order::Order;
use super::overlay::{Overlay, folders_above};
use super::terms::{self, Used, term_folder};
use super::{Context, clash, resources, sections};
use crate::diag::Diagnostic;
use crate::model::{Page, PageId, PageKind, PagesByKey, Settings, SiteFile, Taxonomy, Term};
use crate::world::spread;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What becomes of a site's manuscripts.
pub(super) struct Tree {
    pub(super) pages: Vec<Page>,
    pub(super) taxonomies: Vec<Taxonomy>,
    pub(super) by_key: PagesByKey,
    pub(super) files: Vec<SiteFile>,
}

/// Grows the tree; none if a page has no address.
pub(super) fn grow(
    context: &Context<'_>,
    overlay: &Overlay<'_>,
    mut manuscripts: Vec<Manuscript>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Tree> {
    let settings = &context.spec.settings;
    in_order(&mut manuscripts);
    let used = terms::gather(&mut manuscripts, &settings.taxonomies);
    sections::complete(context, &mut manuscripts);
    in_order(&mut manuscripts);
    let addresses = address::all(context, &manuscripts, faults).into_iter().collect::<Option<Vec<Address>>>()?;

    let owners = owners(&manuscripts);
    let by_key = by_key(&manuscripts);
    let taxonomies: Vec<Taxonomy> = used.iter().filter_map(|used| taxonomy(settings, used, &owners)).collect();
    let ids: Vec<TermIds<'_>> = used.iter().zip(&taxonomies).map(|(used, taxonomy)| term_ids(used, taxonomy)).collect();
    let relate = |manuscript: &Manuscript| {
        let terms = ids.iter().map(|ids| ids.carried_by(manuscript)).collect();
        (parent(manuscript, &owners), terms)
    };
    let related = spread(&manuscripts, relate);
    let grown = manuscripts.into_iter().zip(addresses).zip(related);
    let grow = |((manuscript, address), (parent, terms))| page(settings, manuscript, address, parent, terms);
    let mut pages: Vec<Page> = grown.map(grow).collect();
    link(&mut pages);
    let files = resources::gather(&mut pages, &owners, overlay, faults);
    clash::check(context, &pages, &files, faults);
    Some(Tree { pages, taxonomies, by_key, files })
}

/// The home page first, then by key. They come in a few runs that are in order already, which a stable sort only joins.
fn in_order(manuscripts: &mut [Manuscript]) {
    manuscripts.sort_by(|left, right| {
        let rank = |page: &Manuscript| page.kind != PageKind::Home;
        rank(left).cmp(&rank(right)).then_with(|| left.key.cmp(&right.key))
    });
}

fn numbered(manuscripts: &[Manuscript]) -> impl Iterator<Item = (PageId, &Manuscript)> {
    (0..).map(PageId).zip(manuscripts)
}

/// Who owns what lies in a folder: the section that lists it, or the page whose bundle it is.
fn owners(manuscripts: &[Manuscript]) -> BTreeMap<String, PageId> {
    let lists = numbered(manuscripts).filter(|(_, page)| page.kind != PageKind::Page);
    let mut owners: BTreeMap<String, PageId> = lists.map(|(id, page)| (page.name().to_owned(), id)).collect();
    for (id, page) in numbered(manuscripts).filter(|(_, page)| page.bundle) {
        owners.entry(page.name().to_owned()).or_insert(id);
    }
    owners
}

/// Pages by key; a bundle is also found as if it were a file beside its folder.
fn by_key(manuscripts: &[Manuscript]) -> PagesByKey {
    let mut by_key: PagesByKey = numbered(manuscripts).map(|(id, page)| (Arc::clone(&page.key), id)).collect();
    for (id, page) in numbered(manuscripts).filter(|(_, page)| page.bundle) {
        for key in [format!("{}.md", page.name()), format!("{}/index.md", page.name())] {
            by_key.add(key.into(), id);
        }
    }
    by_key
}

fn parent(page: &Manuscript, owners: &BTreeMap<String, PageId>) -> Option<PageId> {
    folders_above(page.name()).find_map(|folder| owners.get(folder)).copied()
}

fn taxonomy(settings: &Settings, used: &Used, owners: &BTreeMap<String, PageId>) -> Option<Taxonomy> {
    let spec = &settings.taxonomies[used.index];
    let term = |(slug, name): (&String, &Arc<str>)| {
        let page = *owners.get(&term_folder(spec, slug))?;
        Some(Term { name: Arc::clone(name), page })
    };
    let page = *owners.get(&spec.slug)?;
    Some(Taxonomy { spec: spec.clone(), page, terms: used.terms.iter().filter_map(term).collect() })
}

/// The pages of one taxonomy's terms by slug.
struct TermIds<'a> {
    index: usize,
    by_slug: BTreeMap<&'a str, PageId>,
}

fn term_ids<'a>(used: &'a Used, taxonomy: &Taxonomy) -> TermIds<'a> {
    let pages = taxonomy.terms.iter().map(|term| term.page);
    TermIds { index: used.index, by_slug: used.terms.keys().map(String::as_str).zip(pages).collect() }
}

impl TermIds<'_> {
    fn carried_by(&self, page: &Manuscript) -> Vec<PageId> {
        let labels = page.front.terms.get(self.index).into_iter().flatten();
        labels.filter_map(|label| self.by_slug.get(label.slug.as_str()).copied()).collect()
    }
}

fn page(
    settings: &Settings,
    manuscript: Manuscript,
    address: Address,
    parent: Option<PageId>,
    terms: Vec<Vec<PageId>>,
) -> Page {
    let title = manuscript.title();
    let front = *manuscript.front;
    let entries = match manuscript.kind {
        PageKind::Home | PageKind::Section | PageKind::Term => settings.paginate,
        PageKind::Taxonomy | PageKind::Page => 0,
    };
    Page {
        kind: manuscript.kind,
        key: manuscript.key,
        source: manuscript.source,
        title,
        description: front.description,
        date: front.date,
        updated: front.updated,
        weight: front.weight,
        author: front.author,
        template: front.template,
        image: front.image,
        robots: front.robots,
        in_sitemap: front.sitemap.unwrap_or(front.robots.index),
        extra: front.extra,
        terms,
        route: address.route,
        out: address.out,
        aliases: front.aliases,
        parent,
        children: Vec::new(),
        previous: None,
        next: None,
        resources: Vec::new(),
        paginate: front.paginate.unwrap_or(entries),
        body: manuscript.body,
        raw_html: manuscript.raw_html,
    }
}

/// Fills in children in list order, and neighbours among pages of one section.
fn link(pages: &mut [Page]) {
    let order = Order::of(pages);
    let mut children: Vec<Vec<PageId>> = vec![Vec::new(); pages.len()];
    let mut carriers: Vec<Vec<PageId>> = vec![Vec::new(); pages.len()];
    for (id, page) in (0..).map(PageId).zip(&*pages) {
        // Lists of the home page show content; taxonomies have their own place in themes.
        if let Some(parent) = page.parent.filter(|_| page.kind != PageKind::Taxonomy) {
            children[parent.index()].push(id);
        }
        page.terms.iter().flatten().for_each(|term| carriers[term.index()].push(id));
    }
    for (index, mut children) in children.into_iter().enumerate() {
        order.by_weight(&mut children);
        let siblings: Vec<PageId> =
            children.iter().copied().filter(|id| pages[id.index()].kind == PageKind::Page).collect();
        for pair in siblings.windows(2) {
            pages[pair[0].index()].next = Some(pair[1]);
            pages[pair[1].index()].previous = Some(pair[0]);
        }
        pages[index].children = children;
    }
    for (page, mut carriers) in pages.iter_mut().zip(carriers).filter(|(page, _)| page.kind == PageKind::Term) {
        order.by_date(&mut carriers);
        page.children = carriers;
    }
}

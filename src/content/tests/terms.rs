//! Taxonomies and their terms.

use super::repository::{Repository, children, keys, page};
use crate::model::{PageKind, TaxonomySpec};

#[test]
fn terms_have_pages_that_list_their_pages() {
    let site = Repository::of(&[
        ("content/garden/a.md", "+++\ntags = [\"Grüne Welle\", \"Holz\"]\ndate = 2026-01-01\n+++"),
        ("content/garden/b.md", "+++\ntags = [\"grüne welle\"]\ndate = 2026-02-01\nweight = 9\n+++"),
        ("content/garden/c.md", "+++\n[taxonomies]\ntags = \"Holz\"\n+++"),
    ])
    .site();
    assert_eq!(
        keys(&site),
        [
            "_index.md",
            "a.md",
            "b.md",
            "c.md",
            "themen/_index.md",
            "themen/gruene-welle/_index.md",
            "themen/holz/_index.md"
        ]
    );
    let taxonomy = &site.taxonomies[0];
    assert_eq!(taxonomy.terms.iter().map(|term| &*term.name).collect::<Vec<_>>(), ["Grüne Welle", "Holz"]);
    assert_eq!(site.page(taxonomy.page).route.as_str(), "/themen/");
    assert_eq!(&*site.page(taxonomy.page).title, "Themen");
    assert_eq!(site.page(taxonomy.terms[0].page).route.as_str(), "/themen/gruene-welle/");
    assert_eq!(children(&site, "themen/gruene-welle"), ["b.md", "a.md"]);
    assert_eq!(children(&site, "themen/holz"), ["a.md", "c.md"]);
    assert_eq!(children(&site, "themen"), ["themen/gruene-welle/_index.md", "themen/holz/_index.md"]);
    assert_eq!(page(&site, "a.md").terms, [[taxonomy.terms[0].page, taxonomy.terms[1].page]]);
    assert_eq!(site.ancestors(taxonomy.terms[0].page).len(), 2);
}

#[test]
fn lists_of_the_home_page_do_not_show_taxonomies() {
    let site = Repository::of(&[("content/garden/a.md", "+++\ntags = \"x\"\n+++")]).site();
    assert_eq!(children(&site, ""), ["a.md"]);
}

#[test]
fn content_may_describe_terms() {
    let site = Repository::of(&[
        ("content/garden/a.md", "+++\ntags = [\"Holz\"]\n+++"),
        ("content/garden/themen/_index.md", "+++\ndescription = \"All\"\n+++"),
        ("content/garden/themen/holz/_index.md", "+++\ntitle = \"Alles aus Holz\"\n+++\nText"),
        ("content/garden/themen/stein/_index.md", "+++\ntitle = \"Stein\"\n+++"),
    ])
    .site();
    assert_eq!(keys(&site), ["_index.md", "a.md", "themen/_index.md", "themen/holz/_index.md"]);
    let holz = page(&site, "themen/holz");
    assert_eq!((holz.kind, &*holz.title, holz.body.as_str()), (PageKind::Term, "Alles aus Holz", "Text"));
    let themen = page(&site, "themen");
    assert_eq!(
        (themen.kind, &*themen.title, themen.description.as_deref()),
        (PageKind::Taxonomy, "Themen", Some("All"))
    );
    assert_eq!(&*site.taxonomies[0].terms[0].name, "Holz");
}

#[test]
fn taxonomies_that_no_page_uses_make_no_pages() {
    let brands = TaxonomySpec { name: "brands".into(), title: "Brands".into(), slug: "brands".into(), feed: false };
    let site = Repository::of(&[
        ("content/garden/a.md", "+++\nbrands = \"Acme\"\n+++"),
        ("content/garden/themen/_index.md", ""),
    ])
    .with(|spec| spec.settings.taxonomies.push(brands))
    .site();
    assert_eq!(keys(&site), ["_index.md", "a.md", "brands/_index.md", "brands/acme/_index.md"]);
    assert_eq!(site.taxonomies.len(), 1);
    assert_eq!(page(&site, "a.md").terms.len(), 1);
}

#[test]
fn a_folder_of_pages_stays_a_section_even_if_a_taxonomy_has_its_name() {
    let site = Repository::of(&[("content/garden/themen/_index.md", ""), ("content/garden/themen/a.md", "")]).site();
    assert_eq!(page(&site, "themen").kind, PageKind::Section);
    assert_eq!(children(&site, "themen"), ["themen/a.md"]);
}

//! The tree: sections, keys, order, neighbours.

use super::repository::{Repository, children, keys, page};
use crate::model::{PageId, PageKind, Site};

#[test]
fn folders_are_sections_whether_described_or_not() {
    let site = Repository::of(&[
        ("content/garden/about.md", ""),
        ("content/garden/raised-beds/wood/oak.md", ""),
        ("content/garden/raised-beds/wood/_index.md", "+++\ntitle = \"Wood\"\n+++"),
        ("content/garden/raised-beds/box/index.md", ""),
    ])
    .site();
    let shape: Vec<_> = site.pages.iter().map(|page| (page.kind.name(), &*page.key, &*page.title)).collect();
    assert_eq!(
        shape,
        [
            ("home", "_index.md", "Garden"),
            ("page", "about.md", "About"),
            ("section", "raised-beds/_index.md", "Raised beds"),
            ("page", "raised-beds/box/index.md", "Box"),
            ("section", "raised-beds/wood/_index.md", "Wood"),
            ("page", "raised-beds/wood/oak.md", "Oak"),
        ]
    );
    assert_eq!(site.pages[2].source, None);
    assert_eq!(site.ancestors(PageId(5)), [PageId(0), PageId(2), PageId(4)]);
    assert_eq!(site.page(PageId(3)).parent, Some(PageId(2)));
    assert_eq!(site.page(Site::HOME).parent, None);
}

#[test]
fn pages_are_found_by_every_spelling_of_their_key() {
    let site =
        Repository::of(&[("content/garden/garden/raised/index.md", ""), ("content/garden/garden/beds.md", "")]).site();
    assert_eq!(site.find("garden/raised.md"), site.find("garden/raised/index.md"));
    assert!(site.find("garden/raised.md").is_some());
    assert_eq!(site.find("garden"), site.find("garden/_index.md"));
    assert_eq!(site.find(""), Some(Site::HOME));
    assert_eq!(site.find("garden/beds/index.md"), None);
}

#[test]
fn lists_go_by_weight_then_date_then_title() {
    let site = Repository::of(&[
        ("content/garden/a.md", "+++\ntitle = \"Zebra\"\n+++"),
        ("content/garden/b.md", "+++\ntitle = \"Äpfel\"\n+++"),
        ("content/garden/c.md", "+++\ndate = 2026-01-01\n+++"),
        ("content/garden/d.md", "+++\ndate = 2026-02-01\n+++"),
        ("content/garden/e/_index.md", "+++\nweight = 2\n+++"),
        ("content/garden/f.md", "+++\nweight = -1\n+++"),
    ])
    .site();
    assert_eq!(children(&site, ""), ["f.md", "e/_index.md", "d.md", "c.md", "b.md", "a.md"]);
}

#[test]
fn neighbours_are_the_pages_before_and_after_in_the_section() {
    let site = Repository::of(&[
        ("content/garden/a.md", "+++\nweight = 1\n+++"),
        ("content/garden/b/_index.md", "+++\nweight = 2\n+++"),
        ("content/garden/b/below.md", ""),
        ("content/garden/c.md", "+++\nweight = 3\n+++"),
    ])
    .site();
    let neighbours = |key: &str| {
        let name = |id: Option<PageId>| id.map(|id| &*site.page(id).key);
        (name(page(&site, key).previous), name(page(&site, key).next))
    };
    assert_eq!(neighbours("a.md"), (None, Some("c.md")));
    assert_eq!(neighbours("c.md"), (Some("a.md"), None));
    assert_eq!(neighbours("b/_index.md"), (None, None));
    assert_eq!(neighbours("b/below.md"), (None, None));
}

#[test]
fn lists_are_split_as_the_site_says_and_pages_are_not() {
    let site = Repository::of(&[
        ("content/garden/a.md", "+++\ntags = \"x\"\n+++"),
        ("content/garden/b/_index.md", "+++\npaginate = 0\n+++"),
        ("content/garden/c/_index.md", ""),
    ])
    .site();
    let entries = |key: &str| page(&site, key).paginate;
    assert_eq!([entries(""), entries("b"), entries("c"), entries("a.md")], [10, 0, 10, 0]);
    assert_eq!([entries("themen"), entries("themen/x")], [0, 10]);
}

#[test]
fn large_sites_are_read_by_several_threads_in_the_same_order() {
    let files: Vec<(String, String)> =
        (0..500).map(|n| (format!("content/garden/p{n:03}.md"), format!("+++\nweigth = {n}\n+++\n"))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let repository = Repository::of(&files);
    let faults = repository.faults();
    assert_eq!((faults.len(), faults.is_sorted()), (500, true));
    let site = repository.outcome().value.unwrap();
    assert_eq!(site.pages.len(), 501);
    assert!(keys(&site)[1..].is_sorted());
    assert!(site.pages[1..].iter().all(|page| page.kind == PageKind::Page));
}

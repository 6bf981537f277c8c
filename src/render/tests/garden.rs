//! A small site about a garden, and themes that are one template.

use crate::diag::Diagnostic;
use crate::model::{
    Asset, Body, Dimensions, Heading, Media, MenuItem, Page, PageId, PageKind, Resource, Settings, Site, SiteSpec,
    Stamp, Taxonomy, TaxonomySpec, Term, Text, sample,
};
use crate::render::{Engine, Press, Printed, Sheet, SheetKind};
use crate::theme;
use crate::world::Memory;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) const HOME: PageId = PageId(0);
pub(super) const ABOUT: PageId = PageId(1);
pub(super) const GARDEN: PageId = PageId(2);
pub(super) const BEDS: PageId = PageId(3);
pub(super) const SOIL: PageId = PageId(4);
pub(super) const TAGS: PageId = PageId(5);
pub(super) const WOOD: PageId = PageId(6);
pub(super) const TOOLS: PageId = PageId(7);
pub(super) const SPADE: PageId = PageId(8);

pub(super) fn settings() -> Settings {
    let entry = |title: &str, url: &str| MenuItem { title: title.into(), url: url.into(), items: Vec::new() };
    let beds = vec![entry("Beds", "/garden/beds/")];
    let garden = MenuItem { items: beds, ..entry("Garden", "@/garden/_index.md") };
    let main = vec![entry("Home", "@/_index.md"), garden, entry("Elsewhere", "https://x.example/")];
    let taxonomies = vec![tags()];
    Settings { typography: false, taxonomies, menus: BTreeMap::from([("main".into(), main)]), ..sample::settings() }
}

fn tags() -> TaxonomySpec {
    TaxonomySpec { name: "tags".into(), title: "Topics".into(), slug: "topics".into(), feed: true }
}

fn spec() -> SiteSpec {
    SiteSpec {
        title: "The Garden".into(),
        description: "All about beds".into(),
        theme: "plain".into(),
        author: Some("Flora".into()),
        tokens: BTreeMap::from([("accent".into(), "#0a7d55".into())]),
        settings: settings().into(),
        ..sample::spec()
    }
}

fn page(kind: PageKind, key: &str, title: &str, route: &str, parent: Option<PageId>, children: Vec<PageId>) -> Page {
    Page { kind, title: title.into(), terms: vec![Vec::new()], parent, children, ..sample::page(key, route) }
}

fn pages() -> Vec<Page> {
    let date = |text: &str| Some(Stamp::parse(text, &TimeZone::UTC).unwrap());
    let mut pages = vec![
        page(PageKind::Home, "_index.md", "Welcome", "/", None, vec![ABOUT, GARDEN, TAGS]),
        page(PageKind::Page, "about.md", "About", "/about/", Some(HOME), Vec::new()),
        page(PageKind::Section, "garden/_index.md", "Garden", "/garden/", Some(HOME), vec![SOIL, BEDS, TOOLS]),
        page(PageKind::Page, "garden/beds.md", "Beds", "/garden/beds/", Some(GARDEN), Vec::new()),
        page(PageKind::Page, "garden/soil.md", "Ächte Soil", "/garden/soil/", Some(GARDEN), Vec::new()),
        page(PageKind::Taxonomy, "tags", "Topics", "/topics/", Some(HOME), vec![WOOD]),
        page(PageKind::Term, "tags/wood", "Wood", "/topics/wood/", Some(TAGS), vec![SOIL, BEDS]),
        page(PageKind::Section, "garden/tools/_index.md", "Tools", "/garden/tools/", Some(GARDEN), vec![SPADE]),
        page(PageKind::Page, "garden/tools/spade.md", "Spade", "/garden/tools/spade/", Some(TOOLS), Vec::new()),
    ];
    for (id, day, weight) in [(BEDS, "2026-03-01", 2), (SOIL, "2026-04-02T08:30:00", 1), (SPADE, "2025-01-05", 3)] {
        pages[id.index()].date = date(day);
        pages[id.index()].weight = Some(weight);
    }
    for id in [BEDS, SOIL] {
        pages[id.index()].terms = vec![vec![WOOD]];
    }
    (pages[BEDS.index()].previous, pages[SOIL.index()].next) = (Some(SOIL), Some(BEDS));
    pages[BEDS.index()].updated = date("2026-05-05");
    pages[BEDS.index()].description = Some("How to build <raised> beds".into());
    pages[BEDS.index()].image = Some("content/garden/garden/beds/bed.jpg".into());
    pages[BEDS.index()].resources =
        vec![Resource { name: "bed.jpg".into(), asset: "content/garden/garden/beds/bed.jpg".into() }];
    pages[TAGS.index()].source = None;
    pages[WOOD.index()].source = None;
    pages
}

pub(super) fn asset(out: &str, media: Media) -> Arc<Asset> {
    Arc::new(Asset {
        integrity: (media == Media::Css).then(|| "sha384-abc".into()),
        dimensions: media.is_image().then_some(Dimensions { width: 800, height: 600 }),
        ..sample::asset(out, media)
    })
}

pub(super) fn site() -> Site {
    let pages = pages();
    let text = |page: &Page| Text {
        html: format!("<p>All about {}.</p>", page.title),
        headings: vec![Heading { level: 2, id: "why".into(), title: "Why".into(), children: Vec::new() }],
        summary: format!("<p>{}</p>", page.title),
        plain_summary: format!("A text about {}", page.title),
        words: 250,
        links: Vec::new(),
    };
    let spec = tags();
    let data = r#"{"prices": [{"name": "spade", "price": 12.5}, {"name": "fork", "price": null}]}"#;
    let mut site = Site {
        texts: pages.iter().map(text).collect(),
        taxonomies: vec![Taxonomy { spec, page: TAGS, terms: vec![Term { name: "Wood".into(), page: WOOD }] }],
        data: serde_json::from_str(data).unwrap(),
        assets: BTreeMap::from([
            ("theme:css/site.css".into(), asset("_a/site.1234567890.css", Media::Css)),
            ("static:favicon.ico".into(), asset("favicon.ico", Media::of_extension("ico"))),
            ("content/garden/garden/beds/bed.jpg".into(), asset("garden/beds/bed.jpg", Media::of_extension("jpg"))),
        ]),
        ..sample::site(self::spec(), pages)
    };
    site.backlinks[BEDS.index()] = vec![ABOUT];
    site
}

/// The same site with a change to its settings.
pub(super) fn site_with(change: impl FnOnce(&mut SiteSpec)) -> Site {
    let mut site = site();
    change(Arc::get_mut(&mut site.spec).unwrap());
    site
}

/// A theme called `plain` with these templates, without any preparation of white space.
pub(super) fn compile(templates: &[(&str, &str)]) -> Result<Arc<Engine>, Vec<Diagnostic>> {
    compile_folded(templates, false)
}

pub(super) fn compile_folded(templates: &[(&str, &str)], minify: bool) -> Result<Arc<Engine>, Vec<Diagnostic>> {
    let files = Memory::new();
    files.put("themes/plain/theme.toml", "name = \"Plain\"\n[tokens]\naccent = \"red\"\nfont = \"Inter\"\n");
    files.put("themes/plain/words/en.toml", WORDS);
    files.put("themes/plain/words/de.toml", "hello = \"Hallo {name}\"\n");
    for (name, text) in templates {
        files.put(format!("themes/plain/templates/{name}"), *text);
    }
    let loaded = theme::load(&files, "themes", "content", "plain", &[]);
    assert!(loaded.diagnostics.is_empty(), "{:?}", loaded.diagnostics);
    let compiled = Engine::compile(loaded.value.unwrap(), minify, crate::markdown::fragment);
    match compiled.value {
        Some(engine) => Ok(Arc::new(engine)),
        None => Err(compiled.diagnostics),
    }
}

const WORDS: &str = r#"
hello = "Hello {name}"
only = "English only"
days = { zero = "today", one = "{count} day", other = "{count} days" }
"#;

pub(super) fn sheet(site: &Site, page: PageId) -> Sheet {
    let route = site.page(page).route.clone();
    Sheet { page, number: 1, out: route.out_path().unwrap(), route, kind: SheetKind::Page }
}

/// What `page` of `site` becomes with these templates.
pub(super) fn print_with(site: Site, templates: &[(&str, &str)], page: PageId) -> Result<String, Vec<Diagnostic>> {
    let engine = compile(templates)?;
    let sheet = sheet(&site, page);
    Press::new(Arc::new(site), engine).print(&sheet).map(html)
}

/// The text of a page that was printed.
pub(super) fn html(printed: Printed) -> String {
    match printed.artifact.body {
        Body::Bytes(bytes) => String::from_utf8(bytes).unwrap(),
        Body::Shared(_) | Body::File { .. } | Body::Sent { .. } => String::new(),
    }
}

/// What a page becomes where the template of every page is `template`.
pub(super) fn print(template: &str, page: PageId) -> String {
    let kinds = ["home.html", "section.html", "page.html", "taxonomy.html", "term.html"];
    let templates: Vec<_> = kinds.iter().map(|name| (*name, template)).collect();
    print_with(site(), &templates, page).unwrap()
}

/// Why the page about beds cannot be made with `template`.
pub(super) fn refuse(template: &str) -> Diagnostic {
    refuse_with(&[("page.html", template)])
}

pub(super) fn refuse_with(templates: &[(&str, &str)]) -> Diagnostic {
    let mut found = print_with(site(), templates, BEDS).unwrap_err();
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

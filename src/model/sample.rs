//! Plain nouns for the tests of all rooms: each test writes down only what it is about.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use super::{
    Asset, BaseUrl, Body, Conditions, Declared, Digest, FeedFormat, Feeds, Language, Limits, Media, Minify, OutPath,
    Page, PageId, PageKind, Robots, RobotsRules, Route, Settings, Site, SiteId, SiteSpec, Source, Table, UrlStyle,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The choices of a site that chose nothing.
pub(crate) fn settings() -> Settings {
    Settings {
        url_style: UrlStyle::Slash,
        minify: Minify::Theme,
        typography: true,
        timezone: "UTC".into(),
        paginate: 0,
        related: 5,
        taxonomies: Vec::new(),
        permalinks: BTreeMap::new(),
        menus: BTreeMap::new(),
        feeds: Feeds { formats: vec![FeedFormat::Atom], limit: 20, full_text: false },
        robots: RobotsRules { index: true, disallow: Vec::new(), block: Vec::new() },
        redirects: Vec::new(),
        headers: BTreeMap::new(),
        content_security_policy: String::new(),
        limits: Limits::default(),
        extra: Table::new(),
    }
}

/// An English site about a garden.
pub(crate) fn spec() -> SiteSpec {
    SiteSpec {
        id: SiteId::parse("garden").unwrap(),
        base_url: BaseUrl::parse("https://garden.example").unwrap(),
        title: "Garden".into(),
        description: String::new(),
        language: Language::parse("en").unwrap(),
        theme: "journal".into(),
        layers: vec!["garden".into()],
        group: None,
        tags: Vec::new(),
        author: None,
        tokens: BTreeMap::new(),
        targets: Vec::new(),
        settings: settings().into(),
        declared: Declared::default(),
    }
}

/// A text of the layer `garden`, called like its file.
pub(crate) fn page(key: &str, route: &str) -> Page {
    let (title, route) = (key.rsplit('/').next().unwrap_or(key).trim_end_matches(".md"), Route::verbatim(route));
    Page {
        kind: PageKind::Page,
        key: key.into(),
        source: Some(Source {
            file: format!("content/garden/{key}").into(),
            layer: "garden".into(),
            body_line: 1,
            head: Digest::of(&[]),
        }),
        title: title.into(),
        description: None,
        date: None,
        updated: None,
        weight: None,
        author: None,
        template: None,
        image: None,
        robots: Robots::default(),
        in_sitemap: true,
        extra: Table::new(),
        terms: Vec::new(),
        out: route.out_path().unwrap(),
        route,
        aliases: Vec::new(),
        parent: None,
        children: Vec::new(),
        previous: None,
        next: None,
        resources: Vec::new(),
        paginate: 0,
        body: String::new(),
        raw_html: true,
    }
}

/// A site of these pages, which has no texts yet.
pub(crate) fn site(spec: SiteSpec, pages: Vec<Page>) -> Site {
    Site {
        spec: Arc::new(spec),
        texts: Vec::new(),
        backlinks: vec![Vec::new(); pages.len()],
        taxonomies: Vec::new(),
        by_key: pages.iter().zip(0..).map(|(page, id)| (Arc::clone(&page.key), PageId(id))).collect(),
        pages,
        data: Table::new(),
        files: Vec::new(),
        assets: BTreeMap::new(),
        conditions: Conditions::default(),
    }
}

/// A file that is published under this path, and is empty.
pub(crate) fn asset(out: &str, media: Media) -> Asset {
    let (body, digest) = (Body::Bytes(Vec::new()), Digest::of(out.as_bytes()));
    Asset { out: OutPath::parse(out).unwrap(), body, digest, media, integrity: None, dimensions: None }
}

//! A repository in memory with one site, `garden`, to write content into.

use crate::content::{Library, Moment};
use crate::diag::{Code, Diagnostic, Outcome};
use crate::model::{
    Asset, BaseUrl, Body, Declared, Digest, Edition, Feeds, Fleet, Folders, Language, Limits, Media, Minify, OutPath,
    Page, RobotsRules, Settings, Site, SiteFile, SiteId, SiteSpec, Table, TaxonomySpec, UrlStyle,
};
use crate::world::Memory;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) struct Repository {
    pub(super) memory: Memory,
    pub(super) spec: SiteSpec,
    pub(super) others: Vec<SiteSpec>,
    pub(super) drafts: bool,
}

impl Repository {
    /// A repository with these files.
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let memory = Memory::new();
        for (path, text) in files {
            memory.put(*path, *text);
        }
        Self { memory, spec: spec("garden"), others: Vec::new(), drafts: false }
    }

    /// The same with other settings.
    pub(super) fn with(mut self, change: impl FnOnce(&mut SiteSpec)) -> Self {
        change(&mut self.spec);
        self
    }

    pub(super) fn fleet(&self) -> Fleet {
        let mut sites: Vec<Arc<SiteSpec>> = self.others.iter().cloned().map(Arc::new).collect();
        sites.push(Arc::new(self.spec.clone()));
        let folders = Folders { content: "content".into(), themes: "themes".into(), dist: "dist".into() };
        let (layers, targets) = (BTreeMap::new(), BTreeMap::new());
        Fleet { name: "test".into(), edition: Edition::E2026, folders, sites, layers, targets }
    }

    pub(super) fn outcome(&self) -> Outcome<Site> {
        let now = "2026-06-01T12:00:00Z".parse().unwrap();
        let moment = Moment { now, drafts: self.drafts };
        Library::new(&self.memory, &self.fleet()).site(&Arc::new(self.spec.clone()), moment)
    }

    /// What is wrong with the pictures of its pages, once its files are published.
    pub(super) fn dead_pictures(&self) -> Vec<Diagnostic> {
        let mut site = self.site();
        let asset = |file: &SiteFile| {
            let out = OutPath::parse(&file.key.replace(':', "/")).unwrap();
            let media = Media::of_extension(&out.extension());
            let digest = Digest::of(b"");
            Asset { out, body: Body::Bytes(Vec::new()), digest, media, integrity: None, dimensions: None }
        };
        site.assets = site.files.iter().map(|file| (file.key.clone(), Arc::new(asset(file)))).collect();
        Library::new(&self.memory, &self.fleet()).check_pictures(&site)
    }

    /// The site, which has to be free of mistakes.
    pub(super) fn site(&self) -> Site {
        let outcome = self.outcome();
        assert_eq!(outcome.diagnostics, []);
        outcome.value.unwrap()
    }

    /// Everything that is wrong with it, one line each: place, code, message.
    pub(super) fn faults(&self) -> Vec<String> {
        self.outcome().diagnostics.iter().map(line).collect()
    }

    /// The only thing that is wrong with it.
    pub(super) fn fault(&self) -> Diagnostic {
        let mut diagnostics = self.outcome().diagnostics;
        assert_eq!(diagnostics.len(), 1, "{diagnostics:#?}");
        diagnostics.remove(0)
    }

    /// The codes of everything that is wrong with it.
    pub(super) fn codes(&self) -> Vec<Code> {
        self.outcome().diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
    }
}

pub(super) fn line(diagnostic: &Diagnostic) -> String {
    let place = diagnostic.place.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
    format!("{place} {} {}", diagnostic.code, diagnostic.message)
}

/// The page with this key.
pub(super) fn page<'a>(site: &'a Site, key: &str) -> &'a Page {
    site.page(site.find(key).unwrap_or_else(|| unreachable!("no page {key} among {:?}", keys(site))))
}

pub(super) fn keys(site: &Site) -> Vec<&str> {
    site.pages.iter().map(|page| &*page.key).collect()
}

/// Keys of the children of a page, in list order.
pub(super) fn children<'a>(site: &'a Site, key: &str) -> Vec<&'a str> {
    page(site, key).children.iter().map(|id| &*site.page(*id).key).collect()
}

pub(super) fn spec(id: &str) -> SiteSpec {
    SiteSpec {
        id: SiteId::parse(id).unwrap(),
        base_url: BaseUrl::parse("https://garden.example").unwrap(),
        title: "Garden".into(),
        description: String::new(),
        language: Language::parse("de").unwrap(),
        theme: "journal".into(),
        layers: vec![id.into()],
        group: Some("hobby".into()),
        tags: vec!["slow".into()],
        author: None,
        tokens: BTreeMap::new(),
        targets: Vec::new(),
        settings: settings().into(),
        declared: Declared::default(),
    }
}

fn settings() -> Settings {
    let tags = TaxonomySpec { name: "tags".into(), title: "Themen".into(), slug: "themen".into(), feed: false };
    Settings {
        url_style: UrlStyle::Slash,
        minify: Minify::Theme,
        typography: true,
        timezone: "Europe/Berlin".into(),
        paginate: 10,
        related: 5,
        taxonomies: vec![tags],
        permalinks: BTreeMap::new(),
        menus: BTreeMap::new(),
        feeds: Feeds { formats: Vec::new(), limit: 20, full_text: false },
        robots: RobotsRules { index: true, disallow: Vec::new(), block: Vec::new() },
        redirects: Vec::new(),
        headers: BTreeMap::new(),
        content_security_policy: String::new(),
        limits: Limits::default(),
        extra: Table::new(),
    }
}

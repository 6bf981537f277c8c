//! A repository in memory with one site, `garden`, to write content into.

use crate::content::{Library, Moment};
use crate::diag::{Code, Diagnostic, Outcome};
use crate::model::{
    Edition, Feeds, Fleet, Folders, Language, Media, OutPath, Page, Policy, Settings, Site, SiteFile, SiteId, SiteSpec,
    TaxonomySpec, sample,
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
        Fleet {
            name: "test".into(),
            edition: Edition::E2026,
            folders,
            sites,
            layers,
            targets,
            policy: Policy::default(),
            receivers: BTreeMap::new(),
            state: None,
            ci: crate::model::Ci::default(),
            store: None,
        }
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
            let out = file.key.replace(':', "/");
            sample::asset(&out, Media::of_extension(&OutPath::parse(&out).unwrap().extension()))
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
        language: Language::parse("de").unwrap(),
        layers: vec![id.into()],
        group: Some("hobby".into()),
        tags: vec!["slow".into()],
        settings: settings().into(),
        ..sample::spec()
    }
}

fn settings() -> Settings {
    let tags = TaxonomySpec { name: "tags".into(), title: "Themen".into(), slug: "themen".into(), feed: false };
    let (timezone, feeds) = ("Europe/Berlin".into(), Feeds { formats: Vec::new(), limit: 20, full_text: false });
    Settings { timezone, paginate: 10, taxonomies: vec![tags], feeds, ..sample::settings() }
}

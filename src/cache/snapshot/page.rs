//! A page of the tree, as it is kept.

use super::value::{Fields, fields, table};
use crate::model::{Digest, OutPath, Page, PageId, PageKind, Resource, Robots, Route, Source, Stamp};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A page without its Markdown.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptPage<'a> {
    kind: PageKind,
    key: &'a str,
    #[serde(borrow)]
    source: Option<KeptSource<'a>>,
    title: &'a str,
    description: Option<&'a str>,
    date: Option<(i128, i32)>,
    updated: Option<(i128, i32)>,
    weight: Option<i64>,
    author: Option<&'a str>,
    template: Option<&'a str>,
    image: Option<&'a str>,
    robots: Robots,
    in_sitemap: bool,
    #[serde(borrow)]
    extra: Fields<'a>,
    terms: Vec<Vec<PageId>>,
    route: &'a str,
    out: &'a str,
    aliases: Vec<&'a str>,
    parent: Option<PageId>,
    children: Vec<PageId>,
    previous: Option<PageId>,
    next: Option<PageId>,
    resources: Vec<(&'a str, &'a str)>,
    paginate: usize,
    raw_html: bool,
}

/// The file that a page was read from.
#[derive(Serialize, Deserialize)]
struct KeptSource<'a> {
    file: &'a str,
    layer: &'a str,
    body_line: u32,
    head: Digest,
}

impl<'a> KeptPage<'a> {
    pub(super) fn of(page: &'a Page) -> Self {
        let stamp = |stamp: Option<Stamp>| stamp.map(|stamp| stamp.parts());
        let source = |source: &'a Source| {
            let Source { file, layer, body_line, head } = source;
            KeptSource { file, layer, body_line: *body_line, head: *head }
        };
        Self {
            kind: page.kind,
            key: &page.key,
            source: page.source.as_ref().map(source),
            title: &page.title,
            description: page.description.as_deref(),
            date: stamp(page.date),
            updated: stamp(page.updated),
            weight: page.weight,
            author: page.author.as_deref(),
            template: page.template.as_deref(),
            image: page.image.as_deref(),
            robots: page.robots,
            in_sitemap: page.in_sitemap,
            extra: fields(&page.extra),
            terms: page.terms.clone(),
            route: page.route.as_str(),
            out: page.out.as_str(),
            aliases: page.aliases.iter().map(Route::as_str).collect(),
            parent: page.parent,
            children: page.children.clone(),
            previous: page.previous,
            next: page.next,
            resources: page.resources.iter().map(|resource| (&*resource.name, &*resource.asset)).collect(),
            paginate: page.paginate,
            raw_html: page.raw_html,
        }
    }

    /// The page as it was; none if what was kept cannot be one.
    pub(super) fn page(self) -> Option<Page> {
        let text = |text: Option<&str>| text.map(Arc::from);
        let stamp = |parts: Option<(i128, i32)>| match parts {
            Some((nanosecond, offset)) => Stamp::of_parts(nanosecond, offset).map(Some),
            None => Some(None),
        };
        let source = |source: KeptSource<'_>| {
            let KeptSource { file, layer, body_line, head } = source;
            Source { file: file.into(), layer: layer.into(), body_line, head }
        };
        Some(Page {
            kind: self.kind,
            key: self.key.into(),
            source: self.source.map(source),
            title: self.title.into(),
            description: text(self.description),
            date: stamp(self.date)?,
            updated: stamp(self.updated)?,
            weight: self.weight,
            author: text(self.author),
            template: text(self.template),
            image: text(self.image),
            robots: self.robots,
            in_sitemap: self.in_sitemap,
            extra: table(self.extra),
            terms: self.terms,
            route: Route::verbatim(self.route),
            out: OutPath::parse(self.out).ok()?,
            aliases: self.aliases.into_iter().map(Route::verbatim).collect(),
            parent: self.parent,
            children: self.children,
            previous: self.previous,
            next: self.next,
            resources: self
                .resources
                .into_iter()
                .map(|(name, asset)| Resource { name: name.into(), asset: asset.into() })
                .collect(),
            paginate: self.paginate,
            body: String::new(),
            raw_html: self.raw_html,
        })
    }
}

//! A small site to write texts for.

use crate::diag::{Code, Diagnostic, Outcome};
use crate::markdown::{Aid, Shortcode, Written, write};
use crate::model::{
    Asset, BaseUrl, Digest, Dimensions, Language, Media, Page, PageId, Resource, Site, SiteSpec, Source, sample,
};
use std::sync::Arc;

/// The page whose text is written.
pub(super) const PAGE: PageId = PageId(2);
/// Lines of front matter above its text.
pub(super) const ABOVE: u32 = 4;

pub(super) struct Desk {
    pub(super) site: Site,
}

impl Desk {
    /// A German garden with a picture beside the page, one of the section, and a page to link to.
    pub(super) fn new() -> Self {
        let mut desk = Self { site: sample::site(spec(), Vec::new()) };
        desk.add("_index.md", "/", None);
        desk.add("garden/_index.md", "/garden/", Some(PageId(0)));
        desk.add("garden/beds/index.md", "/garden/beds/", Some(PageId(1)));
        desk.add("garden/soil.md", "/garden/soil/", Some(PageId(1)));
        desk.add("über uns.md", "/ueber-uns/", Some(PageId(0)));
        desk.file(PAGE, "photo.jpg", Some((800, 600)));
        desk.file(PAGE, "list.pdf", None);
        desk.file(PageId(1), "shared.png", Some((16, 9)));
        desk
    }

    pub(super) fn in_english(mut self) -> Self {
        Arc::get_mut(&mut self.site.spec).unwrap().language = Language::parse("en").unwrap();
        self
    }

    pub(super) fn in_language(mut self, tag: &str) -> Self {
        Arc::get_mut(&mut self.site.spec).unwrap().language = Language::parse(tag).unwrap();
        self
    }

    pub(super) fn at(mut self, base_url: &str) -> Self {
        Arc::get_mut(&mut self.site.spec).unwrap().base_url = BaseUrl::parse(base_url).unwrap();
        self
    }

    pub(super) fn plain(mut self) -> Self {
        Arc::get_mut(&mut self.site.spec).unwrap().settings.typography = false;
        self
    }

    pub(super) fn without_html(mut self) -> Self {
        self.site.pages[PAGE.index()].raw_html = false;
        self
    }

    pub(super) fn write(self, markdown: &str) -> Written {
        let answers = |path: &str| !path.starts_with("/nowhere/");
        write(&self.site, PAGE, markdown, Aid { insert: &insert, answers: &answers })
    }

    /// The HTML of a text that has no faults.
    pub(super) fn html(self, markdown: &str) -> String {
        let written = self.write(markdown);
        assert_eq!(written.diagnostics, []);
        written.text.html
    }

    pub(super) fn add(&mut self, key: &str, route: &str, parent: Option<PageId>) {
        let id = PageId(self.site.pages.len() as u32);
        self.site.by_key.add(key.into(), id);
        self.site.pages.push(page(key, route, parent));
    }

    fn file(&mut self, owner: PageId, name: &str, size: Option<(u32, u32)>) {
        let asset: Arc<str> = format!("content/{name}").into();
        let (stem, extension) = name.split_once('.').unwrap();
        let dimensions = size.map(|(width, height)| Dimensions { width, height });
        let made = sample::asset(&format!("_a/{stem}.0a1b.{extension}"), Media::of_extension(extension));
        let made = Asset { dimensions, ..made };
        self.site.assets.insert(Arc::clone(&asset), Arc::new(made));
        self.site.pages[owner.index()].resources.push(Resource { name: name.into(), asset });
    }
}

/// Shows what a shortcode is called with; `box` makes a box, and there is none that is named `missing`.
fn insert(call: &Shortcode<'_>) -> Outcome<String> {
    if call.name == "missing" {
        return Outcome::failed(vec![Diagnostic::error(Code::BadShortcode, "there is no shortcode `missing`")]);
    }
    if call.name == "box" {
        return Outcome::of("<aside>x</aside>".to_owned(), Vec::new());
    }
    let args = serde_json::to_string(&call.args).unwrap();
    let html = format!("<x-{} {args}>{}</x-{}>\n", call.name, call.body.unwrap_or_default(), call.name);
    Outcome::of(html, Vec::new())
}

/// Each message as `code line:column message (hint)`.
pub(super) fn told(written: &Written) -> Vec<String> {
    written.diagnostics.iter().map(tell).collect()
}

pub(super) fn tell(diagnostic: &Diagnostic) -> String {
    let place = diagnostic.place.as_ref().map(|place| format!("{}:{}+{}", place.line, place.column, place.width));
    let hint = diagnostic.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
    format!("{} {} {}{hint}", diagnostic.code, place.unwrap_or_default(), diagnostic.message)
}

fn page(key: &str, route: &str, parent: Option<PageId>) -> Page {
    let file = format!("content/{key}").into();
    Page {
        title: "Das „Hochbeet“".into(),
        source: Some(Source { file, layer: "garden".into(), body_line: ABOVE + 1, head: Digest::of(&[]) }),
        parent,
        ..sample::page(key, route)
    }
}

fn spec() -> SiteSpec {
    let (base_url, language) = (BaseUrl::parse("https://garten.example").unwrap(), Language::parse("de").unwrap());
    SiteSpec { base_url, language, title: "Garten".into(), ..sample::spec() }
}

//! Clean addresses on Vercel: where each page is served, and which other addresses lead there.
//!
//! `about.html` is served at `/about` and `blog/index.html` at `/blog/`, and nothing else: the same page under another address is sent to
//! its own. Vercel's own switches for this know one style for a whole project, and send visitors of addresses that do not exist
//! around before they tell them so; therefore the pages are named.

use super::config::{LONGEST_SRC, Override, Route, Step};
use super::place::escaped;
use crate::model::{Good, Media, OutPath, UrlPart, encode_url};
use std::collections::BTreeMap;

/// The pages of a site.
pub(super) struct Pages<'a> {
    files: &'a BTreeMap<OutPath, Good>,
    /// `blog` for `blog/index.html`.
    folders: Vec<&'a str>,
    /// `about` for `about.html`, unless a file is called `about`.
    plain: Vec<&'a str>,
}

const PAGE: &str = ".html";
const INDEX: &str = "index.html";
const MISSING: &str = "404";

/// Extensions of whose media type nobody has any doubt.
const KNOWN: [&str; 24] = [
    "avif", "css", "gif", "html", "ico", "jpeg", "jpg", "js", "json", "mp3", "mp4", "otf", "pdf", "png", "svg", "ttf",
    "txt", "wasm", "webm", "webp", "woff", "woff2", "xml", "zip",
];

impl<'a> Pages<'a> {
    pub(super) fn of(files: &'a BTreeMap<OutPath, Good>) -> Self {
        let mut pages = Self { files, folders: Vec::new(), plain: Vec::new() };
        for stem in files.keys().filter_map(|path| path.as_str().strip_suffix(PAGE)) {
            match stem.strip_suffix("/index") {
                Some(folder) => pages.folders.push(folder),
                None if stem == "index" || pages.has(stem) => {}
                None => pages.plain.push(stem),
            }
        }
        pages
    }

    fn has(&self, path: &str) -> bool {
        OutPath::parse(path).is_ok_and(|path| self.files.contains_key(&path))
    }

    /// Redirects from every other address of a page to its own.
    pub(super) fn redirects(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut lead = |names: &[&str], before: &str, after: &str, to: &str| {
            let srcs = alternatives(names, before, after).into_iter();
            steps.extend(srcs.map(|src| Step::redirect(src, 308, to.to_owned())));
        };
        if self.has(INDEX) {
            lead(&["index"], "^/(?:", r")(?:\.html)?$", "/");
        }
        let (shadowed, alone): (Vec<&str>, Vec<&str>) =
            self.folders.iter().copied().partition(|folder| self.has(&format!("{folder}{PAGE}")));
        lead(&alone, "^/(", r")(?:/index(?:\.html)?)?$", "/$1/");
        lead(&shadowed, "^/(", r")/index(?:\.html)?$", "/$1/");
        let (shadowing, alone): (Vec<&str>, Vec<&str>) =
            self.plain.iter().copied().partition(|stem| self.has(&format!("{stem}/{INDEX}")));
        lead(&alone, "^/(", r")(?:\.html|/)$", "/$1");
        lead(&shadowing, "^/(", r")\.html$", "/$1");
        steps
    }

    /// What Vercel has to be told about single files: the address of pages, and media types that it may not guess.
    pub(super) fn overrides(&self) -> BTreeMap<String, Override> {
        let mut overrides = BTreeMap::new();
        for (path, good) in self.files {
            let extension = path.extension();
            let is_known = KNOWN.contains(&extension.as_str());
            let content_type = Some(good.media.mime()).filter(|_| !is_known);
            let stem = path.as_str().strip_suffix(PAGE).filter(|stem| !self.has(stem));
            let stem = stem.filter(|_| good.media == Media::Html).map(str::to_owned);
            if stem.is_some() || content_type.is_some() {
                overrides.insert(path.as_str().to_owned(), Override { path: stem, content_type });
            }
        }
        overrides
    }

    /// The nearest `404.html`, from the folder of a missing address upwards.
    pub(super) fn missing(&self) -> Vec<Step> {
        let mut folders: Vec<&str> = self.plain.iter().filter_map(|stem| stem.strip_suffix(MISSING)).collect();
        folders.retain(|folder| folder.is_empty() || folder.ends_with('/'));
        folders.sort_by_key(|folder| std::cmp::Reverse(folder.matches('/').count()));
        let route = |folder: &str| {
            let src = format!("^/{}.*$", escaped(&encode_url(folder, UrlPart::Path)));
            let dest = Some(format!("/{folder}{MISSING}"));
            Step::Route(Box::new(Route { status: Some(404), dest, ..Route::of(src) }))
        };
        folders.into_iter().map(route).collect()
    }
}

/// As few expressions as hold all names, as addresses write them, between `before` and `after`.
fn alternatives(names: &[&str], before: &str, after: &str) -> Vec<String> {
    let room = LONGEST_SRC - before.len() - after.len();
    let mut groups: Vec<String> = Vec::new();
    for name in names {
        let name = escaped(&encode_url(name, UrlPart::Path));
        match groups.last_mut().filter(|group| group.len() + 1 + name.len() <= room) {
            Some(group) => {
                group.push('|');
                group.push_str(&name);
            }
            None => groups.push(name),
        }
    }
    groups.into_iter().map(|group| format!("{before}{group}{after}")).collect()
}

//! Links: every destination is resolved, checked and escaped here.

use super::destination::{Destination, Parts, join};
use super::html::encode_url;
use super::manuscript::Manuscript;
use super::write::Writer;
use super::{AnchorLink, context::Home};
use crate::diag::{Code, Diagnostic, Place, nearest};
use crate::model::{Asset, Away, PageId, Route, decode_url};
use pulldown_cmark::LinkType;
use std::ops::Range;

/// With more faults than this in one text, the names that would have been right are no longer looked for.
const MOST_SUGGESTIONS: usize = 50;

/// Where a link leads.
pub(super) struct Address {
    pub(super) href: String,
    /// It leads to another site.
    pub(super) is_external: bool,
}

impl Address {
    pub(super) fn inside(href: impl Into<String>) -> Self {
        Self { href: href.into(), is_external: false }
    }
}

/// A destination in the Markdown.
#[derive(Clone, Copy)]
pub(super) struct Pointer<'t> {
    pub(super) destination: &'t str,
    /// Where the link that holds it starts and ends, or its definition.
    start: usize,
    end: usize,
    manuscript: &'t Manuscript<'t>,
}

impl<'t> Pointer<'t> {
    pub(super) fn new(destination: &'t str, link: &Range<usize>, manuscript: &'t Manuscript<'t>) -> Self {
        Self { destination, start: link.start, end: link.end, manuscript }
    }

    /// A shortcode stands in it, which is reported as misplaced.
    pub(super) fn is_made_by_call(&self) -> bool {
        self.manuscript.is_made_by_call(self.destination)
    }

    /// Where exactly the destination stands in the body.
    pub(super) fn origin(&self) -> Range<usize> {
        let link = &self.manuscript.text[self.start..self.end];
        let before = link.rfind("](").or_else(|| link.find("]:")).map_or(0, |at| at + 2);
        let at = link[before..].find(self.destination).map_or(0, |at| before + at);
        let len = if at == 0 { link.len() } else { self.destination.len() };
        self.manuscript.origins(self.start + at..self.start + at + len)
    }
}

impl Writer<'_> {
    /// Opens a link that the parser found, unless it leads to a page that comes later or is gone.
    pub(super) fn open_link(&mut self, kind: LinkType, pointer: Pointer<'_>, title: &str) {
        let address = match kind {
            _ if pointer.is_made_by_call() => Some(Address::inside("")),
            LinkType::Email => Some(Address::inside(encode_url(&format!("mailto:{}", pointer.destination)))),
            _ => self.address(pointer),
        };
        self.flow.is_link_open = address.is_some();
        if let Some(address) = address {
            self.begin_link(&address, title);
        }
    }

    pub(super) fn begin_link(&mut self, address: &Address, title: &str) {
        self.html.begin("a");
        self.html.attribute("href", &address.href);
        if !title.is_empty() {
            self.html.attribute("title", title);
        }
        if address.is_external {
            self.html.attribute("rel", "noopener");
        }
        self.html.end_of_tag();
    }

    /// Where a destination leads; one that leads nowhere is reported and kept, one that the calendar keeps away is no address.
    fn address(&mut self, pointer: Pointer<'_>) -> Option<Address> {
        let destination = Destination::of(pointer.destination);
        let Some(home) = self.context.home else { return Some(self.address_without_home(&destination, pointer)) };
        Some(match destination {
            Destination::Key(key) => return self.page_address(home, &Parts::of(key), pointer),
            Destination::Anchor(anchor) => {
                let anchor = decode_url(anchor).into_owned();
                let href = encode_url(&format!("#{anchor}"));
                self.remember_anchor(home.id, anchor, pointer);
                Address::inside(href)
            }
            Destination::Rooted(path) => {
                Address::inside(encode_url(&format!("{}{path}", home.site.spec.base_url.folder())))
            }
            Destination::Relative(path) if path.is_empty() || path.starts_with('?') => {
                Address::inside(encode_url(path))
            }
            Destination::Relative(path) => {
                let parts = Parts::of(path);
                match parts.path.strip_suffix(".md").and_then(|_| join(&home.page.key, &parts.path)) {
                    Some(key) => return self.page_address(home, &Parts { path: key.into(), ..parts }, pointer),
                    None => self.file_address(home, &parts, pointer),
                }
            }
            outside => self.address_without_home(&outside, pointer),
        })
    }

    fn address_without_home(&mut self, destination: &Destination<'_>, pointer: Pointer<'_>) -> Address {
        match destination {
            Destination::Web(url) => self.web_address(url),
            Destination::Refused(scheme) => {
                let message = format!("a link with `{scheme}:` is left out");
                let diagnostic = Diagnostic::warning(Code::DeadLink, message);
                self.report(diagnostic.hint("link to a page or file instead"), pointer.origin());
                Address::inside("#")
            }
            _ => Address::inside(encode_url(pointer.destination.trim())),
        }
    }

    pub(super) fn web_address(&self, url: &str) -> Address {
        let own = self.context.home.map(|home| home.site.spec.base_url.host());
        Address { href: encode_url(url), is_external: own.is_none_or(|own| !host(url).eq_ignore_ascii_case(own)) }
    }

    /// The address of a page, or of a file, by its path from the root of the content.
    fn page_address(&mut self, home: Home<'_>, parts: &Parts<'_>, pointer: Pointer<'_>) -> Option<Address> {
        let Some(id) = home.site.find(&parts.path) else {
            return match (home.file_at(&parts.path), home.site.conditions.away(&parts.path)) {
                (Some(asset), _) => Some(file_link(home, asset, parts)),
                (None, Some(away)) => {
                    self.report_away(away, pointer);
                    None
                }
                (None, None) => Some(self.dead_page(home, &parts.path, pointer)),
            };
        };
        if id != home.id && !self.links.contains(&id) {
            self.links.push(id);
        }
        let address = inside(home, &home.site.page(id).route, parts);
        if let Some(anchor) = &parts.anchor {
            self.remember_anchor(id, anchor.to_string(), pointer);
        }
        Some(address)
    }

    /// A page that comes or goes by the calendar must not make its site fail on a day on which nobody changes anything.
    fn report_away(&mut self, away: &Away, pointer: Pointer<'_>) {
        let path = Parts::of(pointer.destination).path;
        let hint = match away {
            Away::Until(_) => "it becomes a link on that date; `--drafts` shows the page before",
            Away::Since(_) => "remove the link, or change `expire` in the page",
        };
        let message = format!("`{path}` {away}, so its text stands here without a link");
        self.report(Diagnostic::warning(Code::DeadLink, message).hint(hint), pointer.origin());
    }

    fn dead_page(&mut self, home: Home<'_>, key: &str, pointer: Pointer<'_>) -> Address {
        let hint = match self.may_suggest().then(|| nearest_page(home, key)).flatten() {
            Some(near) => format!("did you mean `@/{near}`?"),
            None => "check the path; drafts and pages of other sites cannot be linked".to_owned(),
        };
        let message = format!("there is no page `{}`", Parts::of(pointer.destination).path);
        self.report(Diagnostic::error(Code::DeadLink, message).hint(hint), pointer.origin());
        Address::inside(encode_url(pointer.destination))
    }

    /// The address of a file beside the page.
    fn file_address(&mut self, home: Home<'_>, parts: &Parts<'_>, pointer: Pointer<'_>) -> Address {
        let Some(asset) = home.file(&parts.path) else {
            self.report_dead_file(home, &parts.path, pointer);
            return Address::inside(encode_url(pointer.destination));
        };
        file_link(home, asset, parts)
    }

    pub(super) fn report_dead_file(&mut self, home: Home<'_>, path: &str, pointer: Pointer<'_>) {
        let near = if self.may_suggest() { nearest(path, home.file_names()) } else { None };
        let hint = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if path.ends_with('/') => "pages are linked by their file, as in `@/garden/beds.md`".to_owned(),
            None => "put it beside the page's `index.md` or its section's `_index.md`".to_owned(),
        };
        let diagnostic = Diagnostic::error(Code::DeadFile, format!("there is no file `{path}` beside this page"));
        self.report(diagnostic.hint(hint), pointer.origin());
    }

    /// An anchor can only be checked when all texts are written; `#` and `#top` are the top of any page.
    fn remember_anchor(&mut self, target: PageId, id: String, pointer: Pointer<'_>) {
        if id.is_empty() || id == "top" {
            return;
        }
        if let Some(place) = self.place(pointer.origin()) {
            self.anchors.push(AnchorLink { target, id, place });
        }
    }

    fn may_suggest(&self) -> bool {
        self.diagnostics.len() < MOST_SUGGESTIONS
    }

    /// Reports a fault in a part of the body.
    pub(super) fn report(&mut self, diagnostic: Diagnostic, origin: Range<usize>) {
        let diagnostic = match self.place(origin) {
            Some(place) => diagnostic.at(place),
            None => diagnostic,
        };
        self.diagnostics.push(diagnostic);
    }

    /// The place of a part of the body; none in a fragment.
    pub(super) fn place(&mut self, span: Range<usize>) -> Option<Place> {
        self.places.as_mut().map(|places| places.find(span))
    }
}

/// The page whose key is nearly `key`, or one of the same name that stands elsewhere.
fn nearest_page<'a>(home: Home<'a>, key: &str) -> Option<&'a str> {
    let keys = || home.site.by_key.in_order();
    let name = key.rsplit('/').next().filter(|name| !name.ends_with("index.md"));
    nearest(key, keys()).or_else(|| keys().find(|other| name.is_some() && other.rsplit('/').next() == name))
}

fn file_link(home: Home<'_>, asset: &Asset, parts: &Parts<'_>) -> Address {
    inside(home, &Route::of_file(&asset.out), parts)
}

/// The address of a route of the site, with what followed the path.
fn inside(home: Home<'_>, route: &Route, parts: &Parts<'_>) -> Address {
    let mut href = home.site.spec.base_url.link(route);
    if !parts.query.is_empty() || parts.anchor.is_some() {
        href.push_str(&encode_url(&parts.tail()));
    }
    Address::inside(href)
}

/// The host of an `http` URL, with its port.
fn host(url: &str) -> &str {
    let rest =
        memchr::memchr(b'/', url.as_bytes()).and_then(|slash| url[slash..].strip_prefix("//")).unwrap_or_default();
    let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#' | b'\\')).unwrap_or(rest.len());
    rest[..end].rsplit('@').next().unwrap_or_default()
}

//! What can only be done once all texts of a site are written: links to headings are checked.

use super::html::push_attribute;
use super::{AnchorLink, Written};
use crate::diag::{Code, Diagnostic, list, nearest};
use crate::model::{Heading, PageId, Site, Text};

/// What was found in the texts of a site.
#[derive(Debug, Default)]
pub struct Settled {
    /// What was said about texts, by their pages.
    pub said: Vec<(PageId, Vec<Diagnostic>)>,
    /// All links to headings, in the order of the pages on which they stand.
    pub anchors: Vec<Anchor>,
}

/// A link to a heading that was checked.
#[derive(Debug, Clone)]
pub struct Anchor {
    /// The page on which it stands.
    pub from: PageId,
    /// The page with the heading.
    pub target: PageId,
    /// The anchor, decoded, without `#`.
    pub id: String,
    /// What is to be said if it leads nowhere.
    pub dead: Option<Diagnostic>,
}

impl Settled {
    /// Puts what was found in the text of a page in the place of what was found in an earlier one.
    pub fn replace(&mut self, page: PageId, said: Vec<Diagnostic>, anchors: Vec<Anchor>) {
        self.said.retain(|(about, _)| *about != page);
        if !said.is_empty() {
            self.said.insert(self.said.partition_point(|(about, _)| *about < page), (page, said));
        }
        self.anchors.retain(|anchor| anchor.from != page);
        let at = self.anchors.partition_point(|anchor| anchor.from < page);
        self.anchors.splice(at..at, anchors);
    }

    /// All that is to be said.
    pub fn diagnostics(&self) -> impl Iterator<Item = &Diagnostic> {
        let said = self.said.iter().flat_map(|(_, said)| said);
        said.chain(self.anchors.iter().filter_map(|anchor| anchor.dead.as_ref()))
    }
}

/// Gives a site the texts of its pages, and returns what was found in them.
pub fn settle(site: &mut Site, written: Vec<Written>) -> Settled {
    let (mut settled, mut links) = (Settled::default(), Vec::new());
    let mut texts = Vec::with_capacity(written.len());
    for (id, page) in site.ids().zip(written) {
        if !page.diagnostics.is_empty() {
            settled.said.push((id, page.diagnostics));
        }
        links.extend(page.anchors.into_iter().map(|link| (id, link)));
        texts.push(page.text);
    }
    site.take_texts(texts);
    settled.anchors = links.into_iter().map(|(from, link)| check(site, from, link)).collect();
    settled
}

/// Checks a link to a heading of a page whose text is there: a warning if it does not exist, since visitors reach the page, but not
/// the place.
pub fn check(site: &Site, from: PageId, link: AnchorLink) -> Anchor {
    let text = site.text(link.target);
    let dead = (!has_anchor(text, &link.id)).then(|| report(text, site, &link));
    Anchor { from, target: link.target, id: link.id, dead }
}

/// Whether a text has this anchor, be it that of a heading or one that raw HTML or a shortcode set.
pub fn has_anchor(text: &Text, id: &str) -> bool {
    ids(&text.headings).any(|known| known == id) || ["id", "name"].into_iter().any(|name| has_attribute(text, name, id))
}

fn has_attribute(text: &Text, name: &str, id: &str) -> bool {
    let mut attribute = String::new();
    push_attribute(&mut attribute, name, id);
    memchr::memmem::find(text.html.as_bytes(), attribute.as_bytes()).is_some()
}

fn report(text: &Text, site: &Site, link: &AnchorLink) -> Diagnostic {
    let AnchorLink { target, id, place } = link;
    let message = format!("there is no heading `#{id}` in `{}`", site.page(*target).key);
    let hint = match nearest(id, ids(&text.headings)) {
        Some(near) => format!("did you mean `#{near}`?"),
        None if text.headings.is_empty() => "the page has no headings".to_owned(),
        None => format!("its anchors are {}", list(ids(&text.headings))),
    };
    Diagnostic::warning(Code::DeadAnchor, message).at(place.clone()).hint(hint)
}

/// The anchors of a tree of headings, in the order of the text.
pub(super) fn ids(headings: &[Heading]) -> impl Iterator<Item = &str> {
    let mut waiting = vec![headings.iter()];
    std::iter::from_fn(move || {
        loop {
            match waiting.last_mut()?.next() {
                Some(heading) => {
                    waiting.push(heading.children.iter());
                    return Some(heading.id.as_str());
                }
                None => drop(waiting.pop()),
            }
        }
    })
}

//! What can only be done once all texts of a site are written: links to headings are checked.

use super::html::push_attribute;
use super::{AnchorLink, Written};
use crate::diag::{Code, Diagnostic, list, nearest};
use crate::model::{Heading, Site, Text};

/// Gives a site the texts of its pages, and returns what was found in them.
pub fn settle(site: &mut Site, written: Vec<Written>) -> Vec<Diagnostic> {
    let (mut found, mut anchors) = (Vec::new(), Vec::new());
    let mut texts = Vec::with_capacity(written.len());
    for page in written {
        found.extend(page.diagnostics);
        anchors.extend(page.anchors);
        texts.push(page.text);
    }
    site.take_texts(texts);
    found.extend(check_anchors(&site.texts, site, &anchors));
    found
}

/// A warning for each link to a heading that does not exist: visitors reach the page, but not the place.
pub(super) fn check_anchors(texts: &[Text], site: &Site, anchors: &[AnchorLink]) -> Vec<Diagnostic> {
    let is_dead = |link: &&AnchorLink| !has_anchor(&texts[link.target.index()], &link.id);
    anchors.iter().filter(is_dead).map(|link| report(&texts[link.target.index()], site, link)).collect()
}

fn has_anchor(text: &Text, id: &str) -> bool {
    ids(&text.headings).any(|known| known == id) || ["id", "name"].into_iter().any(|name| has_attribute(text, name, id))
}

/// Whether raw HTML or a shortcode set the anchor.
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

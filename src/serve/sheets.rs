//! Style sheets that a page links to: whether two versions of the page differ in nothing else.

/// A style sheet of a page that has another address or other bytes by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Swap {
    /// The address that the page has.
    pub(super) old: String,
    /// The address that it should have.
    pub(super) new: String,
    /// The value of `integrity` that belongs to the new one.
    pub(super) integrity: Option<String>,
}

/// One `<link>` to a style sheet, and the text before it.
struct Link<'a> {
    before: &'a str,
    tag: &'a str,
}

/// The style sheets that have to be swapped to get from one version of a page to the other; none if that is not enough.
pub(super) fn swaps(old: &str, new: &str) -> Option<Vec<Swap>> {
    let ((old_links, old_rest), (new_links, new_rest)) = (links(old), links(new));
    if old_links.len() != new_links.len() || old_rest != new_rest {
        return None;
    }
    let mut swaps = Vec::new();
    for (old, new) in old_links.iter().zip(&new_links) {
        if old.before != new.before {
            return None;
        }
        if old.tag != new.tag {
            let (old, new, integrity) = (href(old.tag)?, href(new.tag)?, attribute(new.tag, "integrity"));
            swaps.push(Swap { old, new, integrity });
        }
    }
    Some(swaps)
}

/// The style sheets of a page whose bytes changed under the same address.
pub(super) fn refreshed(page: &str, changed: impl Fn(&str) -> bool) -> Vec<Swap> {
    let (links, _) = links(page);
    let hrefs = links.iter().filter_map(|link| href(link.tag)).filter(|href| changed(href));
    hrefs.map(|href| Swap { old: href.clone(), new: href, integrity: None }).collect()
}

fn links(page: &str) -> (Vec<Link<'_>>, &str) {
    let (mut links, mut rest, mut from) = (Vec::new(), page, 0);
    while let Some(at) = rest[from..].find("<link").map(|at| from + at) {
        let Some(end) = rest[at..].find('>').map(|end| at + end + 1) else { break };
        let tag = &rest[at..end];
        if attribute(tag, "rel").is_some_and(|rel| rel == "stylesheet" || is_preload(tag, &rel)) {
            links.push(Link { before: &rest[..at], tag });
            (rest, from) = (&rest[end..], 0);
        } else {
            from = end;
        }
    }
    (links, rest)
}

/// A hint to load a style sheet early goes along with the link itself.
fn is_preload(tag: &str, rel: &str) -> bool {
    rel == "preload" && attribute(tag, "as").is_some_and(|kind| kind == "style")
}

fn href(tag: &str) -> Option<String> {
    attribute(tag, "href").map(|href| href.replace("&amp;", "&"))
}

/// The value of an attribute, in quotes or not.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag
        .match_indices(name)
        .map(|(at, _)| at)
        .find(|at| tag[..*at].ends_with(char::is_whitespace) && tag[at + name.len()..].starts_with('='))?;
    let value = &tag[start + name.len() + 1..];
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
    let value = match quote {
        Some(quote) => value[1..].split(quote).next(),
        None => value.split(|c: char| c.is_whitespace() || c == '>').next(),
    };
    value.map(str::to_owned)
}

//! What HTML tags mean for the white space around and inside of them.

/// How a tag shows itself beside text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It begins a new line: white space beside it shows nothing.
    Block,
    /// It shows nothing itself.
    Unseen,
    /// It stands in a line of text, or hectare does not know it.
    Inline,
}

/// What happens to the text inside an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Inner {
    /// White space may shrink.
    Folded,
    /// Every character counts.
    Verbatim(&'static str),
    /// Line breaks count.
    Lines(&'static str),
}

#[rustfmt::skip]
const BLOCKS: [&str; 53] = [
    "!doctype", "address", "article", "aside", "blockquote", "body", "br", "caption", "col", "colgroup", "dd", "details",
    "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "head", "header", "hgroup", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "optgroup", "option", "p", "pre",
    "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "title", "tr", "ul",
];
const UNSEEN: [&str; 8] = ["base", "link", "meta", "noscript", "script", "source", "style", "template"];
const VERBATIM: [&str; 2] = ["pre", "textarea"];
const LINES: [&str; 2] = ["script", "style"];

fn among(names: &[&'static str], name: &str) -> Option<&'static str> {
    names.iter().copied().find(|known| name.eq_ignore_ascii_case(known))
}

/// How the tag called `name` shows itself.
pub(super) fn kind(name: &str) -> Kind {
    match (among(&BLOCKS, name), among(&UNSEEN, name)) {
        (Some(_), _) => Kind::Block,
        (None, Some(_)) => Kind::Unseen,
        (None, None) => Kind::Inline,
    }
}

/// What happens to the text inside the element called `name`.
pub(super) fn inner(name: &str) -> Inner {
    match (among(&VERBATIM, name), among(&LINES, name)) {
        (Some(element), _) => Inner::Verbatim(element),
        (None, Some(element)) => Inner::Lines(element),
        (None, None) => Inner::Folded,
    }
}

/// The name of the tag that begins at `at`, empty if none does, and whether it closes an element.
pub(super) fn tag_at(source: &str, at: usize) -> (&str, bool) {
    let Some(rest) = source[at..].strip_prefix('<') else { return ("", false) };
    let closes = rest.starts_with('/');
    let rest = &rest[usize::from(closes)..];
    let len = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'!')).count();
    let is_name = rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!');
    (if is_name { &rest[..len] } else { "" }, closes)
}

/// Whether the tag that begins at `at` closes the element called `name`.
pub(super) fn closes(source: &str, at: usize, name: &str) -> bool {
    let (found, closes) = tag_at(source, at);
    closes && found.eq_ignore_ascii_case(name)
}

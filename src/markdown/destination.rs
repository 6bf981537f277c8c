//! What an author may write as the destination of a link or picture.

use crate::model::{composed, decode_url};
use std::borrow::Cow;

/// Schemes whose URLs run or hold content instead of leading to it.
const REFUSED: [&str; 3] = ["javascript", "data", "vbscript"];

/// A destination as it is written.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Destination<'a> {
    /// `@/garden/beds.md#anchor`, without `@/`.
    Key(&'a str),
    /// `#anchor`, without `#`.
    Anchor(&'a str),
    /// `/about/`.
    Rooted(&'a str),
    /// `photo.jpg`, `../beds.md`.
    Relative(&'a str),
    /// `https://example.com/` and `//example.com/`.
    Web(&'a str),
    /// `mailto:`, `tel:` and other schemes that only lead somewhere.
    Other(&'a str),
    /// A scheme that must not stand in a link.
    Refused(&'static str),
}

impl<'a> Destination<'a> {
    pub(super) fn of(written: &'a str) -> Self {
        let written = written.trim();
        if let Some(scheme) = scheme(written) {
            return match REFUSED.iter().find(|refused| scheme == **refused) {
                Some(refused) => Self::Refused(refused),
                None if scheme == "http" || scheme == "https" => Self::Web(written),
                None => Self::Other(written),
            };
        }
        match written.split_at_checked(1) {
            Some(("#", anchor)) => Self::Anchor(anchor),
            Some(("@", key)) if key.starts_with('/') => Self::Key(&key[1..]),
            Some(("/", rest)) if rest.starts_with('/') => Self::Web(written),
            Some(("/", _)) => Self::Rooted(written),
            _ => Self::Relative(written),
        }
    }
}

/// The scheme as a browser reads it: in any case, with blanks and control characters anywhere in it.
fn scheme(url: &str) -> Option<Cow<'_, str>> {
    let ends = |byte: u8| matches!(byte, b':' | b'/' | b'?' | b'#');
    let end = url.bytes().position(ends).filter(|end| url[*end..].starts_with(':'))?;
    let written = &url[..end];
    if written.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Some(written.into());
    }
    let is_read = |c: &char| !c.is_whitespace() && !c.is_control();
    let scheme: String = written.chars().filter(is_read).map(|c| c.to_ascii_lowercase()).collect();
    let fits = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    (scheme.starts_with(|c: char| c.is_ascii_lowercase()) && scheme.chars().all(fits)).then(|| scheme.into())
}

/// A path with what follows it.
pub(super) struct Parts<'a> {
    /// Decoded.
    pub(super) path: Cow<'a, str>,
    /// From `?` on, as written; may be empty.
    pub(super) query: &'a str,
    /// After `#`, decoded.
    pub(super) anchor: Option<Cow<'a, str>>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(written: &'a str) -> Self {
        let (rest, anchor) = written.split_once('#').map_or((written, None), |(rest, anchor)| (rest, Some(anchor)));
        let (path, query) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
        let path = match decode_url(path) {
            Cow::Borrowed(path) => composed(path),
            Cow::Owned(path) => composed(&path).into_owned().into(),
        };
        Self { path, query, anchor: anchor.map(decode_url) }
    }

    /// What follows the path, as it may stand in a URL.
    pub(super) fn tail(&self) -> String {
        let anchor = self.anchor.iter().flat_map(|anchor| ["#", anchor]);
        std::iter::once(self.query).chain(anchor).collect()
    }
}

/// The path that `relative` leads to from the folder of `key`; none if it leads above the root.
pub(super) fn join(key: &str, relative: &str) -> Option<String> {
    let folder = key.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut path: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(path.pop()?),
            part => path.push(part),
        }
    }
    Some(path.join("/"))
}

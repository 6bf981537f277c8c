//! Sites as someone proposes them, at addresses of their own, apart from what visitors see.

use super::id::SiteId;
use std::fmt;

/// What a preview is called, such as `pr-12`: a branch at one host, a folder at another, a part of a host name at all of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PreviewName(SiteId);

/// Of the names of branches, Pages lets so many characters into its addresses.
const LONGEST: usize = 28;

impl PreviewName {
    /// Takes `text` as a name: at most 28 of `a-z`, `0-9` and single hyphens between them, the first a letter.
    pub fn parse(text: &str) -> Option<Self> {
        let begins = text.starts_with(|first: char| first.is_ascii_lowercase());
        let fits = begins && text.len() <= LONGEST && !text.contains("--");
        SiteId::parse(text).ok().filter(|_| fits).map(Self)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The address of a site under this name, where sites of a target have addresses after this pattern.
    pub fn address(&self, pattern: &str, site: &str) -> String {
        pattern.replace("{site}", site).replace("{preview}", self.as_str())
    }
}

impl fmt::Display for PreviewName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, out)
    }
}

//! The language of a site: decides quotes, dates and the words of a theme.

use serde::Serialize;
use std::fmt;

/// A language tag such as `de` or `en-GB`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Language {
    tag: String,
    primary: String,
}

impl Language {
    /// Takes a tag of letters, digits and hyphens (`de`, `de-AT`); `None` if it is anything else.
    pub fn parse(tag: &str) -> Option<Self> {
        let mut parts = tag.split('-');
        let primary = parts.next()?;
        let fits = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
        let primary_fits = (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_alphabetic());
        (primary_fits && parts.all(fits)).then(|| Self { tag: tag.to_owned(), primary: primary.to_ascii_lowercase() })
    }

    /// The whole tag.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The language without its region, in lower case: `de` of `de-AT`.
    pub fn primary(&self) -> &str {
        &self.primary
    }

    /// Whether it is written from right to left, unless the tag names another script.
    pub fn is_rtl(&self) -> bool {
        const SCRIPTS: [&str; 4] = ["arab", "hebr", "thaa", "nkoo"];
        const LANGUAGES: [&str; 11] = ["ar", "he", "iw", "fa", "ur", "ps", "sd", "ug", "yi", "dv", "ckb"];
        let script =
            self.tag.split('-').skip(1).find(|part| part.len() == 4 && !part.starts_with(|c: char| c.is_ascii_digit()));
        match script {
            Some(script) => SCRIPTS.contains(&&*script.to_ascii_lowercase()),
            None => LANGUAGES.contains(&&*self.primary),
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.tag)
    }
}

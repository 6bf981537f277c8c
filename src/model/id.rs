//! Names that people give to sites.

use serde::{Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// A site's name: `[a-z0-9-]{1,63}`, so that it is a folder, a host label and a shell word without quoting.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SiteId(Arc<str>);

/// Why a text is not a site's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdFault {
    /// Nothing was given.
    Empty,
    /// More than 63 characters.
    TooLong,
    /// This character is not one of `a-z`, `0-9` and `-`.
    Character(char),
    /// It starts or ends with a hyphen.
    Hyphen,
}

impl SiteId {
    /// Takes `text` as a site's name.
    pub fn parse(text: &str) -> Result<Self, IdFault> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        match text {
            "" => Err(IdFault::Empty),
            _ if text.chars().count() > 63 => Err(IdFault::TooLong),
            _ if text.starts_with('-') || text.ends_with('-') => Err(IdFault::Hyphen),
            _ => match text.chars().find(|c| !allowed(*c)) {
                Some(c) => Err(IdFault::Character(c)),
                None => Ok(Self(text.into())),
            },
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SiteId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Debug for SiteId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Display for IdFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => out.write_str("it is empty"),
            Self::TooLong => out.write_str("it is longer than 63 characters"),
            Self::Character(c) => write!(out, "{c:?} is not one of a-z, 0-9 and -"),
            Self::Hyphen => out.write_str("it starts or ends with a hyphen"),
        }
    }
}

impl Serialize for SiteId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

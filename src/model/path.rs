//! Where a file lies in a site's output. Every output path goes through this one joiner.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

/// A file's place inside a site's folder: relative, `/`-separated, unable to leave the folder.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutPath(Arc<str>);

/// Why a text is not a place inside a site's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathFault {
    /// Nothing is left to name a file.
    Empty,
    /// It names a folder above the site (`..`), in whatever spelling.
    LeavesSite,
    /// Two slashes in a row, or a `.` between slashes.
    EmptySegment,
    /// A character that no file name should hold.
    Character(char),
    /// One part is longer than the 255 bytes a file system takes.
    SegmentTooLong(usize),
    /// The whole is longer than 1024 bytes.
    TooLong(usize),
    /// A part that Windows and some hosts cannot store (`con`, `aux`, a trailing dot or space).
    Reserved(String),
}

const LONGEST_SEGMENT: usize = 255;
const LONGEST_PATH: usize = 1024;
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

impl OutPath {
    /// The folder of files that are named after their content, so that they may be cached for ever.
    pub const HASHED: &str = "_a/";

    /// Takes `text` as a place inside a site's folder; a leading slash is allowed and dropped.
    pub fn parse(text: &str) -> Result<Self, PathFault> {
        let text = text.strip_prefix('/').unwrap_or(text);
        if text.is_empty() {
            return Err(PathFault::Empty);
        }
        if text.len() > LONGEST_PATH {
            return Err(PathFault::TooLong(text.len()));
        }
        if let Some(c) = text.chars().find(|c| is_refused(*c)) {
            return Err(PathFault::Character(c));
        }
        text.split('/').try_for_each(check_segment)?;
        Ok(Self(text.into()))
    }

    /// The path as text, without a leading slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two names share when a file system that folds case or Unicode forms would take them for one file.
    pub fn collision_key(&self) -> Cow<'_, str> {
        let is_folded = |byte: u8| byte.is_ascii() && !byte.is_ascii_uppercase();
        match (self.0.bytes().all(is_folded), self.0.is_ascii()) {
            (true, _) => Cow::Borrowed(&self.0),
            (false, true) => Cow::Owned(self.0.to_ascii_lowercase()),
            (false, false) => Cow::Owned(self.0.nfc().flat_map(char::to_lowercase).nfc().collect()),
        }
    }

    /// Whether it names what the file holds, so that two files which want it are the same.
    pub fn is_hashed(&self) -> bool {
        self.0.starts_with(Self::HASHED)
    }

    /// The part after the last dot of the file's name, in lower case.
    pub fn extension(&self) -> String {
        let name = self.0.rsplit('/').next().unwrap_or_default();
        name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default()
    }
}

fn is_refused(c: char) -> bool {
    c.is_control() || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '#' | '\u{2028}' | '\u{2029}')
}

/// Nearly all names are made of five and more letters, digits and hyphens, and cannot be anything special.
fn is_plain(segment: &str) -> bool {
    let letters = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    (5..=LONGEST_SEGMENT).contains(&segment.len()) && segment.bytes().all(letters)
}

fn check_segment(segment: &str) -> Result<(), PathFault> {
    if is_plain(segment) || segment == "index.html" {
        return Ok(());
    }
    let decoded = segment.to_ascii_lowercase().replace("%2e", ".");
    let stem = decoded.split('.').next().unwrap_or_default();
    let numbered =
        |name: &str| stem.strip_prefix(name).is_some_and(|n| n.len() == 1 && n.as_bytes()[0].is_ascii_digit());
    match decoded.as_str() {
        "" | "." => Err(PathFault::EmptySegment),
        ".." => Err(PathFault::LeavesSite),
        _ if segment.contains("%2f") || segment.contains("%2F") => Err(PathFault::LeavesSite),
        _ if segment.len() > LONGEST_SEGMENT => Err(PathFault::SegmentTooLong(segment.len())),
        _ if DEVICES.contains(&stem) || numbered("com") || numbered("lpt") => Err(PathFault::Reserved(segment.into())),
        _ if segment.ends_with('.') || segment.ends_with(' ') => Err(PathFault::Reserved(segment.into())),
        _ => Ok(()),
    }
}

impl fmt::Display for OutPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Debug for OutPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl fmt::Display for PathFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => out.write_str("it is empty"),
            Self::LeavesSite => out.write_str("it leads out of the site's folder"),
            Self::EmptySegment => out.write_str("it has an empty part between two slashes"),
            Self::Character(c) => write!(out, "{c:?} cannot be part of a file's name"),
            Self::SegmentTooLong(len) => write!(out, "one part has {len} bytes, a file system takes {LONGEST_SEGMENT}"),
            Self::TooLong(len) => write!(out, "it has {len} bytes, the limit is {LONGEST_PATH}"),
            Self::Reserved(part) => write!(out, "`{part}` cannot be stored on every system"),
        }
    }
}

//! Why a site was made again.

use std::fmt;

/// Why a site was made, or was not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Nothing is known of it: it is new, failed the last time, or the cache is not there.
    Unknown,
    /// Something in it comes or goes by the calendar, and has.
    Calendar,
    /// Its settings changed.
    Settings,
    /// Something in this folder changed.
    Folder(String),
    /// Someone touched its output.
    Output,
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => out.write_str("nothing is known of the site: it is new, or it failed the last time"),
            Self::Calendar => out.write_str("a page was published or expired by the calendar"),
            Self::Settings => out.write_str("its settings in `sites.toml` changed"),
            Self::Folder(name) => write!(out, "the folder `{name}` changed"),
            Self::Output => out.write_str("its output was changed by someone else, or removed"),
        }
    }
}

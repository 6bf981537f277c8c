//! What differs between two folders of finished sites.

use super::id::SiteId;
use super::plan::Change;

/// Two folders of finished sites, compared.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// Sites of which something changed.
    pub changes: Vec<Change>,
    /// How many sites are the same.
    pub unchanged: usize,
    /// Sites that are only in the folder before.
    pub gone: Vec<SiteId>,
    /// The files that differ, in order: path, and whether it is new, changed or gone.
    pub files: Vec<(String, Difference)>,
}

/// How a file differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// It was not there before.
    Added,
    /// It holds something else.
    Changed,
    /// It is no longer there.
    Removed,
}

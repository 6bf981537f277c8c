//! The names of the jobs that share one run.

use std::fmt;

/// No run is shared out among more jobs: no matrix of GitHub Actions has more.
pub const MOST_SHARDS: usize = 256;

/// `2-of-7`. It can be the name of a file, and cannot be taken for a part that `--shard` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShardName {
    at: usize,
    count: usize,
}

impl ShardName {
    /// The names of so many jobs.
    pub fn all(count: usize) -> impl Iterator<Item = Self> {
        (1..=count).map(move |at| Self { at, count })
    }

    /// Reads a name; none if it is another one.
    pub fn parse(text: &str) -> Option<Self> {
        let (at, count) = text.split_once("-of-")?;
        let (at, count) = (at.parse().ok()?, count.parse().ok()?);
        ((1..=count).contains(&at) && count <= MOST_SHARDS).then_some(Self { at, count })
    }

    /// How many there are.
    pub fn count(self) -> usize {
        self.count
    }
}

impl fmt::Display for ShardName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}-of-{}", self.at, self.count)
    }
}

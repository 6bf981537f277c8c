//! What a build may be made to overlook. Only tests want that, to see whether it would be found.

use crate::render::Topic;

/// One thing that is overlooked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlindSpot {
    /// Which pages asked questions of this topic.
    Questions(Topic),
    /// This of what an edited text changes elsewhere.
    Edits(Edge),
}

/// What an edited text changes elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// What lists tell of its page.
    Summaries,
    /// Who is linked from it.
    Links,
    /// What feeds show of it.
    Feeds,
    /// Where links to its headings lead.
    Anchors,
}

impl BlindSpot {
    pub(super) fn topic(self) -> Option<Topic> {
        match self {
            Self::Questions(topic) => Some(topic),
            Self::Edits(_) => None,
        }
    }
}

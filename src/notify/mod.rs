//! Tells others what runs do: signed webhooks, in the words of Slack, Discord or plain JSON.
//!
//! Purpose: news go in, calls to the addresses that asked for them go out, beside the work and never in its way. A message that cannot be
//! delivered is a warning at the end. An address that leads into one's own network is refused unless it was set up so. Never says
//! anything that a log may not hold, never shows an address or a secret.

mod messenger;
mod signature;
#[cfg(test)]
mod tests;
mod wording;

pub use messenger::{Messenger, during};
pub use signature::signature;

use crate::world::Token;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What there is to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Occasion {
    /// A run began.
    Started,
    /// A run came to its end and did all it had to.
    Finished,
    /// A run came to its end, or was stopped, and did not do all it had to.
    Failed,
    /// Sites show again what they showed before.
    RolledBack,
    /// A plan waits for someone.
    ApprovalNeeded,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// What it is about.
    pub occasion: Occasion,
    /// The name of the fleet.
    pub fleet: String,
    /// The name of the run or plan.
    pub run: String,
    /// When it happened.
    pub at: Timestamp,
    /// What happened, in one sentence without a full stop.
    pub headline: String,
    /// More about it: what and how much.
    pub facts: Vec<(String, String)>,
    /// The sites it is about.
    pub sites: Vec<String>,
}

/// Who wants to be told.
#[derive(Debug, Clone)]
pub struct Hook {
    /// How people call it.
    pub name: String,
    /// Where messages go. Whoever knows the address of a chat may write there, so it is kept like a secret.
    pub address: Arc<Token>,
    /// What they look like.
    pub style: Style,
    /// What they are signed with.
    pub secret: Option<Arc<Token>>,
    /// What it wants to hear of.
    pub occasions: BTreeSet<Occasion>,
    /// Whether the address may lead into one's own network.
    pub nearby: bool,
}

/// What messages look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// As Slack takes them.
    Slack,
    /// As Discord takes them.
    Discord,
    /// All of it as JSON, for n8n and one's own programs.
    Json,
}

impl Occasion {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Started, Self::Finished, Self::Failed, Self::RolledBack, Self::ApprovalNeeded];

    /// Its name, as programs and `sites.toml` write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::RolledBack => "rolled-back",
            Self::ApprovalNeeded => "approval-needed",
        }
    }
}

//! Tells others what runs do: signed webhooks, in the words of Slack, Discord or plain JSON.
//!
//! Purpose: news go in, calls to the addresses that asked for them go out, beside the work and never in its way. A message that cannot be
//! delivered is a warning at the end. An address that leads into one's own network is refused unless it was set up so. Never says
//! anything that a log may not hold, never shows an address or a secret.

mod messenger;
mod news;
mod signature;
#[cfg(test)]
mod tests;
mod wording;

pub use messenger::{Messenger, during};
pub use news::About;
pub use signature::signature;

use crate::model::{Occasion, Style};
use crate::world::Token;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

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

//! Who is told of runs, and of what.

use super::named::named;
use super::secret_source::SecretSource;
use std::collections::BTreeSet;

/// Someone who wants to be told. Addresses and secrets are named, not held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// What messages look like.
    pub style: Style,
    /// Who knows where messages go.
    pub address: SecretSource,
    /// Who knows what messages are signed with, if they are.
    pub secret: Option<SecretSource>,
    /// What it wants to hear of.
    pub events: BTreeSet<Occasion>,
    /// Whether the address may lead into one's own network.
    pub nearby: bool,
}

impl Receiver {
    /// All that it keeps from others.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretSource> {
        std::iter::once(&self.address).chain(&self.secret)
    }
}

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

named!(Occasion);
named!(Style);

impl Occasion {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Started, Self::Finished, Self::Failed, Self::RolledBack, Self::ApprovalNeeded];

    /// Its name, as programs and `sites.toml` write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Finished => "finished",
            Self::Failed => "failed",
            Self::RolledBack => "rolled-back",
            Self::ApprovalNeeded => "approval-needed",
        }
    }
}

impl Style {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Slack, Self::Discord, Self::Json];

    /// How it is written in `sites.toml`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Discord => "discord",
            Self::Json => "json",
        }
    }
}

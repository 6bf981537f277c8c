//! What goes wrong at a host, sorted by what can be done about it.

use crate::diag::{Code, Diagnostic};
use jiff::Timestamp;
use std::fmt;

/// Something that a host or the way to it did not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostFault {
    /// What kind of fault it is.
    pub kind: FaultKind,
    /// What was being done, as the end of "cannot …": `upload files`.
    pub doing: String,
    /// What the host or the system said, without any secret.
    pub said: String,
    /// What the host calls the request, for its support.
    pub request: Option<String>,
}

/// The kinds of fault. What is done next depends on the kind and on nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// The token is missing, wrong, expired for good, or may not do this.
    Refused,
    /// The project, account, bucket or deployment does not exist.
    NoSuch,
    /// A quota is used up, until this moment if the host says so.
    Wall(Option<Timestamp>),
    /// The host answered with its own trouble until patience was used up.
    Busy,
    /// It may have happened: the answer was lost. The host is asked before anything else is done.
    Unknown,
    /// The host will not take this content, however often it is offered.
    Rejected,
    /// The host cannot be reached; certainly nothing happened.
    Unreachable,
    /// The answer is none that this host gives.
    Nonsense,
    /// The run was asked to end.
    Stopped,
}

impl HostFault {
    /// A fault of this kind.
    pub fn new(kind: FaultKind, doing: impl Into<String>, said: impl Into<String>) -> Self {
        Self { kind, doing: doing.into(), said: said.into(), request: None }
    }

    /// Says what the host calls the request.
    #[must_use]
    pub fn request(mut self, id: Option<String>) -> Self {
        self.request = id;
        self
    }

    /// The fault as a message about the target `target`.
    pub fn diagnostic(&self, target: &str) -> Diagnostic {
        let message = format!("`{target}` cannot {}: {}", self.doing, self.kind);
        let message = if self.said.is_empty() { message } else { format!("{message}: {}", self.said) };
        let diagnostic = Diagnostic::error(self.kind.code(), message).hint(self.kind.hint(target));
        match &self.request {
            Some(id) => diagnostic.note(format!("the host calls this request `{id}`"), None),
            None => diagnostic,
        }
    }
}

impl FaultKind {
    fn code(self) -> Code {
        match self {
            Self::Refused => Code::HostRefused,
            Self::NoSuch => Code::HostLacks,
            Self::Wall(_) => Code::HostWall,
            Self::Busy | Self::Unreachable | Self::Stopped => Code::HostBusy,
            Self::Unknown => Code::HostUnknown,
            Self::Rejected => Code::HostRejected,
            Self::Nonsense => Code::HostNonsense,
        }
    }

    fn hint(self, target: &str) -> String {
        match self {
            Self::Refused => format!("look at the token of `[targets.{target}]` and at what it may do"),
            Self::NoSuch => format!("look at `account` and `place` of `[targets.{target}]`"),
            Self::Wall(_) => "run `hectare deploy` again when it is over; what was sent is not sent again".to_owned(),
            Self::Busy | Self::Unreachable => {
                "run `hectare deploy` again later; what was sent is not sent again".to_owned()
            }
            Self::Stopped => "run `hectare deploy` again to go on where it ended".to_owned(),
            Self::Unknown => {
                "run `hectare deploy` again: it asks the host what happened before it does anything".to_owned()
            }
            Self::Rejected => {
                "change what the host names, then deploy again; the site shows what it showed before".to_owned()
            }
            Self::Nonsense => {
                format!("look whether `api` of `[targets.{target}]` leads to the host; if it does, please report this")
            }
        }
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused => out.write_str("the host refuses the token"),
            Self::NoSuch => out.write_str("it does not exist there"),
            Self::Wall(None) => out.write_str("a quota of the host is used up"),
            Self::Wall(Some(until)) => write!(out, "a quota of the host is used up until {until:.0}"),
            Self::Busy => out.write_str("the host is in trouble"),
            Self::Unknown => out.write_str("the answer was lost, so it may have happened"),
            Self::Rejected => out.write_str("the host does not take it"),
            Self::Unreachable => out.write_str("the host cannot be reached"),
            Self::Nonsense => out.write_str("the answer makes no sense"),
            Self::Stopped => out.write_str("the run was ended"),
        }
    }
}

//! What the process says when it ends; `docs/exit-codes.md` is for scripts.

use crate::diag::{Code, Diagnostic};
use crate::event::{Summary, Voyage};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything asked for is done.
    Done,
    /// Some sites failed, or the run was stopped before all were done.
    SomeFailed,
    /// The command line or `sites.toml` cannot be used.
    Usage,
    /// Checks found something wrong.
    Found,
    /// Some sites were not shipped, went back, or nobody knows.
    SomeNotShipped,
    /// Someone has to approve first.
    ApprovalNeeded,
    /// A rule of the fleet's policy stopped it.
    Stopped,
    /// hectare did something wrong.
    Wrong,
}

impl Exit {
    /// The exit code that stands for a run.
    pub(super) fn of(summary: &Summary) -> Self {
        match summary.failed + summary.skipped {
            0 => Self::Done,
            _ => Self::SomeFailed,
        }
    }
}

impl Exit {
    /// The exit code that stands for a verb that was kept from its work.
    pub(super) fn of_refusal(refusal: &Diagnostic) -> Self {
        match refusal.code {
            Code::ApprovalNeeded | Code::NotAnApprover => Self::ApprovalNeeded,
            Code::Bug => Self::Wrong,
            _ => Self::Usage,
        }
    }

    /// The exit code that stands for a run of shipping.
    pub(super) fn of_voyage(voyage: &Voyage) -> Self {
        if voyage.is_well() {
            Self::Done
        } else if voyage.stopped.is_some() {
            Self::Stopped
        } else {
            Self::SomeNotShipped
        }
    }
}

/// From the best to the worst: first what someone expects, last what nobody does.
const BY_GRAVITY: [(Exit, u8); 8] = [
    (Exit::Done, 0),
    (Exit::ApprovalNeeded, 5),
    (Exit::Found, 3),
    (Exit::SomeFailed, 1),
    (Exit::SomeNotShipped, 4),
    (Exit::Stopped, 6),
    (Exit::Usage, 2),
    (Exit::Wrong, 70),
];

impl Exit {
    /// The number that scripts see.
    pub(super) fn code(self) -> u8 {
        BY_GRAVITY.iter().find(|(exit, _)| *exit == self).map_or(70, |(_, code)| *code)
    }

    /// What a number means; one that hectare never ends with means that something is wrong.
    pub(super) fn from_code(code: u8) -> Self {
        BY_GRAVITY.iter().find(|(_, known)| *known == code).map_or(Self::Wrong, |(exit, _)| *exit)
    }

    /// The worst of several.
    pub(super) fn worst(all: impl IntoIterator<Item = Self>) -> Self {
        let gravity = |exit: &Self| BY_GRAVITY.iter().position(|(known, _)| known == exit);
        all.into_iter().max_by_key(gravity).unwrap_or(Self::Done)
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

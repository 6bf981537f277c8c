//! What the process says when it ends; `docs/exit-codes.md` is for scripts.

use crate::event::Summary;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything asked for is done.
    Done,
    /// Some sites failed, or the run was stopped before all were done.
    SomeFailed,
    /// The command line or `sites.toml` cannot be used.
    Usage,
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

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::SomeFailed => 1,
            Exit::Usage => 2,
            Exit::Wrong => 70,
        })
    }
}

//! Why a parcel's way ended before its goal.

use crate::diag::Diagnostic;
use crate::event::Arrival;

/// The end of a way that did not reach its goal.
pub(super) struct Halt {
    /// What became of the parcel.
    pub(super) arrival: Arrival,
    /// What went wrong.
    pub(super) why: Diagnostic,
}

impl Halt {
    pub(super) fn new(arrival: Arrival, why: Diagnostic) -> Self {
        Self { arrival, why }
    }
}

/// Whatever goes wrong beside the host is a failure.
impl From<Diagnostic> for Halt {
    fn from(why: Diagnostic) -> Self {
        Self::new(Arrival::Failed, why)
    }
}

//! Why a verb did not do its work.

use super::exit::Exit;
use crate::diag::Diagnostic;
use crate::ui::Face;

/// What is wrong, all of it.
pub(super) struct Refusal(Vec<Diagnostic>);

impl Refusal {
    /// Says what is wrong, and tells how the process ends.
    pub(super) fn settle(self, face: &dyn Face) -> Exit {
        face.complain(&self.0);
        self.0.first().map_or(Exit::Usage, Exit::of_refusal)
    }
}

impl From<Diagnostic> for Refusal {
    fn from(found: Diagnostic) -> Self {
        Self(vec![found])
    }
}

impl From<Vec<Diagnostic>> for Refusal {
    fn from(found: Vec<Diagnostic>) -> Self {
        Self(found)
    }
}

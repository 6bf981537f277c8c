//! Whether a site that went live shows what it should.
//!
//! Purpose: what shipping asks about each site after a switch, and what it is told. An examination fetches what visitors would and
//! compares it with what was shipped. Never decides what follows from an answer.

mod examination;
mod sample;
#[cfg(test)]
mod tests;

pub use examination::Examination;

use crate::diag::Diagnostic;
use crate::model::{Receipt, Release, SiteSpec, Target, Vitals};

/// A site that was just switched.
pub struct Visit<'a> {
    /// The site.
    pub spec: &'a SiteSpec,
    /// What it should show.
    pub release: &'a Release,
    /// Where it was shipped to.
    pub target: &'a Target,
    /// What the host confirmed.
    pub receipt: &'a Receipt,
}

/// Whoever looks at sites.
pub trait HealthCheck: Sync {
    /// Looks at a site: how it answers, nothing if it is not to be looked at, or what is wrong with it.
    fn look(&self, visit: &Visit<'_>) -> Result<Option<Vitals>, Diagnostic>;
}

/// Looks at nothing.
#[derive(Debug, Clone, Copy)]
pub struct Unseen;

impl HealthCheck for Unseen {
    fn look(&self, _visit: &Visit<'_>) -> Result<Option<Vitals>, Diagnostic> {
        Ok(None)
    }
}

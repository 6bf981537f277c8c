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
use crate::model::{HealthVia, Release, SiteSpec, Target, Vitals};

/// A site that is live.
pub struct Visit<'a> {
    /// The site.
    pub spec: &'a SiteSpec,
    /// What it should show.
    pub release: &'a Release,
    /// Where it is live.
    pub target: &'a Target,
    /// The name of that target.
    pub at: &'a str,
    /// The text of its `_redirects`, if its host answers by it.
    pub redirects: Option<&'a str>,
    /// The header by which its host shows this release, if not all visitors see it: its name and its value.
    pub header: Option<&'a (String, String)>,
}

/// A site that does not show what it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwell {
    /// What is wrong with it.
    pub diagnostic: Diagnostic,
    /// What is there instead.
    pub shows: Shows,
}

/// What visitors of a site see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// Nobody answers at its address: the name leads nowhere yet, or nobody has a certificate for it.
    Nothing,
    /// Whoever answers knows nothing of the site.
    SomethingElse,
    /// The site, but not as it was shipped.
    Itself,
}

/// Whoever looks at sites.
pub trait HealthCheck: Sync {
    /// Looks at a site: how it answers, nothing if it is not to be looked at, or what is wrong with it.
    fn look(&self, visit: &Visit<'_>) -> Result<Option<Vitals>, Unwell>;
}

/// Whether sites at this target are looked at. What no visitor sees is looked at only where it is said how.
pub fn is_looked_at(target: &Target) -> bool {
    match target.health_via {
        HealthVia::OwnAddress => target.is_production(),
        HealthVia::Address(_) => true,
        HealthVia::Off => false,
    }
}

/// Looks at nothing.
#[derive(Debug, Clone, Copy)]
pub struct Unseen;

impl HealthCheck for Unseen {
    fn look(&self, _visit: &Visit<'_>) -> Result<Option<Vitals>, Unwell> {
        Ok(None)
    }
}

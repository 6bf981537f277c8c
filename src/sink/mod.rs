//! Where finished bundles go.
//!
//! Purpose: one face for a folder, memory and later a host. Takes a bundle whole, so that whoever reads at the other end sees
//! the old site or the new one. Never renders, and nobody but the folder sink knows that `dist/` exists.

mod folder;
mod record;

pub use folder::Folder;
pub use record::Home;

use crate::diag::Diagnostic;
use crate::model::{Bundle, Digest, Manifest, SiteId};
use crate::world::Depth;

/// A place that takes finished sites.
pub trait Sink: Sync {
    /// Takes one site.
    fn deliver(&self, bundle: &Bundle, manifest: &Manifest) -> Result<Delivered, Diagnostic>;

    /// A digest of how a site lies there. While it stays the same, so does the site.
    fn seal(&self, site: &SiteId, depth: Depth) -> Option<Digest>;
}

/// What delivering one site came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Delivered {
    /// Files written.
    pub written: usize,
    /// Files removed.
    pub removed: usize,
    /// What should be said about it.
    pub warnings: Vec<Diagnostic>,
}

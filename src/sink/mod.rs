//! Where finished bundles go.
//!
//! Purpose: one face for a folder, memory and later a host. Takes a bundle whole, so that whoever reads at the other end sees
//! the old site or the new one. Never renders, and nobody but the folder sink knows that `dist/` exists.

mod folder;
mod memory;
mod record;
#[cfg(test)]
mod tests;

pub use folder::Folder;
pub use memory::{Difference, Kept, Memory};
pub use record::Home;

use crate::diag::Diagnostic;
use crate::model::{Bundle, Manifest};

/// A place that takes finished sites.
pub trait Sink: Sync {
    /// Takes one site.
    fn deliver(&self, bundle: &Bundle, manifest: &Manifest) -> Result<Delivered, Diagnostic>;
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

//! Where finished bundles go.
//!
//! Purpose: one face for a folder, memory and later a host. Takes a bundle, at once or file by file, so that whoever reads at the
//! other end sees the old site or the new one. Never renders, and nobody but the folder sink knows that `dist/` exists.

mod comparison;
mod folder;
mod memory;
mod record;
#[cfg(test)]
mod tests;

pub use comparison::Comparison;
pub use folder::{Folder, delivered, seal};
pub use memory::{Difference, KeptSite, Memory};
pub use record::Home;

use crate::diag::Diagnostic;
use crate::model::{Artifact, Bundle, Digest, Manifest, OutPath, SiteId};
use crate::world::Depth;

/// A place that takes finished sites.
pub trait Sink: Sync {
    /// Takes one site.
    fn deliver(&self, bundle: &Bundle, manifest: &Manifest) -> Result<Delivered, Diagnostic>;

    /// A digest of how a site lies there. While it stays the same, so does the site.
    fn seal(&self, site: &SiteId, depth: Depth) -> Option<Digest>;

    /// Lets a few files of a site take the place of those that lie there, so that it is what `manifest` says; none if this place cannot
    /// do so, or it went wrong: the site has to be delivered as a whole then.
    fn amend(&self, _files: &[Amended], _manifest: &Manifest) -> Option<Delivered> {
        None
    }

    /// Begins with a site whose files are handed over as they are made; none if this place takes whole bundles only.
    fn begin(&self, _site: &SiteId) -> Option<Box<dyn Delivery + '_>> {
        None
    }
}

/// A file of a site that takes the place of the one that lies there.
#[derive(Debug)]
pub struct Amended {
    /// Its path.
    pub path: OutPath,
    /// What has to lie there.
    pub artifact: Artifact,
    /// The digest of what lies there.
    pub before: Digest,
}

/// A site on its way. Nobody sees anything of it before it is finished, and nothing is left of it if it never is.
pub trait Delivery: Send + Sync {
    /// Takes a file, from any thread, and returns what stands for it in the bundle.
    fn take(&self, path: &OutPath, artifact: Artifact) -> Artifact;

    /// Lets the file of this size stay that lies in its place already; whether there is one, and this place can do so.
    fn keep(&self, _path: &OutPath, _len: u64) -> bool {
        false
    }

    /// Takes the files of the bundle that were neither taken nor kept yet, and puts the site in its place.
    fn finish(self: Box<Self>, bundle: &Bundle, manifest: &Manifest) -> Result<Delivered, Diagnostic>;
}

/// Begins with a site, whatever the place wants.
pub fn begin<'a>(sink: &'a dyn Sink, site: &SiteId) -> Box<dyn Delivery + 'a> {
    sink.begin(site).unwrap_or_else(|| Box::new(Whole(sink)))
}

/// A site for a place that takes whole bundles only.
struct Whole<'a>(&'a dyn Sink);

impl Delivery for Whole<'_> {
    fn take(&self, _path: &OutPath, artifact: Artifact) -> Artifact {
        artifact
    }

    fn finish(self: Box<Self>, bundle: &Bundle, manifest: &Manifest) -> Result<Delivered, Diagnostic> {
        self.0.deliver(bundle, manifest)
    }
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

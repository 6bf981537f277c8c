//! What the build before left: the cache of the repository.

use super::args::Build;
use super::output::Output;
use crate::cache::{self, Cache, LARGE, Past, Scope, Snapshots, Sources};
use crate::content::Moment;
use crate::diag::{Code, Diagnostic};
use crate::event::Report;
use crate::model::{Digest, Folders};
use crate::world::{self, Disk};
use jiff::Timestamp;

/// What is known of the build before, into the same place.
pub(super) struct Known {
    pub(super) past: Past,
    /// What is wrong with it.
    pub(super) remark: Option<Diagnostic>,
    files: Disk,
    store: Disk,
    name: String,
    /// Whether nothing is to be believed that is known.
    is_clean: bool,
    /// Sites of more pages are large.
    above: usize,
    looked_at: Timestamp,
}

impl Known {
    /// Reads what is known about the repository in `files`.
    pub(super) fn read(files: &Disk, typed: &Build) -> Self {
        let store = Disk::new(files.place(cache::FOLDER));
        let elsewhere = |out| Digest::of(Disk::new(out).real_root().as_os_str().as_encoded_bytes()).short();
        let name = typed.out.as_ref().map_or_else(|| "index".to_owned(), |out| format!("index.{}", elsewhere(out)));
        let (past, remark) = if typed.clean { (Past::default(), None) } else { Past::read(&store, &name) };
        let (is_clean, above) = (typed.clean, typed.pages_above.unwrap_or(LARGE));
        Self { past, remark, files: files.clone(), store, name, is_clean, above, looked_at: world::now() }
    }

    /// Whether nothing is known of any site, though it would have been believed.
    pub(super) fn is_empty(&self) -> bool {
        !self.is_clean && self.past.sites().next().is_none()
    }

    /// The sources with layers and themes in `folders`.
    pub(super) fn sources(&self, folders: &Folders) -> Sources<'_> {
        self.sources_after(&self.past, folders)
    }

    /// The sources as someone sees them who knows something else of the build before.
    pub(super) fn sources_after<'a>(&'a self, past: &'a Past, folders: &Folders) -> Sources<'a> {
        Sources::new(&self.files, folders, past, self.looked_at)
    }

    /// The snapshots of large sites.
    pub(super) fn snapshots(&self) -> Snapshots<'_> {
        let snapshots = Snapshots::new(&self.store, self.name.clone(), self.above);
        if self.is_clean { snapshots.disbelieved() } else { snapshots }
    }

    /// The report of a build of everything, if there is nothing to do.
    pub(super) fn unchanged(&self, sources: &Sources<'_>, typed: &Build, moment: Moment) -> Option<Report> {
        if !typed.is_plain() {
            return None;
        }
        let output = Output::at(&self.files, self.past.places()?, typed);
        if !output.leftovers(self.past.sites()).is_empty() {
            return None;
        }
        cache::unchanged(&self.past, sources, moment, &|site, depth| output.seal(site, depth))
    }

    /// Keeps what is known now. Without it only the next build takes longer.
    pub(super) fn keep(&self, cache: Cache<'_>, output: &Output, scope: Scope) -> Result<Past, Diagnostic> {
        let place = output.out.real_root().to_string_lossy();
        cache.save(&self.store, &self.name, &place, scope).map_err(|fault| {
            let message = format!("cannot write into `{}`: {}", cache::FOLDER, fault.message);
            let hint = "the sites are finished; without a cache the next build makes all of them again";
            Diagnostic::warning(Code::CannotWrite, message).hint(hint)
        })
    }
}

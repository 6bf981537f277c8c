//! The repository that a verb works on: its files, its fleet, the sites that were meant.

use super::args::{Global, Selection as Typed};
use super::dock;
use super::refusal::Refusal;
use crate::cache::{ManifestFile, Noted};
use crate::diag::{Code, Diagnostic, Place};
use crate::manifest::{self, Broken, Picked, Selection, Shard};
use crate::model::Fleet;
use crate::ui::Face;
use crate::world::Disk;
use std::collections::BTreeSet;
use std::path::Path;

/// A repository whose `sites.toml` can be used.
pub(super) struct Repository {
    pub(super) files: Disk,
    pub(super) fleet: Fleet,
    /// Sites that have a mistake in `sites.toml`.
    pub(super) broken: Vec<Broken>,
    /// The files that the fleet was read from.
    pub(super) manifest: Vec<ManifestFile>,
    /// Whether there was nothing to say about them.
    pub(super) is_quiet: bool,
}

impl Repository {
    /// Reads `sites.toml`; says what is doubtful about it.
    pub(super) fn open(global: &Global, face: &dyn Face) -> Result<Self, Refusal> {
        let files = Disk::new(&global.root);
        let noted = Noted::new(&files);
        let loaded = manifest::load(&noted);
        let manifest = noted.into_read();
        let Some(fleet) = loaded.fleet else { return Err(loaded.diagnostics.into()) };
        face.complain(&loaded.diagnostics);
        face.opened(&fleet);
        let is_quiet = loaded.diagnostics.is_empty() && loaded.broken.is_empty();
        Ok(Self { fleet, broken: loaded.broken, manifest, is_quiet, files })
    }

    /// The sites that were meant, those with a mistake among them, by a verb that does not build.
    pub(super) fn choose(&self, typed: &Typed, face: &dyn Face) -> Result<Picked<'_>, Diagnostic> {
        if typed.changed {
            let refusal = Diagnostic::error(Code::BadFlag, "`--changed` means nothing to a verb that does not build");
            let hint = "leave it out; `build`, `plan` and `deploy` take it, and `shards` lists nothing else than what is not live as it is now";
            return Err(refusal.hint(hint));
        }
        self.choose_to_build(typed, face)
    }

    /// The same by a verb that builds, and finds out then what changed.
    pub(super) fn choose_to_build(&self, typed: &Typed, face: &dyn Face) -> Result<Picked<'_>, Diagnostic> {
        let picked = manifest::select(&self.fleet, &self.broken, &Self::selection(typed)?)?;
        face.complain(&picked.doubts);
        Ok(picked)
    }

    /// Which sites the flags mean.
    pub(super) fn selection(typed: &Typed) -> Result<Selection, Diagnostic> {
        Ok(Selection {
            sites: typed.sites.clone(),
            named: typed.sites_from.as_deref().map(named).transpose()?.unwrap_or_default(),
            niches: typed.niches.clone(),
            groups: typed.groups.clone(),
            tags: typed.tags.clone(),
            shard: typed.shard.as_deref().map(Shard::parse).transpose()?,
        })
    }
}

/// The names that a file lists. An empty list would mean every site to whoever reads it next.
fn named(file: &Path) -> Result<BTreeSet<String>, Diagnostic> {
    let text = dock::read_text(file)?;
    let names: BTreeSet<String> =
        text.split([',', '\n', '\r']).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    if names.is_empty() {
        let refusal = Diagnostic::error(Code::EmptySelection, "the list names no site");
        let hint = "write ids with commas or line ends between them, as `hectare shards` prints them";
        return Err(refusal.at(Place::file(file.to_string_lossy())).hint(hint));
    }
    Ok(names)
}

//! The repository that a verb works on: its files, its fleet, the sites that were meant.

use super::args::{Global, Selection as Typed};
use crate::diag::Diagnostic;
use crate::manifest::{self, Broken, Selection, Shard};
use crate::model::{Fleet, SiteSpec};
use crate::ui::Face;
use crate::world::Disk;
use std::sync::Arc;

/// A repository whose `sites.toml` can be used.
pub(super) struct Repository {
    pub(super) files: Disk,
    pub(super) fleet: Fleet,
    /// Sites that have a mistake in `sites.toml`.
    pub(super) broken: Vec<Broken>,
}

impl Repository {
    /// Reads `sites.toml`; says what is wrong if it cannot be used.
    pub(super) fn open(global: &Global, face: &dyn Face) -> Option<Self> {
        let files = Disk::new(&global.root);
        let loaded = manifest::load(&files);
        face.complain(&loaded.diagnostics);
        Some(Self { fleet: loaded.fleet?, broken: loaded.broken, files })
    }

    /// The sites that were meant, those with a mistake among them first.
    pub(super) fn choose(&self, typed: &Typed) -> Result<(Vec<&Broken>, Vec<Arc<SiteSpec>>), Diagnostic> {
        let shard = typed.shard.as_deref().map(Shard::parse).transpose()?;
        let Typed { sites, niches, groups, tags, .. } = typed;
        let everything = [sites, niches, groups, tags].iter().all(|kind| kind.is_empty()) && shard.is_none();
        let selection = Selection {
            sites: sites.clone(),
            niches: niches.clone(),
            groups: groups.clone(),
            tags: tags.clone(),
            shard,
        };
        let broken: Vec<&Broken> =
            self.broken.iter().filter(|site| everything || sites.contains(&site.label)).collect();
        match manifest::select(&self.fleet, &selection) {
            Err(_) if !broken.is_empty() => Ok((broken, Vec::new())),
            chosen => chosen.map(|chosen| (broken, chosen)),
        }
    }
}

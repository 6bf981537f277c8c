//! All layers of a fleet: each is walked once, and let go when the last site that uses it is done.

use super::layer::{Layer, Listing};
use crate::model::{Fleet, SiteSpec, unpoisoned};
use crate::world::Files;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

/// The layers that are still needed.
pub(super) struct Layers<'a> {
    files: &'a dyn Files,
    content: &'a str,
    /// How many sites of the fleet use each layer.
    uses: BTreeMap<&'a str, usize>,
    shelf: Mutex<BTreeMap<String, Arc<Kept>>>,
}

/// A layer, as far as someone asked for it.
struct Kept {
    listing: OnceLock<Listing>,
    layer: OnceLock<Arc<Layer>>,
    /// How many sites will still ask for it.
    awaited: AtomicUsize,
}

impl<'a> Layers<'a> {
    /// The layers of `fleet`, none of them walked yet.
    pub(super) fn new(files: &'a dyn Files, fleet: &'a Fleet) -> Self {
        let mut uses = BTreeMap::new();
        for name in fleet.sites.iter().flat_map(|site| &site.layers) {
            *uses.entry(name.as_str()).or_default() += 1;
        }
        Self { files, content: &fleet.folders.content, uses, shelf: Mutex::default() }
    }

    /// How many Markdown files a layer holds.
    pub(super) fn texts(&self, name: &str) -> usize {
        self.listing(name, &self.kept(name)).texts
    }

    /// Whether a layer overrides files of themes.
    pub(super) fn has_theme(&self, name: &str) -> bool {
        self.listing(name, &self.kept(name)).has_theme
    }

    /// The files of a layer.
    pub(super) fn layer(&self, name: &str) -> Arc<Layer> {
        let kept = self.kept(name);
        Arc::clone(kept.layer.get_or_init(|| Arc::new(self.listing(name, &kept).open(name))))
    }

    fn kept(&self, name: &str) -> Arc<Kept> {
        let mut shelf = unpoisoned(self.shelf.lock());
        if let Some(kept) = shelf.get(name) {
            return Arc::clone(kept);
        }
        let awaited = AtomicUsize::new(self.uses.get(name).copied().unwrap_or(1));
        let kept = Arc::new(Kept { listing: OnceLock::new(), layer: OnceLock::new(), awaited });
        shelf.insert(name.to_owned(), Arc::clone(&kept));
        kept
    }

    fn listing<'k>(&self, name: &str, kept: &'k Kept) -> &'k Listing {
        kept.listing.get_or_init(|| Listing::walk(self.files, self.content, name))
    }

    /// Lets go of what nobody but this site was waiting for.
    pub(super) fn done(&self, spec: &SiteSpec) {
        let mut shelf = unpoisoned(self.shelf.lock());
        for name in &spec.layers {
            let is_last = |kept: &Arc<Kept>| kept.awaited.fetch_sub(1, Ordering::Relaxed) <= 1;
            if shelf.get(name).is_some_and(is_last) {
                shelf.remove(name);
            }
        }
    }
}

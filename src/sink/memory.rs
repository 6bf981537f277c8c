//! Sites in memory: the last good bundle of each, for whoever shows them.

use super::{Delivered, Sink};
use crate::diag::Diagnostic;
use crate::model::{Artifact, Body, Bundle, Digest, Manifest, OutPath, SiteId, unpoisoned};
use crate::world::Depth;
use std::collections::BTreeMap;
use std::sync::{Arc, RwLock};

/// A place that holds the last good bundle of each site, and what the last delivery changed.
#[derive(Debug, Default)]
pub struct Memory {
    sites: RwLock<BTreeMap<SiteId, Arc<KeptSite>>>,
}

/// A bundle that is kept.
#[derive(Debug)]
pub struct KeptSite {
    /// All its files; none of their bytes is held twice because two bundles have them.
    pub bundle: Bundle,
    /// The same without the bytes.
    pub manifest: Manifest,
}

/// How a bundle differs from the one that was kept before it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Difference {
    /// Files that are new.
    pub added: Vec<OutPath>,
    /// Files whose bytes are others.
    pub changed: Vec<OutPath>,
    /// Files that are gone.
    pub removed: Vec<OutPath>,
}

impl Memory {
    /// A place without sites.
    pub fn new() -> Self {
        Self::default()
    }

    /// The last good bundle of a site.
    pub fn site(&self, id: &SiteId) -> Option<Arc<KeptSite>> {
        unpoisoned(self.sites.read()).get(id).cloned()
    }

    /// Forgets a site.
    pub fn forget(&self, id: &SiteId) {
        unpoisoned(self.sites.write()).remove(id);
    }
}

impl Sink for Memory {
    fn deliver(&self, bundle: &Bundle, manifest: &Manifest) -> Result<Delivered, Diagnostic> {
        let before = self.site(&bundle.site);
        let difference = Difference::between(before.as_deref().map(|kept| &kept.manifest), manifest);
        let known = |path: &OutPath| before.as_deref().and_then(|kept| kept.bundle.artifacts.get(path));
        let keep = |(path, artifact): (&OutPath, &Artifact)| (path.clone(), shared(artifact, known(path)));
        let artifacts = bundle.artifacts.iter().map(keep).collect();
        let kept = KeptSite { bundle: Bundle { site: bundle.site.clone(), artifacts }, manifest: manifest.clone() };
        unpoisoned(self.sites.write()).insert(bundle.site.clone(), Arc::new(kept));
        let written = difference.added.len() + difference.changed.len();
        Ok(Delivered { written, removed: difference.removed.len(), warnings: Vec::new() })
    }

    fn seal(&self, _site: &SiteId, _depth: Depth) -> Option<Digest> {
        None
    }
}

/// The artifact with bytes that can be sent to many at once: those that are kept already, if they are the same.
fn shared(artifact: &Artifact, known: Option<&Artifact>) -> Artifact {
    if let Some(known) = known.filter(|known| known.digest == artifact.digest && known.media == artifact.media) {
        return known.clone();
    }
    let body = match &artifact.body {
        Body::Bytes(bytes) => Body::Shared(bytes.as_slice().into()),
        shared => shared.clone(),
    };
    Artifact { body, ..*artifact }
}

impl Difference {
    /// What `after` has that `before` had not, or otherwise.
    pub fn between(before: Option<&Manifest>, after: &Manifest) -> Self {
        let mut difference = Self::default();
        for (path, entry) in &after.entries {
            match before.and_then(|before| before.entries.get(path)) {
                None => difference.added.push(path.clone()),
                Some(known) if known != entry => difference.changed.push(path.clone()),
                Some(_) => {}
            }
        }
        let known = before.into_iter().flat_map(|before| before.entries.keys());
        difference.removed = known.filter(|path| !after.entries.contains_key(path)).cloned().collect();
        difference
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}

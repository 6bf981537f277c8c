//! A bucket as an archive that several machines keep together.

use super::lease::Lease;
use super::{Bucket, BucketFault, Objects, Served, Terms};
use crate::world::{Archive, ArchiveFault, ArchiveTrouble, Hold, Owner, Version};
use std::sync::Arc;

/// Calls that are on their way at once. Buckets take more; a home's line to the network hardly does.
const HANDS: usize = 32;

/// An archive in a bucket. Whoever was faster wins; whoever was slower is told, and reads again.
#[derive(Debug, Clone)]
pub struct SharedArchive(Arc<Objects>);

impl SharedArchive {
    /// The archive in this folder of a bucket.
    pub fn new(objects: Objects) -> Self {
        Self(Arc::new(objects))
    }

    fn collect(&self, folder: &str, found: &mut Vec<String>) -> Result<(), BucketFault> {
        let below = |name: String| if folder.is_empty() { name } else { format!("{folder}/{name}") };
        let listed = self.0.list(folder)?;
        found.extend(listed.keys.into_iter().map(below));
        listed.folders.into_iter().try_for_each(|name| self.collect(&below(name), found))
    }

    fn put_on(&self, path: &str, bytes: &[u8], terms: &Terms) -> Result<Version, ArchiveFault> {
        self.0.put(path, bytes.to_vec().into(), &Served::default(), terms).map_err(on(path))
    }
}

fn on(path: &str) -> impl Fn(BucketFault) -> ArchiveFault + '_ {
    move |fault| {
        let trouble = match fault {
            BucketFault::Changed => ArchiveTrouble::Changed,
            fault => ArchiveTrouble::System(fault.to_string()),
        };
        ArchiveFault { path: path.to_owned(), trouble }
    }
}

impl Archive for SharedArchive {
    fn get(&self, path: &str) -> Result<Option<(Vec<u8>, Version)>, ArchiveFault> {
        let kept = self.0.get(path).map_err(on(path))?;
        Ok(kept.map(|kept| (kept.bytes, kept.version)))
    }

    fn put(&self, path: &str, bytes: &[u8]) -> Result<(), ArchiveFault> {
        self.put_on(path, bytes, &Terms::Always).map(drop)
    }

    fn replace(&self, path: &str, bytes: &[u8], before: Option<&Version>) -> Result<Version, ArchiveFault> {
        self.put_on(path, bytes, &before.map_or(Terms::New, |version| Terms::Still(version.clone())))
    }

    fn add(&self, path: &str, bytes: &[u8]) -> Result<(), ArchiveFault> {
        match self.put_on(path, bytes, &Terms::New) {
            Err(ArchiveFault { trouble: ArchiveTrouble::Changed, .. }) => Ok(()),
            added => added.map(drop),
        }
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, ArchiveFault> {
        let mut found = Vec::new();
        self.collect(folder.trim_matches('/'), &mut found).map_err(on(folder))?;
        found.sort_unstable();
        Ok(found)
    }

    fn remove(&self, path: &str) -> Result<(), ArchiveFault> {
        self.0.delete(path).map_err(on(path))
    }

    fn hands(&self) -> usize {
        HANDS
    }

    fn lock(&self, owner: &Owner<'_>) -> Result<Box<dyn Hold>, ArchiveFault> {
        Ok(Box::new(Lease::take(self.0.clone(), "lock", owner)?))
    }
}

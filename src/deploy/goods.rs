//! The bytes of releases, from what is kept; what was lost or damaged since, from the finished sites.

use super::apply::Shipping;
use super::ledger::{Condition, Ledger, Store};
use super::press::Yard;
use crate::diag::Diagnostic;
use crate::event::Event;
use crate::model::{Digest, Good, HostKeys, Release, SiteId};
use crate::provider::{FaultKind, HostFault, Wares};
use std::collections::{BTreeMap, BTreeSet};

/// The bytes of a parcel on its way.
pub(super) struct Hold<'a> {
    store: Store<'a>,
    shipping: &'a Shipping<'a>,
}

impl<'a> Hold<'a> {
    pub(super) fn of(shipping: &'a Shipping<'a>) -> Self {
        Self { store: shipping.ledger.store(), shipping }
    }

    /// What is no longer kept as it was, from where this run found it, and kept again.
    fn again(&self, digest: Digest) -> Result<Option<Vec<u8>>, Diagnostic> {
        let Some(fresh) = self.shipping.fresh else { return Ok(None) };
        let mut releases = fresh.releases.values();
        let Some(bytes) = releases.find_map(|release| found(fresh.yard, release, digest)) else { return Ok(None) };
        self.store.mend(digest, &bytes)?;
        Ok(Some(bytes))
    }
}

impl Wares for Hold<'_> {
    fn bytes(&self, good: &Good) -> Result<Vec<u8>, HostFault> {
        let fault = |said: &str| HostFault::new(FaultKind::Rejected, "send a file that is kept", said);
        let trouble = |trouble: Diagnostic| fault(&trouble.message);
        let said = match self.store.get(good.digest).map_err(trouble)? {
            Condition::Whole(bytes) => return Ok(bytes),
            Condition::Damaged => "it is damaged; `hectare cache verify` tells which are, and what can be done",
            Condition::Missing => "it is gone; `hectare cache verify` tells which are, and what can be done",
        };
        self.again(good.digest).map_err(trouble)?.ok_or_else(|| fault(said))
    }

    fn arrived(&self, good: &Good) {
        self.shipping.listener.tell(&Event::FileSent { bytes: good.len });
    }

    fn is_stopped(&self) -> bool {
        (self.shipping.stopped)()
    }
}

/// A content of a release, if it lies in the finished site, or is the marker.
fn found(yard: &dyn Yard, release: &Release, digest: Digest) -> Option<Vec<u8>> {
    let places = release.files.iter().filter(|(_, good)| good.digest == digest);
    let lying = places.filter_map(|(path, _)| yard.bytes(&release.site, path).ok());
    let marker = std::iter::once_with(|| release.marker());
    lying.chain(marker).find(|bytes| Digest::of(bytes) == digest)
}

/// Keeps again what of `lost` lies in the finished sites; what was found.
pub fn mend(ledger: &Ledger<'_>, yard: &dyn Yard, lost: &BTreeSet<Digest>) -> Result<BTreeSet<Digest>, Diagnostic> {
    let (store, mut mended) = (ledger.store(), BTreeSet::new());
    for (site, id) in ledger.releases()? {
        let Some(release) = ledger.release(&site, id)? else { continue };
        let wanted = release.files.values().map(|good| good.digest).filter(|digest| lost.contains(digest));
        for digest in wanted.collect::<BTreeSet<Digest>>() {
            if mended.contains(&digest) {
                continue;
            }
            if let Some(bytes) = found(yard, &release, digest) {
                store.mend(digest, &bytes)?;
                mended.insert(digest);
            }
        }
    }
    Ok(mended)
}

/// Keeps a release again of which nobody knows any more what it consists of, if its site lies finished as it was then; whether it is
/// kept now.
pub fn restore(ledger: &Ledger<'_>, yard: &dyn Yard, site: &SiteId, id: Digest) -> Result<bool, Diagnostic> {
    let Some(manifest) = yard.manifest(site).ok().filter(|manifest| manifest.id == id) else { return Ok(false) };
    let mut files = BTreeMap::new();
    for (path, entry) in &manifest.entries {
        match yard.bytes(site, path).ok().filter(|bytes| Digest::of(bytes) == entry.digest) {
            Some(bytes) => drop(files.insert(path, bytes)),
            None => return Ok(false),
        }
    }
    let store = ledger.store();
    let release = Release::of(&manifest, |path, entry| {
        let bytes = files.get(path).map(Vec::as_slice).unwrap_or_default();
        store.add(entry.digest, bytes)?;
        Ok::<_, Diagnostic>(HostKeys::of(path, bytes))
    })?;
    let marker = release.marker();
    store.add(Digest::of(&marker), &marker)?;
    ledger.keep(&release)?;
    Ok(true)
}

//! Takes out of the ledger what nobody can go back to any more.

use super::crew;
use super::ledger::Ledger;
use crate::diag::Diagnostic;
use crate::model::{Digest, SiteId};
use std::collections::{BTreeMap, BTreeSet};

/// What was taken out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tidied {
    /// Releases.
    pub releases: usize,
    /// Contents that no other release holds.
    pub contents: usize,
}

/// Keeps what is live, what runs were about to switch to, and of each site the last `keep` releases that it showed at each berth. Receipts stay.
pub fn tidy(ledger: &Ledger<'_>, keep: usize) -> Result<Tidied, Diagnostic> {
    let hands = ledger.hands();
    let wanted = wanted(ledger, keep)?;
    let (kept, old): (Vec<_>, Vec<_>) = ledger.releases()?.into_iter().partition(|release| wanted.contains(release));
    // What still is to be read is read before anything is taken out.
    let contents = crew::map(&kept, hands, |(site, id)| {
        let release = ledger.release(site, *id)?;
        let marker = release.iter().map(|release| Digest::of(&release.marker()));
        let goods = release.iter().flat_map(|release| release.files.values().map(|good| good.digest));
        Ok(goods.chain(marker).collect::<Vec<Digest>>())
    });
    let contents: BTreeSet<Digest> =
        contents.into_iter().collect::<Result<Vec<_>, Diagnostic>>()?.concat().into_iter().collect();
    let store = ledger.store();
    // A list that is damaged may be mended, and nobody knows what it names until then.
    let is_whole = ledger.damaged().is_empty();
    let loose = if is_whole { store.contents()? } else { Vec::new() };
    let loose: Vec<Digest> = loose.into_iter().filter(|digest| !contents.contains(digest)).collect();
    ledger.sweep()?;
    all(crew::map(&old, hands, |(site, id)| ledger.discard(site, *id)))?;
    all(crew::map(&loose, hands, |digest| store.discard(*digest)))?;
    Ok(Tidied { releases: old.len(), contents: loose.len() })
}

/// The releases that someone may want again.
fn wanted(ledger: &Ledger<'_>, keep: usize) -> Result<BTreeSet<(SiteId, Digest)>, Diagnostic> {
    let live = ledger.live();
    let berths: Vec<_> = live.berths.keys().collect();
    let histories = crew::map(&berths, ledger.hands(), |berth| ledger.history(berth));
    let mut wanted: BTreeSet<(SiteId, Digest)> = BTreeSet::new();
    for history in histories {
        let mut recent: BTreeMap<SiteId, Vec<Digest>> = BTreeMap::new();
        for (site, release) in history?.into_iter().rev().flat_map(|past| past.receipt.sites) {
            let releases = recent.entry(site).or_default();
            if releases.len() < keep && !releases.contains(&release) {
                releases.push(release);
            }
        }
        let named = |(site, releases): (SiteId, Vec<Digest>)| releases.into_iter().map(move |id| (site.clone(), id));
        wanted.extend(recent.into_iter().flat_map(named));
    }
    wanted.extend(live.berths.into_values().flat_map(|standing| standing.receipt.sites));
    wanted.extend(ledger.intents()?.into_iter().flat_map(|intent| intent.sites));
    Ok(wanted)
}

fn all(done: Vec<Result<(), Diagnostic>>) -> Result<(), Diagnostic> {
    done.into_iter().collect()
}

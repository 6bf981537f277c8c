//! A bucket as a host: releases lie side by side, and one small object says which of them visitors see.
//!
//! `<parcel>/releases/<label>/` holds a release, `<parcel>/releases/<label>.json` lists it once it is whole, and `<parcel>/live.json`
//! names the one that is live. Whoever serves the bucket reads that name first (`docs/s3.md`). It is replaced only if nobody else did
//! so meanwhile, so a switch and a way back are one request each.

mod listing;
mod several;
#[cfg(test)]
mod tests;

use super::previews::Clearable;
use super::{Attachment, Doubt, FaultKind, HostFault, Provider, Upload, Wares, folder};
use crate::model::{Good, Label, Parcel, ParcelName, Receipt, Sighting};
use crate::world::{Bucket, BucketFault, Clock, Served, Terms, Version};
use jiff::Timestamp;
use listing::{Line, Listing};
use serde::{Deserialize, Serialize};
use several::each;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// A bucket that takes sites.
pub struct S3 {
    bucket: Arc<dyn Bucket>,
    clock: Arc<dyn Clock>,
}

/// The object that names what is live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Live {
    /// The name of the release.
    release: String,
    /// Where its files lie in the bucket's folder.
    folder: String,
    /// Since when visitors see it.
    since: String,
}

/// An object that is to be there.
struct Wanted<'a> {
    path: String,
    good: &'a Good,
    line: Line,
}

impl Live {
    fn since(&self) -> Option<Timestamp> {
        self.since.parse().ok()
    }
}

impl S3 {
    /// The host that keeps sites in `bucket`.
    pub fn new(bucket: Arc<dyn Bucket>, clock: Arc<dyn Clock>) -> Self {
        Self { bucket, clock }
    }

    fn pointer(&self, parcel: &ParcelName) -> Result<Option<(Live, Version)>, BucketFault> {
        let Some(kept) = self.bucket.get(&format!("{parcel}/live.json"))? else { return Ok(None) };
        let live = serde_json::from_slice(&kept.bytes);
        let live =
            live.map_err(|_| BucketFault::Rejected(format!("`{parcel}/live.json` was not written by hectare")))?;
        Ok(Some((live, kept.version)))
    }

    fn listing(&self, parcel: &ParcelName, label: &str) -> Result<Option<Listing>, BucketFault> {
        let kept = self.bucket.get(&format!("{}.json", release(parcel, label)))?;
        Ok(kept.and_then(|kept| Listing::read(&kept.bytes)))
    }

    /// Whether anything lies in the folder of a release.
    fn holds(&self, parcel: &ParcelName, label: &str) -> Result<bool, BucketFault> {
        let listed = self.bucket.list(&release(parcel, label))?;
        Ok(!listed.keys.is_empty() || !listed.folders.is_empty())
    }

    /// Lets visitors see the release; since when they do.
    fn show(&self, parcel: &ParcelName, label: &str) -> Result<Timestamp, HostFault> {
        let fault = fault(format!("switch `{parcel}`"));
        let there = self.pointer(parcel).map_err(&fault)?;
        let terms = match there {
            Some((live, _)) if live.release == label => return Ok(live.since().unwrap_or_else(|| self.clock.now())),
            Some((_, version)) => Terms::Still(version),
            None => Terms::New,
        };
        let since = self.clock.now();
        let live = Live { release: label.to_owned(), folder: release(parcel, label), since: since.to_string() };
        let served =
            Served { content_type: Some("application/json".to_owned()), cache_control: Some("no-store".to_owned()) };
        // Names and a time can always be written.
        let bytes = serde_json::to_vec(&live).unwrap_or_default();
        match self.bucket.put(&format!("{parcel}/live.json"), bytes.into(), &served, &terms) {
            Ok(_) => Ok(since),
            Err(BucketFault::Lost(said)) => Err(HostFault::new(FaultKind::Unknown, format!("switch `{parcel}`"), said)),
            Err(other) => Err(fault(other)),
        }
    }

    /// Names of all objects below a folder, relative to it.
    fn below(&self, folder: &str) -> Result<BTreeSet<String>, BucketFault> {
        let listed = self.bucket.list(folder)?;
        let mut found: BTreeSet<String> = listed.keys.into_iter().collect();
        for name in listed.folders {
            let deeper = self.below(&format!("{folder}/{name}"))?;
            found.extend(deeper.into_iter().map(|below| format!("{name}/{below}")));
        }
        Ok(found)
    }

    /// Puts one file in its place, from the release before if it lies there just so; the bytes that were sent.
    fn put(
        &self,
        to: &str,
        before: Option<&str>,
        wanted: &Wanted,
        wares: &dyn Wares,
    ) -> Result<Option<u64>, HostFault> {
        let (key, fault) = (format!("{to}/{}", wanted.path), fault(format!("upload `{}`", wanted.path)));
        if let Some(before) = before
            && self.bucket.copy(&format!("{before}/{}", wanted.path), &key).map_err(&fault)?
        {
            return Ok(None);
        }
        let bytes = wares.bytes(wanted.good)?;
        self.bucket.put(&key, bytes.into(), &wanted.line.served(), &Terms::Always).map_err(&fault)?;
        wares.arrived(wanted.good);
        Ok(Some(wanted.good.len))
    }
}

impl Provider for S3 {
    fn live(&self, parcel: &ParcelName) -> Result<Option<Sighting>, HostFault> {
        let fault = fault(format!("ask what is live of `{parcel}`"));
        let Some((live, _)) = self.pointer(parcel).map_err(&fault)? else { return Ok(None) };
        // What names a release that is gone shows nothing.
        if !self.holds(parcel, &live.release).map_err(&fault)? {
            return Ok(None);
        }
        let sighting = |live: Live| Sighting {
            label: Label::parse(&live.release),
            address: None,
            at: live.since(),
            to_all: true,
            deployment: live.release,
        };
        Ok(Some(sighting(live)))
    }

    fn upload(&self, parcel: &Parcel, wares: &dyn Wares, before: Option<&Receipt>) -> Result<Upload, HostFault> {
        let (name, label) = (&parcel.name, parcel.label.to_string());
        let asking = fault(format!("ask its bucket about `{name}`"));
        if self.listing(name, &label).map_err(&asking)?.is_some() && self.holds(name, &label).map_err(&asking)? {
            return Ok(Upload::default());
        }
        let (to, listing) = (release(name, &label), Listing::of(parcel, wares)?);
        // What a run that died has put there is whole: the label stands for its content.
        let there = self.below(&to).map_err(&asking)?;
        let old = before.map(|before| before.deployment.as_str());
        let known = old.map(|old| self.listing(name, old)).transpose().map_err(&asking)?.flatten().unwrap_or_default();
        let from = old.map(|old| release(name, old));
        let goods = folder::files(parcel).filter(|(path, _)| !there.contains(path));
        let mut wanted: Vec<Wanted> = goods
            .filter_map(|(path, good)| Some(Wanted { line: listing.files.get(&path)?.clone(), path, good }))
            .collect();
        wanted.sort_by_key(|wanted| wanted.line.turn());
        let (files, bytes) = (AtomicUsize::new(0), AtomicU64::new(0));
        for turn in wanted.chunk_by(|one, next| one.line.turn() == next.line.turn()) {
            each(turn, |wanted| {
                if wares.is_stopped() {
                    return Err(HostFault::new(FaultKind::Stopped, format!("upload the files of `{name}`"), ""));
                }
                let same = known.files.get(&wanted.path) == Some(&wanted.line);
                if let Some(sent) = self.put(&to, from.as_deref().filter(|_| same), wanted, wares)? {
                    files.fetch_add(1, Ordering::Relaxed);
                    bytes.fetch_add(sent, Ordering::Relaxed);
                }
                Ok(())
            })?;
        }
        let put = self.bucket.put(&format!("{to}.json"), listing.write().into(), &Served::default(), &Terms::Always);
        put.map_err(fault(format!("list the files of `{name}`")))?;
        Ok(Upload { files: files.into_inner(), bytes: bytes.into_inner(), pass: String::new() })
    }

    /// Naming the same release twice changes nothing, so no doubt has to be resolved first.
    fn activate(&self, parcel: &Parcel, _upload: &Upload, _doubt: Doubt) -> Result<Receipt, HostFault> {
        let label = parcel.label.to_string();
        let since = self.show(&parcel.name, &label)?;
        Ok(Receipt::of(parcel, label, None, since))
    }

    fn rollback(&self, parcel: &ParcelName, to: &Receipt) -> Result<Receipt, HostFault> {
        let doing = || format!("go back to `{}` of `{parcel}`", to.deployment);
        if self.listing(parcel, &to.deployment).map_err(fault(doing()))?.is_none() {
            return Err(HostFault::new(FaultKind::NoSuch, doing(), "the release is not in the bucket any more"));
        }
        Ok(Receipt { at: self.show(parcel, &to.deployment)?, ..to.clone() })
    }

    fn retain(&self, parcel: &ParcelName, keep: &[Receipt]) -> Result<usize, HostFault> {
        let fault = fault(format!("clear old releases of `{parcel}`"));
        let live = self.pointer(parcel).map_err(&fault)?.map(|(live, _)| live.release);
        let kept = |label: &str| live.as_deref() == Some(label) || keep.iter().any(|one| one.deployment == label);
        let folder = format!("{parcel}/releases");
        let listed = self.bucket.list(&folder).map_err(&fault)?;
        let listings = listed.keys.iter().filter_map(|name| name.strip_suffix(".json"));
        let found: BTreeSet<&str> = listings.chain(listed.folders.iter().map(String::as_str)).collect();
        let mut gone = 0;
        for label in found.into_iter().filter(|label| !kept(label)) {
            // Without its list it is no release any more, whatever happens to its files.
            self.bucket.delete(&format!("{folder}/{label}.json")).map_err(&fault)?;
            let files: Vec<String> = self.below(&format!("{folder}/{label}")).map_err(&fault)?.into_iter().collect();
            each(&files, |path| self.bucket.delete(&format!("{folder}/{label}/{path}")).map_err(&fault))?;
            gone += 1;
        }
        Ok(gone)
    }

    /// Which names lead to a bucket is decided by whoever serves it.
    fn attach(&self, _parcel: &ParcelName, _host: &str) -> Result<Attachment, HostFault> {
        Ok(Attachment::Active)
    }

    fn detach(&self, _parcel: &ParcelName, _host: &str) -> Result<(), HostFault> {
        Ok(())
    }

    fn withdraw(&self, parcel: &ParcelName) -> Result<(), HostFault> {
        self.bucket.delete(&format!("{parcel}/live.json")).map_err(fault(format!("take `{parcel}` away again")))
    }
}

impl Clearable for S3 {
    fn clear(&self) -> Result<usize, HostFault> {
        let fault = fault("take its previews away".to_owned());
        let sites = self.bucket.list("").map_err(&fault)?.folders;
        for site in &sites {
            let files: Vec<String> = self.below(site).map_err(&fault)?.into_iter().collect();
            each(&files, |path| self.bucket.delete(&format!("{site}/{path}")).map_err(&fault))?;
        }
        Ok(sites.len())
    }
}

fn release(parcel: &ParcelName, label: &str) -> String {
    format!("{parcel}/releases/{label}")
}

/// What a bucket did not do, as the fault of a host that was asked to `doing`.
pub(super) fn fault(doing: String) -> impl Fn(BucketFault) -> HostFault + Sync {
    move |fault| {
        let (kind, said) = match fault {
            BucketFault::Changed => (FaultKind::Busy, "someone else switched it at the same time".to_owned()),
            BucketFault::Refused(said) => (FaultKind::Refused, said),
            BucketFault::NoBucket(said) => (FaultKind::NoSuch, said),
            BucketFault::BadKey(key) => (FaultKind::Rejected, format!("`{key}` cannot be a name in a bucket")),
            BucketFault::Unreachable(said) => (FaultKind::Unreachable, said),
            BucketFault::Lost(said) | BucketFault::Busy(said) => (FaultKind::Busy, said),
            BucketFault::Rejected(said) => (FaultKind::Rejected, said),
        };
        HostFault::new(kind, doing.clone(), said)
    }
}

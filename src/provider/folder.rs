//! A folder of this machine as a host: releases lie side by side, and a link says which of them visitors see.
//!
//! `place/<parcel>` is a link to `place/.releases/<parcel>/<label>`, so that a web server serves `place/<parcel>/` and sees the old
//! release or the new one. Files that did not change are shared between releases.

use super::previews::Clearable;
use super::{Attachment, Doubt, FaultKind, HostFault, Provider, Upload, Wares};
use crate::model::{Digest, Good, Label, OutPath, Parcel, ParcelName, Receipt, Sighting};
use crate::world::{Lies, Shelves, now};
use std::collections::BTreeMap;

/// Where releases lie, out of the sight of visitors.
const RELEASES: &str = ".releases";

/// A folder that takes sites.
#[derive(Debug)]
pub struct Folder {
    shelves: Shelves,
    /// How people call it.
    shown: String,
}

impl Folder {
    /// The folder of these shelves, which people call `shown`.
    pub fn new(shelves: Shelves, shown: impl Into<String>) -> Self {
        Self { shelves, shown: shown.into() }
    }

    fn fault(&self, doing: impl Into<String>) -> impl FnOnce(String) -> HostFault + '_ {
        let doing = doing.into();
        move |said| HostFault::new(FaultKind::Rejected, doing, format!("{said}, in `{}`", self.shown))
    }

    /// The files of a release that lies there, by their paths; nothing if it is not whole.
    fn listing(&self, parcel: &ParcelName, label: &str) -> BTreeMap<String, Line> {
        let text = self.shelves.read(&listing(parcel, label)).unwrap_or_default();
        let line = |line: &str| {
            let (facts, path) = line.split_once(' ')?;
            let (digest, written) = facts.split_once('@')?;
            Some((path.to_owned(), Line { digest: Digest::parse(digest)?, written: written.parse().ok()? }))
        };
        text.lines().filter_map(line).collect()
    }

    /// Puts one file of a release beside the others; when it was written, and whether its bytes were needed for that.
    fn put(&self, file: &Incoming<'_>, wares: &dyn Wares) -> Result<(u128, bool), HostFault> {
        let Incoming { place, good, before } = file;
        if let Some((before, written)) = before
            && self.shelves.share(before, place, good.len, *written)
        {
            return Ok((*written, false));
        }
        let bytes = wares.bytes(good)?;
        let written = self.shelves.write(place, &bytes).map_err(self.fault(format!("write `{place}`")))?;
        wares.arrived(good);
        Ok((written, true))
    }

    fn show(&self, parcel: &ParcelName, label: &str) -> Result<(), HostFault> {
        let doing = || format!("switch `{parcel}`");
        let is_free = match self.shelves.lies(parcel.as_str()) {
            Lies::Nothing => true,
            Lies::Link(target) => is_ours(&target),
            Lies::Other => false,
        };
        if !is_free {
            let said = format!("`{}/{parcel}` was not made by hectare", self.shown);
            let advice = "move it away, or choose another `place` for the target; then deploy again";
            return Err(HostFault::new(FaultKind::Rejected, doing(), said).advise(advice));
        }
        if !self.shelves.holds(&release(parcel, label)) {
            let said = format!("the release `{label}` is gone from `{}/{RELEASES}/{parcel}`", self.shown);
            return Err(HostFault::new(FaultKind::NoSuch, doing(), said));
        }
        self.shelves.point(parcel.as_str(), &release(parcel, label)).map_err(self.fault(doing()))
    }
}

/// A file on its way into a release.
struct Incoming<'a> {
    place: String,
    good: &'a Good,
    /// Where the same bytes lie in the release before, under the same path, and when they were written.
    before: Option<(String, u128)>,
}

/// What is noted of a file of a release.
struct Line {
    digest: Digest,
    /// When it was written: whoever changes it by hand changes that, too.
    written: u128,
}

/// Whether a link that leads there is one that hectare made.
fn is_ours(target: &str) -> bool {
    target.strip_prefix(RELEASES).is_some_and(|below| below.starts_with('/'))
}

fn release(parcel: &ParcelName, label: &str) -> String {
    format!("{RELEASES}/{parcel}/{label}")
}

fn listing(parcel: &ParcelName, label: &str) -> String {
    format!("{RELEASES}/{parcel}/{label}.files")
}

/// The files of a parcel by where they lie: a site alone is the root, those of a pack are folders.
pub(super) fn files(parcel: &Parcel) -> impl Iterator<Item = (String, &Good)> {
    sited(parcel).map(|(_, place, _, good)| (place, good))
}

/// The same with the site that each belongs to, and its path there.
pub(super) fn sited(parcel: &Parcel) -> impl Iterator<Item = (&str, String, &OutPath, &Good)> {
    let is_alone = parcel.stalls.len() == 1 && parcel.stalls.keys().all(|site| site.as_str() == parcel.name.as_str());
    parcel.stalls.iter().flat_map(move |(site, stall)| {
        let place = move |path: &OutPath| if is_alone { path.to_string() } else { format!("{site}/{path}") };
        stall.release.files.iter().map(move |(path, good)| (site.as_str(), place(path), path, good))
    })
}

impl Provider for Folder {
    fn live(&self, parcel: &ParcelName) -> Result<Option<Sighting>, HostFault> {
        let Lies::Link(target) = self.shelves.lies(parcel.as_str()) else { return Ok(None) };
        // Behind a link whose release is gone, visitors find nothing.
        if is_ours(&target) && self.shelves.names(&target).is_empty() {
            return Ok(None);
        }
        let deployment = target.rsplit('/').next().unwrap_or_default().to_owned();
        Ok(Some(Sighting { label: Label::parse(&deployment), deployment, address: None, at: None, to_all: true }))
    }

    fn upload(&self, parcel: &Parcel, wares: &dyn Wares, before: Option<&Receipt>) -> Result<Upload, HostFault> {
        let (name, label) = (&parcel.name, parcel.label.to_string());
        let there = before.map(|before| (before, self.listing(name, &before.deployment)));
        if !self.shelves.names(&release(name, &label)).is_empty() {
            return Ok(Upload::default());
        }
        let aside = format!("{}.new", release(name, &label));
        self.shelves.clear(&aside).map_err(self.fault(format!("prepare `{name}`")))?;
        let (mut upload, mut listed) = (Upload::default(), String::new());
        for (path, good) in files(parcel) {
            if wares.is_stopped() {
                return Err(HostFault::new(FaultKind::Stopped, format!("write the files of `{name}`"), ""));
            }
            let same = there.as_ref().and_then(|(before, files)| {
                let line = files.get(&path).filter(|line| line.digest == good.digest)?;
                Some((format!("{}/{path}", release(name, &before.deployment)), line.written))
            });
            let file = Incoming { place: format!("{aside}/{path}"), good, before: same };
            let (written, is_sent) = self.put(&file, wares)?;
            if is_sent {
                upload.files += 1;
                upload.bytes += good.len;
            }
            listed.push_str(&format!("{}@{written} {path}\n", good.digest));
        }
        let placed = self.shelves.write(&listing(name, &label), listed.as_bytes());
        let placed = placed.and_then(|_| self.shelves.settle());
        placed
            .and_then(|()| self.shelves.rename(&aside, &release(name, &label)))
            .map_err(self.fault(format!("put the files of `{name}` in place")))?;
        Ok(upload)
    }

    /// Pointing twice to the same release changes nothing, so no doubt has to be resolved first.
    fn activate(&self, parcel: &Parcel, _upload: &Upload, _doubt: Doubt) -> Result<Receipt, HostFault> {
        let label = parcel.label.to_string();
        self.show(&parcel.name, &label)?;
        Ok(Receipt::of(parcel, label, None, now()))
    }

    fn rollback(&self, parcel: &ParcelName, to: &Receipt) -> Result<Receipt, HostFault> {
        self.show(parcel, &to.deployment)?;
        Ok(Receipt { at: now(), ..to.clone() })
    }

    fn retain(&self, parcel: &ParcelName, keep: &[Receipt]) -> Result<usize, HostFault> {
        let live = self.live(parcel)?.map(|live| live.deployment);
        let folder = format!("{RELEASES}/{parcel}");
        let is_kept =
            |label: &str| live.as_deref() == Some(label) || keep.iter().any(|receipt| receipt.deployment == label);
        let names = self.shelves.names(&folder);
        let gone: Vec<&String> =
            names.iter().filter(|name| !is_kept(name.split('.').next().unwrap_or_default())).collect();
        for name in &gone {
            self.shelves.clear(&format!("{folder}/{name}")).map_err(self.fault(format!("clear `{folder}/{name}`")))?;
        }
        Ok(gone.iter().filter(|name| !name.contains('.')).count())
    }

    /// Which names lead to a folder is decided by the web server.
    fn attach(&self, _parcel: &ParcelName, _host: &str) -> Result<Attachment, HostFault> {
        Ok(Attachment::Active)
    }

    fn detach(&self, _parcel: &ParcelName, _host: &str) -> Result<(), HostFault> {
        Ok(())
    }

    fn withdraw(&self, parcel: &ParcelName) -> Result<(), HostFault> {
        match self.shelves.lies(parcel.as_str()) {
            Lies::Link(target) if is_ours(&target) => {
                self.shelves.clear(parcel.as_str()).map_err(self.fault(format!("take `{parcel}` away")))
            }
            Lies::Link(_) | Lies::Nothing | Lies::Other => Ok(()),
        }
    }
}

impl Clearable for Folder {
    fn clear(&self) -> Result<usize, HostFault> {
        let sites = self.shelves.names("").iter().filter(|name| !name.starts_with('.')).count();
        self.shelves.clear("").map_err(self.fault("take its previews away")).map(|()| sites)
    }
}

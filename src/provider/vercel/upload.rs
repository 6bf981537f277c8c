//! Everything up to a deployment that is there, and that no domain shows yet.

use super::Vercel;
use super::api::Wish;
use super::archive::Packer;
use super::output::{self, Content, Item, Told};
use super::told::{Deployment, LABEL, PREVIEW, PREVIEWED};
use crate::model::{Hex, OutPath, Parcel, PreviewName, Release};
use crate::provider::{FaultKind, HostFault, Upload, Wares};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// Beyond so many new files, all are sent as one archive.
pub(super) const PACKED_ABOVE: usize = 500;

/// So many deployments like this one should fit in what is left of the day's uploads.
const SHARE: usize = 20;

/// The most files of a list.
const LONGEST_LIST: usize = 15_000;

/// Files of one parcel that are on their way at once.
const AT_ONCE: usize = 8;

/// How often a deployment is asked for: the first time, after what was missing was sent, after an answer was lost.
const TRIES: usize = 6;

/// After a lost answer, the host is given this long before it is asked what happened.
const AFTER_LOSS: Duration = Duration::from_secs(2);

/// A regular file that everyone may read.
const MODE: u32 = 0o100_644;
const ARCHIVE_MODE: u32 = 0o666;

/// One parcel on its way.
pub(super) struct Sending<'a> {
    pub(super) vercel: &'a Vercel,
    pub(super) parcel: &'a Parcel,
    pub(super) wares: &'a dyn Wares,
    pub(super) doing: String,
    pub(super) purpose: Purpose<'a>,
    /// What was sent so far.
    pub(super) sent: Mutex<Upload>,
}

/// Whom a deployment is for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose<'a> {
    /// It is going to be live; whether something of it is already.
    Visitors { is_live: bool },
    /// Those who were told its address.
    Preview(&'a PreviewName),
}

impl Purpose<'_> {
    /// What the host is told about the deployment, and knows it by.
    fn marks(self, parcel: &Parcel) -> Vec<(&'static str, String)> {
        match self {
            Self::Visitors { .. } => vec![(LABEL, parcel.label.to_string())],
            // A deployment of the same content for visitors must never be taken for this one.
            Self::Preview(name) => vec![(PREVIEW, name.to_string()), (PREVIEWED, parcel.label.to_string())],
        }
    }
}

impl Sending<'_> {
    /// The deployment, if it was asked for before.
    fn known(&self) -> Result<Option<Deployment>, HostFault> {
        self.vercel.api.marked(&self.doing, self.parcel.name.as_str(), &self.purpose.marks(self.parcel))
    }

    /// Sends what the host lacks, and asks for the deployment.
    pub(super) fn run(&self, release: &Release) -> Result<Deployment, HostFault> {
        let vercel = self.vercel;
        if let Some(known) = self.known()? {
            return Ok(known);
        }
        let items =
            output::items(release, &self.told(release)?).map_err(|said| self.fault(FaultKind::Rejected, said))?;
        // Where it is not known what arrived, the host is asked before anything is sent.
        let is_live = !matches!(self.purpose, Purpose::Visitors { is_live: false });
        let is_unsure = vercel.stock.is_unsure(is_live);
        let was_begun =
            vercel.stock.begin(&self.parcel.name).map_err(|said| self.fault(FaultKind::Unreachable, said))?;
        let is_uncertain = is_unsure || was_begun;
        let contents: BTreeMap<Hex<20>, &Item> = items.iter().map(|item| (item.sha, item)).collect();
        let fresh: Vec<&Item> = contents.values().copied().filter(|item| !vercel.stock.has(item.sha)).collect();
        let deployment = match self.is_packed(items.len(), fresh.len()) {
            true => {
                let parts = self.pack(&items, is_uncertain)?;
                self.deploy(&parts, ARCHIVE_MODE)?
            }
            false => {
                if !is_uncertain {
                    self.send_all(&fresh)?;
                }
                let deployment = self.deploy(&items, MODE)?;
                vercel
                    .stock
                    .end(&self.parcel.name, contents.into_keys())
                    .map_err(|said| self.fault(FaultKind::Unreachable, said))?;
                return Ok(deployment);
            }
        };
        vercel
            .stock
            .end(&self.parcel.name, std::iter::empty())
            .map_err(|said| self.fault(FaultKind::Unreachable, said))?;
        Ok(deployment)
    }

    fn fault(&self, fault: FaultKind, said: impl Into<String>) -> HostFault {
        HostFault::new(fault, self.doing.as_str(), said)
    }

    /// The texts of `_redirects` and `_headers`.
    fn told(&self, release: &Release) -> Result<Told, HostFault> {
        let text = |name: &str| -> Result<String, HostFault> {
            let good = OutPath::parse(name).ok().and_then(|path| release.files.get(&path));
            let bytes = good.map_or(Ok(Vec::new()), |good| self.wares.bytes(good))?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        };
        Ok(Told { redirects: text(output::REDIRECTS)?, headers: text(output::HEADERS)? })
    }

    /// Whether all files travel as one archive: one upload instead of many, but nothing is spared by what the host has already.
    fn is_packed(&self, all: usize, fresh: usize) -> bool {
        let share = u64::try_from(fresh.saturating_mul(SHARE)).unwrap_or(u64::MAX);
        is_archived(all, fresh) || fresh > 1 && !self.vercel.api.has_room_for(share)
    }

    /// Packs all files; the parts of the archive, each sent unless the host is asked first.
    fn pack(&self, items: &[Item], is_uncertain: bool) -> Result<Vec<Item>, HostFault> {
        let (mut parts, mut fault) = (Vec::new(), None);
        let mut packer = Packer::new(|bytes: Vec<u8>| {
            let part = Item::made(format!(".vercel/source.tgz.part{}", parts.len() + 1), bytes);
            if !is_uncertain {
                self.send(&part).map_err(|lost| {
                    fault = Some(lost);
                    io::Error::other("a part was not sent")
                })?;
            }
            parts.push(part);
            Ok(())
        });
        let mut unread = None;
        let packed = items.iter().try_for_each(|item| match self.bytes(&item.content) {
            Ok(bytes) => packer.add(&item.file, &bytes),
            Err(fault) => {
                unread = Some(fault);
                Err(io::Error::other("a file was not read"))
            }
        });
        let packed = packed.and_then(|()| packer.finish());
        match (unread.or(fault), packed) {
            (Some(fault), _) => Err(fault),
            (None, Err(error)) => Err(self.fault(FaultKind::Rejected, error.to_string())),
            (None, Ok(())) => Ok(parts),
        }
    }

    fn bytes(&self, content: &Content) -> Result<Vec<u8>, HostFault> {
        match content {
            Content::Good(good) => self.wares.bytes(good),
            Content::Made(bytes) => Ok(bytes.clone()),
        }
    }

    /// Sends these contents, several at once.
    fn send_all(&self, items: &[&Item]) -> Result<(), HostFault> {
        let next = AtomicUsize::new(0);
        let work = || -> Result<(), HostFault> {
            while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                self.send(item)?;
            }
            Ok(())
        };
        if items.len() <= 1 {
            return work();
        }
        thread::scope(|scope| {
            let workers: Vec<_> = (0..AT_ONCE.min(items.len())).map(|_| scope.spawn(work)).collect();
            let lost = || Err(self.fault(FaultKind::Busy, "a worker died"));
            workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| lost())).fold(Ok(()), Result::and)
        })
    }

    /// Sends one content unless someone else has done so.
    fn send(&self, item: &Item) -> Result<(), HostFault> {
        if self.wares.is_stopped() {
            return Err(self.fault(FaultKind::Stopped, ""));
        }
        let Some(claim) = self.vercel.stock.claim(item.sha) else { return Ok(()) };
        let bytes = self.bytes(&item.content)?;
        self.vercel.api.send(&self.doing, item.sha, bytes)?;
        claim.arrived();
        if let Content::Good(good) = &item.content {
            self.wares.arrived(good);
        }
        if let Ok(mut sent) = self.sent.lock() {
            sent.files += 1;
            sent.bytes += item.size;
        }
        Ok(())
    }

    /// Asks for the deployment until it is there.
    fn deploy(&self, items: &[Item], mode: u32) -> Result<Deployment, HostFault> {
        let body = self.body(items, mode);
        let mut lost = None;
        for _ in 0..TRIES {
            match self.vercel.api.deploy(&self.doing, &body)? {
                Wish::Granted(deployment) => return Ok(*deployment),
                Wish::Lacking(shas) => {
                    self.vercel.stock.lacks(&shas).map_err(|said| self.fault(FaultKind::Unreachable, said))?;
                    let shas: BTreeSet<Hex<20>> = shas.into_iter().collect();
                    let lacking: BTreeMap<Hex<20>, &Item> =
                        items.iter().filter(|item| shas.contains(&item.sha)).map(|item| (item.sha, item)).collect();
                    if lacking.len() < shas.len() {
                        return Err(self.fault(FaultKind::Nonsense, "it asks for files that are not part of the site"));
                    }
                    self.send_all(&lacking.into_values().collect::<Vec<_>>())?;
                }
                Wish::Unknown(fault) => {
                    self.vercel.api.rest(AFTER_LOSS);
                    if let Some(known) = self.known()? {
                        return Ok(known);
                    }
                    lost = Some(fault);
                }
            }
        }
        Err(lost.unwrap_or_else(|| self.fault(FaultKind::Busy, "it lacks files that it has confirmed")))
    }

    fn body(&self, items: &[Item], mode: u32) -> Value {
        let file =
            |item: &Item| json!({ "file": item.file, "sha": item.sha.to_string(), "size": item.size, "mode": mode });
        let marks: BTreeMap<&str, String> = self.purpose.marks(self.parcel).into_iter().collect();
        let mut body = json!({
            "version": 2,
            "name": self.parcel.name.as_str(),
            "project": self.parcel.name.as_str(),
            "meta": marks,
            "projectSettings": { "framework": null },
            "autoAssignCustomDomains": false,
            "files": items.iter().map(file).collect::<Vec<_>>(),
        });
        // Without a target it is for nobody but those who know its address.
        if matches!(self.purpose, Purpose::Visitors { .. }) {
            body["target"] = json!("production");
        }
        body
    }
}

/// Whether so many files, of which so many are new, travel as one archive in any case.
pub fn is_archived(all: usize, fresh: usize) -> bool {
    fresh > PACKED_ABOVE || all > LONGEST_LIST
}

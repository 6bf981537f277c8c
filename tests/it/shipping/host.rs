//! A host in memory that keeps books, loses answers and fails as it is told.

use hectare::model::{Digest, Good, Label, Parcel, ParcelName, Receipt, Sighting};
use hectare::provider::{Attachment, Doubt, FaultKind, HostFault, Provider, Upload, Wares};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

/// What is done to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Nothing happens, and the fault is this.
    Refuse(FaultKind),
    /// It happens, but the answer is lost.
    Lose,
}

/// The host and its books; clones are the same host.
#[derive(Clone)]
pub(super) struct Host {
    books: Arc<Mutex<Books>>,
}

#[derive(Default)]
pub(super) struct Books {
    /// Parcel → contents that were accepted, and how often.
    pub(super) accepted: BTreeMap<(ParcelName, Digest), usize>,
    /// Deployments by parcel, the live one named apart.
    pub(super) deployments: BTreeMap<ParcelName, Vec<Deployment>>,
    pub(super) live: BTreeMap<ParcelName, String>,
    pub(super) hosts: BTreeSet<(ParcelName, String)>,
    pub(super) requests: usize,
    /// `activate garden` → what happens to the next calls of that name, in turn.
    pub(super) script: BTreeMap<String, Vec<Trouble>>,
}

#[derive(Debug, Clone)]
pub(super) struct Deployment {
    pub(super) id: String,
    pub(super) label: Label,
    pub(super) sites: BTreeMap<String, Digest>,
}

impl Host {
    pub(super) fn new() -> Self {
        Self { books: Arc::default() }
    }

    pub(super) fn books(&self) -> std::sync::MutexGuard<'_, Books> {
        self.books.lock().unwrap()
    }

    /// Lets the next calls of `call`, such as `activate garden`, fail in turn.
    pub(super) fn script(&self, call: &str, troubles: &[Trouble]) {
        self.books().script.insert(call.to_owned(), troubles.to_vec());
    }

    /// Which release of a site visitors see.
    pub(super) fn shows(&self, parcel: &str, site: &str) -> Option<Digest> {
        let (books, parcel) = (self.books(), ParcelName::parse(parcel).unwrap());
        let live = books.live.get(&parcel)?;
        books.deployments[&parcel].iter().find(|deployment| deployment.id == *live)?.sites.get(site).copied()
    }

    /// Deployments that were ever made.
    pub(super) fn made(&self) -> usize {
        self.books().deployments.values().map(Vec::len).sum()
    }

    /// Contents that were accepted more than once for one parcel.
    pub(super) fn repeated(&self) -> usize {
        self.books().accepted.values().filter(|times| **times > 1).count()
    }

    fn call<T>(
        &self,
        name: &str,
        parcel: &ParcelName,
        act: impl FnOnce(&mut Books) -> Result<T, HostFault>,
    ) -> Result<T, HostFault> {
        let mut books = self.books();
        books.requests += 1;
        let turn = books.script.get_mut(&format!("{name} {parcel}")).filter(|turns| !turns.is_empty());
        match turn.map(|turns| turns.remove(0)) {
            Some(Trouble::Refuse(fault)) => Err(HostFault::new(fault, format!("{name} `{parcel}`"), "as told")),
            Some(Trouble::Lose) => {
                act(&mut books)?;
                Err(HostFault::new(FaultKind::Unknown, format!("{name} `{parcel}`"), "the answer was lost"))
            }
            None => act(&mut books),
        }
    }
}

impl Provider for Host {
    fn live(&self, parcel: &ParcelName) -> Result<Option<Sighting>, HostFault> {
        self.call("live", parcel, |books| {
            let Some(live) = books.live.get(parcel) else { return Ok(None) };
            let deployment = books.deployments[parcel].iter().find(|deployment| deployment.id == *live).unwrap();
            let (deployment, label) = (deployment.id.clone(), Some(deployment.label));
            Ok(Some(Sighting { deployment, label, address: None, at: None, to_all: true }))
        })
    }

    fn upload(&self, parcel: &Parcel, wares: &dyn Wares, _before: Option<&Receipt>) -> Result<Upload, HostFault> {
        let goods: BTreeMap<Digest, Good> = parcel
            .stalls
            .values()
            .flat_map(|stall| stall.release.files.values())
            .map(|good| (good.digest, *good))
            .collect();
        let lacks = |good: &&Good| !self.books().accepted.contains_key(&(parcel.name.clone(), good.digest));
        let missing: Vec<&Good> = goods.values().filter(lacks).collect();
        let mut upload = Upload::default();
        for good in missing {
            let bytes = wares.bytes(good)?;
            assert_eq!(Digest::of(&bytes), good.digest, "a host compares what it gets");
            self.call("upload", &parcel.name, |books| {
                *books.accepted.entry((parcel.name.clone(), good.digest)).or_default() += 1;
                Ok(())
            })?;
            wares.arrived(good);
            upload.files += 1;
            upload.bytes += good.len;
        }
        Ok(upload)
    }

    fn activate(&self, parcel: &Parcel, _upload: &Upload, doubt: Doubt) -> Result<Receipt, HostFault> {
        self.call("activate", &parcel.name, |books| {
            let there = books.deployments.entry(parcel.name.clone()).or_default();
            let known = there.iter().find(|deployment| deployment.label == parcel.label);
            let id = match known.filter(|_| doubt == Doubt::MayHaveHappened) {
                Some(known) => known.id.clone(),
                None => {
                    let id = format!("{}-{}", parcel.name, there.len() + 1);
                    let sites = parcel.sites().iter().map(|(site, id)| (site.to_string(), *id)).collect();
                    there.push(Deployment { id: id.clone(), label: parcel.label, sites });
                    id
                }
            };
            books.live.insert(parcel.name.clone(), id.clone());
            Ok(Receipt::of(parcel, id, None, "2026-11-20T12:00:00Z".parse().unwrap()))
        })
    }

    fn rollback(&self, parcel: &ParcelName, to: &Receipt) -> Result<Receipt, HostFault> {
        self.call("rollback", parcel, |books| {
            books.live.insert(parcel.clone(), to.deployment.clone());
            Ok(to.clone())
        })
    }

    fn retain(&self, _parcel: &ParcelName, _keep: &[Receipt]) -> Result<usize, HostFault> {
        Ok(0)
    }

    fn attach(&self, parcel: &ParcelName, host: &str) -> Result<Attachment, HostFault> {
        if host.starts_with("nozone") {
            return Ok(Attachment::NoZone("example".into()));
        }
        self.call("attach", parcel, |books| {
            books.hosts.insert((parcel.clone(), host.to_owned()));
            Ok(Attachment::Active)
        })
    }

    fn detach(&self, parcel: &ParcelName, host: &str) -> Result<(), HostFault> {
        self.call("detach", parcel, |books| {
            books.hosts.remove(&(parcel.clone(), host.to_owned()));
            Ok(())
        })
    }
}

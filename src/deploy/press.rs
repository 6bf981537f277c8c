//! Finished sites become releases: read once, compared with what their manifests promise, looked through, keyed for hosts, kept.

use super::crew;
use super::ledger::{Ledger, Store};
use crate::check;
use crate::diag::{Code, Diagnostic, Place};
use crate::event::{Event, Listener, Transfer};
use crate::model::{Digest, Good, HostKeys, Manifest, ManifestEntry, OutPath, Plan, Release, SiteId, unpoisoned};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Where finished sites lie.
pub trait Yard: Sync {
    /// What a site consists of.
    fn manifest(&self, site: &SiteId) -> Result<Manifest, Diagnostic>;

    /// The bytes of one of its files, as they are now.
    fn bytes(&self, site: &SiteId, path: &OutPath) -> Result<Vec<u8>, Diagnostic>;

    /// How people call the place of a file: `dist/garden/index.html`.
    fn shown(&self, site: &SiteId, path: &OutPath) -> String;
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Pressed {
    /// The releases.
    pub releases: BTreeMap<SiteId, Arc<Release>>,
    /// Sites that could not be read, and why.
    pub faults: BTreeMap<SiteId, Diagnostic>,
    /// Secrets that were found.
    pub leaks: Vec<Diagnostic>,
}

/// What of it is kept in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// Nothing is written.
    Nothing,
    /// What holds a secret stops the run, and is not sent to where the ledger lies either.
    AllButSecrets,
    /// The owner does not mind secrets.
    Everything,
}

/// Makes releases of all sites that change in `plan`. `tokens` are the fleet's own, which must not be in any of them.
pub fn press(
    plan: &Plan,
    yard: &dyn Yard,
    ledger: &Ledger<'_>,
    tokens: &[&str],
    keeping: Keeping,
    listener: &dyn Listener,
) -> Pressed {
    let changes: BTreeMap<&SiteId, Option<Digest>> = plan.changes().map(|change| (&change.site, change.from)).collect();
    let store = (keeping != Keeping::Nothing).then(|| ledger.store());
    let (hands, keeps_leaks) = (ledger.hands(), keeping == Keeping::Everything);
    let (ledger, leaks) = (Some(ledger), Mutex::default());
    let press = Press { yard, ledger, store, hands, tokens, keeps_leaks, leaks, listener };
    press.all(changes)
}

/// The same for sites of which nothing is kept, and that replace nothing.
pub fn press_alone<'a>(
    sites: impl Iterator<Item = &'a SiteId>,
    yard: &dyn Yard,
    tokens: &[&str],
    listener: &dyn Listener,
) -> Pressed {
    let (ledger, store, hands, leaks) = (None, None, HANDS, Mutex::default());
    let press = Press { yard, ledger, store, hands, tokens, keeps_leaks: false, leaks, listener };
    press.all(sites.map(|site| (site, None)).collect())
}

/// Files that are read at once where no ledger says how many it takes.
const HANDS: usize = 8;

/// What tells contents apart: hosts name a file by its extension, too.
type Content = (Digest, String);

/// The keys of contents.
type Known = BTreeMap<Content, HostKeys>;

struct Press<'a> {
    yard: &'a dyn Yard,
    /// Where releases of the past are kept.
    ledger: Option<&'a Ledger<'a>>,
    store: Option<Store<'a>>,
    /// How many files are read and kept at once.
    hands: usize,
    tokens: &'a [&'a str],
    /// Whether contents with a secret in them are kept.
    keeps_leaks: bool,
    leaks: Mutex<Vec<Diagnostic>>,
    listener: &'a dyn Listener,
}

impl Press<'_> {
    /// Makes releases of these sites, each of which replaces another one or nothing.
    fn all(self, changes: BTreeMap<&SiteId, Option<Digest>>) -> Pressed {
        let changes: Vec<(&SiteId, Option<Digest>)> = changes.into_iter().collect();
        let sites = crew::map(&changes, self.hands, |(site, from)| {
            Ok((*site, self.yard.manifest(site)?, self.known(site, *from)?))
        });
        let goods = self.read_all(&sites.iter().filter_map(|site| site.as_ref().ok()).collect::<Vec<_>>());
        let made = crew::map(&sites, self.hands, |site| {
            let (site, manifest, known) = site.as_ref().map_err(Clone::clone)?;
            let made =
                self.release(site, manifest, &|content| known.get(content).or_else(|| goods.get(content)).copied());
            self.tell(&Event::Transferred { bytes: 0 });
            made
        });
        self.tell(&Event::TransferEnded);
        let mut pressed = Pressed { leaks: unpoisoned(self.leaks.into_inner()), ..Pressed::default() };
        pressed.leaks.sort_by(|one, other| one.place.cmp(&other.place));
        for ((site, _), made) in changes.into_iter().zip(made) {
            match made {
                Ok(release) => drop(pressed.releases.insert(site.clone(), Arc::new(release))),
                Err(fault) => drop(pressed.faults.insert(site.clone(), fault)),
            }
        }
        pressed
    }

    /// The contents of the release that is replaced: their keys are known, and they are kept already. Those that were lost since are
    /// read again like new ones.
    fn known(&self, site: &SiteId, from: Option<Digest>) -> Result<Known, Diagnostic> {
        let from = self.ledger.zip(from).map(|(ledger, from)| ledger.release(site, from)).transpose()?.flatten();
        let is_kept = |good: &Good| self.store.as_ref().is_none_or(|store| store.seems_kept(good));
        let goods = from.iter().flat_map(|from| &from.files).filter(|(_, good)| is_kept(good));
        Ok(goods.map(|(path, good)| ((good.digest, path.extension()), good.keys)).collect())
    }

    /// Tells of what is kept.
    fn tell(&self, event: &Event) {
        if self.store.is_some() {
            self.listener.tell(event);
        }
    }

    /// Reads every new content once, however many sites share it.
    fn read_all(&self, sites: &[&(&SiteId, Manifest, Known)]) -> Known {
        let mut wanted: BTreeMap<Content, (&SiteId, &OutPath, &ManifestEntry)> = BTreeMap::new();
        for (site, manifest, known) in sites {
            let files = manifest.entries.iter().map(|(path, entry)| ((entry.digest, path.extension()), path, entry));
            for (content, path, entry) in files.filter(|(content, ..)| !known.contains_key(content)) {
                wanted.entry(content).or_insert((site, path, entry));
            }
        }
        let wanted: Vec<(Content, (&SiteId, &OutPath, &ManifestEntry))> = wanted.into_iter().collect();
        let bytes = wanted.iter().map(|(_, (_, _, entry))| entry.len).sum();
        // The list of each release is kept, too.
        let files = wanted.len() + sites.len();
        self.tell(&Event::TransferStarted { what: Transfer::Keeping, files, bytes });
        let read = crew::map(&wanted, self.hands, |(_, (site, path, entry))| {
            let read = self.read(site, path, entry);
            self.tell(&Event::Transferred { bytes: entry.len });
            read
        });
        wanted.into_iter().zip(read).filter_map(|((content, _), keys)| Some((content, keys.ok()?))).collect()
    }

    fn release(
        &self,
        site: &SiteId,
        manifest: &Manifest,
        keys: &dyn Fn(&Content) -> Option<HostKeys>,
    ) -> Result<Release, Diagnostic> {
        let release = Release::of(manifest, |path, entry| match keys(&(entry.digest, path.extension())) {
            Some(keys) => Ok(keys),
            // Another site's file with this content could not be read; this one perhaps can.
            None => self.read(site, path, entry),
        })?;
        if let Some(store) = &self.store {
            let marker = release.marker();
            store.add(Digest::of(&marker), &marker)?;
            self.ledger.map_or(Ok(()), |ledger| ledger.keep(&release))?;
        }
        Ok(release)
    }

    fn read(&self, site: &SiteId, path: &OutPath, entry: &ManifestEntry) -> Result<HostKeys, Diagnostic> {
        let bytes = self.yard.bytes(site, path)?;
        let shown = || Place::file(self.yard.shown(site, path));
        if Digest::of(&bytes) != entry.digest {
            let message = "a finished file is not what was built";
            let hint = "someone changed it since; `hectare build --clean` makes it again";
            return Err(Diagnostic::error(Code::Differs, message).at(shown()).hint(hint));
        }
        if let Some(leak) = check::leak(&bytes, self.tokens) {
            let message = format!("an output holds {}", leak.kind);
            let hint = format!(
                "take it out of line {} and of what the page is made of, and have its owner make a new one",
                leak.line
            );
            let found = Diagnostic::error(Code::SecretFound, message).at(shown()).hint(hint);
            unpoisoned(self.leaks.lock()).push(found);
            if !self.keeps_leaks {
                return Ok(HostKeys::of(path, &bytes));
            }
        }
        if let Some(store) = &self.store {
            store.add(entry.digest, &bytes)?;
        }
        Ok(HostKeys::of(path, &bytes))
    }
}

//! Finished sites become releases: read once, compared with what their manifests promise, looked through, keyed for hosts, kept.

use super::crew;
use super::ledger::{Ledger, Store};
use crate::check;
use crate::diag::{Code, Diagnostic, Place};
use crate::model::{Digest, Good, HostKeys, Manifest, ManifestEntry, Media, OutPath, Plan, Release, SiteId};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

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
pub fn press(plan: &Plan, yard: &dyn Yard, ledger: &Ledger<'_>, tokens: &[&str], keeping: Keeping) -> Pressed {
    let changes: BTreeMap<&SiteId, Option<Digest>> = plan.changes().map(|change| (&change.site, change.from)).collect();
    let changes: Vec<(&SiteId, Option<Digest>)> = changes.into_iter().collect();
    let store = (keeping != Keeping::Nothing).then(|| ledger.store());
    let (hands, keeps_leaks) = (ledger.hands(), keeping == Keeping::Everything);
    let press = Press { yard, ledger, store, hands, tokens, keeps_leaks, leaks: Mutex::default() };
    let sites = crew::map(&changes, hands, |(site, from)| Ok((*site, yard.manifest(site)?, press.known(site, *from)?)));
    let goods = press.read_all(sites.iter().filter_map(|site| site.as_ref().ok()));
    let made = crew::map(&sites, hands, |site| {
        let (site, manifest, known) = site.as_ref().map_err(Clone::clone)?;
        press.release(site, manifest, &|content| known.get(content).or_else(|| goods.get(content)).copied())
    });
    let mut pressed =
        Pressed { leaks: press.leaks.into_inner().unwrap_or_else(PoisonError::into_inner), ..Pressed::default() };
    pressed.leaks.sort_by(|one, other| one.place.cmp(&other.place));
    for ((site, _), made) in changes.into_iter().zip(made) {
        match made {
            Ok(release) => drop(pressed.releases.insert(site.clone(), Arc::new(release))),
            Err(fault) => drop(pressed.faults.insert(site.clone(), fault)),
        }
    }
    pressed
}

/// What tells contents apart: hosts name a file by its extension, too.
type Content = (Digest, String);

/// The keys of contents.
type Known = BTreeMap<Content, HostKeys>;

struct Press<'a> {
    yard: &'a dyn Yard,
    ledger: &'a Ledger<'a>,
    store: Option<Store<'a>>,
    /// How many files are read and kept at once.
    hands: usize,
    tokens: &'a [&'a str],
    /// Whether contents with a secret in them are kept.
    keeps_leaks: bool,
    leaks: Mutex<Vec<Diagnostic>>,
}

impl Press<'_> {
    /// The contents of the release that is replaced: their keys are known, and they are kept already. Those that were lost since are
    /// read again like new ones.
    fn known(&self, site: &SiteId, from: Option<Digest>) -> Result<Known, Diagnostic> {
        let from = from.map(|from| self.ledger.release(site, from)).transpose()?.flatten();
        let is_kept = |good: &Good| self.store.as_ref().is_none_or(|store| store.seems_kept(good));
        let goods = from.iter().flat_map(|from| &from.files).filter(|(_, good)| is_kept(good));
        Ok(goods.map(|(path, good)| ((good.digest, path.extension()), good.keys)).collect())
    }

    /// Reads every new content once, however many sites share it.
    fn read_all<'s>(&self, sites: impl Iterator<Item = &'s (&'s SiteId, Manifest, Known)>) -> Known {
        let mut wanted: BTreeMap<Content, (&SiteId, &OutPath, &ManifestEntry)> = BTreeMap::new();
        for (site, manifest, known) in sites {
            let files = manifest.entries.iter().map(|(path, entry)| ((entry.digest, path.extension()), path, entry));
            for (content, path, entry) in files.filter(|(content, ..)| !known.contains_key(content)) {
                wanted.entry(content).or_insert((site, path, entry));
            }
        }
        let wanted: Vec<(Content, (&SiteId, &OutPath, &ManifestEntry))> = wanted.into_iter().collect();
        let read = crew::map(&wanted, self.hands, |(_, (site, path, entry))| self.read(site, path, entry));
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
            self.ledger.keep(&release)?;
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
        let is_text = !matches!(entry.media, Media::Other(mime) if !mime.starts_with("text/"));
        if let Some(leak) = is_text.then(|| check::leak(&bytes, self.tokens)).flatten() {
            let message = format!("an output holds {}", leak.kind);
            let hint = format!(
                "take it out of line {} and of what the page is made of, and have its owner make a new one",
                leak.line
            );
            let found = Diagnostic::error(Code::SecretFound, message).at(shown()).hint(hint);
            self.leaks.lock().unwrap_or_else(PoisonError::into_inner).push(found);
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

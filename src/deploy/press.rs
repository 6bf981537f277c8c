//! Finished sites become releases: read once, compared with what their manifests promise, looked through, keyed for hosts, kept.

use super::ledger::{Ledger, Store};
use crate::check;
use crate::diag::{Code, Diagnostic, Place};
use crate::model::{Digest, HostKeys, Manifest, ManifestEntry, Media, OutPath, Plan, Release, SiteId};
use crate::world::spread;
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

/// Makes releases of all sites that change in `plan`. `tokens` are the fleet's own, which must not be in any of them. Without `keep`
/// nothing is written.
pub fn press(plan: &Plan, yard: &dyn Yard, ledger: &Ledger<'_>, tokens: &[&str], keep: bool) -> Pressed {
    let changes: BTreeMap<&SiteId, Option<Digest>> = plan.changes().map(|change| (&change.site, change.from)).collect();
    let changes: Vec<(&SiteId, Option<Digest>)> = changes.into_iter().collect();
    let press = Press {
        yard,
        ledger,
        store: keep.then(|| ledger.store()),
        tokens,
        known: Mutex::default(),
        leaks: Mutex::default(),
    };
    let made = spread(&changes, |(site, from)| press.release(site, *from));
    let mut pressed = Pressed { leaks: into_inner(press.leaks), ..Pressed::default() };
    for ((site, _), made) in changes.into_iter().zip(made) {
        match made {
            Ok(release) => drop(pressed.releases.insert(site.clone(), Arc::new(release))),
            Err(fault) => drop(pressed.faults.insert(site.clone(), fault)),
        }
    }
    pressed
}

struct Press<'a> {
    yard: &'a dyn Yard,
    ledger: &'a Ledger<'a>,
    store: Option<Store<'a>>,
    tokens: &'a [&'a str],
    /// Contents that were read already, as sites share many.
    known: Mutex<BTreeMap<(Digest, String), HostKeys>>,
    leaks: Mutex<Vec<Diagnostic>>,
}

impl Press<'_> {
    fn release(&self, site: &SiteId, from: Option<Digest>) -> Result<Release, Diagnostic> {
        let manifest = self.yard.manifest(site)?;
        let from = from.map(|from| self.ledger.release(site, from)).transpose()?.flatten();
        let kept: BTreeMap<(Digest, String), HostKeys> = from
            .iter()
            .flat_map(|from| &from.files)
            .map(|(path, good)| ((good.digest, path.extension()), good.keys))
            .collect();
        let release = Release::of(&manifest, |path, entry| {
            let content = (entry.digest, path.extension());
            let known = kept.get(&content).copied().or_else(|| lock(&self.known).get(&content).copied());
            match known {
                Some(keys) => Ok(keys),
                None => {
                    let keys = self.read(site, path, entry)?;
                    lock(&self.known).insert(content, keys);
                    Ok(keys)
                }
            }
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
            lock(&self.leaks).push(found);
        }
        if let Some(store) = &self.store {
            store.add(entry.digest, &bytes)?;
        }
        Ok(HostKeys::of(path, &bytes))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn into_inner<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(PoisonError::into_inner)
}

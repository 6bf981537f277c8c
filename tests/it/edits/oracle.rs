//! What has to hold after every step: everything is as a clean build of a copy makes it.

use super::drive::Program;
use super::outcome::{Outcome, Remark, Shelf, build};
use super::place::{Held, Place, Sites, read_sites};
use hectare::model::Digest;
use hectare::world::{Disk, Memory};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What a clean build makes and says.
#[derive(Clone)]
pub(crate) struct Clean {
    pub(crate) outcome: Outcome,
    pub(crate) sites: Sites,
}

/// What one step came to.
pub(crate) struct Comparison<'a> {
    /// The finished sites before the build.
    pub(crate) before: &'a Sites,
    /// The finished sites after it.
    pub(crate) after: &'a Sites,
    /// What the build said.
    pub(crate) made: &'a Outcome,
    /// What a clean build makes and says.
    pub(crate) clean: &'a Clean,
    /// Sites of which what hectare remembers was damaged.
    pub(crate) suspects: &'a BTreeSet<String>,
}

/// The code of remarks about files that hectare did not make.
const FOREIGN: &str = "H0705";
/// The code of the remark that a damaged cache was dropped.
const DROPPED: &str = "H0707";

/// The mode of a file that a program makes without saying more.
pub(crate) fn usual_mode() -> u32 {
    use std::os::unix::fs::PermissionsExt;
    static MODE: std::sync::OnceLock<u32> = std::sync::OnceLock::new();
    *MODE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("file");
        std::fs::write(&place, "").unwrap();
        std::fs::metadata(place).unwrap().permissions().mode()
    })
}

impl Clean {
    /// Builds the sources where they lie, through the library, into memory.
    pub(crate) fn in_memory(place: &Place, now: &str) -> Self {
        let shelf = Shelf::default();
        let outcome = build(&Disk::new(&place.root), &shelf, now);
        Self { outcome, sites: sites_of(&shelf.dist) }
    }

    /// Builds a copy of the sources in another folder, with the program.
    pub(crate) fn by_program(place: &Place, now: &str, program: Program) -> Self {
        let (_folder, root) = place.copied();
        let outcome = program.build(&root, now, &[]);
        Self { outcome, sites: read_sites(&root.join("dist")) }
    }
}

/// The sites that lie in memory, as they would lie on a disk.
pub(crate) fn sites_of(dist: &Memory) -> Sites {
    let mut sites = Sites::new();
    for (path, bytes) in dist.snapshot() {
        let (site, below) = path.split_once('/').unwrap();
        let held = Held { mode: usual_mode(), bytes };
        sites.entry(site.to_owned()).or_default().insert(below.to_owned(), held);
    }
    sites
}

impl Comparison<'_> {
    /// Says what is not as it has to be. On success, tells the files that are left over because hectare no longer knows
    /// that they are its own.
    pub(crate) fn judge(&self) -> Result<BTreeMap<String, Vec<String>>, String> {
        let Self { made, clean, .. } = self;
        if made.code != clean.outcome.code {
            return Err(format!("exit code {}, a clean build ends with {}", made.code, clean.outcome.code));
        }
        if made.failed() != clean.outcome.failed() {
            let (found, expected) = (made.failed(), clean.outcome.failed());
            return Err(format!("{found:?} failed, in a clean build {expected:?}; said:\n{:#?}", made.remarks));
        }
        let names: BTreeSet<_> = self.before.keys().chain(self.after.keys()).chain(self.clean.sites.keys()).collect();
        let mut left = BTreeMap::new();
        for site in names {
            let paths = self.judge_site(site).map_err(|wrong| format!("{site}: {wrong}"))?;
            if !paths.is_empty() {
                left.insert(site.clone(), paths);
            }
        }
        if made.sites != clean.outcome.sites {
            return Err(format!("bundles {:?}, a clean build has {:?}", made.sites, clean.outcome.sites));
        }
        self.judge_remarks(&left).map(|()| left)
    }

    /// A site that was built is as a clean build makes it; any other is as it was.
    fn judge_site(&self, site: &str) -> Result<Vec<String>, String> {
        let empty = BTreeMap::new();
        let after = self.after.get(site).unwrap_or(&empty);
        let before = self.before.get(site).unwrap_or(&empty);
        let Some(Some(_)) = self.clean.outcome.sites.get(site) else {
            return match difference(before, after) {
                // What a killed build prepared stays until its site is built again.
                _ if site.starts_with('.') => Ok(Vec::new()),
                Some(path) => Err(format!("`{path}` was touched although the site was not built")),
                None => Ok(Vec::new()),
            };
        };
        if let Some(path) =
            [format!(".{site}.new"), format!(".{site}.old")].iter().find(|path| self.after.contains_key(*path))
        {
            return Err(format!("`{path}` was left behind"));
        }
        let clean = &self.clean.sites[site];
        let (ours, left): (BTreeMap<_, _>, BTreeMap<_, _>) =
            after.clone().into_iter().partition(|(path, _)| clean.contains_key(path));
        if let Some(path) = difference(clean, &ours) {
            return Err(wrong(&path, clean, &ours));
        }
        match left.iter().find(|(path, held)| !self.suspects.contains(site) || before.get(*path) != Some(*held)) {
            Some((path, _)) => Err(format!("`{path}` is stale: nothing makes it any more")),
            None => Ok(left.into_keys().collect()),
        }
    }

    /// Everything is said that a clean build says, and nothing else but what is true of the folder alone.
    fn judge_remarks(&self, left: &BTreeMap<String, Vec<String>>) -> Result<(), String> {
        let (own, said): (Vec<&Remark>, Vec<&Remark>) =
            self.made.remarks.iter().partition(|remark| !remark.is_of_sources());
        if self.suspects.is_empty() && own.iter().any(|remark| remark.code == DROPPED) {
            return Err("the cache is damaged, and nobody did that".to_owned());
        }
        let expected: Vec<&Remark> = self.clean.outcome.remarks.iter().collect();
        if said != expected {
            let missing: Vec<_> = expected.iter().filter(|remark| !said.contains(remark)).collect();
            let more: Vec<_> = said.iter().filter(|remark| !expected.contains(remark)).collect();
            return Err(format!("not said: {missing:#?}\nsaid in addition: {more:#?}"));
        }
        let about: BTreeSet<&str> =
            own.iter().filter(|remark| remark.code == FOREIGN).map(|remark| remark.site.as_str()).collect();
        let known = &self.clean.outcome.sites;
        let departed: Vec<_> =
            self.after.keys().filter(|site| !site.starts_with('.') && !known.contains_key(*site)).collect();
        if let Some(site) = left.keys().find(|site| !about.contains(site.as_str())) {
            return Err(format!("{site}: files were left over without a word"));
        }
        for site in about {
            let is_so = if site.is_empty() { !departed.is_empty() } else { left.contains_key(site) };
            if !is_so {
                return Err(format!("`{site}`: a word about foreign files, and there are none"));
            }
        }
        Ok(())
    }
}

impl Remark {
    /// Whether it is about the sources, and not about what lies in the output or in the cache.
    pub(crate) fn is_of_sources(&self) -> bool {
        self.code != FOREIGN && self.code != DROPPED
    }
}

/// The first path at which two folders differ.
fn difference(one: &BTreeMap<String, Held>, other: &BTreeMap<String, Held>) -> Option<String> {
    one.keys().chain(other.keys()).find(|path| one.get(*path) != other.get(*path)).cloned()
}

fn wrong(path: &str, clean: &BTreeMap<String, Held>, found: &BTreeMap<String, Held>) -> String {
    let (Some(clean), Some(found)) = (clean.get(path), found.get(path)) else {
        return format!("`{path}` is missing");
    };
    if clean.mode != found.mode {
        return format!("`{path}` has the mode {:o} instead of {:o}", found.mode, clean.mode);
    }
    let at = clean.bytes.iter().zip(&found.bytes).take_while(|(one, other)| one == other).count();
    let from = at.saturating_sub(40);
    let part =
        |bytes: &[u8]| String::from_utf8_lossy(&bytes[from.min(bytes.len())..(at + 60).min(bytes.len())]).into_owned();
    format!("`{path}` is wrong at byte {at}:\n  {:?}\nshould be\n  {:?}", part(&found.bytes), part(&clean.bytes))
}

/// Whether one folder is exactly another; both may be missing.
pub(crate) fn is_equal(one: Option<&BTreeMap<String, Held>>, other: Option<&BTreeMap<String, Held>>) -> bool {
    one == other
}

/// Sites whose record does not say what lies in their folder.
pub(crate) fn wrong_records(place: &Place, clean: &Clean) -> BTreeSet<String> {
    let built = clean.outcome.sites.iter().filter_map(|(site, bundle)| Some((site, bundle.as_ref()?)));
    built.filter(|(site, bundle)| !is_recorded(place, site, bundle, clean)).map(|(site, _)| site.clone()).collect()
}

fn is_recorded(place: &Place, site: &str, bundle: &str, clean: &Clean) -> bool {
    let path = place.root.join(format!(".hectare/sites/{site}.json"));
    let record = std::fs::read(path).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let Some(record) = record else { return false };
    let files = record["files"].as_array().into_iter().flatten();
    let files: BTreeMap<_, _> = files.map(|file| (file["path"].as_str(), file["digest"].as_str())).collect();
    let is_right = |(path, held): (&String, &Held)| {
        files.get(&Some(path.as_str())).is_some_and(|digest| *digest == Some(&*Digest::of(&held.bytes).to_string()))
    };
    let site = &clean.sites[site];
    record["bundle"] == bundle && record["leaving"].is_null() && files.len() == site.len() && site.iter().all(is_right)
}

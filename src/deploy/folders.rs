//! What differs between two folders of finished sites.

use crate::diag::Diagnostic;
use crate::model::{Change, Difference, Differences, Digest, Digester, SiteId};
use crate::world::{Entry, EntryKind, Files, spread_out};
use std::collections::{BTreeMap, BTreeSet};

type Site = BTreeMap<String, Digest>;

/// Compares the folder `after` with the folder `before`.
pub fn differences(before: &dyn Files, after: &dyn Files) -> Result<Differences, Diagnostic> {
    let (before, after) = (sites(before)?, sites(after)?);
    let ids: BTreeSet<&SiteId> = before.keys().chain(after.keys()).collect();
    let mut found = Differences::default();
    for id in ids {
        match (before.get(id), after.get(id)) {
            (Some(old), Some(new)) if old == new => found.unchanged += 1,
            (old, Some(new)) => change(id, old, new, &mut found),
            (_, None) => found.gone.push(id.clone()),
        }
    }
    Ok(found)
}

/// What changes in a site; the files that differ are added to `found`, too.
fn change(site: &SiteId, old: Option<&Site>, new: &Site, found: &mut Differences) {
    let none = Site::new();
    let was = old.unwrap_or(&none);
    let paths: BTreeSet<&String> = was.keys().chain(new.keys()).collect();
    let differs = |path: &&String| match (was.get(*path), new.get(*path)) {
        (None, _) => Some(((*path).clone(), Difference::Added)),
        (Some(_), None) => Some(((*path).clone(), Difference::Removed)),
        (Some(old), Some(new)) => (old != new).then(|| ((*path).clone(), Difference::Changed)),
    };
    let files: Vec<(String, Difference)> = paths.iter().filter_map(differs).collect();
    let of = |kind: Difference| files.iter().filter(move |(_, difference)| *difference == kind);
    found.changes.push(Change {
        site: site.clone(),
        from: old.map(digest),
        to: digest(new),
        added: of(Difference::Added).count(),
        changed: of(Difference::Changed).count(),
        removed: of(Difference::Removed).count(),
        removed_pages: of(Difference::Removed).filter(|(path, _)| path.ends_with(".html")).count(),
    });
    found.files.extend(files.into_iter().map(|(path, difference)| (format!("{site}/{path}"), difference)));
}

fn digest(site: &Site) -> Digest {
    Digest::of_parts(site.iter().flat_map(|(path, digest)| [path.as_bytes(), digest.as_bytes()]))
}

/// The files of each site, with their digests. What does not lie in the folder of a site is not looked at.
fn sites(folder: &dyn Files) -> Result<BTreeMap<SiteId, Site>, Diagnostic> {
    let entries = folder.walk("").map_err(|fault| fault.on("."))?;
    let files = entries.into_iter().filter(|entry| entry.kind == EntryKind::File).collect();
    let placed = |Entry { path, .. }: Entry| {
        let (site, below) = path.split_once('/')?;
        let site = SiteId::parse(site).ok()?;
        let mut digester = Digester::default();
        let copied = folder.copy(&path, &mut digester).map_err(|fault| fault.on(&path));
        Some(copied.map(|()| (site, below.to_owned(), digester.digest())))
    };
    let mut sites: BTreeMap<SiteId, Site> = BTreeMap::new();
    for file in spread_out(files, placed).into_iter().flatten() {
        let (site, path, digest) = file?;
        sites.entry(site).or_default().insert(path, digest);
    }
    Ok(sites)
}

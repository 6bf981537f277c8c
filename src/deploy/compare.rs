//! What changes in a site, file by file, and what its host lacks of it.

use crate::model::{Change, Digest, Manifest, ManifestEntry, Media, OutPath, Release, SiteId};
use std::collections::BTreeSet;
use std::path::Path;

/// A content as hosts tell contents apart: by its bytes and, at some, by the extension.
pub(super) type Content = (Digest, String);

/// What changes from `from` to `to`.
pub(super) fn change(site: &SiteId, from: Option<&Release>, to: &Manifest) -> Change {
    let before = |path: &OutPath| from.and_then(|from| from.files.get(path)).map(|good| good.digest);
    let mut change = Change {
        site: site.clone(),
        from: from.map(|from| from.id),
        to: to.id,
        added: 0,
        changed: 0,
        removed: 0,
        removed_pages: 0,
    };
    for (path, entry) in &to.entries {
        match before(path) {
            None => change.added += 1,
            Some(digest) if digest != entry.digest => change.changed += 1,
            Some(_) => {}
        }
    }
    let files = from.into_iter().flat_map(|from| &from.files);
    let gone = files.filter(|(path, _)| !to.entries.contains_key(*path) && path.as_str() != crate::model::MARKER);
    for (_, good) in gone {
        change.removed += 1;
        change.removed_pages += usize::from(good.media == Media::Html);
    }
    change
}

/// What is sent of a site whose host has `there`: each content once, with its size.
pub(super) fn missing<'a>(
    entries: impl Iterator<Item = (&'a OutPath, &'a ManifestEntry)>,
    there: &BTreeSet<Content>,
) -> Vec<(Content, u64)> {
    let mut seen = BTreeSet::new();
    entries
        .map(|(path, entry)| ((entry.digest, extension(path)), entry.len))
        .filter(|(content, _)| !there.contains(content) && seen.insert(content.clone()))
        .collect()
}

/// The contents of a release.
pub(super) fn contents(release: &Release) -> impl Iterator<Item = Content> + '_ {
    release.files.iter().map(|(path, good)| (good.digest, extension(path)))
}

fn extension(path: &OutPath) -> String {
    let extension = Path::new(path.as_str()).extension();
    extension.map(|extension| extension.to_string_lossy().into_owned()).unwrap_or_default()
}

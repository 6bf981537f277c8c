//! What changes in a site, file by file, and what its host lacks of it.

use crate::model::{Change, Digest, MARKER, Manifest, Media, OutPath, Release, SiteId, TargetKind, marker};
use std::collections::{BTreeMap, BTreeSet};

/// A content as hosts tell contents apart: by its bytes and by the extension; where a file is sent for each path, by that.
pub(super) type Content = (Digest, String);

/// What changes from `from` to `to`.
pub(super) fn change(site: &SiteId, from: Option<&Release>, to: &Manifest) -> Change {
    let before = |path: &OutPath| from.and_then(|from| from.files.get(path)).map(|good| good.digest);
    let mut change = Change::new(site.clone(), from.map(|from| from.id), to.id);
    for (path, entry) in &to.entries {
        match before(path) {
            None => change.added += 1,
            Some(digest) if digest != entry.digest => change.changed += 1,
            Some(_) => {}
        }
    }
    let files = from.into_iter().flat_map(|from| &from.files);
    let gone = files.filter(|(path, _)| !to.entries.contains_key(*path) && path.as_str() != MARKER);
    for (_, good) in gone {
        change.removed += 1;
        change.removed_pages += usize::from(good.media == Media::Html);
    }
    change
}

/// What is sent of a site to a host of this kind that has `there`: each content once, with its size; and the marker, which is another
/// one in each release.
pub(super) fn missing(manifest: &Manifest, kind: TargetKind, there: &BTreeSet<Content>) -> BTreeMap<Content, u64> {
    let entries = manifest.entries.iter().filter(|(path, _)| is_sent(kind, path));
    let mut sent: BTreeMap<Content, u64> = entries
        .map(|(path, entry)| (content(kind, path, entry.digest), entry.len))
        .filter(|(content, _)| !there.contains(content))
        .collect();
    let marker = marker(&manifest.site, manifest.id, manifest.entries.len());
    sent.insert((Digest::of(&marker), MARKER.to_owned()), marker.len() as u64);
    // Vercel is told in a file of its own how the others are served.
    sent.extend((kind == TargetKind::Vercel).then(|| ((manifest.id, "config.json".to_owned()), 0)));
    sent
}

/// Whether a file is sent as one; rules for the host itself go another way.
fn is_sent(kind: TargetKind, path: &OutPath) -> bool {
    !kind.reads_rules() || !matches!(path.as_str(), "_headers" | "_redirects")
}

/// The contents of a release, as a host of this kind tells them apart.
pub(super) fn contents(release: &Release, kind: TargetKind) -> impl Iterator<Item = Content> + '_ {
    release.files.iter().map(move |(path, good)| content(kind, path, good.digest))
}

fn content(kind: TargetKind, path: &OutPath, digest: Digest) -> Content {
    let name = match kind {
        TargetKind::Folder | TargetKind::S3 => path.to_string(),
        _ => path.extension(),
    };
    (digest, name)
}

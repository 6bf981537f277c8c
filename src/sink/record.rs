//! What was put into a site's folder, as it is kept on disk. An unknown version or a damaged record counts as none.

use crate::model::{Digest, Manifest, ManifestEntry, Media, OutPath, SiteId};
use crate::world::spread;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// No record of a real site comes near this.
pub(super) const MOST_BYTES: u64 = 256 << 20;

const VERSION: u32 = 3;

/// Where records are kept.
pub const RECORDS: &str = ".hectare/sites";

/// The folder of most fleets, whose records are called like the sites.
const USUAL: &str = "dist";

/// Which folder the sites are in; a record of one says nothing about another.
#[derive(Debug, Clone)]
pub enum Home {
    /// The fleet's own: its path in the repository, which may be moved.
    Fleet(String),
    /// Another: its real path.
    Elsewhere(String),
}

/// What is known of a site's folder.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Record {
    version: u32,
    /// The folder of all sites that it is about.
    folder: String,
    /// The id of the bundle that lies there.
    pub(super) bundle: String,
    files: Vec<File>,
    /// What may lie there of bundles before, path by path, while this one takes their place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    older: Vec<(String, String)>,
}

#[derive(Debug, Serialize, Deserialize)]
struct File {
    path: String,
    digest: String,
    bytes: u64,
    media: String,
}

impl Home {
    /// The name of a site's record in the folder of records.
    pub(super) fn record(&self, site: &SiteId) -> String {
        format!("{site}{}", self.ending())
    }

    /// The site whose record is called `name`, if it is one of this folder.
    pub fn site_of<'n>(&self, name: &'n str) -> Option<&'n str> {
        name.strip_suffix(&self.ending()).filter(|site| !site.contains('.'))
    }

    /// A fleet that moves to another folder and back finds what it left there.
    fn ending(&self) -> String {
        match self {
            Self::Fleet(path) if path == USUAL => ".json".to_owned(),
            Self::Fleet(path) | Self::Elsewhere(path) => format!(".{}.json", Digest::of(path.as_bytes()).short()),
        }
    }

    fn path(&self) -> &str {
        match self {
            Self::Fleet(path) | Self::Elsewhere(path) => path,
        }
    }
}

impl Record {
    /// A record of what `manifest` says, and of what may still lie there from before.
    pub(super) fn of(home: &Home, manifest: &Manifest, older: Vec<(String, String)>) -> Self {
        let file = |(path, entry): (&OutPath, &ManifestEntry)| File {
            path: path.to_string(),
            digest: entry.digest.to_string(),
            bytes: entry.len,
            media: entry.media.mime().to_owned(),
        };
        let entries: Vec<_> = manifest.entries.iter().collect();
        let files = spread(&entries, |entry| file(*entry));
        Self { bundle: manifest.id.to_string(), files, older, ..Self::empty(home) }
    }

    /// A record of a folder that hectare has put nothing into yet.
    pub(super) fn empty(home: &Home) -> Self {
        let folder = home.path().to_owned();
        Self { version: VERSION, folder, bundle: String::new(), files: Vec::new(), older: Vec::new() }
    }

    /// Reads a record; none if it is of another version or folder, or damaged.
    pub(super) fn parse(home: &Home, bytes: &[u8]) -> Option<Self> {
        let is_right = |record: &Self| record.version == VERSION && record.folder == home.path();
        serde_json::from_slice(bytes).ok().filter(is_right)
    }

    /// What lies in the folder; none while a bundle takes the place of another, or if a name in it cannot be.
    pub(super) fn manifest(self, site: &SiteId) -> Option<Manifest> {
        let entry = |file: File| {
            let (digest, media) = (Digest::parse(&file.digest)?, Media::of_mime(&file.media));
            Some((OutPath::parse(&file.path).ok()?, ManifestEntry { digest, len: file.bytes, media }))
        };
        let is_settled = self.older.is_empty();
        let entries = self.files.into_iter().map(entry).collect::<Option<_>>()?;
        let manifest = Manifest { site: site.clone(), id: Digest::parse(&self.bundle)?, entries };
        is_settled.then_some(manifest)
    }

    /// The record as it is kept.
    pub(super) fn print(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// The record as it is kept while the files in `older` may still lie there, and afterwards. Printing a large one takes a while, and
    /// what may still lie there stands at its end.
    pub(super) fn print_while(&self, older: &[(String, String)]) -> [Vec<u8>; 2] {
        let done = self.print();
        let whole = done.strip_suffix(b"}").unwrap_or(&done);
        let older = serde_json::to_vec(older).unwrap_or_default();
        [[whole, b",\"older\":", &older, b"}"].concat(), done]
    }

    /// Every file that hectare put into the folder, with each digest that it may have.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        let files = self.files.iter().map(|file| (file.path.as_str(), file.digest.as_str()));
        files.chain(self.older.iter().map(|(path, digest)| (path.as_str(), digest.as_str())))
    }

    /// What of it is not in the bundle that `next` is about.
    pub(super) fn outdated(&self, next: &Self) -> Vec<(String, String)> {
        if self.files().next().is_none() {
            return Vec::new();
        }
        let stays: HashSet<(&str, &str)> = next.files().collect();
        let outdated = self.files().filter(|file| !stays.contains(file));
        outdated.map(|(path, digest)| (path.to_owned(), digest.to_owned())).collect()
    }
}

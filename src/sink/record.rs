//! What was put into a site's folder, as it is kept on disk. An unknown version or a damaged record counts as none.

use crate::model::{Manifest, SiteId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// No record of a real site comes near this.
pub(super) const MOST_BYTES: u64 = 256 << 20;

const VERSION: u32 = 1;

/// What is known of a site's folder.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Record {
    version: u32,
    /// The id of the bundle that lies there.
    pub(super) bundle: String,
    files: Vec<File>,
    /// Files of the bundle before, on their way out.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    leaving: BTreeSet<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct File {
    path: String,
    digest: String,
    bytes: u64,
    media: String,
}

/// The name of a site's record in the folder of records.
pub(super) fn name(site: &SiteId) -> String {
    format!("{site}.json")
}

impl Record {
    /// A record of what `manifest` says, and of the files that have to go.
    pub(super) fn of(manifest: &Manifest, leaving: BTreeSet<String>) -> Self {
        let file = |(path, entry): (&crate::model::OutPath, &crate::model::ManifestEntry)| File {
            path: path.to_string(),
            digest: entry.digest.to_string(),
            bytes: entry.len,
            media: entry.media.mime().to_owned(),
        };
        let files = manifest.entries.iter().map(file).collect();
        Self { version: VERSION, bundle: manifest.id.to_string(), files, leaving }
    }

    /// Reads a record; none if it is of another version, or damaged.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice::<Self>(bytes).ok().filter(|record| record.version == VERSION)
    }

    /// The record as it is kept.
    pub(super) fn print(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Every file that hectare put into the folder.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.path.as_str()).chain(self.leaving.iter().map(String::as_str))
    }
}

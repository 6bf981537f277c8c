//! A finished site: every file that visitors can get, each with its digest.

use super::asset::Media;
use super::digest::Digest;
use super::id::SiteId;
use super::path::OutPath;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The bytes of a file, or where they are.
#[derive(Debug, Clone)]
pub enum Body {
    /// Made for this site alone.
    Bytes(Vec<u8>),
    /// Shared with other sites.
    Shared(Arc<[u8]>),
    /// Too large to hold: a file of the repository, copied when it is needed.
    File {
        /// Its path from the root of the repository.
        path: Arc<str>,
        /// Its size.
        len: u64,
    },
    /// Handed over already, and no longer held here.
    Sent {
        /// Its size.
        len: u64,
    },
}

impl Body {
    /// The bytes, if they are held here.
    pub fn held(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Shared(bytes) => Some(bytes),
            Self::File { .. } | Self::Sent { .. } => None,
        }
    }

    /// The number of bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Shared(bytes) => bytes.len() as u64,
            Self::File { len, .. } | Self::Sent { len } => *len,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// One file of a bundle.
#[derive(Debug, Clone)]
pub struct Artifact {
    /// Its bytes.
    pub body: Body,
    /// The digest of its bytes.
    pub digest: Digest,
    /// What kind of content it is.
    pub media: Media,
}

impl Artifact {
    /// An artifact of bytes just made.
    pub fn made(bytes: Vec<u8>, media: Media) -> Self {
        let digest = Digest::of(&bytes);
        Self { body: Body::Bytes(bytes), digest, media }
    }

    /// The same without its bytes, which are elsewhere by now, or needed by nobody.
    #[must_use]
    pub fn sent(self) -> Self {
        Self { body: Body::Sent { len: self.body.len() }, ..self }
    }
}

/// A finished site.
#[derive(Debug)]
pub struct Bundle {
    /// Whose it is.
    pub site: SiteId,
    /// The files by path.
    pub artifacts: BTreeMap<OutPath, Artifact>,
}

/// What a bundle holds, without the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// Whose it is.
    pub site: SiteId,
    /// The digest of all entries: two bundles with one id are equal byte for byte.
    pub id: Digest,
    /// The files by path.
    pub entries: BTreeMap<OutPath, ManifestEntry>,
}

/// One file of a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ManifestEntry {
    /// The digest of its bytes.
    pub digest: Digest,
    /// The number of its bytes.
    pub len: u64,
    /// What kind of content it is.
    pub media: Media,
}

impl Bundle {
    /// What the bundle holds.
    pub fn manifest(&self) -> Manifest {
        let entries = self.artifacts.iter().map(|(path, artifact)| (path.clone(), artifact.into())).collect();
        Manifest::of(self.site.clone(), entries)
    }
}

impl Manifest {
    /// The manifest of a bundle with these entries.
    pub fn of(site: SiteId, entries: BTreeMap<OutPath, ManifestEntry>) -> Self {
        Self { site, id: bundle_id(&entries), entries }
    }
}

impl From<&Artifact> for ManifestEntry {
    fn from(artifact: &Artifact) -> Self {
        Self { digest: artifact.digest, len: artifact.body.len(), media: artifact.media }
    }
}

/// The site's name is left out: the same files are the same bundle under any name.
fn bundle_id(entries: &BTreeMap<OutPath, ManifestEntry>) -> Digest {
    Digest::of_parts(entries.iter().flat_map(|(path, entry)| {
        [path.as_str().as_bytes(), entry.digest.as_bytes().as_slice(), entry.media.mime().as_bytes()]
    }))
}

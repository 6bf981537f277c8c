//! A finished site as hosts are given it: a bundle's files, each with the keys that hosts know content by.

use super::asset::Media;
use super::bundle::{Manifest, ManifestEntry};
use super::digest::Digest;
use super::hex::Hex;
use super::id::SiteId;
use super::path::OutPath;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1::{Digest as _, Sha1};
use std::collections::BTreeMap;
use std::path::Path;

/// One site at one moment, ready to be shipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Whose it is.
    pub site: SiteId,
    /// The id of the bundle it was made of.
    pub id: Digest,
    /// The files by path, the marker among them.
    pub files: BTreeMap<OutPath, Good>,
}

/// One file of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Good {
    /// The digest of its bytes.
    pub digest: Digest,
    /// The number of its bytes.
    pub len: u64,
    /// What kind of content it is.
    pub media: Media,
    /// What hosts call it.
    pub keys: HostKeys,
}

/// The names that hosts give to content. They are computed once and kept, so that no later plan or deploy hashes anything again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostKeys {
    /// Cloudflare's: BLAKE3 of the bytes in Base64 and of the extension, cut to 32 digits.
    pub cloudflare: Hex<16>,
    /// Vercel's: SHA-1 of the bytes.
    pub sha1: Hex<20>,
}

/// The file by which a host, a health check or a person sees which release a site serves.
pub const MARKER: &str = ".well-known/hectare.json";

impl HostKeys {
    /// The keys of a file at `path` that holds `bytes`. Of the path only the extension counts.
    pub fn of(path: &OutPath, bytes: &[u8]) -> Self {
        Self { cloudflare: cloudflare(path, bytes), sha1: Hex::new(Sha1::digest(bytes).into()) }
    }
}

/// Encodes a piece at a time: the Base64 of a large film is never held.
fn cloudflare(path: &OutPath, bytes: &[u8]) -> Hex<16> {
    const PIECE: usize = 3 << 10;
    let mut hasher = blake3::Hasher::new();
    let mut encoded = [0; PIECE / 3 * 4];
    for piece in bytes.chunks(PIECE) {
        // The room is exactly what the largest piece needs.
        let len = STANDARD.encode_slice(piece, &mut encoded).unwrap_or_default();
        hasher.update(&encoded[..len]);
    }
    // What Rust calls the extension is what Node calls it: after the last dot, none for `.hidden` and `name.`.
    let extension = Path::new(path.as_str()).extension().and_then(|extension| extension.to_str());
    hasher.update(extension.unwrap_or_default().as_bytes());
    let mut first = [0; 16];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    Hex::new(first)
}

impl Release {
    /// A release of the bundle that `manifest` lists, with the marker added; `keys` knows what hosts call each of its files.
    pub fn of<Fault>(
        manifest: &Manifest,
        mut keys: impl FnMut(&OutPath, &ManifestEntry) -> Result<HostKeys, Fault>,
    ) -> Result<Self, Fault> {
        let mut files = BTreeMap::new();
        for (path, entry) in &manifest.entries {
            let ManifestEntry { digest, len, media } = *entry;
            files.insert(path.clone(), Good { digest, len, media, keys: keys(path, entry)? });
        }
        let mut release = Self { site: manifest.site.clone(), id: manifest.id, files };
        if let Ok(path) = OutPath::parse(MARKER) {
            let marker = release.marker();
            let (digest, len, keys) = (Digest::of(&marker), marker.len() as u64, HostKeys::of(&path, &marker));
            release.files.insert(path, Good { digest, len, media: Media::Json, keys });
        }
        Ok(release)
    }

    /// What the marker holds. A bundle cannot hold its own id, so the marker is not one of its files, and is not counted by it.
    pub fn marker(&self) -> Vec<u8> {
        let files = self.files.keys().filter(|path| path.as_str() != MARKER).count();
        marker(&self.site, self.id, files)
    }
}

/// What the marker of a release of so many files says.
pub(crate) fn marker(site: &SiteId, release: Digest, files: usize) -> Vec<u8> {
    format!("{{\"site\":\"{site}\",\"release\":\"{release}\",\"files\":{files}}}\n").into_bytes()
}

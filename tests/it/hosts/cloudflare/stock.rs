//! The assets that a project or a Worker has at the host.

use super::envelope::Refusal;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;

/// A file at the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Blob {
    pub(crate) bytes: Vec<u8>,
    /// The media type it came with; `None` if it shall be sent without one.
    pub(crate) kind: Option<String>,
}

/// Files by key, and how often each was taken in.
#[derive(Debug, Default, Clone)]
pub(crate) struct Stock {
    pub(crate) blobs: BTreeMap<String, Blob>,
    /// More than 1 is work done twice.
    pub(crate) taken: BTreeMap<String, usize>,
}

/// 25 MiB.
pub(super) const LARGEST: usize = 25 << 20;

impl Stock {
    /// Takes in a file.
    pub(super) fn take(&mut self, key: &str, base64: &str, kind: Option<&str>) -> Result<usize, Refusal> {
        if !is_key(key) {
            return Err(Refusal::bad(format!("`{key}` is no key")));
        }
        let bytes = STANDARD.decode(base64).map_err(|fault| Refusal::bad(format!("{key}: {fault}")))?;
        if bytes.len() > LARGEST {
            return Err(Refusal::new(413, 10_021, format!("{key} has {} bytes, the most is {LARGEST}", bytes.len())));
        }
        let size = bytes.len();
        self.blobs.insert(key.to_owned(), Blob { bytes, kind: kind.map(str::to_owned) });
        *self.taken.entry(key.to_owned()).or_default() += 1;
        Ok(size)
    }

    /// Checks that a manifest names nothing but files that are here, by the keys that their contents and names have.
    pub(super) fn check(&self, files: &BTreeMap<String, String>) -> Result<(), Refusal> {
        for (path, key) in files {
            let Some(blob) = self.blobs.get(key) else {
                return Err(Refusal::bad(format!("`{path}`: the asset {key} was not uploaded")));
            };
            let right = key_of(&blob.bytes, path);
            if right != *key {
                return Err(Refusal::bad(format!("`{path}` has the key {key}, its content and name make {right}")));
            }
        }
        Ok(())
    }
}

/// 32 hexadecimal digits.
pub(super) fn is_key(key: &str) -> bool {
    key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// The key by the rule that clients follow, written down a second time to judge the first.
fn key_of(bytes: &[u8], path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    let extension = match name.rfind('.') {
        Some(dot) if dot > 0 => &name[dot + 1..],
        _ => "",
    };
    let digest = blake3::hash(format!("{}{extension}", STANDARD.encode(bytes)).as_bytes());
    digest.to_hex()[..32].to_owned()
}

//! What stands before the contents of every file of the cache: which program wrote it, and the digest of the contents.

use crate::model::Digest;
use crate::world::{TreeFault, Trees};

const MAGIC: &[u8] = b"hectare cache of ";
/// The program that wrote it: another one may make other sites of the same files.
pub(super) const BUILD: &str = concat!(env!("CARGO_PKG_VERSION"), " ", env!("HECTARE_BUILD"), "\n");
const DIGEST_BYTES: usize = 32;

/// Writes a file with these contents, and returns their digest.
pub(super) fn save(trees: &dyn Trees, name: &str, contents: &[u8]) -> Result<Digest, TreeFault> {
    let digest = Digest::of(contents);
    trees.save(name, &[MAGIC, BUILD.as_bytes(), digest.as_bytes(), contents]).map(|()| digest)
}

/// The same as one piece, for files that are kept elsewhere.
pub(super) fn sign(contents: &[u8]) -> Vec<u8> {
    [MAGIC, BUILD.as_bytes(), Digest::of(contents).as_bytes(), contents].concat()
}

/// Whether this program did not write the file, but perhaps another one did.
pub(super) fn is_strange(file: &[u8]) -> bool {
    file.strip_prefix(MAGIC).is_some_and(|rest| !rest.starts_with(BUILD.as_bytes()))
}

/// The contents of a file that this program wrote, with their digest, unless they were damaged.
pub(super) fn contents(file: &[u8]) -> Option<(Digest, &[u8])> {
    split(file).filter(|(digest, contents)| Digest::of(contents) == *digest)
}

/// The same without a look at whether they were damaged.
pub(super) fn split(file: &[u8]) -> Option<(Digest, &[u8])> {
    let rest = file.strip_prefix(MAGIC)?.strip_prefix(BUILD.as_bytes())?;
    let (digest, contents) = rest.split_at_checked(DIGEST_BYTES)?;
    Some((Digest::from(<[u8; DIGEST_BYTES]>::try_from(digest).ok()?), contents))
}

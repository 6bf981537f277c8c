//! Bytes by content: what every kept release consists of, each content once.

use super::files::{shown, trouble};
use crate::diag::{Code, Diagnostic, Place};
use crate::model::{Digest, Good, Release};
use crate::world::Archive;

/// The folder of the ledger that they lie in.
const FOLDER: &str = "goods";

/// Where bytes are kept.
#[derive(Clone, Copy)]
pub struct Store<'a> {
    archive: &'a dyn Archive,
}

/// In what condition a content is that should be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Its bytes, which are what its digest says.
    Whole(Vec<u8>),
    /// There is something else.
    Damaged,
    /// There is nothing.
    Missing,
}

impl<'a> Store<'a> {
    pub(super) fn new(archive: &'a dyn Archive) -> Self {
        Self { archive }
    }

    /// Keeps bytes that were just digested.
    pub fn add(&self, digest: Digest, bytes: &[u8]) -> Result<(), Diagnostic> {
        self.archive.add(&path(digest), bytes).map_err(trouble)
    }

    /// Keeps bytes anew that were lost or damaged, whatever lies in their place.
    pub fn mend(&self, digest: Digest, bytes: &[u8]) -> Result<(), Diagnostic> {
        self.archive.put(&path(digest), bytes).map_err(trouble)
    }

    /// Whether the bytes of a file seem to be kept, as far as that is known at once.
    pub fn seems_kept(&self, good: &Good) -> bool {
        self.archive.seems_kept(&path(good.digest), good.len)
    }

    /// The bytes of this digest, compared with it.
    pub fn get(&self, digest: Digest) -> Result<Condition, Diagnostic> {
        let found = self.archive.get(&path(digest)).map_err(trouble)?;
        Ok(match found {
            None => Condition::Missing,
            Some((bytes, _)) if Digest::of(&bytes) == digest => Condition::Whole(bytes),
            Some(_) => Condition::Damaged,
        })
    }

    /// Where the bytes of this digest lie, as people call it.
    pub fn place(digest: Digest) -> Place {
        shown(&path(digest))
    }

    /// Everything that is kept.
    pub fn contents(&self) -> Result<Vec<Digest>, Diagnostic> {
        let paths = self.archive.list(FOLDER).map_err(trouble)?;
        Ok(paths.iter().filter_map(|path| Digest::parse(path.rsplit('/').next()?)).collect())
    }

    /// Takes out bytes that no release holds.
    pub fn discard(&self, digest: Digest) -> Result<(), Diagnostic> {
        self.archive.remove(&path(digest)).map_err(trouble)
    }

    /// The bytes of a file of a release; a message if they are not kept.
    pub fn file(&self, release: &Release, name: &str, good: &Good) -> Result<Vec<u8>, Diagnostic> {
        let problem = match self.get(good.digest)? {
            Condition::Whole(bytes) => return Ok(bytes),
            Condition::Damaged => "is damaged",
            Condition::Missing => "is gone",
        };
        let message = format!("`{name}` of the release `{}` of `{}` {problem}", release.id.short(), release.site);
        let hint =
            "`hectare cache verify` finds all that are damaged or gone, and puts back what is in the finished sites";
        Err(Diagnostic::error(Code::ReleaseDamaged, message).hint(hint))
    }
}

fn path(digest: Digest) -> String {
    let name = digest.to_string();
    format!("{FOLDER}/{}/{name}", &name[..2])
}

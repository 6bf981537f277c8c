//! Copying a file that must still be what it was when it was read.

use super::files::{FileFault, Files};
use super::trees::{Placed, TreeFault};
use crate::model::{Digest, Digester};
use std::io::{self, Write};

/// Copies the file `from` of `sources` to `to`, which holds `file`. It is a fault if the bytes do not have the digest `promised`.
pub(super) fn copy(
    sources: &dyn Files,
    from: &str,
    promised: Digest,
    file: &Placed<'_>,
    to: &mut dyn Write,
) -> Result<(), TreeFault> {
    let mut passage = Passage { to, digester: Digester::default(), refused: None };
    let copied = sources.copy(from, &mut passage);
    match (copied, passage.refused) {
        (Ok(()), _) if passage.digester.digest() == promised => Ok(()),
        (Ok(()), _) => Err(TreeFault::changed(from)),
        (Err(_), Some(refused)) => Err(TreeFault::at(file.path, &refused)),
        (Err(FileFault::System(message)), None) => Err(TreeFault::at(file.path, &io::Error::other(message))),
        (Err(_), None) => Err(TreeFault::changed(from)),
    }
}

/// Digests what passes through it.
struct Passage<'a> {
    to: &'a mut dyn Write,
    digester: Digester,
    /// Why the bytes could not be put there; whoever reads them cannot tell that from a fault of their file.
    refused: Option<io::Error>,
}

impl Write for Passage<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes).map_err(|error| {
            let kind = error.kind();
            self.refused = Some(error);
            kind
        })?;
        self.digester.write_all(&bytes[..written])?;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

//! Files too large to hold: their bytes go by a piece at a time, and only the first of them are kept.

use super::integrity;
use super::order::Order;
use super::picture::HEAD;
use super::store::Pass;
use crate::diag::Diagnostic;
use crate::model::{Digest, Digester};
use sha2::{Digest as _, Sha384};
use std::io::{self, Write};
use std::sync::Arc;

/// What is known of a file whose bytes went by.
pub(super) struct Passed {
    /// How many there were.
    pub(super) len: u64,
    /// Their digest.
    pub(super) digest: Digest,
    /// What a browser compares them with, for styles and scripts.
    pub(super) integrity: Option<Arc<str>>,
    /// The first of them: enough for the header of most pictures.
    pub(super) head: Vec<u8>,
}

/// Lets the bytes of a file go by.
pub(super) fn passed(order: &Order, pass: &Pass<'_>) -> Result<Passed, Diagnostic> {
    let sha = integrity::begin(order.media());
    let mut passage = Passage { len: 0, digester: Digester::default(), sha, head: Vec::new() };
    pass(&order.file, &mut passage)?;
    let Passage { len, digester, sha, head } = passage;
    Ok(Passed { len, digest: digester.digest(), integrity: sha.map(integrity::end), head })
}

/// Where the bytes go by.
struct Passage {
    len: u64,
    digester: Digester,
    sha: Option<Sha384>,
    head: Vec<u8>,
}

impl Write for Passage {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = HEAD - self.head.len();
        self.head.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.len += bytes.len() as u64;
        if let Some(sha) = &mut self.sha {
            sha.update(bytes);
        }
        self.digester.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

//! Digests of things that consist of parts.

use crate::model::{Digest, Dimensions};
use serde::Serialize;

/// A digest in the making. Each part says how long it is, so that other parts never give the same digest.
#[derive(Debug)]
pub(super) struct Print(Vec<u8>);

impl Print {
    /// Begins without parts.
    pub(super) fn new() -> Self {
        Self(Vec::with_capacity(1 << 10))
    }

    /// Adds a number.
    pub(super) fn number(&mut self, number: usize) {
        self.0.extend_from_slice(&(number as u64).to_le_bytes());
    }

    /// Adds a text.
    pub(super) fn text(&mut self, text: &str) {
        self.number(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Adds a text, or that there is none.
    pub(super) fn optional(&mut self, text: Option<&str>) {
        self.number(usize::from(text.is_some()));
        text.into_iter().for_each(|text| self.text(text));
    }

    /// Adds the size of a picture, or that it is not known.
    pub(super) fn dimensions(&mut self, size: Option<Dimensions>) {
        let (width, height) = size.map_or((0, 0), |size| (size.width, size.height));
        [width, height].into_iter().for_each(|length| self.number(length as usize));
    }

    /// Adds what was digested before.
    pub(super) fn digest(&mut self, digest: &Digest) {
        self.0.extend_from_slice(digest.as_bytes());
    }

    /// Adds a list of such.
    pub(super) fn digests(&mut self, digests: impl ExactSizeIterator<Item = Digest>) {
        self.number(digests.len());
        digests.for_each(|digest| self.digest(&digest));
    }

    /// Adds a value of any shape; the order of its keys counts.
    pub(super) fn value(&mut self, value: &impl Serialize) {
        let json = serde_json::to_string(value).unwrap_or_default();
        self.text(&json);
    }

    /// The digest of all parts.
    pub(super) fn finish(&self) -> Digest {
        Digest::of(&self.0)
    }
}

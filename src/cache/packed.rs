//! Bytes within a file of the cache that are taken out only when someone needs what they hold.

use serde::de::{DeserializeOwned, Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Something packed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Packed<'a>(pub(super) Cow<'a, [u8]>);

impl<'a> Packed<'a> {
    /// The bytes in the file that they were taken from.
    pub(super) fn borrowed(&self) -> Option<&'a [u8]> {
        match self.0 {
            Cow::Borrowed(bytes) => Some(bytes),
            Cow::Owned(_) => None,
        }
    }

    /// Packs a value.
    pub(super) fn of(value: &impl Serialize) -> Self {
        Self(postcard::to_stdvec(value).unwrap_or_default().into())
    }

    /// What is packed here; none if it is something else.
    pub(super) fn open<T: DeserializeOwned>(&self) -> Option<T> {
        postcard::from_bytes(&self.0).ok()
    }
}

impl Serialize for Packed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Packed<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(Borrowing)
    }
}

/// The same for longer than the file is read; whoever keeps it shares the bytes of the file.
#[derive(Debug, Clone)]
pub(super) struct Stowed {
    file: Arc<Vec<u8>>,
    place: Range<usize>,
}

impl Stowed {
    /// Bytes that lie within `file`; none if they lie elsewhere.
    pub(super) fn within(file: &Arc<Vec<u8>>, packed: &Packed<'_>) -> Option<Self> {
        let start = packed.0.as_ptr().addr().checked_sub(file.as_ptr().addr())?;
        let place = start..start.checked_add(packed.0.len())?;
        file.get(place.clone())
            .filter(|bytes| std::ptr::eq(*bytes, &*packed.0))
            .map(|_| Self { file: Arc::clone(file), place })
    }

    /// What is packed here.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.file[self.place.clone()]
    }

    /// The same, to be written into a file.
    pub(super) fn packed(&self) -> Packed<'_> {
        Packed(self.bytes().into())
    }
}

impl From<Vec<u8>> for Stowed {
    fn from(bytes: Vec<u8>) -> Self {
        Self { place: 0..bytes.len(), file: Arc::new(bytes) }
    }
}

impl PartialEq for Stowed {
    fn eq(&self, other: &Self) -> bool {
        let is_same_place = Arc::ptr_eq(&self.file, &other.file) && self.place == other.place;
        is_same_place || self.bytes() == other.bytes()
    }
}

impl Eq for Stowed {}

/// Takes bytes as they lie there.
struct Borrowing;

impl<'de> Visitor<'de> for Borrowing {
    type Value = Packed<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("bytes")
    }

    fn visit_borrowed_bytes<E: Error>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
        Ok(Packed(bytes.into()))
    }
}

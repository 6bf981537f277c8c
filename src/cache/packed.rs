//! Bytes within a file of the cache that are taken out only when someone needs what they hold.

use serde::de::{DeserializeOwned, Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

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

/// The same for longer than the file is held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Stowed(pub(super) Vec<u8>);

impl Serialize for Stowed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Stowed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Packed::deserialize(deserializer).map(|packed| Self(packed.0.into_owned()))
    }
}

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

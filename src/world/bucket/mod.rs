//! Buckets: named bytes that many machines see, of which one can be replaced only if nobody else did so meanwhile.
//!
//! It knows keys, never what lies under them. Buckets that speak the S3 protocol and containers of Azure are reached over a [`Web`] that
//! is handed in, which also decides what is repeated; one in memory behaves the same. There is no renaming, and nothing is changed in place.

mod archive;
mod azure;
mod carrier;
mod lease;
mod objects;
mod s3;
#[cfg(test)]
mod tests;

pub use archive::SharedArchive;
pub use azure::ContainerPlace;
pub use objects::Objects;
pub use s3::{BucketPlace, Keys};

use super::{Bytes, SecretFault, Version};
use std::fmt;

/// A bucket, or a part of one.
pub trait Bucket: Send + Sync {
    /// What lies under `key`; none if nothing does.
    fn get(&self, key: &str) -> Result<Option<Kept>, BucketFault>;

    /// Puts bytes under `key`, as a whole or not at all. If an answer was lost under way, it is found out what happened.
    fn put(&self, key: &str, bytes: Bytes, served: &Served, terms: &Terms) -> Result<Version, BucketFault>;

    /// Puts under `to` what lies under `from`, with all that is told of it; whether anything lies there.
    fn copy(&self, from: &str, to: &str) -> Result<bool, BucketFault>;

    /// Removes what lies under `key`; that nothing does is fine.
    fn delete(&self, key: &str) -> Result<(), BucketFault>;

    /// What lies directly below the folder `prefix`, without its name: keys, and names of deeper folders.
    fn list(&self, prefix: &str) -> Result<Listed, BucketFault>;
}

/// Bytes with what they were when they were read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Tells this content from what lay there before and will lie there later.
    pub version: Version,
}

/// How a bucket that is read by browsers hands bytes out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Served {
    /// The media type.
    pub content_type: Option<String>,
    /// How long it may be kept.
    pub cache_control: Option<String>,
}

/// On which terms bytes are put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Terms {
    /// Whatever lies there.
    Always,
    /// Only if nothing lies there.
    New,
    /// Only if what lies there is still this.
    Still(Version),
}

/// What lies in a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listed {
    /// Names of things, sorted.
    pub keys: Vec<String>,
    /// Names of folders, sorted.
    pub folders: Vec<String>,
}

/// Why a bucket did not do it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BucketFault {
    /// Someone else was faster: the terms no longer hold.
    Changed,
    /// There is no key to the bucket, or it does not fit.
    Refused(String),
    /// There is no such bucket.
    NoBucket(String),
    /// The name cannot be one of a bucket.
    BadKey(String),
    /// The bucket cannot be reached; certainly nothing happened.
    Unreachable(String),
    /// It may have happened.
    Lost(String),
    /// The bucket has trouble of its own.
    Busy(String),
    /// The bucket does not take it.
    Rejected(String),
}

impl From<SecretFault> for BucketFault {
    fn from(fault: SecretFault) -> Self {
        Self::Refused(fault.to_string())
    }
}

impl fmt::Display for BucketFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed => out.write_str("someone else changed it meanwhile"),
            Self::Refused(why) => write!(out, "access is refused: {why}"),
            Self::NoBucket(why) => write!(out, "there is no such bucket: {why}"),
            Self::BadKey(key) => write!(out, "`{key}` cannot be a name in a bucket"),
            Self::Unreachable(why) => write!(out, "it cannot be reached: {why}"),
            Self::Lost(why) => write!(out, "it may have happened: {why}"),
            Self::Busy(why) => write!(out, "it is in trouble: {why}"),
            Self::Rejected(why) => write!(out, "it does not take it: {why}"),
        }
    }
}

impl std::error::Error for BucketFault {}

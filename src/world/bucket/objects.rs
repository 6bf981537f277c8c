//! A bucket of any kind.

use super::{Bucket, BucketFault, Kept, Listed, Served, Terms};
use crate::world::{Bytes, Dice, Version};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{Attribute, Attributes, Error, ObjectStore, ObjectStoreExt, PutMode, PutOptions, UpdateVersion};
use std::error::Error as AnyError;
use std::fmt;
use std::io;
use std::sync::Arc;
use tokio::runtime::{Builder, Runtime};

/// What is written beside the bytes, so that whoever put them knows them again. Not everybody takes a hyphen in it.
const WRITER: &str = "hectarewriter";

/// A folder of a bucket.
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    folder: String,
    dice: Dice,
    /// Drives the protocol on the thread of whoever asks.
    runtime: Runtime,
}

impl Objects {
    /// A bucket that nobody else sees.
    pub fn in_memory() -> Result<Self, BucketFault> {
        Self::new(Arc::new(InMemory::new()), "")
    }

    pub(super) fn new(store: Arc<dyn ObjectStore>, folder: &str) -> Result<Self, BucketFault> {
        let started = |error: io::Error| BucketFault::Unreachable(error.to_string());
        let runtime = Builder::new_current_thread().enable_time().build().map_err(started)?;
        Ok(Self { store, folder: folder.to_owned(), dice: Dice::fair(), runtime })
    }

    fn path(&self, key: &str) -> Result<Path, BucketFault> {
        let whole = if self.folder.is_empty() { key.to_owned() } else { format!("{}/{key}", self.folder) };
        Path::parse(&whole).map_err(|_| BucketFault::BadKey(key.to_owned()))
    }

    /// The bytes under a path, with who put them there.
    fn read(&self, path: &Path) -> Result<Option<(Kept, Option<String>)>, BucketFault> {
        let found = self.runtime.block_on(async {
            let found = self.store.get(path).await?;
            let writer = found.attributes.get(&Attribute::Metadata(WRITER.into())).map(|by| by.as_ref().to_owned());
            let version = found.meta.e_tag.clone().unwrap_or_default();
            Ok((Kept { bytes: found.bytes().await?.to_vec(), version: Version(version) }, writer))
        });
        match found {
            Ok(found) => Ok(Some(found)),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(fault(&error)),
        }
    }

    /// A name that no other attempt of any process has.
    fn attempt(&self) -> String {
        format!("{:016x}{:016x}", self.dice.roll().to_bits(), self.dice.roll().to_bits())
    }
}

impl Bucket for Objects {
    fn get(&self, key: &str) -> Result<Option<Kept>, BucketFault> {
        Ok(self.read(&self.path(key)?)?.map(|(kept, _)| kept))
    }

    fn put(&self, key: &str, bytes: Bytes, served: &Served, terms: &Terms) -> Result<Version, BucketFault> {
        let (path, writer) = (self.path(key)?, self.attempt());
        let options = PutOptions {
            mode: mode(terms),
            attributes: attributes(served, (*terms != Terms::Always).then_some(&writer)),
            ..PutOptions::default()
        };
        let put = self.runtime.block_on(self.store.put_opts(&path, bytes.into(), options));
        match put {
            Ok(put) => Ok(Version(put.e_tag.unwrap_or_default())),
            // A repeated request meets what the first one did, if that was lost on its way back.
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => match self.read(&path)? {
                Some((kept, Some(by))) if by == writer => Ok(kept.version),
                _ => Err(BucketFault::Changed),
            },
            Err(error) => Err(fault(&error)),
        }
    }

    fn copy(&self, from: &str, to: &str) -> Result<bool, BucketFault> {
        let (from, to) = (self.path(from)?, self.path(to)?);
        match self.runtime.block_on(self.store.copy(&from, &to)) {
            Ok(()) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(fault(&error)),
        }
    }

    fn delete(&self, key: &str) -> Result<(), BucketFault> {
        match self.runtime.block_on(self.store.delete(&self.path(key)?)) {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(fault(&error)),
        }
    }

    fn list(&self, prefix: &str) -> Result<Listed, BucketFault> {
        let folder = self.path(prefix)?;
        let found =
            self.runtime.block_on(self.store.list_with_delimiter(Some(&folder))).map_err(|error| fault(&error))?;
        let name = |path: &Path| path.filename().unwrap_or_default().to_owned();
        let mut listed = Listed {
            keys: found.objects.iter().map(|object| name(&object.location)).collect(),
            folders: found.common_prefixes.iter().map(name).collect(),
        };
        listed.keys.sort();
        listed.folders.sort();
        Ok(listed)
    }
}

fn mode(terms: &Terms) -> PutMode {
    match terms {
        Terms::Always => PutMode::Overwrite,
        Terms::New => PutMode::Create,
        Terms::Still(Version(tag)) => PutMode::Update(UpdateVersion { e_tag: Some(tag.clone()), version: None }),
    }
}

fn attributes(served: &Served, writer: Option<&String>) -> Attributes {
    let told = [
        (Attribute::ContentType, served.content_type.clone()),
        (Attribute::CacheControl, served.cache_control.clone()),
        (Attribute::Metadata(WRITER.into()), writer.cloned()),
    ];
    told.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// What was carried under the protocol's words, or else the words.
fn fault(error: &Error) -> BucketFault {
    let mut reason: Option<&(dyn AnyError + 'static)> = Some(error);
    while let Some(deeper) = reason {
        if let Some(fault) = deeper.downcast_ref::<BucketFault>() {
            return fault.clone();
        }
        reason = deeper.source();
    }
    match error {
        Error::NotFound { .. } => BucketFault::NoBucket(error.to_string()),
        _ => BucketFault::Rejected(error.to_string()),
    }
}

impl fmt::Debug for Objects {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.store, self.folder)
    }
}

//! Where something is kept that outlives a run and a machine.

use super::fleet::Fleet;

/// A place that `sites.toml` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Depot<'a> {
    /// The key that names it.
    pub key: &'static str,
    /// What it says.
    pub named: &'a str,
    /// The folder of it that is meant; none if all of it is.
    pub below: Option<&'static str>,
}

/// What kind of place it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DepotKind<'a> {
    /// A bucket that speaks the S3 protocol.
    S3,
    /// A container of Azure's Blob Storage.
    Azure,
    /// A folder of this machine.
    Folder,
    /// Nobody knows what begins like this.
    Unknown(&'a str),
}

impl<'a> Depot<'a> {
    /// What kind of place it is, by how it begins.
    pub fn kind(self) -> DepotKind<'a> {
        match self.named.split_once("://") {
            None => DepotKind::Folder,
            Some(("s3", _)) => DepotKind::S3,
            Some(("az", _)) => DepotKind::Azure,
            Some((other, _)) => DepotKind::Unknown(other),
        }
    }
}

impl Fleet {
    /// What all machines have in common, if there is such a place.
    pub fn store(&self) -> Option<Depot<'_>> {
        self.store.as_deref().map(|named| Depot { key: "store", named, below: None })
    }

    /// Where the ledger is kept, if not beside `sites.toml`: in a place of its own, or in the store.
    pub fn ledger(&self) -> Option<Depot<'_>> {
        let own = self.state.as_deref().map(|named| Depot { key: "state", named, below: None });
        own.or(self.store().map(|store| Depot { below: Some("ledger"), ..store }))
    }
}

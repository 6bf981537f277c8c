//! The files of the whole fleet, each prepared once.

use super::memo::Memo;
use super::order::Order;
use super::prepare::{self, Made, Prepared};
use super::sheets::{Links, Sheets};
use crate::diag::{Diagnostic, Outcome};
use crate::model::{Asset, Limits, SiteFile};
use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

/// Reads a file by its path from the root of the repository, unless it has more bytes than the second argument allows.
pub type Read<'a> = dyn Fn(&str, u64) -> Result<Vec<u8>, Diagnostic> + Sync + 'a;

/// The number of bytes of a file, if it can be told.
pub type Length<'a> = dyn Fn(&str) -> Option<u64> + Sync + 'a;

/// Hands the bytes of a file on, a piece at a time.
pub type Pass<'a> = dyn Fn(&str, &mut dyn Write) -> Result<(), Diagnostic> + Sync + 'a;

/// The functions that reach the files of the repository.
pub(super) struct Reach<'a> {
    pub(super) read: &'a Read<'a>,
    pub(super) length: &'a Length<'a>,
    pub(super) pass: &'a Pass<'a>,
}

/// Every file of the fleet that is published, prepared once per run however many sites use it.
pub struct Store<'a> {
    reach: Reach<'a>,
    prepared: Memo<Order, Arc<Prepared>>,
    linked: Memo<(Order, Links), Result<Arc<Asset>, Diagnostic>>,
}

impl<'a> Store<'a> {
    /// An empty store over files that these functions reach.
    pub fn new(read: &'a Read<'a>, length: &'a Length<'a>, pass: &'a Pass<'a>) -> Self {
        Self { reach: Reach { read, length, pass }, prepared: Memo::new(), linked: Memo::new() }
    }

    /// Prepares the files of one site, or finds them prepared for another: key → asset.
    pub fn gather(&self, files: &[SiteFile], limits: &Limits, minify: bool) -> Outcome<BTreeMap<Arc<str>, Arc<Asset>>> {
        let mut assets = BTreeMap::new();
        let mut found = Vec::new();
        let mut sheets = Sheets::default();
        for file in files {
            let order = Order::new(file, limits, minify);
            let prepared = self.prepared.get(&order, || Arc::new(prepare::prepare(&order, &self.reach)));
            found.extend_from_slice(&prepared.found);
            match &prepared.made {
                Some(Made::Asset(asset)) => drop(assets.insert(file.key.clone(), asset.clone())),
                Some(Made::Sheet(_)) => sheets.waiting.push((file.key.clone(), order, prepared)),
                None => drop(sheets.broken.insert(file.key.clone())),
            }
        }
        sheets.link(&mut assets, &self.linked, &mut found);
        Outcome::of(assets, found)
    }
}

//! What is damaged or lost in a ledger: what needs it is told, and what can be made anew is.

use super::Ledger;
use super::files::{STATE, parse, print, shown, slug, trouble};
use super::records::{ApprovalRecord, Entry, IntentRecord, RunRecord, SpentRecord, State};
use crate::diag::{Code, Diagnostic, Severity};
use crate::model::{Berth, Live, ParcelName, Standing, unpoisoned};
use crate::world::{Archive, Owner, Version};
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};

impl Ledger<'_> {
    /// Writes anew what is live, as the receipts tell it, at these targets. Nobody knows then what hosts show that did not keep a receipt:
    /// they have to be asked.
    pub fn rebuild<'t>(
        archive: &dyn Archive,
        owner: &Owner<'_>,
        targets: impl Iterator<Item = &'t String>,
    ) -> Result<(), Diagnostic> {
        let _guard = archive.lock(owner).map_err(trouble)?;
        let mut berths: BTreeMap<Berth, Standing> = BTreeMap::new();
        for target in targets {
            let folder = format!("receipts/{}/", slug(target));
            for path in archive.list(&folder).map_err(trouble)? {
                let named = path.strip_prefix(&folder).and_then(|rest| rest.strip_suffix(".json"));
                let Some((parcel, count)) = named.and_then(|rest| rest.split_once('/')) else { continue };
                let Ok(parcel) = ParcelName::parse(parcel) else { continue };
                let bytes = archive.get(&path).map_err(trouble)?.map(|(bytes, _)| bytes);
                let entry = bytes.map(|bytes| unless_damaged(parse::<Entry>(&path, &bytes))).transpose()?.flatten();
                let Some(past) = entry.and_then(Entry::read) else { continue };
                let (berth, count) = (Berth { target: target.clone(), parcel }, count.parse().unwrap_or_default());
                let before = berths.remove(&berth);
                let standing = Standing::after(before, count, &past.run, past.course, &past.receipt);
                berths.insert(berth, standing);
            }
        }
        archive.put(STATE, &print(&State::of(berths.iter()))).map_err(trouble)
    }

    /// What is said of the files that could not be read by now, as they are damaged.
    pub fn damaged(&self) -> Vec<Diagnostic> {
        let damaged = unpoisoned(self.damaged.lock());
        damaged.iter().map(|path| Diagnostic { severity: Severity::Warning, ..lost(path) }).collect()
    }

    /// Reads every receipt, intent, run, approval and account of costs; those that are damaged are known then.
    pub fn look_through(&self) -> Result<(), Diagnostic> {
        for folder in ["receipts", "intents", "runs", "approvals", "spent"] {
            for path in self.archive.list(folder).map_err(trouble)? {
                match folder {
                    "receipts" => drop(self.unless_damaged(&path, Entry::read)?),
                    "intents" => drop(self.unless_damaged(&path, IntentRecord::read)?),
                    "runs" => drop(self.unless_damaged::<RunRecord, _>(&path, Some)?),
                    "approvals" => drop(self.unless_damaged(&path, ApprovalRecord::read)?),
                    _ => drop(self.unless_damaged::<SpentRecord, _>(&path, Some)?),
                }
            }
        }
        Ok(())
    }

    /// Takes back the intents that are damaged: hosts were asked what is live everywhere, whatever was intended.
    pub fn forget_damaged(&self) -> Result<(), Diagnostic> {
        let damaged = unpoisoned(self.damaged.lock()).clone();
        for path in damaged.iter().filter(|path| path.starts_with("intents/")) {
            self.archive.remove(path).map_err(trouble)?;
        }
        Ok(())
    }

    /// A file that others do without if it is damaged.
    pub(super) fn unless_damaged<R: DeserializeOwned, T>(
        &self,
        path: &str,
        read: fn(R) -> Option<T>,
    ) -> Result<Option<T>, Diagnostic> {
        let Some((bytes, _)) = self.archive.get(path).map_err(trouble)? else { return Ok(None) };
        let found = unless_damaged(parse::<R>(path, &bytes))?.and_then(read);
        if found.is_none() {
            unpoisoned(self.damaged.lock()).insert(path.to_owned());
        }
        Ok(found)
    }
}

pub(super) fn read_state(archive: &dyn Archive) -> Result<(Live, Option<Version>), Diagnostic> {
    let read = || archive.get(STATE).map_err(trouble);
    let state = match read()? {
        // Others may have kept their first switches meanwhile.
        None if has_lost_state(archive)? => Some(read()?.ok_or_else(|| stateless("gone, but not its receipts"))?),
        found => found,
    };
    let Some((bytes, version)) = state else { return Ok((Live::default(), None)) };
    let berths = unless_damaged(parse::<State>(STATE, &bytes))?.and_then(State::read);
    Ok((Live { berths: berths.ok_or_else(|| stateless("damaged"))? }, Some(version)))
}

/// Whether there is a receipt of a switch that was kept in a state: its intent was taken back.
fn has_lost_state(archive: &dyn Archive) -> Result<bool, Diagnostic> {
    let receipts = archive.list("receipts").map_err(trouble)?;
    if receipts.is_empty() {
        return Ok(false);
    }
    let intents = archive.list("intents").map_err(trouble)?;
    let open: BTreeSet<&str> =
        intents.iter().filter_map(|path| path.strip_prefix("intents/")?.strip_suffix(".json")).collect();
    let berth = |path: &String| path.strip_prefix("receipts/")?.rsplit_once('/').map(|(berth, _)| berth.to_owned());
    Ok(receipts.iter().filter_map(berth).any(|berth| !open.contains(berth.as_str())))
}

/// A ledger that does not say any more what is live.
fn stateless(what: &str) -> Diagnostic {
    let message = format!("what is live is not known: `{STATE}` of the ledger is {what}");
    let hint =
        "`hectare status --refresh` makes it anew of the receipts, and asks the hosts; or restore it from a backup";
    Diagnostic::error(Code::StateLost, message).at(shown(STATE)).hint(hint)
}

/// What was read; nothing if it is damaged. It is never guessed what a file of another version means.
fn unless_damaged<T>(read: Result<T, Diagnostic>) -> Result<Option<T>, Diagnostic> {
    match read {
        Ok(read) => Ok(Some(read)),
        Err(fault) if fault.code == Code::LedgerDamaged => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// What is said of a file that is damaged and counts as lost.
fn lost(path: &str) -> Diagnostic {
    let hint = match path.split('/').next().unwrap_or_default() {
        "intents" => "nobody knows what was begun there: `hectare status --refresh` asks the hosts, and takes it away",
        "releases" => "`hectare cache verify` puts it back if the finished site still is that release",
        _ => "restore it from a backup if there is one; what it says counts as lost",
    };
    Diagnostic::error(Code::LedgerDamaged, "a file of the ledger is damaged").at(shown(path)).hint(hint)
}

//! Where each file of the ledger lies, how it is written and read, and what is said if that goes wrong.

use super::records::{Head, VERSION};
use crate::diag::{Code, Diagnostic, Place};
use crate::model::{Berth, Digest, SiteId};
use crate::world::{ArchiveFault, ArchiveTrouble};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Where the ledger lies in the repository.
pub const FOLDER: &str = ".hectare/ledger";

pub(super) const STATE: &str = "state.json";

/// A target's name as a part of a path: as it is, if it can be one.
pub(super) fn slug(target: &str) -> String {
    SiteId::parse(target).map_or_else(|_| format!("{}-", Digest::of(target.as_bytes()).short()), |id| id.to_string())
}

pub(super) fn intent_path(berth: &Berth) -> String {
    format!("intents/{}/{}.json", slug(&berth.target), berth.parcel)
}

pub(super) fn receipts_folder(berth: &Berth) -> String {
    format!("receipts/{}/{}", slug(&berth.target), berth.parcel)
}

pub(super) fn receipt_path(berth: &Berth, count: u64) -> String {
    format!("{}/{count:08}.json", receipts_folder(berth))
}

pub(super) fn release_path(site: &SiteId, id: Digest) -> String {
    format!("releases/{site}/{id}.json")
}

pub(super) fn spent_path(day: Timestamp) -> String {
    format!("spent/{}.json", day.strftime("%Y-%m-%d"))
}

pub(super) fn run_path(run: &str) -> String {
    format!("runs/{run}.json")
}

pub(super) fn approval_path(plan: Digest) -> String {
    format!("approvals/{plan}.json")
}

pub(super) fn print(record: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(record).unwrap_or_default()
}

/// Reads a file of the ledger. It is never guessed what a file of another version means.
pub(super) fn parse<T: DeserializeOwned>(path: &str, bytes: &[u8]) -> Result<T, Diagnostic> {
    let head: Head = serde_json::from_slice(bytes).map_err(|_| damaged(path))?;
    if head.v != VERSION {
        let message = format!("the ledger is in version {} of its format, this hectare knows {VERSION}", head.v);
        let hint = "use the version of hectare that wrote it, or a newer one; nothing was shipped";
        return Err(Diagnostic::error(Code::LedgerVersion, message).at(shown(path)).hint(hint));
    }
    serde_json::from_slice(bytes).map_err(|_| damaged(path))
}

pub(super) fn damaged(path: &str) -> Diagnostic {
    let hint = "restore the file from a backup";
    Diagnostic::error(Code::LedgerDamaged, "a file of the ledger is damaged").at(shown(path)).hint(hint)
}

/// What went wrong with a file of the ledger.
pub(super) fn trouble(fault: ArchiveFault) -> Diagnostic {
    let place = shown(&fault.path);
    match fault.trouble {
        ArchiveTrouble::Held(holder) => {
            let message = format!("someone else is shipping this fleet ({holder})");
            Diagnostic::error(Code::LedgerBusy, message).at(place).hint("wait until they are done, then run it again")
        }
        ArchiveTrouble::Changed => {
            let hint = "run it again; it goes on from what is live now";
            Diagnostic::error(Code::LedgerBusy, "someone else changed the ledger meanwhile").at(place).hint(hint)
        }
        ArchiveTrouble::System(said) => {
            let message = format!("the ledger cannot be read or written: {said}");
            let hint =
                "look at the place and at who may write there; hectare ships nothing that it cannot keep a record of";
            Diagnostic::error(Code::LedgerDamaged, message).at(place).hint(hint)
        }
    }
}

pub(super) fn shown(path: &str) -> Place {
    Place::file(format!("{FOLDER}/{path}"))
}

//! One build of a fleet at a time.

use crate::diag::{Code, Diagnostic};
use crate::world::{Disk, Lock, LockFault};

/// Held while a build runs.
const LOCK: &str = ".hectare/lock";

/// Takes the lock of the repository in `files`; the system lets go of it when the process ends, however it ends.
pub(super) fn take(files: &Disk) -> Result<Lock, Diagnostic> {
    let owner = format!("process {}", std::process::id());
    Lock::take(&files.place(LOCK), &owner).map_err(|fault| match fault {
        LockFault::Held(holder) => {
            Diagnostic::error(Code::Locked, format!("another build of this fleet is running ({holder})"))
                .hint("wait until it is done, or stop it")
        }
        LockFault::System(said) => Diagnostic::error(Code::CannotWrite, format!("cannot write `{LOCK}`: {said}"))
            .hint("hectare keeps its records in the folder `.hectare` beside sites.toml; make it writable"),
    })
}

//! One build at a time.

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::path::Path;

/// Held while it lives; the system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Why a lock could not be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockFault {
    /// Someone else holds it: what they wrote into it.
    Held(String),
    /// The system refused.
    System(String),
}

impl Lock {
    /// Takes the lock at `place`; `owner` is what others read while it is held.
    pub fn take(place: &Path, owner: &str) -> Result<Self, LockFault> {
        let system = |error: std::io::Error| LockFault::System(super::disk::plain(&error));
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder).map_err(system)?;
        }
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(place).map_err(system)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => {
                let mut holder = String::new();
                file.take(200).read_to_string(&mut holder).map_err(system)?;
                return Err(LockFault::Held(holder.trim().to_owned()));
            }
            Err(refused) => return Err(system(refused.into())),
        }
        file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{owner}")).map_err(system)?;
        Ok(Self { _file: file })
    }
}

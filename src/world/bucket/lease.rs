//! A lock that machines hold over each other: a note in the bucket that is renewed while its holder lives.

use super::{Bucket, BucketFault, Served, Terms};
use crate::world::{ArchiveFault, ArchiveTrouble, Version};
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// A holder that is silent for this long is gone. Clocks of machines differ by less.
const TERM: Duration = Duration::from_secs(600);

/// The note is renewed this often: a few attempts may fail.
const RENEWED: Duration = Duration::from_secs(120);

/// Held while it lives, and for a few minutes longer if its process is killed.
pub(super) struct Lease {
    /// Dropped to let go.
    over: Option<Sender<()>>,
    renewing: Option<JoinHandle<()>>,
}

impl Lease {
    /// Takes the lock `key`; `owner` is what others are told.
    pub(super) fn take(bucket: Arc<dyn Bucket>, key: &str, owner: &str) -> Result<Self, ArchiveFault> {
        let trouble = |trouble| ArchiveFault { path: key.to_owned(), trouble };
        let system = |fault: BucketFault| trouble(ArchiveTrouble::System(fault.to_string()));
        let there = bucket.get(key).map_err(system)?;
        let terms = match there.map(|kept| (read(&kept.bytes), kept.version)) {
            None => Terms::New,
            Some(((Some(until), holder), _)) if until > Timestamp::now() => {
                return Err(trouble(ArchiveTrouble::Held(holder)));
            }
            Some((_, version)) => Terms::Still(version),
        };
        let version = match put(bucket.as_ref(), key, owner, &terms) {
            Err(BucketFault::Changed) => return Err(trouble(ArchiveTrouble::Held("someone who was faster".into()))),
            put => put.map_err(system)?,
        };
        let (over, told) = channel();
        let (key, owner) = (key.to_owned(), owner.to_owned());
        let renewing = std::thread::spawn(move || {
            let mut version = version;
            while told.recv_timeout(RENEWED) == Err(RecvTimeoutError::Timeout) {
                match put(bucket.as_ref(), &key, &owner, &Terms::Still(version.clone())) {
                    Ok(renewed) => version = renewed,
                    // Someone took it over: nothing is left to let go of.
                    Err(BucketFault::Changed) => return,
                    Err(_) => {}
                }
            }
            let still_ours = bucket.get(&key).ok().flatten().is_some_and(|kept| kept.version == version);
            // Who waits for it has it in a few minutes anyway.
            let _ = if still_ours { bucket.delete(&key) } else { Ok(()) };
        });
        Ok(Self { over: Some(over), renewing: Some(renewing) })
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.over = None;
        if let Some(renewing) = self.renewing.take() {
            // It ends by itself; a panic there is none of ours.
            let _ = renewing.join();
        }
    }
}

fn put(bucket: &dyn Bucket, key: &str, owner: &str, terms: &Terms) -> Result<Version, BucketFault> {
    let until = Timestamp::now().saturating_add(TERM).unwrap_or(Timestamp::MAX);
    bucket.put(key, format!("{until}\n{owner}\n").into(), &Served::default(), terms)
}

/// Until when it is held, and by whom.
fn read(note: &[u8]) -> (Option<Timestamp>, String) {
    let note = String::from_utf8_lossy(note);
    let (until, owner) = note.split_once('\n').unwrap_or((&note, ""));
    (until.parse().ok(), owner.trim().chars().take(200).collect())
}

//! What the host is known to have, so that nothing is sent twice and no deployment is asked for in vain.
//!
//! Everything that the host confirmed is kept in a note, over all parcels of the account. A parcel that is being sent is noted, too: if
//! that note is still there at the next try, the run died in between, and the host is asked what arrived. A note that is wrong or lost
//! costs a question: the host says itself what a deployment lacks. Where there is no note at all, as on a machine that is new every time,
//! it is asked about every site that is live already.

use crate::model::{Hex, ParcelName, unpoisoned};
use crate::world::Notebook;
use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, MutexGuard};

/// The beginning of a SHA-1. A wrong match is found out by the host.
type Key = [u8; 8];

/// Beyond this, the note begins anew.
const LARGEST_NOTE: usize = 8 << 20;

/// The stock of an account.
#[derive(Debug)]
pub(super) struct Stock {
    held: Notebook,
    begun: Notebook,
    shelf: Mutex<Shelf>,
    news: Condvar,
}

#[derive(Debug, Default)]
struct Shelf {
    /// None until the note was read.
    held: Option<BTreeSet<Key>>,
    /// The note was empty when it was read.
    was_empty: bool,
    /// There was a parcel then that somebody had begun to send.
    was_left_over: bool,
    /// On its way by some thread.
    flying: BTreeSet<Key>,
}

/// The right to send one content; nobody else sends it meanwhile.
pub(super) struct Claim<'a> {
    stock: &'a Stock,
    key: Key,
    arrived: bool,
}

impl Stock {
    /// The stock that is kept in these two notes.
    pub(super) fn new(held: Notebook, begun: Notebook) -> Self {
        Self { held, begun, shelf: Mutex::default(), news: Condvar::new() }
    }

    /// Whether a run had died when this process began, so that any content may have arrived, or nothing was known of what is live.
    pub(super) fn is_unsure(&self, is_live: bool) -> bool {
        self.with(|shelf| shelf.was_left_over || (is_live && shelf.was_empty))
    }

    /// Whether the host is known to have it.
    pub(super) fn has(&self, sha: Hex<20>) -> bool {
        self.with(|shelf| shelf.held.as_ref().is_some_and(|held| held.contains(&key(sha))))
    }

    /// The right to send it; none if the host has it by now. Waits for whoever is sending it.
    pub(super) fn claim(&self, sha: Hex<20>) -> Option<Claim<'_>> {
        let key = key(sha);
        let mut shelf = self.shelf();
        loop {
            if shelf.held.as_ref().is_some_and(|held| held.contains(&key)) {
                return None;
            }
            if shelf.flying.insert(key) {
                return Some(Claim { stock: self, key, arrived: false });
            }
            shelf = unpoisoned(self.news.wait(shelf));
        }
    }

    /// The host says that it lacks these.
    pub(super) fn lacks(&self, shas: &[Hex<20>]) -> Result<(), String> {
        let lacking: BTreeSet<Key> = shas.iter().map(|sha| key(*sha)).collect();
        let was_held = self.with(|shelf| {
            let held = shelf.held.get_or_insert_default();
            let before = held.len();
            held.retain(|key| !lacking.contains(key));
            held.len() < before
        });
        match was_held {
            true => {
                self.held.change(|note| *note = chunks(note).filter(|key| !lacking.contains(key)).flatten().collect())
            }
            false => Ok(()),
        }
    }

    /// Notes that a parcel is being sent; whether that was noted before and never ended.
    pub(super) fn begin(&self, parcel: &ParcelName) -> Result<bool, String> {
        self.begun.change(|note| {
            let line = format!("{parcel}\n");
            let text = String::from_utf8_lossy(note).into_owned();
            let was_begun = text.split_inclusive('\n').any(|known| known == line);
            if !was_begun {
                *note = (text + &line).into_bytes();
            }
            was_begun
        })
    }

    /// Notes that a parcel is complete: the host has these.
    pub(super) fn end(&self, parcel: &ParcelName, shas: impl Iterator<Item = Hex<20>>) -> Result<(), String> {
        let keys: BTreeSet<Key> = shas.map(key).collect();
        self.with(|shelf| shelf.held.get_or_insert_default().extend(&keys));
        self.held.change(|note| {
            if note.len() > LARGEST_NOTE {
                note.clear();
            }
            let known: BTreeSet<Key> = chunks(note).filter(|key| keys.contains(key)).collect();
            note.extend(keys.difference(&known).flatten());
        })?;
        self.begun.change(|note| {
            let line = format!("{parcel}\n");
            let text = String::from_utf8_lossy(note).into_owned();
            *note = text.split_inclusive('\n').filter(|known| *known != line).collect::<String>().into_bytes();
        })
    }

    fn with<T>(&self, look: impl FnOnce(&mut Shelf) -> T) -> T {
        look(&mut self.shelf())
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        let mut shelf = unpoisoned(self.shelf.lock());
        if shelf.held.is_none() {
            // What cannot be read is asked of the host.
            let held: BTreeSet<Key> = self.held.change(|note| chunks(note).collect()).unwrap_or_default();
            shelf.was_empty = held.is_empty();
            shelf.was_left_over = self.begun.change(|note| !note.is_empty()).unwrap_or(true);
            shelf.held = Some(held);
        }
        shelf
    }
}

impl Claim<'_> {
    /// The host confirmed that it has it.
    pub(super) fn arrived(mut self) {
        self.arrived = true;
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let mut shelf = self.stock.shelf();
        shelf.flying.remove(&self.key);
        if self.arrived {
            shelf.held.get_or_insert_default().insert(self.key);
        }
        drop(shelf);
        self.stock.news.notify_all();
    }
}

fn key(sha: Hex<20>) -> Key {
    let mut key = [0; 8];
    key.copy_from_slice(&sha.as_bytes()[..8]);
    key
}

fn chunks(note: &[u8]) -> impl Iterator<Item = Key> {
    note.as_chunks::<8>().0.iter().copied()
}

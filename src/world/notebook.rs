//! Small notes that several processes of this machine keep together.

use super::disk::plain;
use crate::model::unpoisoned;
use rustix::fs::{FlockOperation, flock};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// More than any note needs.
const LARGEST: u64 = 16 << 20;

/// Whoever changes a note is done in a moment; one that was put to sleep meanwhile must not hold up all others for ever.
const PATIENCE: Duration = Duration::from_secs(10);

/// A note that is read and written in one step: nobody sees it between the two.
#[derive(Debug)]
pub struct Notebook {
    place: Option<PathBuf>,
    /// What it holds if it is not on a disk; otherwise it only keeps the threads of this process in line.
    held: Mutex<Vec<u8>>,
}

impl Notebook {
    /// The note in the file `place`, which is made when it is first written.
    pub fn at(place: &Path) -> Self {
        Self { place: Some(place.to_owned()), held: Mutex::default() }
    }

    /// A note that nobody else sees.
    pub fn in_memory() -> Self {
        Self { place: None, held: Mutex::default() }
    }

    /// Changes the note while nobody else does; an empty one was never written. What a process wrote that was killed meanwhile is
    /// there as a whole or not at all.
    pub fn change<T>(&self, edit: impl FnOnce(&mut Vec<u8>) -> T) -> Result<T, String> {
        let mut held = unpoisoned(self.held.lock());
        match &self.place {
            None => Ok(edit(&mut held)),
            Some(place) => change(place, edit).map_err(|error| format!("`{}`: {}", place.display(), plain(&error))),
        }
    }
}

fn change<T>(place: &Path, edit: impl FnOnce(&mut Vec<u8>) -> T) -> io::Result<T> {
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(place)?;
    hold(&file)?;
    let mut bytes = Vec::new();
    Read::by_ref(&mut file).take(LARGEST).read_to_end(&mut bytes)?;
    let known = read(&bytes);
    let mut note = known.to_vec();
    let result = edit(&mut note);
    if note != known {
        write(&mut file, &note)?;
    }
    Ok(result)
}

/// Waits until nobody else holds the file; the system lets go of it when it is closed.
fn hold(file: &File) -> io::Result<()> {
    let start = Instant::now();
    while flock(file, FlockOperation::NonBlockingLockExclusive).is_err() {
        if start.elapsed() > PATIENCE {
            return Err(io::Error::other("another process does not let go of it"));
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

/// The note in a file: behind a first line with its length. What follows it is left over from a longer one.
fn read(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let len = std::str::from_utf8(&bytes[..end]).ok().and_then(|line| line.parse::<usize>().ok());
    len.and_then(|len| bytes.get(end + 1..)?.get(..len)).unwrap_or_default()
}

/// Writes the note in one piece, which the system finishes even if the process is killed.
fn write(file: &mut File, note: &[u8]) -> io::Result<()> {
    let mut bytes = format!("{}\n", note.len()).into_bytes();
    bytes.extend_from_slice(note);
    file.rewind()?;
    file.write_all(&bytes)?;
    file.set_len(bytes.len() as u64)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]
mod tests {
    use super::Notebook;
    use std::fs;

    fn add(notebook: &Notebook, by: u64) -> Result<u64, String> {
        notebook.change(|note| {
            let sum = String::from_utf8_lossy(note).parse().unwrap_or(0) + by;
            *note = sum.to_string().into_bytes();
            sum
        })
    }

    #[test]
    fn many_change_a_note_and_nothing_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("deep/note");
        std::thread::scope(|scope| {
            for _ in 0..8 {
                // Each has opened it on its own, as processes do.
                scope.spawn(|| (0..50).for_each(|_| assert!(add(&Notebook::at(&place), 1).is_ok())));
            }
        });
        assert_eq!(add(&Notebook::at(&place), 0), Ok(400));
    }

    #[test]
    fn a_shorter_note_replaces_a_longer_one() {
        let folder = tempfile::tempdir().unwrap();
        let notebook = Notebook::at(&folder.path().join("note"));
        for text in ["a long note", "short", ""] {
            notebook.change(|note| *note = text.into()).unwrap();
            assert_eq!(notebook.change(|note| note.clone()).unwrap(), text.as_bytes());
        }
    }

    #[test]
    fn a_damaged_note_is_an_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("note");
        for damage in ["", "\n", "x\nnote", "9\nnote", "-1\nnote", "4", "99999999999999999999\nnote"] {
            fs::write(&place, damage).unwrap();
            assert_eq!(Notebook::at(&place).change(|note| note.len()), Ok(0), "{damage:?}");
        }
    }

    #[test]
    fn a_place_that_cannot_be_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let told = Notebook::at(folder.path()).change(|_| ()).unwrap_err();
        assert_eq!(told, format!("`{}`: is a directory", folder.path().display()));
    }
}

//! A lock that machines hold over each other: a note in the bucket that is renewed while its holders live.

use super::{Bucket, BucketFault, Served, Terms};
use crate::model::unpoisoned;
use crate::world::{ArchiveFault, ArchiveTrouble, Dice, Hold, Owner, Version};
use jiff::Timestamp;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A holder that is silent for this long is gone. Clocks of machines differ by less.
const TERM: Duration = Duration::from_secs(180);

/// The note is renewed this often: a few attempts may fail.
const RENEWED: Duration = Duration::from_secs(40);

/// How often it is tried to write into a note that others write into, too.
const ATTEMPTS: u32 = 40;

/// Held while it lives, and for a few minutes longer if its process is killed.
pub(super) struct Lease {
    /// Dropped to let go.
    over: Option<Sender<()>>,
    renewing: Option<JoinHandle<()>>,
    /// When it was last written into the note; none if somebody took its place.
    renewed: Arc<Mutex<Option<Instant>>>,
}

/// Who holds the lock: several, if they are of one company.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Note {
    company: String,
    holders: Vec<Holder>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Holder {
    until: Timestamp,
    /// Tells holders apart that call themselves the same.
    mark: String,
    name: String,
}

/// One holder's place in the note.
struct Seat {
    bucket: Arc<dyn Bucket>,
    key: String,
    company: String,
    mark: String,
    name: String,
}

impl Lease {
    /// Takes the lock `key`.
    pub(super) fn take(bucket: Arc<dyn Bucket>, key: &str, owner: &Owner<'_>) -> Result<Self, ArchiveFault> {
        let mark = format!("{:016x}", Dice::fair().roll().to_bits());
        let company = owner.company.map_or_else(|| mark.clone(), one_line);
        let seat = Seat { bucket, key: key.to_owned(), company, mark, name: one_line(owner.name) };
        let begun = Instant::now();
        seat.sit().map_err(|trouble| ArchiveFault { path: key.to_owned(), trouble })?;
        let (over, told) = channel();
        let renewed = Arc::new(Mutex::new(Some(begun)));
        let noted = Arc::clone(&renewed);
        let renewing = std::thread::spawn(move || {
            let note = |moment| *unpoisoned(noted.lock()) = moment;
            while told.recv_timeout(RENEWED) == Err(RecvTimeoutError::Timeout) {
                let begun = Instant::now();
                match seat.stay() {
                    Ok(()) => note(Some(begun)),
                    Err(ArchiveTrouble::Changed) => return note(None),
                    // While the bucket cannot be reached, the note holds for some time.
                    Err(_) => {}
                }
            }
            // Who waits for it has it in a few minutes anyway.
            let _ = seat.leave();
        });
        Ok(Self { over: Some(over), renewing: Some(renewing), renewed })
    }
}

impl Hold for Lease {
    fn is_kept(&self) -> bool {
        let renewed = *unpoisoned(self.renewed.lock());
        renewed.is_some_and(|moment| moment.elapsed() < TERM)
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

impl Seat {
    /// Writes itself into the note, unless somebody of another company is in it.
    fn sit(&self) -> Result<(), ArchiveTrouble> {
        self.write(|note, now| {
            let held = note.holders.into_iter().filter(|holder| holder.until > now);
            let mut holders: Vec<Holder> = held.collect();
            if let Some(other) = holders.first().filter(|_| note.company != self.company) {
                return Err(ArchiveTrouble::Held(other.told()));
            }
            holders.push(self.holder(now));
            Ok(Note { company: self.company.clone(), holders })
        })
    }

    /// Says that it is still there; that somebody took its place is [`ArchiveTrouble::Changed`].
    fn stay(&self) -> Result<(), ArchiveTrouble> {
        self.write(|mut note, now| {
            let own = note.holders.iter_mut().find(|holder| holder.mark == self.mark).ok_or(ArchiveTrouble::Changed)?;
            *own = self.holder(now);
            Ok(note)
        })
    }

    fn leave(&self) -> Result<(), ArchiveTrouble> {
        self.write(|mut note, _| {
            note.holders.retain(|holder| holder.mark != self.mark);
            Ok(note)
        })
    }

    fn holder(&self, now: Timestamp) -> Holder {
        let until = now.saturating_add(TERM).unwrap_or(Timestamp::MAX);
        Holder { until, mark: self.mark.clone(), name: self.name.clone() }
    }

    /// Changes the note. Who is slower than another reads it again.
    fn write(&self, change: impl Fn(Note, Timestamp) -> Result<Note, ArchiveTrouble>) -> Result<(), ArchiveTrouble> {
        let system = |fault: BucketFault| ArchiveTrouble::System(fault.to_string());
        for attempt in 0..ATTEMPTS {
            let (note, version) = match self.bucket.get(&self.key).map_err(system)? {
                Some(kept) => (Note::read(&kept.bytes), Some(kept.version)),
                None => (Note::read(&[]), None),
            };
            let note = change(note, Timestamp::now())?;
            match self.put(&note, version) {
                Err(BucketFault::Changed) => std::thread::sleep(pause(attempt)),
                put => return put.map(drop).map_err(system),
            }
        }
        Err(ArchiveTrouble::Held("others who were faster again and again".to_owned()))
    }

    fn put(&self, note: &Note, before: Option<Version>) -> Result<Version, BucketFault> {
        let terms = before.map_or(Terms::New, Terms::Still);
        self.bucket.put(&self.key, note.print().into(), &Served::default(), &terms)
    }
}

/// Those who met wait for different times.
fn pause(attempt: u32) -> Duration {
    Duration::from_millis(20).mul_f64(f64::from(attempt + 1) * Dice::fair().roll())
}

impl Note {
    /// What nobody can read is held by nobody.
    fn read(note: &[u8]) -> Self {
        let note = String::from_utf8_lossy(note);
        let mut lines = note.lines();
        let company = lines.next().unwrap_or_default().to_owned();
        Self { company, holders: lines.filter_map(Holder::read).collect() }
    }

    fn print(&self) -> String {
        let line = |Holder { until, mark, name }: &Holder| format!("{until} {mark} {name}\n");
        let holders: String = self.holders.iter().map(line).collect();
        format!("{}\n{holders}", self.company)
    }
}

impl Holder {
    /// What others are told.
    fn told(&self) -> String {
        format!("{}; if it died, its hold ends at {}", self.name, self.until.strftime("%H:%M:%S UTC"))
    }

    fn read(line: &str) -> Option<Self> {
        let mut words = line.splitn(3, ' ');
        let (until, mark, name) = (words.next()?, words.next()?, words.next()?);
        Some(Self { until: until.parse().ok()?, mark: mark.to_owned(), name: name.to_owned() })
    }
}

/// A name that fits into a line of the note.
fn one_line(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(200).collect()
}

//! The ledger: the truth about what was shipped.
//!
//! `state.json` says what is live and is all that a run with nothing to do reads. Before a run touches a berth it writes an intent,
//! and takes it back when the outcome is known and kept: whatever intent is left has to be asked about. Every switch is a receipt that
//! is never changed. Releases and the bytes they name are kept by content.

mod damage;
mod files;
mod records;
mod store;

pub use files::FOLDER;
pub use store::{Condition, Store};

use crate::diag::{Code, Diagnostic};
use crate::model::{
    Approval, Berth, Course, Digest, Intent, Label, Live, Money, ParcelName, Receipt, Release, SiteId, Standing,
    unpoisoned,
};
use crate::world::{Archive, ArchiveTrouble, Deadline, Hold, Owner, Version};
use damage::read_state;
use files::{
    STATE, approval_path, damaged, intent_path, parse, print, receipt_path, receipts_folder, release_path, run_path,
    spent_path, trouble,
};
use jiff::{SignedDuration, Timestamp};
use records::{ApprovalRecord, Entry, IntentRecord, ReleaseRecord, RunRecord, SpentRecord, State};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

/// Receipts are kept at once; the state that sums them up, at most this much later.
const SETTLING: Duration = Duration::from_secs(1);

/// What was shipped, and what was about to be.
pub struct Ledger<'a> {
    archive: &'a dyn Archive,
    book: Mutex<Book>,
    /// Files that could not be read, as they are damaged; they count as lost.
    damaged: Mutex<BTreeSet<String>>,
}

/// The state as it is known here, and how it was last seen there.
struct Book {
    live: Live,
    version: Option<Version>,
    /// What changed since, with the number of switches that the berth had there.
    changed: BTreeMap<Berth, Option<u64>>,
    /// Berths whose intents can be taken back as soon as the state is kept.
    settled: Vec<Berth>,
    due: Option<Deadline>,
    /// The intents that were written here, as they lie there.
    intents: BTreeMap<Berth, Version>,
    /// What a run that ended was switching, and what hosts did not show when they were asked about it.
    doubts: BTreeMap<Berth, Label>,
    /// Whether other jobs of the same run may be at work.
    is_shared: bool,
}

/// One switch of the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Past {
    /// The run that made it.
    pub run: String,
    /// Which way it went.
    pub course: Course,
    /// What the host confirmed.
    pub receipt: Receipt,
}

/// A run of the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The plan that it applied.
    pub plan: String,
    /// When it began.
    pub at: Timestamp,
    /// Where it was to switch something.
    pub berths: Vec<Berth>,
}

impl<'a> Ledger<'a> {
    /// Reads what is live.
    pub fn open(archive: &'a dyn Archive) -> Result<Self, Diagnostic> {
        let (live, version) = read_state(archive)?;
        let book = Book {
            live,
            version,
            changed: BTreeMap::new(),
            settled: Vec::new(),
            due: None,
            intents: BTreeMap::new(),
            doubts: BTreeMap::new(),
            is_shared: false,
        };
        Ok(Self { archive, book: Mutex::new(book), damaged: Mutex::default() })
    }

    /// Keeps everyone else from shipping for as long as the guard lives, but for those of the owner's company; and reads what is live
    /// by now.
    pub fn lock(&self, owner: &Owner<'_>) -> Result<Box<dyn Hold>, Diagnostic> {
        let guard = self.archive.lock(owner).map_err(trouble)?;
        let mut book = self.book();
        (book.live, book.version) = read_state(self.archive)?;
        book.is_shared = owner.company.is_some();
        Ok(guard)
    }

    /// Takes away what runs that died were about to keep.
    pub fn sweep(&self) -> Result<(), Diagnostic> {
        self.archive.sweep().map(drop).map_err(trouble)
    }

    /// How much of it is read and kept at once.
    pub fn hands(&self) -> usize {
        self.archive.hands()
    }

    /// Where releases are kept.
    pub fn store(&self) -> Store<'a> {
        Store::new(self.archive)
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        unpoisoned(self.book.lock())
    }

    /// What is live, as far as it was confirmed.
    pub fn live(&self) -> Live {
        self.book().live.clone()
    }

    /// A look at what is live.
    pub fn look<T>(&self, look: impl FnOnce(&Live) -> T) -> T {
        look(&self.book().live)
    }

    /// What is live at one berth.
    pub fn standing(&self, berth: &Berth) -> Option<Standing> {
        self.book().live.berths.get(berth).cloned()
    }

    /// What runs were about to do that did not come to their end.
    pub fn intents(&self) -> Result<Vec<Intent>, Diagnostic> {
        let paths = self.archive.list("intents").map_err(trouble)?;
        paths.iter().filter_map(|path| self.unless_damaged(path, IntentRecord::read).transpose()).collect()
    }

    /// Says what is about to be done, unless someone else is about to do something there, or just did. What was done there before is
    /// kept first, as an intent tells of one thing only.
    pub fn intend(&self, intent: &Intent) -> Result<(), Diagnostic> {
        let mut book = self.book();
        if book.settled.contains(&intent.berth) {
            self.settle(&mut book)?;
        }
        let (before, is_shared) = (book.intents.get(&intent.berth).cloned(), book.is_shared);
        drop(book);
        let path = intent_path(&intent.berth);
        let written = self.archive.replace(&path, &print(&IntentRecord::of(intent)), before.as_ref());
        let version = written.map_err(|fault| match fault.trouble {
            ArchiveTrouble::Changed => self.someone_else(intent),
            _ => trouble(fault),
        })?;
        self.book().intents.insert(intent.berth.clone(), version);
        if before.is_none() && is_shared && self.is_overtaken(intent)? {
            self.forget(&intent.berth)?;
            let message = format!("another job of the run `{}` shipped `{}` meanwhile", intent.run, intent.berth);
            let hint = "let each job of a run ship other sites; the next run goes on from what is live now";
            return Err(Diagnostic::error(Code::LedgerBusy, message).hint(hint));
        }
        Ok(())
    }

    /// Whether another job of the same run has switched something since the state was read; only they can.
    fn is_overtaken(&self, intent: &Intent) -> Result<bool, Diagnostic> {
        let count = self.standing(&intent.berth).map_or(0, |standing| standing.count);
        let next = self.read::<Entry>(&receipt_path(&intent.berth, count + 1))?.and_then(Entry::read);
        Ok(next.is_some_and(|past| past.run == intent.run))
    }

    /// Who is about to do something where `intent` wants to.
    fn someone_else(&self, intent: &Intent) -> Diagnostic {
        let there = self.read::<IntentRecord>(&intent_path(&intent.berth)).ok().flatten().and_then(IntentRecord::read);
        let who = there.map(|there| format!(" (the run `{}`, since {:.0})", there.run, there.at)).unwrap_or_default();
        let message = format!("someone else is about to ship `{}`{who}", intent.berth);
        let hint =
            "wait until they are done; if they died, `hectare deploy` without `--run` asks the host what became of it";
        Diagnostic::error(Code::LedgerBusy, message).hint(hint)
    }

    /// Takes an intent back of which nothing came.
    pub fn forget(&self, berth: &Berth) -> Result<(), Diagnostic> {
        self.take_back(&mut self.book(), berth)
    }

    /// Takes an intent back whose switch the host does not show, though it may have begun it.
    pub fn doubt(&self, intent: &Intent) -> Result<(), Diagnostic> {
        let mut book = self.book();
        book.doubts.insert(intent.berth.clone(), intent.label);
        self.take_back(&mut book, &intent.berth)
    }

    /// Whether the host may have begun to show what has this label.
    pub fn is_in_doubt(&self, berth: &Berth, label: Label) -> bool {
        self.book().doubts.get(berth) == Some(&label)
    }

    fn take_back(&self, book: &mut Book, berth: &Berth) -> Result<(), Diagnostic> {
        book.intents.remove(berth);
        self.archive.remove(&intent_path(berth)).map_err(trouble)
    }

    /// Keeps what a host confirmed. The intent is taken back when the state is kept, too.
    pub fn record(&self, berth: &Berth, past: &Past, change: impl FnOnce(&mut Standing)) -> Result<(), Diagnostic> {
        let before = self.standing(berth);
        let count = before.as_ref().map_or(0, |standing| standing.count) + 1;
        let count = self.file_receipt(berth, count, past)?;
        let mut standing = Standing::after(before, count, &past.run, past.course, &past.receipt);
        change(&mut standing);
        let mut book = self.book();
        book.note(berth);
        book.live.berths.insert(berth.clone(), standing);
        book.settled.push(berth.clone());
        self.settle_in_time(&mut book)
    }

    /// Keeps a receipt as the one of this number, or of the next one that is free: none is ever overwritten.
    fn file_receipt(&self, berth: &Berth, first: u64, past: &Past) -> Result<u64, Diagnostic> {
        let mut count = first;
        loop {
            let path = receipt_path(berth, count);
            match self.archive.replace(&path, &print(&Entry::of(past)), None) {
                Ok(_) => return Ok(count),
                Err(fault) if fault.trouble == ArchiveTrouble::Changed => {
                    let there = self.read::<Entry>(&path)?.and_then(Entry::read);
                    // A run that died may have kept it already.
                    if there.is_some_and(|there| there.receipt.deployment == past.receipt.deployment) {
                        return Ok(count);
                    }
                    count += 1;
                }
                Err(fault) => return Err(trouble(fault)),
            }
        }
    }

    /// Changes what is remembered of a berth beside its receipt.
    pub fn amend(&self, berth: &Berth, change: impl FnOnce(&mut Standing)) -> Result<(), Diagnostic> {
        let mut book = self.book();
        book.note(berth);
        if let Some(standing) = book.live.berths.get_mut(berth) {
            change(standing);
        }
        self.settle_in_time(&mut book)
    }

    /// Keeps that nothing is live at a berth any more.
    pub fn vacate(&self, berth: &Berth) -> Result<(), Diagnostic> {
        let mut book = self.book();
        book.note(berth);
        book.live.berths.remove(berth);
        book.settled.push(berth.clone());
        self.settle(&mut book)
    }

    /// Keeps the state as it is now.
    pub fn flush(&self) -> Result<(), Diagnostic> {
        self.settle(&mut self.book())
    }

    /// Keeps the state if it was not kept for a while.
    fn settle_in_time(&self, book: &mut Book) -> Result<(), Diagnostic> {
        let due = *book.due.get_or_insert_with(|| Deadline::after(SETTLING));
        if due.passed() { self.settle(book) } else { Ok(()) }
    }

    /// Keeps the state, and takes back the intents that it tells the end of.
    fn settle(&self, book: &mut Book) -> Result<(), Diagnostic> {
        let version = loop {
            let bytes = print(&State::of(book.live.berths.iter()));
            match self.archive.replace(STATE, &bytes, book.version.as_ref()) {
                Ok(version) => break version,
                // Others of the same company keep their switches in the same place.
                Err(fault) if fault.trouble == ArchiveTrouble::Changed => {
                    let (theirs, version) = read_state(self.archive)?;
                    if !book.join(theirs, version) {
                        return Err(trouble(fault));
                    }
                }
                Err(fault) => return Err(trouble(fault)),
            }
        };
        (book.version, book.due) = (Some(version), None);
        book.changed.clear();
        for berth in std::mem::take(&mut book.settled) {
            self.take_back(book, &berth)?;
        }
        Ok(())
    }

    /// All switches of a berth, the latest last.
    pub fn history(&self, berth: &Berth) -> Result<Vec<Past>, Diagnostic> {
        let paths = self.archive.list(&receipts_folder(berth)).map_err(trouble)?;
        paths.iter().filter_map(|path| self.unless_damaged(path, Entry::read).transpose()).collect()
    }

    /// A release of the past.
    pub fn release(&self, site: &SiteId, id: Digest) -> Result<Option<Release>, Diagnostic> {
        self.unless_damaged(&release_path(site, id), ReleaseRecord::read)
    }

    /// Keeps what a release consists of; its bytes are in the store.
    pub fn keep(&self, release: &Release) -> Result<(), Diagnostic> {
        let (path, bytes) = (release_path(&release.site, release.id), print(&ReleaseRecord::of(release)));
        self.archive.put(&path, &bytes).map_err(trouble)
    }

    /// Takes a release out that nobody can go back to. Contents of it that no other release holds are of no use any more.
    pub fn discard(&self, site: &SiteId, id: Digest) -> Result<(), Diagnostic> {
        self.archive.remove(&release_path(site, id)).map_err(trouble)
    }

    /// All releases that are kept, by site.
    pub fn releases(&self) -> Result<Vec<(SiteId, Digest)>, Diagnostic> {
        let paths = self.archive.list("releases").map_err(trouble)?;
        let named = |path: &String| {
            let (site, id) = path.strip_prefix("releases/")?.strip_suffix(".json")?.split_once('/')?;
            Some((SiteId::parse(site).ok()?, Digest::parse(id)?))
        };
        Ok(paths.iter().filter_map(named).collect())
    }

    /// Someone's word that the plan may be applied.
    pub fn approval(&self, plan: Digest) -> Result<Option<Approval>, Diagnostic> {
        let path = approval_path(plan);
        let record = self.read::<ApprovalRecord>(&path)?;
        record.map(|record| record.read().ok_or_else(|| damaged(&path))).transpose()
    }

    /// Keeps an approval.
    pub fn approve(&self, approval: &Approval) -> Result<(), Diagnostic> {
        self.write(&approval_path(approval.plan), &ApprovalRecord::of(approval))
    }

    /// Keeps that a run goes by the approval of a plan, beside other jobs of it.
    pub fn go_by(&self, plan: Digest, run: &str) -> Result<(), Diagnostic> {
        let path = approval_path(plan);
        loop {
            let Some((bytes, version)) = self.archive.get(&path).map_err(trouble)? else {
                return Ok(());
            };
            let mut approval = parse::<ApprovalRecord>(&path, &bytes)?.read().ok_or_else(|| damaged(&path))?;
            if !approval.runs.insert(run.to_owned()) {
                return Ok(());
            }
            match self.archive.replace(&path, &print(&ApprovalRecord::of(&approval)), Some(&version)) {
                Err(fault) if fault.trouble == ArchiveTrouble::Changed => {}
                kept => return kept.map(drop).map_err(trouble),
            }
        }
    }

    /// Keeps where a run is about to switch something, beside what other jobs of it are.
    pub fn begin<'b>(
        &self,
        run: &str,
        plan: Digest,
        at: Timestamp,
        berths: impl Iterator<Item = &'b Berth>,
    ) -> Result<(), Diagnostic> {
        let record = RunRecord::of(plan, at, berths);
        self.update(&run_path(run), |there: Option<RunRecord>| match there {
            Some(there) => record.clone().beside(there),
            None => record.clone(),
        })
    }

    /// Keeps what a run costs that applies `plan` since this moment; what was kept of that before counts no more.
    pub fn spend(&self, run: &str, plan: Digest, at: Timestamp, cost: Money) -> Result<(), Diagnostic> {
        self.update(&spent_path(at), |day: Option<SpentRecord>| day.unwrap_or_default().with(run, plan, at, cost))
    }

    /// What runs cost in the 24 hours before `now`.
    pub fn spent(&self, now: Timestamp) -> Result<Money, Diagnostic> {
        let since = now.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MIN);
        let days = [since, now].map(|day| self.read::<SpentRecord>(&spent_path(day)));
        let days = days.into_iter().collect::<Result<Vec<_>, Diagnostic>>()?;
        Ok(days.iter().flatten().map(|day| day.between(since, now)).sum())
    }

    /// A run of the past.
    pub fn run(&self, run: &str) -> Result<Option<Run>, Diagnostic> {
        let path = run_path(run);
        let Some(record) = self.read::<RunRecord>(&path)? else { return Ok(None) };
        let berth = |(target, parcel): &(String, String)| {
            let parcel = ParcelName::parse(parcel).map_err(|_| damaged(&path))?;
            Ok(Berth { target: target.clone(), parcel })
        };
        let berths = record.berths.iter().map(berth).collect::<Result<_, Diagnostic>>()?;
        Ok(Some(Run { plan: record.plan, at: record.at, berths }))
    }

    /// The names of all runs, the latest last.
    pub fn runs(&self) -> Result<Vec<String>, Diagnostic> {
        let paths = self.archive.list("runs").map_err(trouble)?;
        let name = |path: &String| Some(path.strip_prefix("runs/")?.strip_suffix(".json")?.to_owned());
        Ok(paths.iter().filter_map(name).collect())
    }

    fn read<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Diagnostic> {
        let found = self.archive.get(path).map_err(trouble)?;
        found.map(|(bytes, _)| parse(path, &bytes)).transpose()
    }

    /// Makes something else of what is there, again if others do so meanwhile: several jobs may be one run.
    fn update<T: DeserializeOwned + Serialize>(
        &self,
        path: &str,
        change: impl Fn(Option<T>) -> T,
    ) -> Result<(), Diagnostic> {
        loop {
            let there = self.archive.get(path).map_err(trouble)?;
            let version = there.as_ref().map(|(_, version)| version);
            let known = there.as_ref().map(|(bytes, _)| parse(path, bytes)).transpose()?;
            match self.archive.replace(path, &print(&change(known)), version) {
                Err(fault) if fault.trouble == ArchiveTrouble::Changed => {}
                kept => return kept.map(drop).map_err(trouble),
            }
        }
    }

    fn write(&self, path: &str, record: &impl Serialize) -> Result<(), Diagnostic> {
        self.archive.put(path, &print(record)).map_err(trouble)
    }
}

impl Book {
    /// Takes note that a berth is about to change.
    fn note(&mut self, berth: &Berth) {
        let count = self.live.berths.get(berth).map(|standing| standing.count);
        self.changed.entry(berth.clone()).or_insert(count);
    }

    /// Takes over what others keep there now, beside the changes of this book; whether all of these hold. Of a berth that others
    /// changed as well, what they keep counts.
    fn join(&mut self, theirs: Live, version: Option<Version>) -> bool {
        let own = std::mem::replace(&mut self.live, theirs);
        self.version = version;
        let mut holds = true;
        self.changed.retain(|berth, before| {
            let there = self.live.berths.get(berth);
            // Of an earlier attempt only the answer may have been lost.
            let is_ours = there.map(|there| there.count) == *before || there == own.berths.get(berth);
            match own.berths.get(berth).filter(|_| is_ours) {
                Some(standing) => drop(self.live.berths.insert(berth.clone(), standing.clone())),
                None if is_ours => drop(self.live.berths.remove(berth)),
                None => holds = false,
            }
            is_ours
        });
        holds
    }
}

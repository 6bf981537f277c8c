//! What an account may still ask of its host, over all processes of this machine.

use super::notices::Left;
use super::tally::Tally;
use crate::provider::{HostLimits, Window};
use crate::world::Notebook;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// Of every window, one in so many is kept for those that are in a hurry: going back must be possible when all else has been spent.
const RESERVE: u64 = 20;

/// What a host says about the future is believed for this long, if nothing else tells how long its windows are.
const FORESIGHT: Duration = Duration::from_secs(3600);

/// The layout of the note. Another one is not read, and counting starts anew.
const VERSION: u8 = 1;

/// What a call counts as. Whatever else it is, it is a request, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lane {
    /// Nothing but a request.
    Requests,
    /// A deployment that is created.
    Deployments,
    /// A file that is sent.
    Uploads,
    /// A host name that is added or removed.
    Hosts,
}

/// The limits of one account with what was used of them. All who ask on behalf of the account share it: threads by holding it,
/// processes by the note that it is kept in.
#[derive(Debug)]
pub struct Budget {
    note: Notebook,
    windows: BTreeMap<Lane, Vec<Window>>,
}

/// When one more may be asked.
#[derive(Debug)]
pub(super) enum Turn {
    /// Now.
    Granted(Grant),
    /// Not before this moment.
    NotBefore(Timestamp),
}

/// The permission to ask once.
#[derive(Debug)]
pub(super) struct Grant {
    lanes: Vec<Lane>,
    /// By when it has arrived, in milliseconds since 1970.
    expected: i64,
}

/// What is written down.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct Book {
    version: u8,
    lanes: BTreeMap<Lane, Page>,
}

#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct Page {
    /// What was used, by the length of the window.
    used: BTreeMap<u64, Tally>,
    /// What is left until then, as the host said.
    left: Option<(u64, i64)>,
    /// The host wants to be left alone until then.
    closed: i64,
}

impl Budget {
    /// The budget under these limits, kept in `note`.
    pub fn new(limits: &HostLimits, note: Notebook) -> Self {
        let windows = [
            (Lane::Requests, limits.requests.clone()),
            (Lane::Deployments, limits.deployments.clone()),
            (Lane::Uploads, limits.uploads.clone()),
            (Lane::Hosts, limits.host_changes.clone()),
        ];
        Self { note, windows: windows.into() }
    }

    /// Counts one more on `lane`, or says when that will be possible. It arrives within `flight`.
    pub(super) fn take(&self, lane: Lane, urgent: bool, flight: Duration, now: Timestamp) -> Result<Turn, String> {
        let lanes = if lane == Lane::Requests { vec![lane] } else { vec![Lane::Requests, lane] };
        self.change(now, |book, now| {
            let opens = lanes.iter().map(|lane| book.page(*lane).opens(self.windows(*lane), urgent, now));
            let opens = opens.max().unwrap_or(now);
            if opens > now {
                return Turn::NotBefore(moment(opens));
            }
            let expected = now + millis(flight);
            for lane in &lanes {
                book.page(*lane).count(self.windows(*lane), expected);
            }
            Turn::Granted(Grant { lanes, expected })
        })
    }

    /// What was granted has arrived, and the host said what is left.
    pub(super) fn arrived(&self, grant: &Grant, left: Option<Left>, now: Timestamp) -> Result<(), String> {
        self.change(now, |book, now| {
            for lane in &grant.lanes {
                book.page(*lane).arrived(self.windows(*lane), grant.expected, now);
            }
            if let (Some(lane), Some(left)) = (grant.lanes.last(), left) {
                book.page(*lane).believe(self.windows(*lane), left, now);
            }
        })
    }

    /// The host wants nothing on this lane until then.
    pub(super) fn close(&self, lane: Lane, until: Timestamp, now: Timestamp) -> Result<(), String> {
        self.change(now, |book, _| {
            let page = book.page(lane);
            page.closed = page.closed.max(until.as_millisecond());
        })
    }

    /// When `many` more on this lane will have been granted, if nobody else asks and the host is of the same opinion.
    pub fn outlook(&self, lane: Lane, many: u64, now: Timestamp) -> Result<Timestamp, String> {
        self.note.change(|note| {
            let mut page = Book::read(note).page(lane).clone();
            let (windows, mut at) = (self.windows(lane), now.as_millisecond());
            for _ in 0..many {
                at = at.max(page.opens(windows, false, at));
                page.count(windows, at);
            }
            moment(at)
        })
    }

    fn windows(&self, lane: Lane) -> &[Window] {
        self.windows.get(&lane).map_or(&[], Vec::as_slice)
    }

    fn change<T>(&self, now: Timestamp, edit: impl FnOnce(&mut Book, i64) -> T) -> Result<T, String> {
        self.note.change(|note| {
            let mut book = Book::read(note);
            let result = edit(&mut book, now.as_millisecond());
            // A book is numbers and names: it can always be written.
            *note = serde_json::to_vec(&book).unwrap_or_default();
            result
        })
    }
}

impl Book {
    fn read(note: &[u8]) -> Self {
        let known = serde_json::from_slice(note).ok().filter(|book: &Self| book.version == VERSION);
        known.unwrap_or(Self { version: VERSION, ..Self::default() })
    }

    fn page(&mut self, lane: Lane) -> &mut Page {
        self.lanes.entry(lane).or_default()
    }
}

impl Page {
    /// From when on one more is possible; not after `now` if it is.
    fn opens(&mut self, windows: &[Window], urgent: bool, now: i64) -> i64 {
        let kept = |window: &Window| if urgent { 0 } else { window.most / RESERVE };
        let mut opens = self.closed;
        let scarce = |many: u64| many <= windows.first().map_or(0, kept);
        if let Some((_, until)) = self.left.filter(|(many, until)| *until > now && scarce(*many)) {
            opens = opens.max(until);
        }
        for window in windows {
            let tally = self.used.entry(length(*window)).or_default();
            tally.tidy(*window, now);
            let most = window.most - kept(window);
            if tally.sum() >= most {
                opens = opens.max(tally.falls_to(*window, most.saturating_sub(1)));
            }
        }
        opens
    }

    fn count(&mut self, windows: &[Window], expected: i64) {
        for window in windows {
            self.used.entry(length(*window)).or_default().add(*window, expected, 1);
        }
        if let Some((many, _)) = &mut self.left {
            *many = many.saturating_sub(1);
        }
    }

    fn arrived(&mut self, windows: &[Window], expected: i64, now: i64) {
        for window in windows {
            self.used.entry(length(*window)).or_default().moved(*window, expected, now);
        }
    }

    /// The host does not know yet of what is on its way to it, and answers overtake each other: the smaller number is the right one.
    fn believe(&mut self, windows: &[Window], left: Left, now: i64) {
        let longest = windows.iter().map(|window| window.within).max().unwrap_or(FORESIGHT);
        let first = windows.first();
        let tally = first.and_then(|window| Some((window, self.used.get(&length(*window))?)));
        let under_way = tally.map_or(0, |(window, tally)| tally.under_way(*window, now));
        let (many, until) = (left.many.saturating_sub(under_way), now + millis(left.during.min(longest)));
        let same = self.left.filter(|(_, known)| *known > now && known.abs_diff(until) < 2_000);
        self.left = Some(same.map_or((many, until), |(known, _)| (known.min(many), until)));
    }
}

/// What tells the windows of a lane apart.
fn length(window: Window) -> u64 {
    window.within.as_secs()
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX / 4)
}

fn moment(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX)
}

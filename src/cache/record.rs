//! What is kept of a finished site.

use super::seal::Seal;
use crate::diag::{Code, Diagnostic, Note, Place, Severity};
use crate::event::{Built, SiteOutcome};
use crate::model::{Conditions, Digest};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// A finished site: what it was made of, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    /// The digest of what its settings were.
    pub(super) settings: Digest,
    /// The folders that it was made of, and what they held.
    pub(super) folders: BTreeMap<String, Digest>,
    /// Words that were taken for names of the fleet.
    pub(super) names: Vec<String>,
    /// Whether its messages show lines of `sites.toml` or a table.
    pub(super) shows_settings: bool,
    since: Option<i128>,
    until: Option<i128>,
    /// What its output looked like when it was delivered.
    pub(super) seal: Seal,
    /// The digest of the last file in which it is kept what its pages are, if it is a large site.
    pub(super) kept: Option<Digest>,
    bundle: Digest,
    pages: usize,
    files: usize,
    bytes: u64,
    /// How long it took to make all of the site, in microseconds.
    took: u32,
    diagnostics: Vec<Told>,
}

/// A message, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Told {
    code: String,
    is_error: bool,
    message: String,
    place: Option<Spot>,
    in_settings: bool,
    notes: Vec<(String, Option<Spot>)>,
    hint: Option<String>,
}

/// A place, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Spot {
    file: String,
    line: u32,
    column: u32,
    width: u32,
    text: String,
}

/// What making a site came to.
#[derive(Debug, Clone)]
pub struct Made {
    /// The folders that it was made of.
    pub folders: Vec<String>,
    /// What else it depended on.
    pub conditions: Conditions,
    /// How its output looks.
    pub seal: Seal,
    /// The digest of the file in which it is kept what its pages are.
    pub kept: Option<Digest>,
    /// How long it took.
    pub took: Duration,
}

impl Record {
    /// The record of a finished site. What its settings and folders held is found out when the run is over.
    pub(super) fn new(
        made: Made,
        built: Built,
        diagnostics: &[Diagnostic],
        is_manifest: impl Fn(&str) -> bool,
    ) -> Self {
        let Made { folders, conditions, seal, kept, took } = made;
        let shows = |place: &Option<Place>| place.as_ref().is_some_and(|place| is_manifest(&place.file));
        let unknown = Digest::of(&[]);
        Self {
            settings: unknown,
            folders: folders.into_iter().map(|folder| (folder, unknown)).collect(),
            names: conditions.names.into_iter().collect(),
            shows_settings: diagnostics
                .iter()
                .any(|told| shows(&told.place) || told.notes.iter().any(|note| shows(&note.place))),
            since: conditions.since.map(Timestamp::as_nanosecond),
            until: conditions.until.map(Timestamp::as_nanosecond),
            seal,
            kept,
            bundle: built.bundle,
            pages: built.pages,
            files: built.files,
            bytes: built.bytes,
            took: u32::try_from(took.as_micros()).unwrap_or(u32::MAX),
            diagnostics: diagnostics.iter().map(Told::of).collect(),
        }
    }

    /// Whether nothing came or went by the calendar since it was made.
    pub(super) fn holds_at(&self, now: Timestamp) -> bool {
        let now = now.as_nanosecond();
        self.since.is_none_or(|since| since <= now) && self.until.is_none_or(|until| now < until)
    }

    /// What it came out as.
    pub(super) fn bundle(&self) -> Digest {
        self.bundle
    }

    /// How long making all of the site took.
    pub(super) fn took(&self) -> Duration {
        Duration::from_micros(self.took.into())
    }

    /// The same with the time that it took `before`, if nothing else differs: then there is nothing new to be kept.
    pub(super) fn after(mut self, before: Option<&Self>) -> Self {
        let took = self.took;
        self.took = before.map_or(took, |before| before.took);
        if before != Some(&self) {
            self.took = took;
        }
        self
    }

    /// What came of the site, as if it had been made again; none if the record says what nobody understands.
    pub(super) fn outcome(&self) -> Option<SiteOutcome> {
        let built = Built {
            bundle: self.bundle,
            pages: self.pages,
            files: self.files,
            bytes: self.bytes,
            rendered: 0,
            written: 0,
            removed: 0,
            until: self.until.and_then(|until| Timestamp::from_nanosecond(until).ok()),
        };
        let diagnostics = self.diagnostics.iter().map(Told::retold).collect::<Option<_>>()?;
        Some(SiteOutcome { built: Some(built), diagnostics })
    }
}

impl Told {
    pub(super) fn of(told: &Diagnostic) -> Self {
        Self {
            code: told.code.id().to_owned(),
            is_error: told.severity == Severity::Error,
            message: told.message.clone(),
            place: told.place.as_ref().map(Spot::of),
            in_settings: told.in_settings,
            notes: told.notes.iter().map(|note| (note.message.clone(), note.place.as_ref().map(Spot::of))).collect(),
            hint: told.hint.clone(),
        }
    }

    pub(super) fn retold(&self) -> Option<Diagnostic> {
        let note = |(message, place): &(String, Option<Spot>)| Note {
            message: message.clone(),
            place: place.as_ref().map(Spot::place),
        };
        Some(Diagnostic {
            code: Code::parse(&self.code)?,
            severity: if self.is_error { Severity::Error } else { Severity::Warning },
            message: self.message.clone(),
            place: self.place.as_ref().map(Spot::place),
            in_settings: self.in_settings,
            notes: self.notes.iter().map(note).collect(),
            hint: self.hint.clone(),
        })
    }
}

impl Spot {
    fn of(place: &Place) -> Self {
        let Place { file, line, column, width, text } = place;
        Self { file: file.to_string(), line: *line, column: *column, width: *width, text: text.clone() }
    }

    fn place(&self) -> Place {
        let Self { file, line, column, width, text } = self;
        Place { file: file.as_str().into(), line: *line, column: *column, width: *width, text: text.clone() }
    }
}

//! A job as a file, described in `docs/json.md`.

use super::{End, Job, Site, Work};
use crate::diag::{Code, Diagnostic, Group, Note, Place, Severity};
use crate::model::{Cost, Money};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The version of the format; it grows when a field changes its meaning.
const VERSION: u32 = 1;

/// More kinds of mistakes than this are repaired one after the other anyway.
const MOST_FOUND: usize = 500;

#[derive(Serialize, Deserialize)]
struct File {
    v: u32,
    job: String,
    verb: String,
    exit: u8,
    seconds: f64,
    run: Option<String>,
    sites: Vec<SiteRecord>,
    skipped: usize,
    pages: usize,
    rendered: usize,
    written: usize,
    removed: usize,
    uploads: usize,
    bytes: u64,
    cost: Option<CostRecord>,
    found: Vec<FoundRecord>,
}

#[derive(Serialize, Deserialize)]
struct SiteRecord {
    site: String,
    end: String,
    address: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct CostRecord {
    currency: String,
    month_now: f64,
    month_then: f64,
    run: f64,
}

#[derive(Serialize, Deserialize)]
struct FoundRecord {
    code: String,
    severity: String,
    message: String,
    place: Option<PlaceRecord>,
    in_settings: bool,
    notes: Vec<NoteRecord>,
    hint: Option<String>,
    times: usize,
    sites: Vec<String>,
}

#[derive(Serialize, Deserialize)]
struct NoteRecord {
    message: String,
    place: Option<PlaceRecord>,
}

#[derive(Serialize, Deserialize)]
struct PlaceRecord {
    file: String,
    line: u32,
    column: u32,
}

/// The version stands for itself: what else a file of another one holds, nobody knows.
#[derive(Deserialize)]
struct Head {
    v: u32,
}

/// A job as the text of its file.
pub fn print(job: &Job) -> String {
    let Work { skipped, pages, rendered, written, removed, uploads, bytes } = job.work;
    let site = |(id, site): (&String, &Site)| SiteRecord {
        site: id.clone(),
        end: site.end.name().to_owned(),
        address: site.address.clone(),
    };
    let file = File {
        v: VERSION,
        job: job.name.clone(),
        verb: job.verb.clone(),
        exit: job.exit,
        seconds: job.took.as_millis() as f64 / 1_000.0,
        run: job.run.clone(),
        sites: job.sites.iter().map(site).collect(),
        skipped,
        pages,
        rendered,
        written,
        removed,
        uploads,
        bytes,
        cost: job.cost.as_ref().map(CostRecord::of),
        found: job.found.iter().take(MOST_FOUND).map(FoundRecord::of).collect(),
    };
    serde_json::to_string_pretty(&file).unwrap_or_default()
}

/// The job that a file tells of; otherwise why it tells of none.
pub fn read(bytes: &[u8]) -> Result<Job, String> {
    let strange = |_| "its result cannot be read".to_owned();
    let head: Head = serde_json::from_slice(bytes).map_err(strange)?;
    if head.v != VERSION {
        return Err(format!("its result is in version {} of the format, this hectare knows {VERSION}", head.v));
    }
    let file: File = serde_json::from_slice(bytes).map_err(strange)?;
    let File { skipped, pages, rendered, written, removed, uploads, bytes, .. } = file;
    let site =
        |record: SiteRecord| Some((record.site, Site { end: End::parse(&record.end)?, address: record.address }));
    let sites = file.sites.into_iter().map(site).collect::<Option<_>>();
    let found = file.found.into_iter().map(FoundRecord::read).collect::<Option<_>>();
    let (Some(sites), Some(found)) = (sites, found) else { return Err("its result says what nobody knows".to_owned()) };
    Ok(Job {
        name: file.job,
        verb: file.verb,
        exit: file.exit,
        took: Duration::try_from_secs_f64(file.seconds).unwrap_or_default(),
        sites,
        work: Work { skipped, pages, rendered, written, removed, uploads, bytes },
        cost: file.cost.map(CostRecord::read),
        run: file.run,
        found,
    })
}

impl CostRecord {
    fn of(cost: &Cost) -> Self {
        let dollars = |money: Money| money.micros as f64 / 1_000_000.0;
        let Cost { now, then, run } = cost;
        Self { currency: "USD".to_owned(), month_now: dollars(*now), month_then: dollars(*then), run: dollars(*run) }
    }

    fn read(self) -> Cost {
        let money = |dollars: f64| Money { micros: (dollars * 1_000_000.0).round().max(0.0) as u64 };
        Cost { now: money(self.month_now), then: money(self.month_then), run: money(self.run) }
    }
}

impl FoundRecord {
    fn of(group: &Group) -> Self {
        let Diagnostic { code, severity, message, place, in_settings, notes, hint } = &group.diagnostic;
        let note =
            |note: &Note| NoteRecord { message: note.message.clone(), place: note.place.as_ref().map(PlaceRecord::of) };
        Self {
            code: code.id().to_owned(),
            severity: severity.name().to_owned(),
            message: message.clone(),
            place: place.as_ref().map(PlaceRecord::of),
            in_settings: *in_settings,
            notes: notes.iter().map(note).collect(),
            hint: hint.clone(),
            times: group.times,
            sites: group.sites.clone(),
        }
    }

    fn read(self) -> Option<Group> {
        let note = |note: NoteRecord| Note { message: note.message, place: note.place.map(PlaceRecord::read) };
        let diagnostic = Diagnostic {
            code: Code::parse(&self.code)?,
            severity: Severity::parse(&self.severity)?,
            message: self.message,
            place: self.place.map(PlaceRecord::read),
            in_settings: self.in_settings,
            notes: self.notes.into_iter().map(note).collect(),
            hint: self.hint,
        };
        Some(Group { diagnostic, sites: self.sites, times: self.times, examples: Vec::new() })
    }
}

impl PlaceRecord {
    fn of(place: &Place) -> Self {
        Self { file: place.file.to_string(), line: place.line, column: place.column }
    }

    fn read(self) -> Place {
        Place { line: self.line, column: self.column, ..Place::file(self.file) }
    }
}

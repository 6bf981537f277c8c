//! What a build came to, whoever made it: the program or the library.

use hectare::cache::{BlindSpot, Cache, Noted, Past, Scope, Snapshots, Sources};
use hectare::content::Moment;
use hectare::diag::{Diagnostic, Note, Place, Severity, group};
use hectare::event::Silence;
use hectare::sink::{Folder, Home};
use hectare::world::{Files, Memory};
use hectare::{farm, manifest, pipeline};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a build came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    /// The bundles by site; none where a site failed.
    pub(crate) sites: BTreeMap<String, Option<String>>,
    /// What was said, sorted.
    pub(crate) remarks: Vec<Remark>,
    /// Files written and removed.
    pub(crate) touched: u64,
}

/// Something that was said, about a site or about none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Remark {
    pub(crate) site: String,
    pub(crate) code: String,
    pub(crate) words: String,
}

impl Outcome {
    /// Reads what the program prints with `--format json`.
    pub(crate) fn printed(code: i32, lines: &str) -> Self {
        let mut outcome = Self { code, ..Self::default() };
        for line in lines.lines() {
            let line: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"));
            match line["event"].as_str() {
                Some("diagnostic") => outcome.remarks.push(Remark::of("", &line)),
                Some("site_finished") => {
                    let site = line["site"].as_str().unwrap();
                    let bundle = line["built"]["bundle"].as_str().map(str::to_owned);
                    outcome.sites.insert(site.to_owned(), bundle);
                    outcome
                        .remarks
                        .extend(line["diagnostics"].as_array().unwrap().iter().map(|said| Remark::of(site, said)));
                }
                Some("run_finished") => {
                    outcome.touched = line["written"].as_u64().unwrap() + line["removed"].as_u64().unwrap();
                }
                _ => {}
            }
        }
        outcome.remarks.sort();
        outcome
    }

    /// The sites that failed.
    pub(crate) fn failed(&self) -> Vec<&str> {
        self.sites.iter().filter(|(_, bundle)| bundle.is_none()).map(|(site, _)| site.as_str()).collect()
    }

    /// Whether every site was built.
    pub(crate) fn is_good(&self) -> bool {
        self.code == 0
    }
}

impl Remark {
    /// Takes what has to be equal from one printed diagnostic.
    fn of(site: &str, said: &Value) -> Self {
        let place = |place: &Value| ["file", "line", "column", "width", "text"].map(|key| place[key].to_string());
        let notes: Vec<_> = said["notes"].as_array().into_iter().flatten().collect();
        let notes: Vec<_> = notes.iter().map(|note| (note["message"].to_string(), place(&note["place"]))).collect();
        let words =
            format!("{} {} {:?} {notes:?} {}", said["severity"], said["message"], place(&said["place"]), said["hint"]);
        Self { site: site.to_owned(), code: said["code"].as_str().unwrap().to_owned(), words }
    }

    /// The remarks that the program would make of these.
    fn from_diagnostics(site: &str, found: &[Diagnostic]) -> Vec<Self> {
        let groups = group(found.iter().map(|found| (None, found.clone())));
        groups.iter().map(|group| Self::from_diagnostic(site, &group.diagnostic, group.times)).collect()
    }

    fn from_diagnostic(site: &str, found: &Diagnostic, times: usize) -> Self {
        let place = |place: &Place| {
            let Place { file, line, column, width, text } = place;
            json!({ "file": &**file, "line": line, "column": column, "width": width, "text": text })
        };
        let note = |note: &Note| json!({ "message": note.message, "place": note.place.as_ref().map(place) });
        let severity = if found.severity == Severity::Error { "error" } else { "warning" };
        let value = json!({
            "code": found.code.id(), "severity": severity, "message": found.message, "hint": found.hint, "times": times,
            "place": found.place.as_ref().map(place), "notes": found.notes.iter().map(note).collect::<Vec<_>>(),
        });
        Self::of(site, &value)
    }
}

/// Where a build in memory puts things.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    /// The finished sites, as below `dist/`.
    pub(crate) dist: Memory,
    /// What is remembered of them, as below `.hectare/sites/`.
    pub(crate) records: Memory,
    /// What is known of the build before, as below `.hectare/cache/`.
    pub(crate) cache: Memory,
    /// How often only what differs of a site was made, because only texts had been edited.
    pub(crate) retouched: AtomicUsize,
}

impl Shelf {
    /// The snapshots of all sites, as if every one were large.
    fn snapshots(&self) -> Snapshots<'_> {
        Snapshots::new(&self.cache, "index".into(), 0)
    }
}

/// Builds all sites through the library, without any state but what lies on the shelf.
pub(crate) fn build(files: &dyn Files, shelf: &Shelf, now: &str) -> Outcome {
    build_only(files, shelf, now, &|_| true)
}

/// The same, every page on its own, as if every site were a large one.
pub(crate) fn build_pages(files: &dyn Files, shelf: &Shelf, now: &str) -> Outcome {
    build_with(files, shelf, now, &|_| true, Some(shelf.snapshots())).0
}

/// The same, and something is overlooked.
pub(crate) fn build_overlooking(spot: BlindSpot, files: &dyn Files, shelf: &Shelf, now: &str) -> Outcome {
    build_with(files, shelf, now, &|_| true, Some(shelf.snapshots().overlooking(spot))).0
}

/// Builds those sites that are wanted.
pub(crate) fn build_only(files: &dyn Files, shelf: &Shelf, now: &str, wanted: &dyn Fn(&str) -> bool) -> Outcome {
    build_with(files, shelf, now, wanted, None).0
}

/// Builds all sites, and tells what is said about each.
pub(crate) fn build_and_tell(files: &dyn Files, shelf: &Shelf, now: &str) -> (Outcome, Said) {
    build_with(files, shelf, now, &|_| true, None)
}

/// What is said about each site, and under no name about none.
pub(crate) type Said = BTreeMap<String, Vec<Diagnostic>>;

fn build_with(
    files: &dyn Files,
    shelf: &Shelf,
    now: &str,
    wanted: &dyn Fn(&str) -> bool,
    snapshots: Option<Snapshots<'_>>,
) -> (Outcome, Said) {
    let mut outcome = Outcome::default();
    let noted = Noted::new(files);
    let loaded = manifest::load(&noted);
    outcome.remarks.extend(Remark::from_diagnostics("", &loaded.diagnostics));
    let mut said = Said::from([(String::new(), loaded.diagnostics)]);
    let Some(fleet) = loaded.fleet else {
        return (Outcome { code: 2, ..outcome }, said);
    };
    let sink = Folder {
        trees: &shelf.dist,
        shown: "dist".into(),
        home: Home::Fleet("dist".into()),
        records: &shelf.records,
        remembered: &shelf.records,
        sources: files,
    };
    let sites: Vec<_> = fleet.sites.iter().filter(|site| wanted(site.id.as_str())).cloned().collect();
    let moment = Moment { now: now.parse().unwrap(), drafts: false };
    let (past, remark) = Past::read(&shelf.cache, "index");
    outcome.remarks.extend(Remark::from_diagnostics("", remark.as_slice()));
    let sources = Sources::new(files, &fleet.folders, &past, moment.now);
    let cache = Cache::new(&past, &sources, moment, &fleet, noted.into_read());
    let cache = match snapshots {
        Some(snapshots) => cache.with_snapshots(snapshots),
        None => cache,
    };
    let report = pipeline::build(&pipeline::Build {
        fleet: &fleet,
        sites: &sites,
        moment,
        cache: &cache,
        sink: &sink,
        crew: farm::Crew { jobs: 1, listener: &Silence, stopped: &|| false },
    });
    let retouched = sites.iter().filter(|site| cache.is_left(&site.id, "")).count();
    shelf.retouched.fetch_add(retouched, Ordering::Relaxed);
    let is_quiet = loaded.broken.is_empty();
    let scope = Scope { is_whole: is_quiet && sites.len() == fleet.sites.len(), is_quiet };
    cache.save(&shelf.cache, "index", "dist", scope).unwrap();
    let broken = loaded.broken.iter().map(|site| (&site.label, None, &site.diagnostics));
    let made = report.sites.iter().map(|(site, made)| (site, made.built, &made.diagnostics));
    for (site, built, diagnostics) in made.chain(broken) {
        outcome.sites.insert(site.clone(), built.map(|built| built.bundle.to_string()));
        outcome.touched += built.map_or(0, |built| (built.written + built.removed) as u64);
        outcome.remarks.extend(Remark::from_diagnostics(site, diagnostics));
        said.insert(site.clone(), diagnostics.clone());
    }
    outcome.code = i32::from(outcome.sites.values().any(Option::is_none));
    outcome.remarks.sort();
    (outcome, said)
}

//! For programs: one JSON object a line, described in `docs/json.md`.

use super::{Face, Table};
use crate::diag::{Diagnostic, Group, Note, Place, group};
use crate::event::{
    Arrival, Built, Event, Explanation, FileChange, Listener, Previewed, Report, Shipped, Sight, SiteOutcome, Summary,
    Voyage,
};
use serde_json::{Value, json};
use std::io::Write;

/// The version of the lines; it grows when a field changes its meaning.
const VERSION: u32 = 1;

/// Lines of JSON on standard output.
#[derive(Debug, Default)]
pub struct Json;

impl Json {
    fn line(kind: &str, fields: &Value) {
        let mut line = json!({ "v": VERSION, "event": kind });
        if let (Some(line), Some(fields)) = (line.as_object_mut(), fields.as_object()) {
            line.extend(fields.clone());
        }
        // A reader that went away is no fault of the run.
        let _ = writeln!(std::io::stdout().lock(), "{line}");
    }
}

impl Listener for Json {
    fn tell(&self, event: &Event) {
        match event {
            Event::RunStarted { sites } => Self::line("run_started", &json!({ "sites": sites })),
            Event::SiteFinished { site, outcome } => Self::line("site_finished", &finished(site, outcome)),
            Event::ShippingStarted { parcels } => Self::line("shipping_started", &json!({ "parcels": parcels })),
            Event::FileSent { .. }
            | Event::TransferStarted { .. }
            | Event::Transferred { .. }
            | Event::TransferEnded => {}
            Event::ParcelShipped(parcel) => Self::line("parcel_shipped", &shipped(parcel)),
            Event::PreviewsStarted { sites } => Self::line("previews_started", &json!({ "sites": sites })),
            // The whole list has them in their order.
            Event::SitePreviewed(_) => {}
        }
    }
}

impl Face for Json {
    fn complain(&self, found: &[Diagnostic]) {
        for diagnostic in diagnostics(found) {
            Self::line("diagnostic", &diagnostic);
        }
    }

    fn conclude(&self, report: &Report) {
        let Summary { sites, built, kept, failed, skipped, pages, rendered, written, removed, took } = report.summary;
        let fields = json!({
            "sites": sites, "built": built, "kept": kept, "failed": failed, "skipped": skipped,
            "pages": pages, "rendered": rendered, "written": written, "removed": removed, "seconds": took.as_secs_f64(),
        });
        Self::line("run_finished", &fields);
    }

    fn serving(&self, sites: usize, own: &str, network: Option<&str>) {
        Self::line("serving", &json!({ "sites": sites, "address": own, "network": network }));
    }

    fn renewed(&self, changed: &[String], report: &Report) {
        for (site, outcome) in &report.sites {
            Self::line("site_finished", &finished(site, outcome));
        }
        let Summary { sites, built, failed, pages, took, .. } = report.summary;
        let fields = json!({
            "changed": changed, "sites": sites, "built": built, "failed": failed, "pages": pages,
            "seconds": took.as_secs_f64(),
        });
        Self::line("renewed", &fields);
    }

    fn explain(&self, Explanation { output, fate, because, files }: &Explanation) {
        let files: Vec<Value> = files.iter().map(change).collect();
        Self::line("explained", &json!({ "output": output, "fate": fate.name(), "because": because, "files": files }));
    }

    fn verified(&self, sites: usize) {
        Self::line("verified", &json!({ "sites": sites }));
    }

    fn landed(&self, voyage: &Voyage) {
        let count = |arrival| voyage.count(arrival);
        let fields = json!({
            "run": voyage.run, "parcels": voyage.shipped.len(), "live": count(Arrival::Live),
            "went_back": count(Arrival::WentBack), "failed": count(Arrival::Failed), "unknown": count(Arrival::Unknown),
            "not_begun": count(Arrival::Stopped), "stopped": voyage.stopped.as_ref().map(|stopped| &stopped.message),
            "unkept": voyage.unkept.as_ref().map(|unkept| &unkept.message),
            "seconds": voyage.took.as_secs_f64(),
        });
        Self::line("shipping_finished", &fields);
    }

    fn previewed(&self, sites: &[Previewed]) {
        for Previewed { site, sight } in sites {
            let (address, why, found) = match sight {
                Sight::At(address) => (Some(address), None, Vec::new()),
                Sight::Never(why) => (None, Some(why), Vec::new()),
                Sight::Failed(fault) => (None, Some(&fault.message), diagnostics(std::slice::from_ref(fault))),
            };
            let fields = json!({ "site": site, "address": address, "why": why, "diagnostics": found });
            Self::line("site_previewed", &fields);
        }
    }

    fn table(&self, Table { columns, rows }: &Table) {
        for row in rows {
            let cells = columns.iter().zip(row).map(|(column, cell)| (column.key.to_owned(), json!(cell)));
            Self::line("row", &Value::Object(cells.collect()));
        }
    }

    fn print(&self, text: &str) {
        let _ = writeln!(std::io::stdout().lock(), "{text}");
    }
}

fn change(FileChange { file, kind }: &FileChange) -> Value {
    json!({ "file": file, "change": kind.name() })
}

fn finished(site: &str, outcome: &SiteOutcome) -> Value {
    let diagnostics = diagnostics(&outcome.diagnostics);
    let built = outcome.built.as_ref().map(built);
    json!({ "site": site, "ok": outcome.built.is_some(), "built": built, "diagnostics": diagnostics })
}

fn shipped(shipped: &Shipped) -> Value {
    json!({
        "target": shipped.berth.target, "parcel": shipped.berth.parcel.as_str(), "sites": shipped.sites,
        "arrival": shipped.arrival.name(),
        "back": shipped.back, "files": shipped.files, "bytes": shipped.bytes, "diagnostics": diagnostics(&shipped.diagnostics),
    })
}

fn built(built: &Built) -> Value {
    let Built { bundle, pages, files, bytes, rendered, written, removed, until } = built;
    json!({
        "bundle": bundle.to_string(), "pages": pages, "files": files, "bytes": bytes,
        "rendered": rendered, "written": written, "removed": removed, "until": until.map(|until| until.to_string()),
    })
}

/// The same mistake on 30 pages is told once.
fn diagnostics(found: &[Diagnostic]) -> Vec<Value> {
    group(found.iter().map(|found| (None, found.clone()))).iter().map(diagnostic).collect()
}

fn diagnostic(Group { diagnostic: found, times, examples, .. }: &Group) -> Value {
    let examples = if *times > 1 { examples.as_slice() } else { &[] };
    json!({
        "code": found.code.id(), "severity": found.severity.name(), "message": found.message,
        "place": found.place.as_ref().map(place), "notes": notes(&found.notes), "hint": found.hint,
        "times": times, "examples": notes(examples),
    })
}

fn notes(notes: &[Note]) -> Vec<Value> {
    notes.iter().map(|note| json!({ "message": note.message, "place": note.place.as_ref().map(place) })).collect()
}

fn place(place: &Place) -> Value {
    let Place { file, line, column, width, text } = place;
    json!({ "file": &**file, "line": line, "column": column, "width": width, "text": text })
}

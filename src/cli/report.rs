//! `hectare ci report`: the results of all jobs of a run as one report.

use super::args::{CiReport, Format, Global};
use super::exit::Exit;
use super::refusal::Refusal;
use super::{actions, dock};
use crate::diag::{Code, Diagnostic, Place};
use crate::tally::{self, End, Job, Lost, Tally};
use crate::ui::{Face, annotations, junit, tally_markdown};
use crate::world::{Disk, Files};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};

pub(super) fn run(global: &Global, typed: &CiReport, face: &dyn Face) -> Result<Exit, Refusal> {
    let (mut jobs, mut lost) = (Vec::new(), Vec::new());
    for file in files(&typed.results)? {
        match read(&file) {
            Ok(job) => jobs.push(job),
            Err(why) => lost.push(Lost { name: stem(&file), sites: Vec::new(), why }),
        }
    }
    if let Some(matrix) = &typed.matrix {
        expect(&jobs, &mut lost, entries(matrix)?);
    }
    let tally = Tally::of(jobs, lost);
    if tally.jobs.is_empty() && tally.lost.is_empty() {
        let refusal = Diagnostic::error(Code::Unreadable, "there is no result of any job");
        let hint = "name the files that `--result` wrote; with `--matrix` the report tells which jobs died";
        let place = typed.results.first().map(|path| Place::file(path.to_string_lossy()));
        return Err(place.into_iter().fold(refusal, Diagnostic::at).hint(hint).into());
    }
    if let Some(file) = &typed.junit {
        dock::write(file, &junit(&tally), "the JUnit file")?;
    }
    let exit = exit(&tally);
    let outputs = outputs(&tally, exit);
    actions::hand_values(&outputs)?;
    let is_handed = actions::hand("GITHUB_STEP_SUMMARY", &tally_markdown(&tally))?;
    match global.format {
        Format::Json => face.print(&json(&outputs)),
        Format::Text | Format::Github if is_handed => {
            annotations(&tally.found).iter().for_each(|note| face.print(note));
        }
        Format::Text | Format::Github => face.print(tally_markdown(&tally).trim_end()),
    }
    Ok(exit)
}

/// The files that were named, and those in folders that were named.
fn files(named: &[PathBuf]) -> Result<Vec<PathBuf>, Diagnostic> {
    let mut files = Vec::new();
    for path in named {
        let disk = Disk::new(path);
        if !disk.is_folder("") {
            files.push(path.clone());
            continue;
        }
        let entries = disk.walk("").map_err(|fault| fault.on(&path.to_string_lossy()))?;
        files.extend(entries.iter().filter(|entry| entry.path.ends_with(".json")).map(|entry| path.join(&entry.path)));
    }
    Ok(files)
}

fn stem(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn read(file: &Path) -> Result<Job, String> {
    let bytes = dock::read(file).map_err(|_| "it left no result".to_owned())?;
    tally::read(&bytes)
}

/// A job of a matrix.
#[derive(Deserialize)]
struct Entry {
    shard: String,
    sites: String,
}

/// The jobs that should have been there, from what `hectare shards` printed.
fn entries(file: &Path) -> Result<Vec<Entry>, Diagnostic> {
    let text = dock::read_text(file)?;
    let value: Value = serde_json::from_str(&text).unwrap_or_default();
    let matrix = value.get("matrix").unwrap_or(&value);
    let include = matrix.get("include").cloned().unwrap_or_default();
    serde_json::from_value(include).map_err(|error| {
        Diagnostic::error(Code::Unreadable, format!("this is not the matrix that `hectare shards` printed: {error}"))
            .at(Place::file(file.to_string_lossy()))
            .hint("hand over its output `matrix`, as it is")
    })
}

/// Takes note of jobs that should be there, and of the sites of those that are not.
fn expect(jobs: &[Job], lost: &mut Vec<Lost>, entries: Vec<Entry>) {
    for Entry { shard, sites } in entries {
        let sites: Vec<String> = sites.split(',').map(str::to_owned).collect();
        // A file may have got another name on its way.
        let is_of = |job: &Job| job.name == shard || sites.iter().any(|site| job.sites.contains_key(site));
        match lost.iter_mut().find(|lost| lost.name == shard) {
            Some(known) => known.sites = sites,
            None if jobs.iter().any(is_of) => {}
            None => lost.push(Lost { name: shard, sites, why: "it left no result".to_owned() }),
        }
    }
}

/// The worst that happened to any of them; of one that died nobody knows what it did.
fn exit(tally: &Tally) -> Exit {
    let ends = tally.jobs.iter().map(|job| Exit::from_code(job.exit));
    Exit::worst(ends.chain((!tally.lost.is_empty()).then_some(Exit::SomeNotShipped)))
}

fn outputs(tally: &Tally, exit: Exit) -> [(&'static str, String); 8] {
    let failed = tally.sites().filter(|(_, site)| !site.end.is_well()).count();
    let work = tally.work();
    [
        ("ok", tally.is_well().to_string()),
        ("exit", exit.code().to_string()),
        ("sites", tally.sites().count().to_string()),
        ("live", tally.count(End::Live).to_string()),
        ("failed", failed.to_string()),
        ("lost", tally.lost.len().to_string()),
        ("pages", work.pages.to_string()),
        ("uploads", work.uploads.to_string()),
    ]
}

/// The same for programs: numbers as numbers.
fn json(outputs: &[(&str, String)]) -> String {
    let value = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
    let fields = outputs.iter().map(|(name, text)| ((*name).to_owned(), value(text)));
    let version = [("v".to_owned(), Value::from(1))];
    Value::Object(version.into_iter().chain(fields).collect::<Map<_, _>>()).to_string()
}

//! `hectare build`: sites into folders.

use super::args::{Build, Global};
use super::exit::Exit;
use super::repository::Repository;
use crate::content::Moment;
use crate::diag::{Code, Diagnostic, Place, list};
use crate::event::{Event, Report, SiteOutcome};
use crate::farm;
use crate::manifest::Picked;
use crate::model::Stamp;
use crate::pipeline;
use crate::sink::{Folder, Home};
use crate::ui::Face;
use crate::world::{self, Disk, Files, Lock, LockFault, Stop, Stopwatch};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::path::Path;

pub(super) fn run(global: &Global, typed: &Build, face: &dyn Face) -> Exit {
    let watch = Stopwatch::start();
    let refuse = |diagnostic: Diagnostic| {
        face.complain(&[diagnostic]);
        Exit::Usage
    };
    let Some(repository) = Repository::open(global, face) else { return Exit::Usage };
    let Picked { sites, broken, .. } = match repository.choose(&typed.selection, face) {
        Ok(chosen) => chosen,
        Err(diagnostic) => return refuse(diagnostic),
    };
    let now = match typed.now.as_deref().map_or_else(|| Ok(world::now()), moment) {
        Ok(now) => now,
        Err(diagnostic) => return refuse(diagnostic),
    };
    let _lock = match lock(&repository.files) {
        Ok(lock) => lock,
        Err(diagnostic) => return refuse(diagnostic),
    };
    let dist = typed.out.clone().unwrap_or_else(|| repository.files.place(&repository.fleet.folders.dist));
    let dist = dist.strip_prefix("./").map_or_else(|_| dist.clone(), Path::to_path_buf);
    let home = match home(&repository, &dist) {
        Ok(home) => home,
        Err(diagnostic) => return refuse(diagnostic),
    };
    let (out, records) = (Disk::new(&dist), Disk::new(repository.files.place(RECORDS)));
    let sink = Folder {
        trees: &out,
        shown: dist.to_string_lossy().into_owned(),
        home,
        records: &records,
        remembered: &records,
        sources: &repository.files,
    };
    let is_whole = repository.broken.is_empty() && sites.len() == repository.fleet.sites.len();
    if let Home::Fleet(_) = sink.home
        && is_whole
    {
        face.complain(&departed(&repository, &records, &out, &sink.shown).into_iter().collect::<Vec<_>>());
    }
    let stop = Stop::new();
    stop.on_signal();
    let stopped = || stop.requested();
    let mut report = pipeline::build(&pipeline::Build {
        files: &repository.files,
        fleet: &repository.fleet,
        sites: &sites,
        moment: Moment { now, drafts: typed.drafts },
        sink: &sink,
        farm: farm::Plan { jobs: global.jobs, listener: face, stopped: &stopped },
    });
    for site in broken {
        add_broken(&mut report, &site.label, &site.diagnostics, face);
    }
    report.summary.took = watch.elapsed();
    face.conclude(&report);
    Exit::of(&report.summary)
}

const RECORDS: &str = ".hectare/sites";
const LOCK: &str = ".hectare/lock";

/// Which place the sites go to. It must not be mixed with what they are made of.
fn home(repository: &Repository, dist: &Path) -> Result<Home, Diagnostic> {
    let Repository { files, fleet, .. } = repository;
    let out = Disk::new(dist).real_root().to_owned();
    let real = |folder: &str| Disk::new(files.place(folder)).real_root().to_owned();
    let own = &fleet.folders.dist;
    if out == real(own) {
        return Ok(Home::Fleet(own.clone()));
    }
    let sources = [fleet.folders.content.as_str(), &fleet.folders.themes, RECORDS];
    let mixed = sources.iter().find(|folder| {
        let folder = real(folder);
        out.starts_with(&folder) || folder.starts_with(&out)
    });
    match mixed {
        None => Ok(Home::Elsewhere(out.to_string_lossy().into_owned())),
        Some(folder) => Err(Diagnostic::error(
            Code::BadFlag,
            format!("`--out {}` would mix the sites with the folder `{folder}`", dist.display()),
        )
        .hint("name a folder that nothing else uses, such as `--out dist`")),
    }
}

/// Folders of sites that left `sites.toml`: nobody but people can tell whether they are still wanted.
fn departed(repository: &Repository, records: &Disk, out: &Disk, shown: &str) -> Option<Diagnostic> {
    let known: BTreeSet<&str> = repository.fleet.sites.iter().map(|site| site.id.as_str()).collect();
    let entries = records.walk("").unwrap_or_default();
    let ids = entries.iter().filter_map(|entry| entry.path.strip_suffix(".json")).filter(|id| !id.contains('.'));
    let gone: Vec<String> =
        ids.filter(|id| !known.contains(id) && out.is_folder(id)).map(|id| format!("{shown}/{id}")).collect();
    let first = gone.first()?;
    let message = "the output holds sites that are no longer in `sites.toml`";
    let warning = Diagnostic::warning(Code::ForeignFile, message).at(Place::file(first.as_str()));
    Some(warning.note(list(gone.iter().map(String::as_str)), None).hint("delete their folders if nobody needs them"))
}

/// A site whose table in `sites.toml` is wrong counts like one that failed on the way.
fn add_broken(report: &mut Report, label: &str, diagnostics: &[Diagnostic], face: &dyn Face) {
    let outcome = SiteOutcome { built: None, diagnostics: diagnostics.to_vec() };
    face.tell(&Event::SiteFinished { site: label.to_owned(), outcome: outcome.clone() });
    report.summary.sites += 1;
    report.add(label.to_owned(), outcome);
}

/// The moment that `--now` pretends.
pub(super) fn moment(typed: &str) -> Result<Timestamp, Diagnostic> {
    Stamp::parse(typed, &TimeZone::UTC).map(|stamp| stamp.instant()).map_err(|_| {
        Diagnostic::error(Code::BadFlag, format!("`--now {typed}` is not a date"))
            .hint("write it like `2026-03-01` or `2026-03-01T08:00:00+01:00`")
    })
}

fn lock(files: &Disk) -> Result<Lock, Diagnostic> {
    let owner = format!("process {}", std::process::id());
    Lock::take(&files.place(LOCK), &owner).map_err(|fault| match fault {
        LockFault::Held(holder) => {
            Diagnostic::error(Code::Locked, format!("another build of this fleet is running ({holder})"))
                .hint("wait until it is done, or stop it")
        }
        LockFault::System(said) => Diagnostic::error(Code::CannotWrite, format!("cannot write `{LOCK}`: {said}"))
            .hint("hectare keeps its records in the folder `.hectare` beside sites.toml; make it writable"),
    })
}

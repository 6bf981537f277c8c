//! `hectare build`: sites into folders.

use super::args::{Build, Global};
use super::exit::Exit;
use super::repository::Repository;
use crate::cache::{self, Cache, Past, Sources};
use crate::content::Moment;
use crate::diag::{Code, Diagnostic, Place, list};
use crate::event::{Event, Report, SiteOutcome};
use crate::farm;
use crate::manifest::Picked;
use crate::model::{Digest, Folders, Stamp, StampFault};
use crate::pipeline;
use crate::sink::{Folder, Home};
use crate::ui::Face;
use crate::world::{self, Disk, Files, Lock, LockFault, Stop, Stopwatch, TreeFault, Trees};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

pub(super) fn run(global: &Global, typed: &Build, face: &dyn Face) -> Exit {
    match attempt(global, typed, face) {
        Ok(exit) => exit,
        Err(refusal) => {
            face.complain(&[refusal]);
            Exit::Usage
        }
    }
}

fn attempt(global: &Global, typed: &Build, face: &dyn Face) -> Result<Exit, Diagnostic> {
    let watch = Stopwatch::start();
    let now = typed.now.as_deref().map_or_else(|| Ok(world::now()), moment)?;
    let moment = Moment { now, drafts: typed.drafts };
    let files = Disk::new(&global.root);
    let known = Known::read(&files, typed);
    let looked_at = world::now();
    let guess = known.past.places().map(|places| (places, Sources::new(&files, places, &known.past, looked_at)));
    if let Some((places, sources)) = guess.as_ref().filter(|_| typed.selection.is_everything())
        && let Some(mut report) = known.unchanged(sources, &dist(&files, places, typed), moment)
    {
        report.summary.took = watch.elapsed();
        retell(&report, face);
        face.conclude(&report);
        return Ok(Exit::of(&report.summary));
    }
    let Some(repository) = Repository::open(global, face) else { return Ok(Exit::Usage) };
    let Picked { sites, broken, .. } = repository.choose(&typed.selection, face)?;
    let _lock = lock(&repository.files)?;
    let dist = dist(&repository.files, &repository.fleet.folders, typed);
    let home = home(&repository, &dist, typed.out.is_some())?;
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
    let mut remarks = Vec::from_iter(known.remark.clone());
    if let Home::Fleet(_) = sink.home
        && is_whole
    {
        remarks.extend(departed(&repository, &records, &out, &sink.shown));
    }
    face.complain(&remarks);
    let stop = Stop::new();
    stop.on_signal();
    let stopped = || stop.requested();
    let folders = &repository.fleet.folders;
    let guess = guess.filter(|(places, _)| *places == folders).map(|(_, sources)| sources);
    let sources = guess.unwrap_or_else(|| Sources::new(&files, folders, &known.past, looked_at));
    let cache = Cache::new(&known.past, &sources, moment, &repository.fleet, repository.manifest.clone());
    let mut report = pipeline::build(&pipeline::Build {
        fleet: &repository.fleet,
        sites: &sites,
        moment,
        cache: &cache,
        sink: &sink,
        farm: farm::Plan { jobs: global.jobs, listener: face, stopped: &stopped },
    });
    let is_complete = is_whole && repository.is_quiet && remarks.is_empty();
    if let Err(fault) = cache.save(&known.store, &known.name, is_complete) {
        face.complain(&[unsaved(&fault)]);
    }
    for site in broken {
        add_broken(&mut report, &site.label, &site.diagnostics, face);
    }
    report.summary.took = watch.elapsed();
    face.conclude(&report);
    Ok(Exit::of(&report.summary))
}

const RECORDS: &str = ".hectare/sites";
const CACHE: &str = ".hectare/cache";
const LOCK: &str = ".hectare/lock";

/// What the run before left for builds into one place.
struct Known {
    past: Past,
    store: Disk,
    name: String,
    remark: Option<Diagnostic>,
}

impl Known {
    fn read(files: &Disk, typed: &Build) -> Self {
        let store = Disk::new(files.place(CACHE));
        let name = match &typed.out {
            None => "index".to_owned(),
            Some(out) => {
                format!("index.{}", Digest::of(Disk::new(out).real_root().as_os_str().as_encoded_bytes()).short())
            }
        };
        let (past, remark) = match typed.clean {
            true => (Past::default(), None),
            false => Past::read(&store, &name),
        };
        Self { past, store, name, remark }
    }

    /// The report of a run that has nothing to do.
    fn unchanged(&self, sources: &Sources<'_>, dist: &Path, moment: Moment) -> Option<Report> {
        let out = Disk::new(dist);
        cache::unchanged(&self.past, sources, moment, &|site, depth| out.seal(site.as_str(), depth))
    }
}

/// The folder that the sites go to.
fn dist(files: &Disk, folders: &Folders, typed: &Build) -> PathBuf {
    let dist = typed.out.clone().unwrap_or_else(|| files.place(&folders.dist));
    dist.strip_prefix("./").map(Path::to_path_buf).unwrap_or(dist)
}

/// The sites are finished; only the next build takes longer.
fn unsaved(fault: &TreeFault) -> Diagnostic {
    Diagnostic::warning(Code::CannotWrite, format!("cannot write into `{CACHE}`: {}", fault.message))
        .hint("the sites are finished; without a cache the next build makes all of them again")
}

/// Which place the sites go to. Wherever links lead, it must not be mixed with what they are made of.
fn home(repository: &Repository, dist: &Path, is_typed: bool) -> Result<Home, Diagnostic> {
    let Repository { files, fleet, .. } = repository;
    let out = Disk::new(dist).real_root().to_owned();
    let real = |folder: &str| Disk::new(files.place(folder)).real_root().to_owned();
    let sources = [fleet.folders.content.as_str(), &fleet.folders.themes, RECORDS];
    let mixed = sources.into_iter().find(|folder| {
        let folder = real(folder);
        out.starts_with(&folder) || folder.starts_with(&out)
    });
    let own = &fleet.folders.dist;
    match mixed {
        None if out == real(own) => Ok(Home::Fleet(own.clone())),
        None => Ok(Home::Elsewhere(out.to_string_lossy().into_owned())),
        Some(folder) if is_typed => Err(Diagnostic::error(
            Code::BadFlag,
            format!("`--out {}` would mix the sites with the folder `{folder}`", dist.display()),
        )
        .hint("name a folder that nothing else uses, such as `--out public`")),
        Some(folder) => {
            let message = format!("the output `{own}` would mix the sites with the folder `{folder}`");
            let hint = "neither may lie in the other; look where links lead, or name another folder with `--out`";
            Err(Diagnostic::error(Code::CannotWrite, message).at(Place::file(own.as_str())).hint(hint))
        }
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

/// Whoever listens hears of every site, made or not.
fn retell(report: &Report, face: &dyn Face) {
    face.tell(&Event::RunStarted { sites: report.sites.len() });
    for (site, outcome) in &report.sites {
        face.tell(&Event::SiteFinished { site: site.clone(), outcome: outcome.clone() });
    }
}

/// A site whose table in `sites.toml` is wrong counts like one that failed on the way.
fn add_broken(report: &mut Report, label: &str, diagnostics: &[Diagnostic], face: &dyn Face) {
    let outcome = SiteOutcome { built: None, diagnostics: diagnostics.to_vec() };
    face.tell(&Event::SiteFinished { site: label.to_owned(), outcome: outcome.clone() });
    report.summary.sites += 1;
    report.add(label.to_owned(), outcome);
}

fn moment(typed: &str) -> Result<Timestamp, Diagnostic> {
    Stamp::parse(typed, &TimeZone::UTC).map(|stamp| stamp.instant()).map_err(|fault| {
        let hint = match fault {
            StampFault::NoDate => "write it like `2026-03-01` or `2026-03-01T08:00:00+01:00`",
            StampFault::OutOfRange => "write one from `-009999-01-03` to `9999-12-30T22:00:00Z`",
        };
        Diagnostic::error(Code::BadFlag, format!("`--now {typed}` is {fault}")).hint(hint)
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

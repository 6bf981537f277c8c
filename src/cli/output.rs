//! The folder that finished sites go to, and what is remembered of it.

use super::args::Build;
use super::repository::Repository;
use crate::diag::{Code, Diagnostic, Place, list};
use crate::model::Folders;
use crate::sink::{Folder, Home};
use crate::world::{Disk, Files};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where hectare remembers which files of a site are its own.
const RECORDS: &str = ".hectare/sites";

/// A folder that may take sites.
pub(super) struct Output {
    /// How people call it: `dist`.
    pub(super) shown: String,
    pub(super) out: Disk,
    home: Home,
    records: Disk,
}

impl Output {
    /// The folder that was typed, or that `sites.toml` names; refused if sites would be mixed with what they are made of.
    pub(super) fn open(repository: &Repository, typed: &Build) -> Result<Self, Diagnostic> {
        let dist = dist(&repository.files, &repository.fleet.folders, typed);
        let home = home(repository, &dist, typed.out.is_some())?;
        let records = Disk::new(repository.files.place(RECORDS));
        Ok(Self { shown: dist.to_string_lossy().into_owned(), out: Disk::new(&dist), home, records })
    }

    /// The same as a sink for sites that are made of `sources`.
    pub(super) fn sink<'a>(&'a self, sources: &'a dyn Files) -> Folder<'a> {
        Folder {
            trees: &self.out,
            shown: self.shown.clone(),
            home: self.home.clone(),
            records: &self.records,
            remembered: &self.records,
            sources,
        }
    }

    /// Folders of sites that left `sites.toml`: nobody but people can tell whether they are still wanted.
    pub(super) fn departed(&self, repository: &Repository) -> Option<Diagnostic> {
        let Home::Fleet(_) = self.home else { return None };
        let known: BTreeSet<&str> = repository.fleet.sites.iter().map(|site| site.id.as_str()).collect();
        let entries = self.records.walk("").unwrap_or_default();
        let ids = entries.iter().filter_map(|entry| entry.path.strip_suffix(".json")).filter(|id| !id.contains('.'));
        let gone = ids.filter(|id| !known.contains(id) && self.out.is_folder(id));
        let gone: Vec<String> = gone.map(|id| format!("{}/{id}", self.shown)).collect();
        let first = gone.first()?;
        let message = "the output holds sites that are no longer in `sites.toml`";
        let warning = Diagnostic::warning(Code::ForeignFile, message).at(Place::file(first.as_str()));
        let warning = warning.note(list(gone.iter().map(String::as_str)), None);
        Some(warning.hint("delete their folders if nobody needs them"))
    }
}

/// The folder that the sites go to.
pub(super) fn dist(files: &Disk, folders: &Folders, typed: &Build) -> PathBuf {
    let dist = typed.out.clone().unwrap_or_else(|| files.place(&folders.dist));
    dist.strip_prefix("./").map(Path::to_path_buf).unwrap_or(dist)
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

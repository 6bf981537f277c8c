//! The folder that finished sites go to, and what is remembered of it.

use super::args::Build;
use super::repository::Repository;
use crate::diag::{Code, Diagnostic, Place, list};
use crate::model::{Digest, Fleet, Folders, Manifest, SiteId};
use crate::sink::{self, Folder, Home};
use crate::world::{Depth, Disk, Files, Trees};
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
    /// The folder that was typed, or that `sites.toml` names.
    pub(super) fn at(files: &Disk, folders: &Folders, typed: &Build) -> Self {
        match &typed.out {
            Some(out) => Self::in_folder(files, folders, out.clone()),
            None => Self::usual(files, folders),
        }
    }

    /// The folder that `sites.toml` names.
    pub(super) fn usual(files: &Disk, folders: &Folders) -> Self {
        Self::in_folder(files, folders, files.place(&folders.dist))
    }

    fn in_folder(files: &Disk, folders: &Folders, dist: PathBuf) -> Self {
        let dist = dist.strip_prefix("./").map(Path::to_path_buf).unwrap_or(dist);
        let out = Disk::new(&dist);
        let is_own = out.real_root() == Disk::new(files.place(&folders.dist)).real_root();
        let home = if is_own {
            Home::Fleet(folders.dist.clone())
        } else {
            Home::Elsewhere(out.real_root().to_string_lossy().into_owned())
        };
        Self { shown: dist.to_string_lossy().into_owned(), out, home, records: Disk::new(files.place(RECORDS)) }
    }

    /// The same, refused if sites would be mixed with what they are made of.
    pub(super) fn open(repository: &Repository, typed: &Build) -> Result<Self, Diagnostic> {
        let output = Self::at(&repository.files, &repository.fleet.folders, typed);
        match output.mixed(repository) {
            None => Ok(output),
            Some(folder) => Err(output.refusal(folder, typed)),
        }
    }

    /// The folder of the repository that the output would be mixed with, wherever links lead.
    fn mixed<'r>(&self, repository: &'r Repository) -> Option<&'r str> {
        let folders = &repository.fleet.folders;
        [folders.content.as_str(), &folders.themes, RECORDS].into_iter().find(|folder| {
            let folder = Disk::new(repository.files.place(folder)).real_root().to_owned();
            self.out.real_root().starts_with(&folder) || folder.starts_with(self.out.real_root())
        })
    }

    fn refusal(&self, folder: &str, typed: &Build) -> Diagnostic {
        let shown = &self.shown;
        if typed.out.is_some() {
            let message = format!("`--out {shown}` would mix the sites with the folder `{folder}`");
            let hint = "name a folder that nothing else uses, such as `--out public`";
            return Diagnostic::error(Code::BadFlag, message).hint(hint);
        }
        let message = format!("the output `{shown}` would mix the sites with the folder `{folder}`");
        let hint = "neither may lie in the other; look where links lead, or name another folder with `--out`";
        Diagnostic::error(Code::CannotWrite, message).at(Place::file(shown.as_str())).hint(hint)
    }

    /// A digest of how a site lies there.
    pub(super) fn seal(&self, site: &SiteId, depth: Depth) -> Option<Digest> {
        sink::seal(&self.out, &self.records, &self.home, site, depth)
    }

    /// What was put there of a site.
    pub(super) fn delivered(&self, site: &SiteId) -> Option<Manifest> {
        sink::delivered(&self.records, &self.home, site)
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

    /// Sites that a build was preparing when it died.
    pub(super) fn leftovers<'f>(&self, ids: impl Iterator<Item = &'f str>) -> Vec<String> {
        let known: BTreeSet<&str> = ids.collect();
        self.out.leftovers().into_iter().filter(|name| known.contains(name.as_str())).collect()
    }

    /// Clears away what is left of such sites; what cannot be cleared away is told when the site is built.
    pub(super) fn recover(&self, fleet: &Fleet, sources: &dyn Files) {
        for name in self.leftovers(fleet.sites.iter().map(|site| site.id.as_str())) {
            drop(self.out.begin(&name, sources));
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

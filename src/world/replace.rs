//! Replacing a folder of a disk: a new one is made beside it and put in its place by one rename.

use super::amending::amend;
use super::disk::Disk;
use super::files::Files;
use super::found::Found;
use super::staging::Staging;
use super::survey;
use super::trees::{Depth, Stage, TreeFault, Trees, Trouble};
use crate::model::Digest;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Where a new folder is prepared: beside the one it replaces, so that one rename moves it into place.
fn staging(name: &str) -> String {
    format!(".{name}.new")
}

/// Where the old folder waits if the system cannot exchange two folders at once.
fn waiting(name: &str) -> String {
    format!(".{name}.old")
}

impl Trees for Disk {
    fn begin<'a>(&'a self, name: &str, sources: &'a dyn Files) -> Result<Box<dyn Stage + 'a>, TreeFault> {
        let (target, stage, aside) = (self.place(name), self.place(&staging(name)), self.place(&waiting(name)));
        recover(&target, &stage, &aside).map_err(|error| TreeFault::at(name, &error))?;
        let there = match fs::symlink_metadata(&target) {
            Ok(facts) if !facts.is_dir() => {
                let message = "it is a link or a file, not a folder".to_owned();
                return Err(TreeFault { path: name.to_owned(), trouble: Trouble::Occupied, message });
            }
            Ok(_) => Some(Found::below(&target)?),
            Err(_) => None,
        };
        Ok(Box::new(Staging::new(target, stage, aside, there, sources)))
    }

    fn amend(&self, name: &str, files: &[(&str, &[u8])]) -> Result<(), TreeFault> {
        amend(&self.place(name), &self.place(&staging(name)), files)
    }

    fn leftovers(&self) -> Vec<String> {
        let entries = fs::read_dir(self.place("")).into_iter().flatten().filter_map(Result::ok);
        let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
        let prepared = |name: String| {
            let name = name.strip_prefix('.')?;
            name.strip_suffix(".new").or_else(|| name.strip_suffix(".old")).map(str::to_owned)
        };
        names.filter_map(prepared).collect()
    }

    fn is_empty(&self, name: &str) -> bool {
        fs::read_dir(self.place(name)).map_or(true, |mut entries| entries.next().is_none())
    }

    fn seal(&self, name: &str, depth: Depth) -> Option<Digest> {
        survey::seal(&self.place(name), depth)
    }

    fn discard(&self, path: &str) -> Result<bool, TreeFault> {
        match fs::remove_file(self.place(path)) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(TreeFault::at(path, &error)),
        }
    }

    fn save(&self, path: &str, parts: &[&[u8]]) -> Result<(), TreeFault> {
        let target = self.place(path);
        let written = match File::create_new(&target) {
            Ok(file) => write_all(file, &target, parts),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let folder = fs::create_dir_all(target.parent().unwrap_or(&target));
                folder.and_then(|()| File::create(&target)).and_then(|file| write_all(file, &target, parts))
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let aside = beside(&target);
                let written = File::create(&aside).and_then(|file| write_all(file, &aside, parts));
                written.and_then(|()| fs::rename(&aside, &target))
            }
            Err(error) => Err(error),
        };
        written.map_err(|error| TreeFault::at(path, &error))
    }
}

/// Where a file is prepared that takes the place of `target`; no other file is prepared there.
fn beside(target: &Path) -> PathBuf {
    let mut place = target.as_os_str().to_owned();
    place.push(".new");
    place.into()
}

/// Fills the file at `place`; half of it is worth nothing to anybody.
fn write_all(mut file: File, place: &Path, parts: &[&[u8]]) -> io::Result<()> {
    let written = parts.iter().try_for_each(|part| file.write_all(part));
    written.inspect_err(|_| drop(fs::remove_file(place)))
}

/// Puts right what a run left behind that died between two renames.
fn recover(target: &Path, stage: &Path, aside: &Path) -> io::Result<()> {
    if fs::symlink_metadata(aside).is_ok_and(|facts| facts.is_dir()) {
        match fs::symlink_metadata(target) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => fs::rename(aside, target)?,
            _ => fs::remove_dir_all(aside)?,
        }
    }
    match fs::remove_dir_all(stage) {
        Err(error) if fs::symlink_metadata(stage).is_ok() => Err(error),
        _ => Ok(()),
    }
}

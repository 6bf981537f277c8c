//! Writing whole folders so that readers see the old one or the new one, never a mixture.

use super::disk::{Disk, plain};
use super::files::Files;
use super::spread::spread;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

/// A place that holds folders which are replaced as a whole.
pub trait Trees: Send + Sync {
    /// Makes the folder `name` hold exactly `files`. Of what else lies there, paths in `ours` are removed, all others kept.
    /// Nothing is written if nothing differs; if it fails, the folder is as it was.
    fn replace(
        &self,
        name: &str,
        files: &[Placed<'_>],
        ours: &BTreeSet<String>,
        sources: &dyn Files,
    ) -> Result<Replaced, TreeFault>;

    /// Writes one file; whoever reads it sees the old one or the new one.
    fn save(&self, path: &str, bytes: &[u8]) -> Result<(), TreeFault>;
}

/// A file and its place in the folder.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    /// The path below the folder.
    pub path: &'a str,
    /// What the file holds.
    pub content: Content<'a>,
}

/// What a file holds.
#[derive(Debug, Clone, Copy)]
pub enum Content<'a> {
    /// These bytes.
    Bytes(&'a [u8]),
    /// The same as this file of the sources.
    Copy(&'a str),
}

/// What replacing a folder came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replaced {
    /// Files written because they are new or differ.
    pub written: usize,
    /// Files that were right already.
    pub kept: usize,
    /// Files removed.
    pub removed: usize,
    /// Files that someone else put there.
    pub foreign: Vec<String>,
}

/// Why a folder could not be replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeFault {
    /// The file it failed at.
    pub path: String,
    /// What the system said.
    pub message: String,
}

/// Where a new folder is prepared: beside the one it replaces, so that one rename moves it into place.
fn staging(name: &str) -> String {
    format!(".{name}.new")
}

impl Trees for Disk {
    fn replace(
        &self,
        name: &str,
        files: &[Placed<'_>],
        ours: &BTreeSet<String>,
        sources: &dyn Files,
    ) -> Result<Replaced, TreeFault> {
        let target = self.place(name);
        if fs::symlink_metadata(&target).is_ok_and(|facts| !facts.is_dir()) {
            return Err(TreeFault {
                path: name.to_owned(),
                message: "it is a link or a file, not a folder".to_owned(),
            });
        }
        let plan = Plan::make(&target, files, ours, sources, self, name)?;
        if plan.changes_nothing() {
            return Ok(plan.replaced);
        }
        let stage = self.place(&staging(name));
        let staged = plan.stage(&stage, &target, sources).and_then(|()| swap(&stage, &target));
        if staged.is_err() {
            // The target is untouched; what was prepared may be large, and the disk may be full.
            let _ = fs::remove_dir_all(&stage);
        }
        staged.map(|()| plan.replaced)
    }

    fn save(&self, path: &str, bytes: &[u8]) -> Result<(), TreeFault> {
        let target = self.place(path);
        let written = match File::create_new(&target) {
            Ok(mut file) => file.write_all(bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                fs::create_dir_all(target.parent().unwrap_or(&target)).and_then(|()| fs::write(&target, bytes))
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let aside = target.with_extension("new");
                fs::write(&aside, bytes).and_then(|()| fs::rename(&aside, &target))
            }
            Err(error) => Err(error),
        };
        written.map_err(|error| at(path, &error))
    }
}

/// What has to happen to one folder.
struct Plan<'a> {
    write: Vec<Placed<'a>>,
    keep: Vec<String>,
    replaced: Replaced,
    exists: bool,
}

impl<'a> Plan<'a> {
    fn make(
        target: &Path,
        files: &[Placed<'a>],
        ours: &BTreeSet<String>,
        sources: &dyn Files,
        disk: &Disk,
        name: &str,
    ) -> Result<Self, TreeFault> {
        if !target.is_dir() {
            let replaced = Replaced { written: files.len(), ..Replaced::default() };
            return Ok(Self { write: files.to_vec(), keep: Vec::new(), replaced, exists: false });
        }
        let fault = |message: String| TreeFault { path: name.to_owned(), message };
        let found = disk.walk(name).map_err(|error| fault(error.to_string()))?;
        let mut there: BTreeMap<String, bool> = found.into_iter().map(|entry| (entry.path, false)).collect();
        let mut plan = Self { write: Vec::new(), keep: Vec::new(), replaced: Replaced::default(), exists: true };
        let is_right =
            |file: &Placed<'_>| there.contains_key(file.path) && holds(&target.join(file.path), file.content, sources);
        for (file, right) in files.iter().zip(spread(files, is_right)) {
            there.entry(file.path.to_owned()).and_modify(|wanted| *wanted = true);
            match right {
                true => plan.keep.push(file.path.to_owned()),
                false => plan.write.push(*file),
            }
        }
        plan.replaced.kept = plan.keep.len();
        plan.replaced.written = plan.write.len();
        for (path, _) in there.into_iter().filter(|(_, wanted)| !wanted) {
            match ours.contains(&path) {
                true => plan.replaced.removed += 1,
                false => {
                    plan.keep.push(path.clone());
                    plan.replaced.foreign.push(path);
                }
            }
        }
        Ok(plan)
    }

    fn changes_nothing(&self) -> bool {
        self.exists && self.write.is_empty() && self.replaced.removed == 0
    }

    fn stage(&self, stage: &Path, target: &Path, sources: &dyn Files) -> Result<(), TreeFault> {
        let _ = fs::remove_dir_all(stage);
        make_folders(stage, self.keep.iter().map(String::as_str).chain(self.write.iter().map(|file| file.path)))?;
        let link = |path: &String| {
            let (from, to) = (target.join(path), stage.join(path));
            fs::hard_link(&from, &to).or_else(|_| fs::copy(&from, &to).map(drop)).map_err(|error| at(path, &error))
        };
        let write = |file: &Placed<'_>| {
            write(&stage.join(file.path), file.content, sources).map_err(|error| at(file.path, &error))
        };
        spread(&self.keep, link).into_iter().chain(spread(&self.write, write)).collect()
    }
}

fn at(path: &str, error: &io::Error) -> TreeFault {
    TreeFault { path: path.to_owned(), message: plain(error) }
}

/// Makes every folder that these files lie in.
fn make_folders<'a>(root: &Path, paths: impl Iterator<Item = &'a str>) -> Result<(), TreeFault> {
    let above = |path: &'a str| path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut folders: Vec<&str> = paths.map(above).collect();
    folders.sort_unstable();
    folders.dedup();
    fs::create_dir_all(root).map_err(|error| at(&root.to_string_lossy(), &error))?;
    let make = |folder: &&str| fs::create_dir_all(root.join(folder)).map_err(|error| at(folder, &error));
    spread(&folders, make).into_iter().collect()
}

fn write(to: &Path, content: Content<'_>, sources: &dyn Files) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(to)?;
    match content {
        Content::Bytes(bytes) => file.write_all(bytes),
        Content::Copy(from) => sources.copy(from, &mut file).map_err(|fault| io::Error::other(fault.to_string())),
    }
}

/// Whether the file at `place` already has this content.
fn holds(place: &Path, content: Content<'_>, sources: &dyn Files) -> bool {
    let Ok(file) = File::open(place) else { return false };
    let Some(facts) = file.metadata().ok().filter(fs::Metadata::is_file) else { return false };
    let mut comparison = Comparison { file: BufReader::new(file), chunk: Vec::new() };
    match content {
        Content::Bytes(wanted) => facts.len() == wanted.len() as u64 && comparison.write_all(wanted).is_ok(),
        Content::Copy(from) => sources.len(from) == Some(facts.len()) && sources.copy(from, &mut comparison).is_ok(),
    }
}

/// A writer that refuses the first byte which a file does not have at the same place.
struct Comparison {
    file: BufReader<File>,
    chunk: Vec<u8>,
}

impl Write for Comparison {
    fn write(&mut self, wanted: &[u8]) -> io::Result<usize> {
        self.chunk.resize(wanted.len(), 0);
        self.file.read_exact(&mut self.chunk)?;
        match self.chunk == wanted {
            true => Ok(wanted.len()),
            false => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Moves the prepared folder to its place and removes the one that lay there.
fn swap(stage: &Path, target: &Path) -> Result<(), TreeFault> {
    let shown = target.to_string_lossy().into_owned();
    if !target.is_dir() {
        return fs::rename(stage, target).map_err(|error| at(&shown, &error));
    }
    match renameat_with(CWD, stage, CWD, target, RenameFlags::EXCHANGE) {
        Ok(()) => {}
        Err(_) => {
            let aside = stage.with_extension("old");
            fs::rename(target, &aside)
                .and_then(|()| fs::rename(stage, target))
                .and_then(|()| fs::rename(&aside, stage))
                .map_err(|error| at(&shown, &error))?;
        }
    }
    fs::remove_dir_all(stage).map_err(|error| at(&shown, &error))
}

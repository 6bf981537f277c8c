//! Replacing a folder of a disk: what has to happen, then all of it beside the folder, then one rename.

use super::disk::Disk;
use super::files::Files;
use super::spread::spread;
use super::trees::{Content, Depth, Placed, Replaced, TreeFault, Trees, Trouble};
use crate::model::{Digest, Digester};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, FileType, OpenOptions};
use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Where a new folder is prepared: beside the one it replaces, so that one rename moves it into place.
fn staging(name: &str) -> String {
    format!(".{name}.new")
}

/// Where the old folder waits if the system cannot exchange two folders at once.
fn waiting(name: &str) -> String {
    format!(".{name}.old")
}

impl Trees for Disk {
    fn replace(
        &self,
        name: &str,
        files: &[Placed<'_>],
        ours: &BTreeMap<String, String>,
        sources: &dyn Files,
    ) -> Result<Replaced, TreeFault> {
        let (target, stage, aside) = (self.place(name), self.place(&staging(name)), self.place(&waiting(name)));
        recover(&target, &stage, &aside).map_err(|error| TreeFault::at(name, &error))?;
        if fs::symlink_metadata(&target).is_ok_and(|facts| !facts.is_dir()) {
            let message = "it is a link or a file, not a folder".to_owned();
            return Err(TreeFault { path: name.to_owned(), trouble: Trouble::Occupied, message });
        }
        let plan = Plan::make(&target, files, ours, sources)?;
        if plan.changes_nothing() {
            return Ok(plan.replaced);
        }
        let staged = plan.stage(&stage, &target, sources).and_then(|()| {
            swap(&stage, &target, &aside).map_err(|error| TreeFault::at(&target.to_string_lossy(), &error))
        });
        if staged.is_err() {
            // The target is untouched; what was prepared may be large, and the disk may be full.
            let _ = fs::remove_dir_all(&stage);
        }
        staged.map(|()| plan.replaced)
    }

    fn is_empty(&self, name: &str) -> bool {
        fs::read_dir(self.place(name)).map_or(true, |mut entries| entries.next().is_none())
    }

    fn seal(&self, name: &str, depth: Depth) -> Option<Digest> {
        super::survey::seal(&self.place(name), depth)
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
        written.map_err(|error| TreeFault::at(path, &error))
    }
}

/// What lies in a folder, links not followed.
#[derive(Default)]
struct Found {
    files: BTreeMap<PathBuf, FileType>,
    empty_folders: BTreeSet<PathBuf>,
}

impl Found {
    fn below(target: &Path) -> Result<Self, TreeFault> {
        let mut found = Self::default();
        for entry in WalkDir::new(target).min_depth(1) {
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(target).to_string_lossy().into_owned();
                TreeFault::at(&path, &error.into())
            })?;
            let path = entry.path().strip_prefix(target).unwrap_or(entry.path()).to_owned();
            if let Some(parent) = path.parent() {
                found.empty_folders.remove(parent);
            }
            match entry.file_type() {
                kind if kind.is_dir() => drop(found.empty_folders.insert(path)),
                kind => drop(found.files.insert(path, kind)),
            }
        }
        Ok(found)
    }

    fn is_file(&self, path: &str) -> bool {
        self.files.get(Path::new(path)).is_some_and(FileType::is_file)
    }
}

/// What has to happen to one folder.
#[derive(Default)]
struct Plan<'a> {
    write: Vec<Placed<'a>>,
    keep: Vec<(PathBuf, FileType)>,
    empty_folders: BTreeSet<PathBuf>,
    replaced: Replaced,
    exists: bool,
}

impl<'a> Plan<'a> {
    fn make(
        target: &Path,
        files: &[Placed<'a>],
        ours: &BTreeMap<String, String>,
        sources: &dyn Files,
    ) -> Result<Self, TreeFault> {
        if !target.is_dir() {
            let replaced = Replaced { written: files.len(), ..Replaced::default() };
            return Ok(Self { write: files.to_vec(), replaced, ..Self::default() });
        }
        let mut there = Found::below(target)?;
        let mut plan = Self { exists: true, ..Self::default() };
        let is_right =
            |file: &Placed<'_>| there.is_file(file.path) && holds(&target.join(file.path), file.content, sources);
        let right = spread(files, is_right);
        for (file, right) in files.iter().zip(right) {
            match (there.files.remove_entry(Path::new(file.path)), right) {
                (Some(found), true) => plan.keep.push(found),
                _ => plan.write.push(*file),
            }
        }
        plan.replaced.kept = plan.keep.len();
        plan.replaced.written = plan.write.len();
        plan.empty_folders = there.empty_folders;
        for (path, kind) in there.files {
            if kind.is_file() && is_ours(target, &path, ours) {
                plan.replaced.removed += 1;
                continue;
            }
            plan.replaced.foreign.push(path.to_string_lossy().into_owned());
            plan.keep.push((path, kind));
        }
        Ok(plan)
    }

    fn changes_nothing(&self) -> bool {
        self.exists && self.write.is_empty() && self.replaced.removed == 0
    }

    fn stage(&self, stage: &Path, target: &Path, sources: &dyn Files) -> Result<(), TreeFault> {
        let kept = self.keep.iter().map(|(path, _)| path.as_path());
        make_folders(stage, kept.chain(self.write.iter().map(|file| Path::new(file.path))))?;
        let keep = |(path, kind): &(PathBuf, FileType)| {
            keep(&target.join(path), *kind, &stage.join(path))
                .map_err(|error| TreeFault::at(&path.to_string_lossy(), &error))
        };
        let write = |file: &Placed<'_>| {
            write(&stage.join(file.path), file.content, sources).map_err(|error| TreeFault::at(file.path, &error))
        };
        let done = spread(&self.keep, keep).into_iter().chain(spread(&self.write, write)).collect();
        for folder in &self.empty_folders {
            // A file that has to be in its place is there by now, and nothing is lost with the folder.
            let _ = fs::create_dir_all(stage.join(folder));
        }
        done
    }
}

/// Whether the file still is as it was put there.
fn is_ours(target: &Path, path: &Path, ours: &BTreeMap<String, String>) -> bool {
    let recorded = path.to_str().and_then(|path| ours.get(path));
    recorded.is_some_and(|recorded| digest(&target.join(path)).is_ok_and(|digest| digest == *recorded))
}

fn digest(place: &Path) -> io::Result<String> {
    let mut digester = Digester::default();
    io::copy(&mut File::open(place)?, &mut digester)?;
    Ok(digester.digest().to_string())
}

/// Makes every folder that these files lie in.
fn make_folders<'a>(root: &Path, paths: impl Iterator<Item = &'a Path>) -> Result<(), TreeFault> {
    let mut folders: Vec<&Path> = paths.filter_map(Path::parent).collect();
    folders.sort_unstable();
    folders.dedup();
    fs::create_dir_all(root).map_err(|error| TreeFault::at(&root.to_string_lossy(), &error))?;
    let make = |folder: &&Path| {
        fs::create_dir_all(root.join(folder)).map_err(|error| TreeFault::at(&folder.to_string_lossy(), &error))
    };
    spread(&folders, make).into_iter().collect()
}

/// Takes over what is right already, or what someone else put there: links stay links.
fn keep(from: &Path, kind: FileType, to: &Path) -> io::Result<()> {
    if kind.is_symlink() {
        return symlink(fs::read_link(from)?, to);
    }
    match fs::hard_link(from, to) {
        Err(_) if kind.is_file() => fs::copy(from, to).map(drop),
        linked => linked,
    }
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

/// Moves the prepared folder to its place and removes the one that lay there.
fn swap(stage: &Path, target: &Path, aside: &Path) -> io::Result<()> {
    if !target.is_dir() {
        return fs::rename(stage, target);
    }
    if renameat_with(CWD, stage, CWD, target, RenameFlags::EXCHANGE).is_ok() {
        return fs::remove_dir_all(stage);
    }
    fs::rename(target, aside)?;
    if let Err(error) = fs::rename(stage, target) {
        return fs::rename(aside, target).and(Err(error));
    }
    fs::remove_dir_all(aside)
}

//! Replacing a folder of a disk: what has to happen, then all of it beside the folder, then one rename.

use super::disk::Disk;
use super::files::Files;
use super::spread::spread;
use super::trees::{Content, Placed, Replaced, Stage, TreeFault, Trees, Trouble};
use crate::model::Digester;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, FileType, OpenOptions};
use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
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
        let (root, written, fault) = (OnceLock::new(), AtomicUsize::new(0), OnceLock::new());
        Ok(Box::new(Staging { target, stage, aside, sources, there, root, written, fault, is_done: false }))
    }

    fn is_empty(&self, name: &str) -> bool {
        fs::read_dir(self.place(name)).map_or(true, |mut entries| entries.next().is_none())
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
    files: BTreeMap<PathBuf, Old>,
    empty_folders: BTreeSet<PathBuf>,
}

/// A file that lies there already.
struct Old {
    kind: FileType,
    /// Whether it is what has to be there; not known while no one has put a file in its place.
    is_right: OnceLock<bool>,
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
                kind => drop(found.files.insert(path, Old { kind, is_right: OnceLock::new() })),
            }
        }
        Ok(found)
    }
}

/// A folder that is being prepared.
struct Staging<'a> {
    target: PathBuf,
    stage: PathBuf,
    aside: PathBuf,
    sources: &'a dyn Files,
    /// What lies in its place; none if nothing does.
    there: Option<Found>,
    /// It is made for the first file that has to be written.
    root: OnceLock<Result<(), TreeFault>>,
    written: AtomicUsize,
    fault: OnceLock<TreeFault>,
    is_done: bool,
}

impl Stage for Staging<'_> {
    fn put(&self, file: Placed<'_>) {
        if self.fault.get().is_some() || self.is_right(&file) {
            return;
        }
        match self.write(&file) {
            Ok(()) => drop(self.written.fetch_add(1, Ordering::Relaxed)),
            Err(fault) => drop(self.fault.set(fault)),
        }
    }

    fn finish(mut self: Box<Self>, ours: &BTreeMap<String, String>) -> Result<Replaced, TreeFault> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        let mut replaced = Replaced { written: *self.written.get_mut(), ..Replaced::default() };
        if let Some(there) = &self.there {
            let kept = self.sort_out(there, ours, &mut replaced);
            if replaced.written + replaced.removed == 0 {
                return Ok(replaced);
            }
            self.keep(&kept, &there.empty_folders)?;
        }
        self.root()?;
        swap(&self.stage, &self.target, &self.aside)
            .map_err(|error| TreeFault::at(&self.target.to_string_lossy(), &error))?;
        self.is_done = true;
        Ok(replaced)
    }
}

impl Drop for Staging<'_> {
    fn drop(&mut self) {
        if !self.is_done {
            // The target is untouched; what was prepared may be large, and the disk may be full.
            let _ = fs::remove_dir_all(&self.stage);
        }
    }
}

impl Staging<'_> {
    /// Whether the file lies in its place already.
    fn is_right(&self, file: &Placed<'_>) -> bool {
        let Some(old) = self.there.as_ref().and_then(|there| there.files.get(Path::new(file.path))) else {
            return false;
        };
        let holds = || old.kind.is_file() && holds(&self.target.join(file.path), file.content, self.sources);
        *old.is_right.get_or_init(holds)
    }

    fn write(&self, file: &Placed<'_>) -> Result<(), TreeFault> {
        self.root()?;
        write(&self.stage.join(file.path), file.content, self.sources).map_err(|error| TreeFault::at(file.path, &error))
    }

    fn root(&self) -> Result<(), TreeFault> {
        let make = || fs::create_dir_all(&self.stage);
        self.root.get_or_init(|| make().map_err(|error| TreeFault::at(&self.stage.to_string_lossy(), &error))).clone()
    }

    /// Counts what happens to each file that lies there, and returns those that stay.
    fn sort_out<'f>(
        &self,
        there: &'f Found,
        ours: &BTreeMap<String, String>,
        replaced: &mut Replaced,
    ) -> Vec<(&'f Path, FileType)> {
        let mut kept = Vec::new();
        for (path, old) in &there.files {
            match old.is_right.get() {
                Some(true) => replaced.kept += 1,
                Some(false) => continue,
                None if old.kind.is_file() && is_ours(&self.target, path, ours) => {
                    replaced.removed += 1;
                    continue;
                }
                None => replaced.foreign.push(path.to_string_lossy().into_owned()),
            }
            kept.push((path.as_path(), old.kind));
        }
        kept
    }

    /// Takes over what stays.
    fn keep(&self, kept: &[(&Path, FileType)], empty_folders: &BTreeSet<PathBuf>) -> Result<(), TreeFault> {
        self.root()?;
        make_folders(&self.stage, kept.iter().map(|(path, _)| *path))?;
        let keep = |(path, kind): &(&Path, FileType)| {
            keep(&self.target.join(path), *kind, &self.stage.join(path))
                .map_err(|error| TreeFault::at(&path.to_string_lossy(), &error))
        };
        let done = spread(kept, keep).into_iter().collect();
        for folder in empty_folders {
            // A file that has to be in its place is there by now, and nothing is lost with the folder.
            let _ = fs::create_dir_all(self.stage.join(folder));
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
    if let Some(folder) = to.parent() {
        make_folder(folder)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(to)?;
    match content {
        Content::Bytes(bytes) => file.write_all(bytes),
        Content::Copy(from) => sources.copy(from, &mut file).map_err(|fault| io::Error::other(fault.to_string())),
    }
}

/// Nearly every page has a folder of its own, so that making it costs less than finding out whether it is there.
fn make_folder(folder: &Path) -> io::Result<()> {
    match fs::create_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir_all(folder),
        made => made,
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

//! A folder that is made beside the one that lies there.

use super::copy::copy;
use super::files::Files;
use super::found::{Found, is_ours};
use super::spread::spread;
use super::trees::{Content, Placed, Replaced, Stage, TreeFault};
use rustix::fs::{CWD, Mode, OFlags, RenameFlags, mkdirat, openat, renameat_with};
use rustix::io::Errno;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, FileType};
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A folder that is being prepared.
pub(super) struct Staging<'a> {
    target: PathBuf,
    stage: PathBuf,
    aside: PathBuf,
    sources: &'a dyn Files,
    /// What lies in its place; none if nothing does.
    there: Option<Found>,
    /// It is made for the first file that has to be written, and held, so that paths below it are short.
    root: OnceLock<Result<OwnedFd, TreeFault>>,
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

    fn keep(&self, path: &str, len: u64) -> bool {
        self.there.as_ref().is_some_and(|there| there.keep(&self.target, path, len))
    }

    fn finish(mut self: Box<Self>, ours: &BTreeMap<String, Vec<String>>) -> Result<Replaced, TreeFault> {
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        let mut replaced = Replaced { written: *self.written.get_mut(), ..Replaced::default() };
        if let Some(there) = &self.there {
            let kept = self.sort_out(there, ours, &mut replaced);
            if replaced.written + replaced.removed == 0 {
                return Ok(replaced);
            }
            self.take_over(&kept, &there.empty_folders)?;
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

impl<'a> Staging<'a> {
    /// Makes the folder `stage`, which becomes `target`, where `there` lies now and may have to wait `aside` for a moment.
    pub(super) fn new(
        target: PathBuf,
        stage: PathBuf,
        aside: PathBuf,
        there: Option<Found>,
        sources: &'a dyn Files,
    ) -> Self {
        let (root, written, fault) = (OnceLock::new(), AtomicUsize::new(0), OnceLock::new());
        Self { target, stage, aside, sources, there, root, written, fault, is_done: false }
    }

    /// Whether the file lies in its place already.
    fn is_right(&self, file: &Placed<'_>) -> bool {
        self.there.as_ref().is_some_and(|there| there.has(&self.target, file))
    }

    fn write(&self, file: &Placed<'_>) -> Result<(), TreeFault> {
        let mut to = create(self.root()?, file.path).map_err(|error| TreeFault::at(file.path, &error))?;
        match file.content {
            Content::Bytes(bytes) => to.write_all(bytes).map_err(|error| TreeFault::at(file.path, &error)),
            Content::Copy { from, digest } => copy(self.sources, from, digest, file, &mut to),
        }
    }

    fn root(&self) -> Result<&OwnedFd, TreeFault> {
        let make = || fs::create_dir_all(&self.stage).and_then(|()| File::open(&self.stage)).map(OwnedFd::from);
        let fault = |error| TreeFault::at(&self.stage.to_string_lossy(), &error);
        self.root.get_or_init(|| make().map_err(fault)).as_ref().map_err(Clone::clone)
    }

    /// Counts what happens to each file that lies there, and returns those that stay.
    fn sort_out<'f>(
        &self,
        there: &'f Found,
        ours: &BTreeMap<String, Vec<String>>,
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
    fn take_over(&self, kept: &[(&Path, FileType)], empty_folders: &BTreeSet<PathBuf>) -> Result<(), TreeFault> {
        self.root()?;
        make_folders(&self.stage, kept.iter().map(|(path, _)| *path))?;
        let link = |(path, kind): &(&Path, FileType)| {
            link_or_copy(&self.target.join(path), *kind, &self.stage.join(path))
                .map_err(|error| TreeFault::at(&path.to_string_lossy(), &error))
        };
        let done = spread(kept, link).into_iter().collect();
        for folder in empty_folders {
            // A file that has to be in its place is there by now, and nothing is lost with the folder.
            let _ = fs::create_dir_all(self.stage.join(folder));
        }
        done
    }
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

/// Puts what lies at one place at another one, too: links stay links.
fn link_or_copy(from: &Path, kind: FileType, to: &Path) -> io::Result<()> {
    if kind.is_symlink() {
        return symlink(fs::read_link(from)?, to);
    }
    match fs::hard_link(from, to) {
        Err(_) if kind.is_file() => fs::copy(from, to).map(drop),
        linked => linked,
    }
}

fn create(root: &OwnedFd, path: &str) -> io::Result<File> {
    if let Some((folder, _)) = path.rsplit_once('/') {
        make_folder(root, folder)?;
    }
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
    Ok(File::from(openat(root, path, flags, Mode::from_raw_mode(0o666))?))
}

/// Nearly every page has a folder of its own, so that making it costs less than finding out whether it is there.
fn make_folder(root: &OwnedFd, folder: &str) -> io::Result<()> {
    let make = || mkdirat(root, folder, Mode::from_raw_mode(0o777));
    let made = match (make(), folder.rsplit_once('/')) {
        (Err(Errno::NOENT), Some((above, _))) => make_folder(root, above).map(|()| make())?,
        (made, _) => made,
    };
    match made {
        Err(Errno::EXIST) => Ok(()),
        made => Ok(made?),
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

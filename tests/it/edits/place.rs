//! A repository on a disk: edits applied to it, its finished sites read.

use super::repository::Files;
use super::sources::{Change, Damage, Loss, Stamp};
use crate::chance::Dice;
use std::collections::BTreeMap;
use std::fs::{self, File, FileTimes, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

/// The finished sites: their files by path, with modes and bytes.
pub(crate) type Sites = BTreeMap<String, BTreeMap<String, Held>>;

/// What lies at a path.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) mode: u32,
    pub(crate) bytes: Vec<u8>,
}

/// A folder that holds a repository, which may move about in it.
pub(crate) struct Place {
    folder: TempDir,
    /// Where the repository lies.
    pub(crate) root: PathBuf,
    moves: usize,
    /// The time that files get when they are written, if it is not the present.
    clock: Option<SystemTime>,
    /// What lay below `.hectare/` after earlier builds.
    states: Vec<Files>,
}

impl Place {
    /// Puts a repository on the fastest file system there is. With `is_old`, whatever is written looks as if it had been
    /// written long ago, as after a copy that keeps times; who trusts old times is put to the test.
    pub(crate) fn new(files: &Files, is_old: bool) -> Self {
        let shared = Path::new("/dev/shm");
        let chosen = std::env::var_os("EDITS_IN").map(PathBuf::from);
        let folder = TempDir::new_in(chosen.as_deref().unwrap_or(shared)).or_else(|_| TempDir::new()).unwrap();
        open_to_all(folder.path());
        let root = folder.path().join("repository");
        let clock = is_old.then(|| SystemTime::now() - Duration::from_secs(3600));
        let mut place = Self { folder, root, moves: 0, clock, states: Vec::new() };
        for (path, bytes) in files {
            place.write(path, bytes);
        }
        open_to_all(&place.root);
        place
    }

    /// Puts a file beside its place and then there, whole, as careful editors do; `name` is what it is called until then.
    pub(crate) fn replace(&mut self, path: &str, bytes: &[u8], name: &str) {
        let place = self.root.join(path);
        if place.is_dir() {
            self.write(path, bytes);
        } else {
            write(&place.with_file_name(name), bytes);
            fs::rename(place.with_file_name(name), place).unwrap();
        }
    }

    /// A copy of the sources in another folder, with nothing that was ever made of them.
    pub(crate) fn copied(&self) -> (TempDir, PathBuf) {
        let folder = TempDir::new_in(self.folder.path()).unwrap();
        open_to_all(folder.path());
        let root = folder.path().join("elsewhere");
        let is_source = |entry: &walkdir::DirEntry| entry.depth() != 1 || !is_made(entry.file_name().to_str());
        for entry in walkdir::WalkDir::new(&self.root).into_iter().filter_entry(is_source).map(Result::unwrap) {
            let to = root.join(entry.path().strip_prefix(&self.root).unwrap());
            copy(&entry, &to);
        }
        open_to_all(&root);
        (folder, root)
    }

    /// Does to the disk what a change says.
    pub(crate) fn apply(&mut self, change: &Change) {
        let root = self.root.clone();
        let at = |path: &String| root.join(path);
        match change {
            Change::Write(path, bytes) => self.write(path, &bytes.0),
            Change::WriteUnseen(path, bytes) => {
                let place = at(path);
                let before = fs::metadata(&place).and_then(|facts| facts.modified()).ok();
                write(&place, &bytes.0);
                before.into_iter().for_each(|before| set_time(&place, before));
            }
            Change::Delete(path) => remove(&at(path)),
            Change::Rename(from, to) => {
                make_parent(&at(to));
                fs::rename(at(from), at(to)).unwrap();
            }
            Change::Stamp(path, stamp) => stamp_file(&at(path), *stamp),
            Change::Link(path, to) => {
                remove(&at(path));
                symlink(to, at(path)).unwrap();
            }
            Change::Folder(path) => {
                remove(&at(path));
                write(&at(path).join("inside.txt"), b"inside");
            }
            Change::Lock(path) => set_mode(&at(path), 0o000),
            Change::Unlock(path) => set_mode(&at(path), 0o644),
            Change::Output(loss, seed) => self.lose(*loss, *seed),
            Change::State(damage, seed) => self.damage(*damage, *seed),
            Change::Move => self.move_away(),
            Change::Clock(_) => {}
        }
    }

    fn write(&mut self, path: &str, bytes: &[u8]) {
        let place = self.root.join(path);
        write(&place, bytes);
        if let Some(clock) = &mut self.clock {
            *clock += Duration::from_millis(1);
            set_time(&place, *clock);
        }
    }

    /// The finished sites; a folder that is only being prepared is a site, too, so that nothing goes unnoticed.
    pub(crate) fn sites(&self) -> Sites {
        read_sites(&self.root.join("dist"))
    }

    /// Whether a site is being prepared beside the finished ones.
    pub(crate) fn is_preparing(&self) -> bool {
        let mut entries = fs::read_dir(self.root.join("dist")).into_iter().flatten().filter_map(Result::ok);
        entries.any(|entry| entry.file_name().as_encoded_bytes().starts_with(b"."))
    }

    /// When each finished file was written, and as which.
    pub(crate) fn times(&self) -> BTreeMap<PathBuf, (SystemTime, u64)> {
        use std::os::unix::fs::MetadataExt;
        let files = files_below(&self.root.join("dist")).into_iter();
        let facts = files.map(|path| (path.clone(), fs::symlink_metadata(path).unwrap()));
        facts.map(|(path, facts)| (path, (facts.modified().unwrap(), facts.ino()))).collect()
    }

    /// Removes files of a finished site that hectare says are not its own.
    pub(crate) fn clear(&self, site: &str, paths: &[String]) {
        for path in paths {
            let mut place = self.root.join("dist").join(site).join(path);
            remove(&place);
            while place.pop() && fs::remove_dir(&place).is_ok() {}
        }
    }

    /// Remembers what lies below `.hectare/`, for the day on which somebody restores it.
    pub(crate) fn keep_state(&mut self) {
        let state = self.state();
        if self.states.last() != Some(&state) {
            self.states.push(state);
        }
    }

    fn state(&self) -> Files {
        let root = self.root.join(".hectare");
        let files = files_below(&root).into_iter().filter(|path| !path.ends_with("lock"));
        let read = |path: PathBuf| {
            let below = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            (below, fs::read(&path).unwrap())
        };
        files.map(read).collect()
    }

    fn lose(&self, loss: Loss, seed: u64) {
        let dist = self.root.join("dist");
        let sites: Vec<_> = self.sites().into_keys().collect();
        let mut dice = Dice::new(seed);
        match loss {
            _ if sites.is_empty() => {}
            Loss::Everything => fs::remove_dir_all(dist).unwrap(),
            Loss::Site => fs::remove_dir_all(dist.join(dice.one(&sites))).unwrap(),
            Loss::File => {
                let files = files_below(&dist);
                if !files.is_empty() {
                    fs::remove_file(dice.one(&files)).unwrap();
                }
            }
        }
    }

    fn damage(&self, damage: Damage, seed: u64) {
        let root = self.root.join(".hectare");
        let mut dice = Dice::new(seed);
        let files: Vec<_> = files_below(&root).into_iter().filter(|path| !path.ends_with("lock")).collect();
        match damage {
            Damage::AllDeleted => drop(fs::remove_dir_all(&root)),
            Damage::Restored => self.restore_state(dice.roll()),
            _ if files.is_empty() => {}
            Damage::Deleted => fs::remove_file(dice.one(&files)).unwrap(),
            Damage::BitFlipped => change(dice.clone().one(&files).as_path(), |bytes| {
                let at = dice.below(bytes.len());
                bytes.get_mut(at).into_iter().for_each(|byte| *byte ^= 1 << dice.below(8));
            }),
            Damage::Truncated => change(dice.clone().one(&files).as_path(), |bytes| {
                bytes.truncate(dice.below(bytes.len()));
            }),
            Damage::OtherVersion => change(dice.one(&files).as_path(), |bytes| {
                let text = String::from_utf8_lossy(bytes).replacen("\"version\":", "\"version\":9", 1);
                *bytes = text.into_bytes();
            }),
        }
    }

    fn restore_state(&self, seed: u64) {
        let root = self.root.join(".hectare");
        if self.states.is_empty() {
            return;
        }
        let _ = fs::remove_dir_all(&root);
        for (path, bytes) in &self.states[seed as usize % self.states.len()] {
            write(&root.join(path), bytes);
        }
        // Whoever runs the program may not be who restores its files.
        for entry in walkdir::WalkDir::new(&root).into_iter().filter_map(Result::ok) {
            open_to_all(entry.path());
        }
    }

    fn move_away(&mut self) {
        self.moves += 1;
        let to = self.folder.path().join(format!("moved/to {}/here", self.moves));
        make_parent(&to);
        fs::rename(&self.root, &to).unwrap();
        self.root = to;
    }
}

/// Whether something at the top of a repository was made by hectare.
fn is_made(name: Option<&str>) -> bool {
    matches!(name, Some("dist" | ".hectare"))
}

/// The sites below a folder.
pub(crate) fn read_sites(dist: &Path) -> Sites {
    let mut sites = Sites::new();
    for entry in fs::read_dir(dist).into_iter().flatten().map(Result::unwrap) {
        sites.entry(entry.file_name().to_str().unwrap().to_owned()).or_default();
    }
    for path in files_below(dist) {
        let below = path.strip_prefix(dist).unwrap().to_str().unwrap();
        let Some((site, below)) = below.split_once('/') else { continue };
        let mode = fs::symlink_metadata(&path).unwrap().permissions().mode();
        let held = Held { mode, bytes: fs::read(&path).unwrap() };
        sites.get_mut(site).unwrap().insert(below.to_owned(), held);
    }
    sites
}

/// Puts the same at another place.
fn copy(entry: &walkdir::DirEntry, to: &Path) {
    match entry.file_type() {
        kind if kind.is_dir() => fs::create_dir_all(to).unwrap(),
        kind if kind.is_symlink() => symlink(fs::read_link(entry.path()).unwrap(), to).unwrap(),
        _ => drop(fs::copy(entry.path(), to).unwrap()),
    }
}

/// Copies a folder with all that is in it.
pub(crate) fn copy_all(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().map(Result::unwrap) {
        copy(&entry, &to.join(entry.path().strip_prefix(from).unwrap()));
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    entries.filter(|entry| !entry.file_type().is_dir()).map(walkdir::DirEntry::into_path).collect()
}

fn make_parent(place: &Path) {
    fs::create_dir_all(place.parent().unwrap()).unwrap();
}

/// Writes into the file as editors do that keep its mode; whatever else lies there goes.
fn write(place: &Path, bytes: &[u8]) {
    if fs::symlink_metadata(place).is_ok_and(|facts| !facts.is_file()) {
        remove(place);
    }
    make_parent(place);
    fs::write(place, bytes).unwrap();
}

fn remove(place: &Path) {
    match fs::symlink_metadata(place) {
        Ok(facts) if facts.is_dir() => fs::remove_dir_all(place).unwrap(),
        Ok(_) => fs::remove_file(place).unwrap(),
        Err(_) => {}
    }
}

fn change(place: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(place).unwrap();
    change(&mut bytes);
    fs::write(place, bytes).unwrap();
}

fn stamp_file(place: &Path, stamp: Stamp) {
    let Ok(facts) = fs::symlink_metadata(place) else { return };
    if !facts.is_file() {
        return;
    }
    let time = match stamp {
        Stamp::Now => SystemTime::now(),
        Stamp::Earlier => facts.modified().unwrap() - Duration::from_nanos(1),
        Stamp::In1970 => SystemTime::UNIX_EPOCH,
        Stamp::In2099 => SystemTime::UNIX_EPOCH + Duration::from_secs(4_080_000_000),
    };
    set_time(place, time);
}

fn set_time(place: &Path, time: SystemTime) {
    if let Ok(file) = File::options().write(true).open(place) {
        file.set_times(FileTimes::new().set_modified(time)).unwrap();
    }
}

fn set_mode(place: &Path, mode: u32) {
    // A file that an edit put something else in place of is none that can be locked.
    if fs::symlink_metadata(place).is_ok_and(|facts| facts.is_file()) {
        fs::set_permissions(place, Permissions::from_mode(mode)).unwrap();
    }
}

/// Lets every user write there, so that the program can be run as one who may do less.
fn open_to_all(place: &Path) {
    let mode = if place.is_dir() { 0o777 } else { 0o666 };
    fs::set_permissions(place, Permissions::from_mode(mode)).unwrap();
}

//! Looking at every file of a folder without opening any, as fast as the system allows.

use super::files::{Entry, EntryKind, Facts, Surveyed};
use super::spread::spread_out;
use super::trees::Depth;
use crate::model::Digest;
use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, Stat, openat, statat};
use std::fs::{self, Metadata};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use walkdir::WalkDir;

/// The facts of a file that was looked at.
pub(super) fn facts(metadata: &Metadata) -> Facts {
    Facts {
        len: metadata.len(),
        modified: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
        changed: nanoseconds(metadata.ctime(), metadata.ctime_nsec()),
        inode: metadata.ino(),
    }
}

#[expect(clippy::useless_conversion, reason = "the types of these fields differ from system to system")]
fn facts_of(stat: &Stat) -> Option<Facts> {
    Some(Facts {
        len: stat.st_size.try_into().ok()?,
        modified: nanoseconds(stat.st_mtime.into(), stat.st_mtime_nsec.try_into().ok()?),
        changed: nanoseconds(stat.st_ctime.into(), stat.st_ctime_nsec.try_into().ok()?),
        inode: stat.st_ino.into(),
    })
}

fn nanoseconds(seconds: i64, rest: i64) -> i64 {
    seconds.saturating_mul(1_000_000_000).saturating_add(rest)
}

/// The facts of what lies directly in a folder, if it is no link that would have to be judged.
pub(super) fn direct(root: &OwnedFd, name: &str) -> Option<Facts> {
    if name.contains('/') {
        return None;
    }
    let stat = statat(root, name, AtFlags::SYMLINK_NOFOLLOW).ok()?;
    (!FileType::from_raw_mode(stat.st_mode).is_symlink()).then(|| facts_of(&stat)).flatten()
}

/// Everything below `folder` if there are only files and folders with readable names: the case of nearly all folders, in which
/// no link has to be judged. None otherwise.
pub(super) fn plain(root: &OwnedFd, folder: &str) -> Option<Vec<Surveyed>> {
    let mut reached: Option<OwnedFd> = None;
    for part in folder.split('/').filter(|part| !part.is_empty()) {
        reached = Some(open_folder(reached.as_ref().unwrap_or(root).as_fd(), part)?);
    }
    let mut found = Vec::new();
    look_into(reached?, &mut String::new(), &mut found)?;
    Some(found)
}

fn open_folder(above: impl AsFd, name: &str) -> Option<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    openat(above, name, flags, Mode::empty()).ok()
}

fn look_into(folder: OwnedFd, path: &mut String, found: &mut Vec<Surveyed>) -> Option<()> {
    let mut folder = Dir::new(folder).ok()?;
    let (above, mut files) = (path.len(), Vec::new());
    while let Some(entry) = folder.read() {
        let entry = entry.ok()?;
        let name = entry.file_name().to_str().ok()?;
        if matches!(name, "." | "..") {
            continue;
        }
        path.push_str(name);
        match entry.file_type() {
            FileType::RegularFile => files.push(path.clone()),
            FileType::Directory => {
                let below = open_folder(folder.fd().ok()?, name)?;
                path.push('/');
                look_into(below, path, found)?;
            }
            _ => return None,
        }
        path.truncate(above);
    }
    let folder = folder.fd().ok()?;
    let look = |path: String| {
        let stat = statat(folder, &path[above..], AtFlags::SYMLINK_NOFOLLOW).ok()?;
        Some(Surveyed { entry: Entry { path, kind: EntryKind::File }, facts: facts_of(&stat)? })
    };
    found.extend(spread_out(files, look).into_iter().collect::<Option<Vec<_>>>()?);
    Some(())
}

/// A digest of the facts of a folder, or of everything below it as well.
pub(super) fn seal(folder: &Path, depth: Depth) -> Option<Digest> {
    let own = fs::symlink_metadata(folder).ok().filter(Metadata::is_dir)?;
    let mut marks = mark("", &facts(&own));
    if depth == Depth::Everything {
        for entry in WalkDir::new(folder).min_depth(1).sort_by_file_name() {
            let entry = entry.ok()?;
            let path = entry.path().strip_prefix(folder).unwrap_or(entry.path()).to_string_lossy().into_owned();
            marks.extend(mark(&path, &facts(&entry.metadata().ok()?)));
        }
    }
    Some(Digest::of(&marks))
}

fn mark(path: &str, facts: &Facts) -> Vec<u8> {
    [path.as_bytes(), &[0], facts.digest().as_bytes()].concat()
}

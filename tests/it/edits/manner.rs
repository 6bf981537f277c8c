//! How changes come to a disk while somebody watches it.

use super::place::{Place, copy_all};
use super::sources::Change;
use crate::chance::Dice;
use std::fs;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

/// How editors, people and other programs go about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// One change after the other.
    Plainly,
    /// Files are written beside their places, and put there whole.
    Whole,
    /// The same under a name that content could have.
    WholeUnderAnyName,
    /// With backups, swap files, a file that is cut short at first, and saved twice.
    Storm,
    /// With pauses, in which builds begin.
    Slowly,
    /// The folder in which something changes is away for a while; then it is there again, and changes.
    Vanished,
    /// The same, but what comes back is another folder.
    Replaced,
}

/// Often enough the simplest.
const MANNERS: [Manner; 8] = [
    Manner::Plainly,
    Manner::Plainly,
    Manner::Whole,
    Manner::WholeUnderAnyName,
    Manner::Storm,
    Manner::Slowly,
    Manner::Vanished,
    Manner::Replaced,
];

/// Files of a step that are saved in a storm; a checkout has too many.
const STORMS: usize = 3;

impl Manner {
    /// A manner that follows from a seed.
    pub(crate) fn of(dice: &mut Dice) -> Self {
        *dice.one(&MANNERS)
    }

    /// Whether nothing between before and after can be seen, if there is one change.
    pub(crate) fn is_clean(self) -> bool {
        self == Self::Whole
    }

    /// Makes the changes.
    pub(crate) fn apply(self, changes: &[Change], place: &mut Place, dice: &mut Dice) {
        if matches!(self, Self::Vanished | Self::Replaced) {
            self.vanish(changes, place, dice);
        }
        for (at, change) in changes.iter().enumerate() {
            match (self, change) {
                (Self::Whole, Change::Write(path, bytes)) => place.replace(path, &bytes.0, ".saved"),
                (Self::WholeUnderAnyName, Change::Write(path, bytes)) => place.replace(path, &bytes.0, "4913.md"),
                (Self::Storm, Change::Write(path, bytes)) if at < STORMS => storm(path, &bytes.0, change, place, dice),
                (Self::Slowly, _) => {
                    place.apply(change);
                    rest(dice, 30);
                }
                _ => place.apply(change),
            }
        }
    }

    /// Lets the folder of the first change be away for a while.
    fn vanish(self, changes: &[Change], place: &Place, dice: &mut Dice) {
        let path = changes.iter().find_map(path_of).filter(|path| path.contains('/'));
        let depth = 1 + dice.below(2);
        let Some(folder) = path.map(|path| path.split('/').take(depth).collect::<Vec<_>>().join("/")) else { return };
        let (there, away) = (place.root.join(folder), place.root.join(".away"));
        if !there.is_dir() {
            return;
        }
        fs::rename(&there, &away).unwrap();
        rest(dice, 60);
        if self == Self::Replaced {
            copy_all(&away, &place.root.join(".copy"));
            fs::rename(place.root.join(".copy"), &there).unwrap();
            fs::remove_dir_all(away).unwrap();
        } else {
            fs::rename(away, there).unwrap();
        }
    }
}

fn path_of(change: &Change) -> Option<&String> {
    match change {
        Change::Write(path, _) | Change::WriteUnseen(path, _) | Change::Delete(path) | Change::Rename(path, _) => {
            Some(path)
        }
        _ => None,
    }
}

/// What an editor does until it has saved.
fn storm(path: &str, bytes: &[u8], change: &Change, place: &mut Place, dice: &mut Dice) {
    let file = place.root.join(path);
    let beside = |name: &str| file.with_file_name(name);
    let backup = beside(&format!("{}~", file.file_name().unwrap().to_str().unwrap()));
    if file.is_file() {
        fs::copy(&file, &backup).unwrap();
        put(&beside(".file.swp"), b"swap");
        put(&beside("4913"), b"");
        fs::remove_file(beside("4913")).unwrap();
        put(&file, &bytes[..bytes.len() / 2]);
        rest(dice, 20);
    }
    place.apply(change);
    rest(dice, 10);
    place.apply(change);
    for leftover in [backup, beside(".file.swp")] {
        let _ = fs::remove_file(leftover);
    }
}

fn put(place: &Path, bytes: &[u8]) {
    fs::write(place, bytes).unwrap();
}

/// A pause of up to so many milliseconds.
fn rest(dice: &mut Dice, most: usize) {
    sleep(Duration::from_millis(dice.below(most) as u64));
}

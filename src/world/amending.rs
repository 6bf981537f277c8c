//! Putting a few files in the place of those of a large folder, which would take too long to make anew.

use super::trees::{TreeFault, Trouble};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Writes `files` into the folder `stage`, then moves each to its place in `target`.
pub(super) fn amend(target: &Path, stage: &Path, files: &[(&str, &[u8])]) -> Result<(), TreeFault> {
    let fault = |error: io::Error| TreeFault::at(&stage.to_string_lossy(), &error);
    files.iter().try_for_each(|(path, _)| check(target, path))?;
    // A run that died may have left it.
    let _ = fs::remove_dir_all(stage);
    fs::create_dir(stage).map_err(fault)?;
    let amended = write(stage, files).and_then(|prepared| place(target, files, &prepared));
    let cleared = fs::remove_dir_all(stage).map_err(fault);
    amended.and(cleared)
}

/// Only a file in folders is replaced: what leads elsewhere was put there by someone else.
fn check(target: &Path, path: &str) -> Result<(), TreeFault> {
    let folders = Path::new(path).ancestors().skip(1);
    let is_folder = |below: &Path| fs::symlink_metadata(target.join(below)).is_ok_and(|facts| facts.is_dir());
    let is_file = fs::symlink_metadata(target.join(path)).is_ok_and(|facts| facts.is_file());
    if is_file && folders.into_iter().all(is_folder) {
        Ok(())
    } else {
        let message = "it is not the file that was put there".to_owned();
        Err(TreeFault { path: path.to_owned(), trouble: Trouble::NotAFolder, message })
    }
}

fn write(stage: &Path, files: &[(&str, &[u8])]) -> Result<Vec<PathBuf>, TreeFault> {
    let write = |(number, (path, bytes)): (usize, &(&str, &[u8]))| {
        let prepared = stage.join(number.to_string());
        let written = File::create_new(&prepared).and_then(|mut file| file.write_all(bytes));
        written.map(|()| prepared).map_err(|error| TreeFault::at(path, &error))
    };
    files.iter().enumerate().map(write).collect()
}

fn place(target: &Path, files: &[(&str, &[u8])], prepared: &[PathBuf]) -> Result<(), TreeFault> {
    files.iter().zip(prepared).try_for_each(|((path, _), prepared)| {
        fs::rename(prepared, target.join(path)).map_err(|error| TreeFault::at(path, &error))
    })
}

//! Files that are named on the command line.

use crate::diag::{Code, Diagnostic, Place};
use crate::world::{Disk, Files, TreeFault, Trees, standard_input};
use std::borrow::Cow;
use std::path::Path;

/// None is larger.
const LARGEST: u64 = 64 << 20;

/// Reads a file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    let (folder, name) = split(path);
    Disk::new(folder).read(&name, LARGEST).map_err(|fault| fault.on(&path.to_string_lossy()))
}

/// Writes a file; `what` is what it holds.
pub(super) fn write(path: &Path, text: &str, what: &str) -> Result<(), Diagnostic> {
    let (folder, name) = split(path);
    Disk::new(folder).save(&name, &[text.as_bytes()]).map_err(|fault| unwritable(path, what, &fault))
}

/// Takes out what lies where a file is to be written later; fails if it could not be written.
pub(super) fn make_room(path: &Path, what: &str) -> Result<(), Diagnostic> {
    write(path, "", what)?;
    let (folder, name) = split(path);
    Disk::new(folder).discard(&name).map(drop).map_err(|fault| unwritable(path, what, &fault))
}

fn unwritable(path: &Path, what: &str, fault: &TreeFault) -> Diagnostic {
    Diagnostic::error(Code::CannotWrite, format!("{what} cannot be written: {}", fault.message))
        .at(Place::file(path.to_string_lossy()))
        .hint("name a file in a folder that exists and can be written")
}

/// The folder of a file, and its name there.
fn split(path: &Path) -> (&Path, Cow<'_, str>) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    (folder, path.file_name().unwrap_or_default().to_string_lossy())
}

/// Reads a text; `-` is standard input.
pub(super) fn read_text(path: &Path) -> Result<String, Diagnostic> {
    let shown = path.to_string_lossy();
    let unreadable = |said: String| {
        let refusal = Diagnostic::error(Code::Unreadable, format!("`{shown}` cannot be read: {said}"));
        refusal.hint("name a text file in UTF-8, or `-` for standard input")
    };
    match shown.as_ref() {
        "-" => standard_input(LARGEST).map_err(unreadable),
        _ => String::from_utf8(read(path)?).map_err(|_| unreadable("it is not a text in UTF-8".to_owned())),
    }
}

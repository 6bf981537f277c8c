//! Why there is no `sites.toml` where it was looked for.

use crate::diag::{Code, Diagnostic};
use crate::world::{Disk, Files};
use std::path::{Path, PathBuf};

/// So many folders further up are looked at.
const MOST: usize = 12;

/// What is wrong with `root`, which holds no `sites.toml`.
pub(super) fn astray(root: &Path) -> Diagnostic {
    let shown = root.display();
    let error = |message: String| Diagnostic::error(Code::ManifestMissing, message);
    let (folder, name) = (root.parent().unwrap_or(root), root.file_name().unwrap_or_default().to_string_lossy());
    if Disk::new(folder).len(&name).is_some() {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let hint = format!("name the folder that holds it: `--root {}`", folder.display());
        return error(format!("`{shown}` is a file, not a folder")).hint(hint);
    }
    if !Disk::new(root).is_folder("") {
        return error(format!("there is no folder `{shown}`")).hint("look at how it is written after `--root`");
    }
    let above = std::iter::successors(Some(upwards(root)), |path| Some(upwards(path))).take(MOST);
    let hint = match above.into_iter().find(|path| Disk::new(path).len("sites.toml").is_some()) {
        Some(path) if root == Path::new(".") => format!("it lies in `{0}`: go there with `cd {0}`", path.display()),
        Some(path) => format!("it lies further up: write `--root {}`", path.display()),
        None => "go to the folder that holds it, name that folder with `--root`, or make a fleet with `hectare new`"
            .to_owned(),
    };
    error("there is no `sites.toml` here".to_owned()).hint(hint)
}

/// The folder that holds `folder`.
fn upwards(folder: &Path) -> PathBuf {
    match (folder.file_name(), folder.parent()) {
        (Some(_), Some(above)) if above.as_os_str().is_empty() => PathBuf::from("."),
        (Some(_), Some(above)) => above.to_owned(),
        // It ends in `..`, or is the folder that hectare runs in.
        _ if folder == Path::new(".") => PathBuf::from(".."),
        _ => folder.join(".."),
    }
}

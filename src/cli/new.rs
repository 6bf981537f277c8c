//! `hectare new`: a small fleet to start from.

use super::args::New;
use super::exit::Exit;
use super::refusal::Refusal;
use crate::diag::{Code, Diagnostic, Place};
use crate::ui::Face;
use crate::world::{Disk, Files, Trees};
use include_dir::{Dir, include_dir};

/// Three sites with a few pages each.
static STARTER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/cli/starter");

/// The themes that come with hectare; a user's copy is the user's to change.
static THEMES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes");

pub(super) fn run(typed: &New, face: &dyn Face) -> Result<Exit, Refusal> {
    let disk = Disk::new(&typed.dir);
    let files: Vec<(String, &[u8])> = files(&STARTER, "").into_iter().chain(files(&THEMES, "themes/")).collect();
    let shown = |place: &Place| Place::file(typed.dir.join(&*place.file).to_string_lossy());
    write(&disk, &files).map_err(|fault| Diagnostic { place: fault.place.as_ref().map(shown), ..fault })?;
    let dir = typed.dir.display();
    face.print(&format!("A fleet of three sites lies in {dir}\n\n    cd {dir}\n    hectare build\n"));
    Ok(Exit::Done)
}

/// Nothing is written unless everything can be.
fn write(disk: &Disk, files: &[(String, &[u8])]) -> Result<(), Diagnostic> {
    if let Some((taken, _)) = files.iter().find(|(path, _)| disk.len(path).is_some()) {
        return Err(Diagnostic::error(Code::CannotWrite, "a fleet lies here already, and nothing of it was changed")
            .at(Place::file(taken.as_str()))
            .hint("name a folder that does not exist yet"));
    }
    files.iter().try_for_each(|(path, bytes)| {
        disk.save(path, &[bytes]).map_err(|fault| {
            Diagnostic::error(Code::CannotWrite, format!("cannot write `{path}`: {}", fault.message))
                .at(Place::file(path.as_str()))
        })
    })
}

fn files(dir: &'static Dir<'static>, below: &str) -> Vec<(String, &'static [u8])> {
    let own = dir.files().map(|file| (format!("{below}{}", file.path().display()), file.contents()));
    own.chain(dir.dirs().flat_map(|inner| files(inner, below))).collect()
}

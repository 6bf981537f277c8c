//! `hectare ci github`: the workflows of GitHub Actions that fit the fleet.

use super::args::{CiGithub, Format, Global};
use super::exit::Exit;
use super::refusal::Refusal;
use super::repository::Repository;
use crate::diag::{Code, Diagnostic, Place, list};
use crate::ui::Face;
use crate::workflows::{Standing, Workflow, Workflows, standing, workflows};
use crate::world::{FileFault, Files, Trees};
use serde_json::json;

/// No workflow is larger; GitHub refuses any above 500 KB.
const LARGEST: u64 = 1 << 20;

pub(super) fn run(global: &Global, typed: &CiGithub, face: &dyn Face) -> Result<Exit, Refusal> {
    let repository = Repository::open(global, face)?;
    let wanted = workflows(&repository.fleet)?;
    let treated = treat(&repository, typed, &wanted.files)?;
    Ok(conclude(global, typed, &wanted, &treated, face))
}

/// What became of a file.
struct Treated {
    path: &'static str,
    fate: Fate,
    /// What is wrong with it still.
    found: Option<Diagnostic>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Written,
    Current,
    Edited,
    Outdated,
}

impl Fate {
    fn name(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Current => "current",
            Self::Edited => "edited",
            Self::Outdated => "outdated",
        }
    }
}

fn treat(repository: &Repository, typed: &CiGithub, files: &[Workflow]) -> Result<Vec<Treated>, Diagnostic> {
    // Nothing is written unless everything can be read.
    let read = files.iter().map(|file| Ok((file, read(repository, file.path)?)));
    let read = read.collect::<Result<Vec<_>, Diagnostic>>()?;
    read.into_iter().map(|(file, there)| treat_one(repository, typed, file, there.as_deref())).collect()
}

fn read(repository: &Repository, path: &str) -> Result<Option<String>, Diagnostic> {
    match repository.files.read(path, LARGEST) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(FileFault::Missing) => Ok(None),
        Err(fault) => Err(fault.on(path)),
    }
}

fn treat_one(
    repository: &Repository,
    typed: &CiGithub,
    file: &Workflow,
    there: Option<&str>,
) -> Result<Treated, Diagnostic> {
    let (path, standing) = (file.path, standing(there, &file.text));
    let writes = match standing {
        Standing::Missing | Standing::Old => !typed.check,
        Standing::Edited | Standing::Conflict { .. } => typed.force,
        Standing::Current => false,
    };
    if writes {
        write(repository, file)?;
        return Ok(Treated { path, fate: Fate::Written, found: None });
    }
    let (fate, found) = match &standing {
        Standing::Current => (Fate::Current, None),
        Standing::Edited => (Fate::Edited, None),
        Standing::Missing | Standing::Old | Standing::Conflict { .. } => {
            (Fate::Outdated, Some(outdated(path, there.unwrap_or_default(), &standing)))
        }
    };
    Ok(Treated { path, fate, found })
}

fn outdated(path: &str, there: &str, standing: &Standing) -> Diagnostic {
    let error = |message: &str| Diagnostic::error(Code::WorkflowOutdated, message);
    match standing {
        Standing::Conflict { line, wanted } => {
            let place = Place::line_column(path, there, *line, 1, 1);
            let would = wanted.as_deref().map_or_else(|| "nothing".to_owned(), |line| format!("`{}`", line.trim()));
            error("this was edited or written by hand, and is not what the fleet needs now; it was left alone")
                .at(place)
                .note(format!("the first line that differs would be {would}"), None)
                .hint("commit it, write it anew with `hectare ci github --force`, and take back what was yours with `git diff`")
        }
        Standing::Missing => {
            error("this workflow is missing").at(Place::file(path)).hint("write it with `hectare ci github`")
        }
        _ => error("this is not what the fleet needs now")
            .at(Place::file(path))
            .hint("write it anew with `hectare ci github`"),
    }
}

fn write(repository: &Repository, file: &Workflow) -> Result<(), Diagnostic> {
    repository.files.save(file.path, &[file.text.as_bytes()]).map_err(|fault| {
        Diagnostic::error(Code::CannotWrite, format!("this workflow cannot be written: {}", fault.message))
            .at(Place::file(file.path))
            .hint("make the folder writable")
    })
}

fn conclude(global: &Global, typed: &CiGithub, wanted: &Workflows, treated: &[Treated], face: &dyn Face) -> Exit {
    for Treated { path, fate, .. } in treated {
        face.print(&match global.format {
            Format::Text | Format::Github => format!("{:<8}  {path}", fate.name()),
            Format::Json => json!({ "v": 1, "file": path, "fate": fate.name() }).to_string(),
        });
    }
    let found: Vec<Diagnostic> = treated.iter().filter_map(|treated| treated.found.clone()).collect();
    face.complain(&found);
    if !typed.check && !wanted.secrets.is_empty() && !matches!(global.format, Format::Json) {
        let secrets = list(wanted.secrets.iter().map(String::as_str));
        face.print(&format!("secrets that the repository needs at GitHub: {secrets}"));
    }
    if found.is_empty() { Exit::Done } else { Exit::Found }
}

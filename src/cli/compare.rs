//! `hectare ci compare`: what a pull request changes, for those who read it.

use super::args::{CiCompare, Format, Global};
use super::exit::Exit;
use super::refusal::Refusal;
use super::{actions, dock};
use crate::deploy::differences;
use crate::diag::Diagnostic;
use crate::model::{Change, Differences};
use crate::ui::{Face, differences_markdown};
use crate::world::{Disk, Files};
use serde_json::json;

pub(super) fn run(global: &Global, typed: &CiCompare, face: &dyn Face) -> Result<Exit, Refusal> {
    let found = compare(typed)?;
    let touched: Vec<&str> = found.iter().flat_map(|found| &found.changes).map(|change| change.site.as_str()).collect();
    if let Some(file) = &typed.touched {
        let lines: String = touched.iter().map(|site| format!("{site}\n")).collect();
        dock::write(file, &lines, "the list of sites")?;
    }
    if let Format::Github = global.format {
        actions::hand_values(&[("touched", (!touched.is_empty()).to_string())])?;
    }
    match (global.format, &found) {
        (Format::Json, found) => {
            found.iter().flat_map(|found| &found.changes).for_each(|change| face.print(&line(change)));
        }
        (Format::Text | Format::Github, Some(found)) => face.print(&differences_markdown(found)),
        (Format::Text | Format::Github, None) => face.print("## nothing was built"),
    }
    Ok(Exit::Done)
}

/// What differs; none if there is no folder to compare with.
fn compare(typed: &CiCompare) -> Result<Option<Differences>, Diagnostic> {
    let (before, after) = (Disk::new(&typed.before), Disk::new(&typed.after));
    if !after.is_folder("") {
        return Ok(None);
    }
    differences(&before, &after).map(Some)
}

fn line(change: &Change) -> String {
    let Change { site, from, added, changed, removed, .. } = change;
    let is_new = from.is_none();
    json!({ "v": 1, "site": site, "new": is_new, "added": added, "changed": changed, "removed": removed }).to_string()
}

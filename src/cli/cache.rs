//! `hectare cache`: what is remembered of builds, and how to get rid of it.

use super::args::{CacheVerb, Format, Global};
use super::exit::Exit;
use super::refusal::Refusal;
use super::{lock, releases};
use crate::cache::{Contents, FOLDER, Stock, stock};
use crate::diag::{Code, Diagnostic, Place, size};
use crate::ui::{Face, counted};
use crate::world::{Disk, Files, Trees};
use serde_json::json;

pub(super) fn run(global: &Global, verb: &CacheVerb, face: &dyn Face) -> Result<Exit, Refusal> {
    let files = Disk::new(&global.root);
    if files.len("sites.toml").is_none() {
        let hint = "go to the folder that holds it, or name that folder with `--root`";
        return Err(Diagnostic::error(Code::ManifestMissing, "there is no `sites.toml` here").hint(hint).into());
    }
    let store = Disk::new(files.place(FOLDER));
    let stock = stock(&store);
    let unwanted: Vec<&Stock> = match verb {
        CacheVerb::Gc => stock.iter().filter(|kept| !is_of_use(kept, &stock)).collect(),
        CacheVerb::Clear => stock.iter().collect(),
        CacheVerb::Verify => return releases::verify(global, face),
        CacheVerb::Export(typed) => return releases::export(global, typed, face),
        CacheVerb::Stat => {
            show(&stock, global, face);
            return Ok(Exit::Done);
        }
    };
    discard(&files, &store, &unwanted)?;
    let bytes = unwanted.iter().map(|kept| kept.bytes).sum();
    face.print(&match global.format {
        Format::Text | Format::Github => {
            format!("{} removed · {}", counted(unwanted.len(), "file", "files"), size(bytes))
        }
        Format::Json => json!({ "v": 1, "files": unwanted.len(), "bytes": bytes }).to_string(),
    });
    if matches!(verb, CacheVerb::Gc) { releases::tidy(global, face) } else { Ok(Exit::Done) }
}

/// Whether the next build can make use of it: this program wrote it, for a folder that is still there.
fn is_of_use(kept: &Stock, stock: &[Stock]) -> bool {
    match &kept.contents {
        None => false,
        Some(Contents::Index { output, .. }) => Disk::new(output).is_folder(""),
        Some(Contents::Pages { index, .. } | Contents::Edits { index, .. }) => {
            stock.iter().any(|other| other.name == *index && is_of_use(other, &[]))
        }
    }
}

fn discard(files: &Disk, store: &Disk, unwanted: &[&Stock]) -> Result<(), Diagnostic> {
    let _lock = lock::take(files)?;
    for kept in unwanted {
        store.discard(&kept.name).map_err(|fault| {
            let place = format!("{FOLDER}/{}", kept.name);
            Diagnostic::error(Code::CannotWrite, format!("cannot remove `{place}`: {}", fault.message))
                .at(Place::file(place))
                .hint("make the folder writable, or remove the file by hand")
        })?;
    }
    Ok(())
}

fn show(stock: &[Stock], global: &Global, face: &dyn Face) {
    match global.format {
        Format::Json => stock.iter().for_each(|kept| face.print(&line(kept))),
        Format::Text | Format::Github if stock.is_empty() => face.print("the cache is empty"),
        Format::Text | Format::Github => stock.iter().for_each(|kept| face.print(&row(kept))),
    }
}

fn row(kept: &Stock) -> String {
    let what = match &kept.contents {
        None => "damaged, or of another version of hectare; `hectare cache gc` removes it".to_owned(),
        Some(Contents::Index { sites, folders, output }) => {
            let (sites, folders) = (counted(*sites, "site", "sites"), counted(*folders, "folder", "folders"));
            format!("{sites} of {folders}, built into {output}")
        }
        Some(Contents::Pages { pages, .. }) => format!("a site of {}", counted(*pages, "page", "pages")),
        Some(Contents::Edits { edits, .. }) => format!("{} of it", counted(*edits, "edit", "edits")),
    };
    format!("{FOLDER}/{}  {}  {what}", kept.name, size(kept.bytes))
}

fn line(kept: &Stock) -> String {
    let contents = kept.contents.as_ref().map(|contents| match contents {
        Contents::Index { sites, folders, output } => json!({ "sites": sites, "folders": folders, "output": output }),
        Contents::Pages { pages, index } => json!({ "pages": pages, "index": index }),
        Contents::Edits { edits, index } => json!({ "edits": edits, "index": index }),
    });
    json!({ "v": 1, "file": format!("{FOLDER}/{}", kept.name), "bytes": kept.bytes, "contents": contents }).to_string()
}

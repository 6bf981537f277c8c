//! Files that are published with a site, and the pages they belong to.

use super::overlay::{Overlay, folders_above};
use super::pictures;
use crate::diag::{Code, Diagnostic, Place};
use crate::model::{Media, OutPath, Page, PageId, PageKind, PathFault, Publish, Resource, SiteFile};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Gives each file to the page that owns its folder, resolves pictures of pages, and lists what has to be published.
pub(super) fn gather(
    pages: &mut [Page],
    owners: &BTreeMap<String, PageId>,
    overlay: &Overlay<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Vec<SiteFile> {
    let mut files = Vec::with_capacity(overlay.files.len() + overlay.statics.len());
    let written = if overlay.files.is_empty() { BTreeSet::new() } else { written_folders(overlay) };
    for (path, located) in &overlay.files {
        let Some((folder, owner)) = owner(path, owners, &written) else { continue };
        let page = &mut pages[owner.index()];
        let name = path[folder.len()..].trim_start_matches('/');
        match publish(page, name) {
            Ok(publish) => {
                let key = Arc::clone(&located.file);
                page.resources.push(Resource { name: name.into(), asset: Arc::clone(&key) });
                files.push(SiteFile { key, file: Arc::clone(&located.file), publish });
            }
            Err(fault) => faults.push(bad_name(&located.file, &fault)),
        }
    }
    for (path, located) in &overlay.statics {
        match OutPath::parse(path) {
            Ok(out) => files.push(SiteFile {
                key: format!("static:{path}").into(),
                file: Arc::clone(&located.file),
                publish: Publish::As(out),
            }),
            Err(fault) => faults.push(bad_name(&located.file, &fault)),
        }
    }
    share(pages);
    pages.iter_mut().for_each(pictures::choose);
    files
}

/// Folders with Markdown in them: their files belong to nobody else, even while none of the Markdown is shown.
fn written_folders<'a>(overlay: &Overlay<'a>) -> BTreeSet<&'a str> {
    let lists = overlay.sections.keys().copied();
    let pages = overlay
        .pages
        .iter()
        .flat_map(|(name, text)| text.bundle.then_some(*name).into_iter().chain(folders_above(name)));
    lists.chain(pages).collect()
}

/// The page that owns `path` and the folder it owns; none if that page is not shown.
fn owner<'p>(path: &'p str, owners: &BTreeMap<String, PageId>, written: &BTreeSet<&str>) -> Option<(&'p str, PageId)> {
    let folder = folders_above(path).find(|folder| owners.contains_key(*folder) || written.contains(folder))?;
    Some((folder, *owners.get(folder)?))
}

/// Pictures get a name that may be cached for ever; other files keep theirs, since people link to downloads.
fn publish(page: &Page, name: &str) -> Result<Publish, PathFault> {
    let extension = name.rsplit_once('.').map_or(String::new(), |(_, extension)| extension.to_ascii_lowercase());
    if Media::of_extension(&extension).is_image() {
        return Ok(Publish::Hashed);
    }
    let out = page.out.as_str();
    let folder = match out.strip_suffix("index.html") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder.to_owned(),
        _ => format!("{}/", out.trim_end_matches(".html")),
    };
    OutPath::parse(&format!("{folder}{name}")).map(Publish::As)
}

fn bad_name(file: &Arc<str>, fault: &PathFault) -> Diagnostic {
    Diagnostic::error(Code::BadPath, format!("`{file}` cannot be published under its name: {fault}"))
        .at(Place::file(Arc::clone(file)))
        .hint("rename it")
}

/// Lets pages use the files of the section they lie in; their own files come first.
fn share(pages: &mut [Page]) {
    for index in 0..pages.len() {
        let Some(section) = pages[index].parent.filter(|_| pages[index].kind == PageKind::Page) else { continue };
        if !pages[section.index()].resources.is_empty() {
            let shared = pages[section.index()].resources.clone();
            pages[index].resources.extend(shared);
        }
    }
}

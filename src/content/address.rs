//! Where each page is reached: out of names of files, slugs, patterns and paths.

use super::Context;
use super::manuscript::Manuscript;
use super::overlay::parent;
use super::permalinks::Permalinks;
use crate::diag::{Code, Diagnostic};
use crate::model::{OutPath, PageKind, Route, UrlStyle, slug};
use crate::world::spread;
use std::collections::BTreeMap;

/// Where a page is reached, and the file that holds it.
pub(super) struct Address {
    pub(super) route: Route,
    pub(super) out: OutPath,
}

/// The addresses of all pages, in their order; none for a page that cannot have one.
pub(super) fn all(
    context: &Context<'_>,
    manuscripts: &[Manuscript],
    faults: &mut Vec<Diagnostic>,
) -> Vec<Option<Address>> {
    let settings = &context.spec.settings;
    let permalinks = Permalinks::parse(context.spec, faults);
    permalinks.check(context.spec, manuscripts, faults);
    let folders = folders(manuscripts);
    let give = |page: &Manuscript| {
        route(page, &folders, &permalinks, settings.url_style).and_then(|route| address(page, route))
    };
    let given = spread(manuscripts, give).into_iter();
    given.map(|address| address.map_err(|fault| faults.push(fault)).ok()).collect()
}

/// The URL path of every section, without slashes at its ends, by the folder it lists.
fn folders(manuscripts: &[Manuscript]) -> BTreeMap<&str, String> {
    let sections = manuscripts.iter().filter(|page| page.kind != PageKind::Page);
    let mut by_name: Vec<(&str, &Manuscript)> = sections.map(|page| (page.name(), page)).collect();
    by_name.sort_unstable_by_key(|(name, _)| *name);
    let mut folders: BTreeMap<&str, String> = BTreeMap::new();
    for (name, page) in by_name {
        let path = match page.kind {
            PageKind::Home => String::new(),
            _ => {
                let above = folders.get(parent(name)).map_or("", String::as_str);
                // A section without a usable name is reported with its own address.
                below(above, &segment(page).unwrap_or_default())
            }
        };
        folders.insert(name, path);
    }
    folders
}

fn route(
    page: &Manuscript,
    folders: &BTreeMap<&str, String>,
    permalinks: &Permalinks<'_>,
    style: UrlStyle,
) -> Result<Route, Diagnostic> {
    if let Some(path) = &page.front.path {
        return Ok(path.clone());
    }
    let folder = |name: &str| folders.get(name).map_or("", String::as_str);
    match page.kind {
        PageKind::Home => Ok(Route::home()),
        PageKind::Page => {
            let section = folder(parent(page.name()));
            permalinks
                .route(page, section)
                .unwrap_or_else(|| Ok(Route::of_segments(&below(section, &segment(page)?), style)))
        }
        _ => segment(page).map(|_| Route::of_segments(folder(page.name()), style)),
    }
}

/// The last part of a page's URL. Names of terms are slugs already, and a taxonomy's slug is a choice.
fn segment(page: &Manuscript) -> Result<String, Diagnostic> {
    let segment = match (&page.front.slug, page.kind) {
        (Some(own), _) => own.to_string(),
        (None, PageKind::Taxonomy | PageKind::Term) => page.last().to_owned(),
        (None, _) => slug(page.undated()),
    };
    if !segment.is_empty() {
        return Ok(segment);
    }
    let message = format!("the name of `{}` leaves nothing for an address", page.called());
    Err(placed(page, Diagnostic::error(Code::BadPath, message)).hint("rename it with letters or digits, or set `slug`"))
}

fn below(folder: &str, segment: &str) -> String {
    if folder.is_empty() { segment.to_owned() } else { format!("{folder}/{segment}") }
}

fn address(page: &Manuscript, route: Route) -> Result<Address, Diagnostic> {
    match route.out_path() {
        Ok(out) => Ok(Address { route, out }),
        Err(fault) => {
            let message = format!("`{}` cannot be stored at `{route}`: {fault}", page.called());
            Err(placed(page, Diagnostic::error(Code::BadPath, message)).hint("set another `slug` or `path`"))
        }
    }
}

fn placed(page: &Manuscript, mut diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.place = page.place();
    diagnostic
}

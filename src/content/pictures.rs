//! The pictures that stand for pages: what front matter names, and whether there is such a file.

use super::Library;
use crate::diag::{Code, Diagnostic, nearest};
use crate::model::{Asset, Page, PageId, Site, composed};
use std::sync::Arc;

/// Keys of files that no page owns, with the way front matter writes them.
const SHELVES: [(&str, &str); 2] = [("theme:", ""), ("static:", "/")];

/// Turns what front matter says about a page's picture into the key of a file: one beside the page, one that is published under
/// its own name if it starts with a slash, or one of the theme.
pub(super) fn choose(page: &mut Page) {
    let Some(written) = &page.image else { return };
    if is_elsewhere(written) {
        return;
    }
    let written = composed(written);
    let name = written.strip_prefix("./").unwrap_or(&written);
    let own = page.resources.iter().find(|resource| *resource.name == *name);
    page.image = Some(match (own, name.strip_prefix('/')) {
        (Some(resource), _) => Arc::clone(&resource.asset),
        (None, Some(path)) => format!("static:{path}").into(),
        (None, None) => format!("theme:{name}").into(),
    });
}

fn is_elsewhere(written: &str) -> bool {
    written.starts_with("//") || written.contains("://")
}

impl Library<'_> {
    /// Pictures of pages that are not there, once the files of a site and its theme are known.
    pub fn check_pictures(&self, site: &Site) -> Vec<Diagnostic> {
        let dead = |id: PageId| {
            let fault = fault(site, id, site.page(id).image.as_deref()?)?;
            Some(self.placed(fault, site, id, "image"))
        };
        site.ids().filter_map(dead).collect()
    }
}

/// What is wrong with the picture of a page, if anything is.
fn fault(site: &Site, id: PageId, key: &str) -> Option<Diagnostic> {
    let error = |message: String| Diagnostic::error(Code::DeadFile, message);
    if is_elsewhere(key) {
        let hint = "put the file beside the page and write its name, so that visitors ask no other server";
        return Some(error(format!("the picture `{key}` lies on another server")).hint(hint));
    }
    let written = written(key);
    match site.assets.get(key) {
        Some(asset) if asset.media.is_image() => None,
        Some(_) => {
            Some(error(format!("`{written}` is not a picture")).hint("name a picture, such as a JPEG or PNG file"))
        }
        None => Some(error(format!("there is no picture `{written}`")).hint(hint(site, id, &written))),
    }
}

/// A key as front matter writes it.
fn written(key: &str) -> String {
    let shelf = SHELVES.iter().find_map(|(prefix, start)| Some(format!("{start}{}", key.strip_prefix(prefix)?)));
    shelf.unwrap_or_else(|| key.rsplit('/').next().unwrap_or(key).to_owned())
}

fn hint(site: &Site, id: PageId, written: &str) -> String {
    let is_picture = |asset: Option<&Arc<Asset>>| asset.is_some_and(|asset| asset.media.is_image());
    let beside = site.page(id).resources.iter().filter(|resource| is_picture(site.assets.get(&resource.asset)));
    let is_shelved = |key: &str| SHELVES.iter().any(|(prefix, _)| key.starts_with(prefix));
    let shelved = site.assets.iter().filter(|(key, asset)| is_shelved(key) && is_picture(Some(asset)));
    let names: Vec<String> =
        beside.map(|resource| resource.name.to_string()).chain(shelved.map(|(key, _)| self::written(key))).collect();
    let moved = names.iter().find(|name| name.trim_start_matches('/') == written.trim_start_matches('/'));
    match moved.map(String::as_str).or_else(|| nearest(written, names.iter().map(String::as_str))) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None if written.starts_with('/') => format!("put it into a layer's folder `_static{written}`"),
        None => "put it beside the page, or into the `assets` folder of the theme".to_owned(),
    }
}

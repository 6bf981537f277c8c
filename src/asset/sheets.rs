//! Style sheets of one site and the files they name.

use super::memo::Memo;
use super::order::Order;
use super::prepare::{self, Made, Prepared};
use super::style::Sheet;
use crate::diag::{Code, Diagnostic, Place, nearest};
use crate::model::{Asset, OutPath, Route};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

type Assets = BTreeMap<Arc<str>, Arc<Asset>>;

/// The links that a style sheet got, by the addresses it was written with. Sites that give it the same links share the result.
pub(super) type Links = Vec<(Box<str>, Box<str>)>;

/// What has to wait until all other files of a site are ready.
#[derive(Default)]
pub(super) struct Sheets {
    /// Style sheets by key.
    pub(super) waiting: Vec<(Arc<str>, Order, Arc<Prepared>)>,
    /// Keys of files that cannot be published and were complained about.
    pub(super) broken: BTreeSet<Arc<str>>,
}

/// What an address in a style sheet comes to.
enum Aim {
    Link(String),
    /// The file is broken itself, which is said elsewhere.
    Broken,
    Elsewhere(Diagnostic),
    Nowhere(Diagnostic),
}

impl Sheets {
    /// Adds the style sheets to `assets`, linked with the files that are there.
    pub(super) fn link(
        &self,
        assets: &mut Assets,
        linked: &Memo<(Order, Links), Result<Arc<Asset>, Diagnostic>>,
        found: &mut Vec<Diagnostic>,
    ) {
        let mut ready = Vec::new();
        for (key, order, prepared) in &self.waiting {
            let Some(Made::Sheet(sheet)) = &prepared.made else { continue };
            let Some(links) = self.links(key, sheet, assets, found) else { continue };
            let made = linked.get(&(order.clone(), links.clone()), || {
                prepare::asset(order, sheet.with_links(&links).into_bytes(), None)
            });
            match made {
                Ok(asset) => ready.push((key.clone(), asset)),
                Err(fault) => found.push(fault),
            }
        }
        assets.extend(ready);
    }

    /// None if one of the files is missing or broken.
    fn links(&self, key: &str, sheet: &Sheet, assets: &Assets, found: &mut Vec<Diagnostic>) -> Option<Links> {
        let mut links = Links::with_capacity(sheet.mentions.len());
        let mut is_whole = true;
        for (address, place) in &sheet.mentions {
            match self.aim(key, address, place, assets) {
                Aim::Link(link) => links.push((address.as_str().into(), link.into())),
                Aim::Elsewhere(warning) => found.push(warning),
                Aim::Broken => is_whole = false,
                Aim::Nowhere(mistake) => {
                    found.push(mistake);
                    is_whole = false;
                }
            }
        }
        is_whole.then_some(links)
    }

    fn aim(&self, sheet: &str, address: &str, place: &Place, assets: &Assets) -> Aim {
        let (path, tail) = address.split_at(address.find(['?', '#']).unwrap_or(address.len()));
        let key = meant(sheet, path);
        if let Some(asset) = key.as_deref().and_then(|key| assets.get(key)) {
            return Aim::Link(relative(asset) + tail);
        }
        let mistake = |severity: fn(Code, String) -> Diagnostic, message: &str| {
            severity(Code::BadStyle, format!("`{address}` {message}")).at(place.clone())
        };
        let Some(key) = key else {
            let hint = "put the file into the theme's `assets` folder";
            return Aim::Nowhere(mistake(Diagnostic::error, "leads out of the theme").hint(hint));
        };
        if self.broken.contains(key.as_str()) {
            return Aim::Broken;
        }
        if self.waiting.iter().any(|(waiting, ..)| **waiting == *key) {
            let message = "is a style sheet, which no other can use as a picture";
            return Aim::Nowhere(mistake(Diagnostic::error, message).hint("link it from the template"));
        }
        if path.starts_with('/') {
            let warning = mistake(Diagnostic::warning, "is no file of this site");
            return Aim::Elsewhere(
                warning.hint("files at the root of the site lie in `_static` or in the theme's `static`"),
            );
        }
        let hint = match nearest(&key, assets.keys().map(|key| &**key)) {
            Some(near) => format!("did you mean `{}`?", near.rsplit_once(':').map_or(near, |(_, path)| path)),
            None => "addresses count from the folder of the style sheet".to_owned(),
        };
        Aim::Nowhere(mistake(Diagnostic::error, "leads to no file").hint(hint))
    }
}

/// The key of the file that `path` means in the style sheet with the key `sheet`; none if it leaves the theme or the content.
fn meant(sheet: &str, path: &str) -> Option<String> {
    if let Some(path) = path.strip_prefix('/') {
        return Some(format!("static:{path}"));
    }
    let (space, sheet) = sheet.split_at(sheet.find(':').map_or(0, |colon| colon + 1));
    let mut parts: Vec<&str> = sheet.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(format!("{space}{}", parts.join("/")))
}

/// The link to a file from one in the folder of hashed names: it holds under any address the site may have.
fn relative(asset: &Asset) -> String {
    let route = Route::of_file(&asset.out);
    let href = route.href();
    let path = href.trim_start_matches('/');
    path.strip_prefix(OutPath::HASHED).map_or_else(|| format!("../{path}"), str::to_owned)
}

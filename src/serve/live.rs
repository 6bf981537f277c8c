//! What open pages are told when their site changes.
//!
//! The server knows the old and the new version of each page, so it decides what a page has to do: nothing, swap style sheets,
//! load itself again, or go to the page that was edited.

use super::routing::{self, Found};
use super::sheets::{self, Swap};
use crate::model::{Media, OutPath, Route, SiteId, unpoisoned};
use crate::sink::{Difference, KeptSite};
use crate::world::{Events, Teller, event_stream};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Mutex;

/// All pages that are open in a browser and listen.
#[derive(Debug, Default)]
pub(super) struct Live {
    viewers: Mutex<Vec<Viewer>>,
}

/// An open page.
#[derive(Debug)]
struct Viewer {
    /// None for the list of the fleet.
    site: Option<SiteId>,
    /// Its path inside the site, decoded.
    path: String,
    teller: Teller,
}

/// What an open page has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Order {
    /// Nothing but to remember which version it shows.
    Note,
    Swap(Vec<Swap>),
    Reload,
    Visit(String),
}

/// How a delivery changed a site.
pub(super) struct Change<'a> {
    pub(super) before: Option<&'a KeptSite>,
    pub(super) after: &'a KeptSite,
    pub(super) difference: &'a Difference,
    /// The address of the page that was edited, if browsers are to follow.
    pub(super) edited: Option<&'a str>,
    /// The folder of the address that the site is made for.
    pub(super) folder: &'a str,
}

impl Live {
    /// A page that begins to listen.
    pub(super) fn join(&self, site: Option<SiteId>, path: String) -> (Teller, Events) {
        let (teller, events) = event_stream();
        self.with(|viewers| viewers.push(Viewer { site, path, teller: teller.clone() }));
        (teller, events)
    }

    /// The sites that someone looks at.
    pub(super) fn looked_at(&self) -> BTreeSet<SiteId> {
        self.with(|viewers| viewers.iter().filter_map(|viewer| viewer.site.clone()).collect())
    }

    /// Tells the open pages of a site that it changed.
    pub(super) fn changed(&self, change: &Change<'_>) {
        let version = change.after.manifest.id.short();
        let site = &change.after.bundle.site;
        self.with(|viewers| {
            for viewer in viewers.iter().filter(|viewer| viewer.site.as_ref() == Some(site)) {
                match order(change, &viewer.path) {
                    Order::Note => viewer.teller.tell("note", &json!({ "version": version }).to_string()),
                    Order::Reload => viewer.teller.tell("reload", "{}"),
                    Order::Visit(address) => viewer.teller.tell("visit", &json!({ "address": address }).to_string()),
                    Order::Swap(swaps) => {
                        let sheet =
                            |swap: &Swap| json!({ "old": swap.old, "new": swap.new, "integrity": swap.integrity });
                        let sheets: Vec<_> = swaps.iter().map(sheet).collect();
                        viewer.teller.tell("styles", &json!({ "version": version, "sheets": sheets }).to_string())
                    }
                };
            }
        });
    }

    /// Tells the open pages of a site, or of all sites, that something is wrong, or no longer.
    pub(super) fn say(&self, site: Option<&SiteId>, wrong: Option<&str>) {
        self.with(|viewers| {
            let meant = |viewer: &&Viewer| viewer.site.is_some() && (site.is_none() || viewer.site.as_ref() == site);
            viewers.iter().filter(meant).for_each(|viewer| say(&viewer.teller, wrong));
        });
    }

    /// Tells those who look at the list of the fleet that it changed.
    pub(super) fn refresh_list(&self) {
        self.with(|viewers| {
            for viewer in viewers.iter().filter(|viewer| viewer.site.is_none()) {
                viewer.teller.tell("list", "{}");
            }
        });
    }

    fn with<T>(&self, act: impl FnOnce(&mut Vec<Viewer>) -> T) -> T {
        let mut viewers = unpoisoned(self.viewers.lock());
        viewers.retain(|viewer| viewer.teller.is_heard());
        act(&mut viewers)
    }
}

/// Tells one page that something is wrong, or no longer.
pub(super) fn say(teller: &Teller, wrong: Option<&str>) {
    match wrong {
        Some(text) => teller.tell("wrong", &json!({ "text": text }).to_string()),
        None => teller.tell("right", "{}"),
    };
}

fn order(change: &Change<'_>, path: &str) -> Order {
    if let Some(edited) = change.edited
        && routing::find(&change.after.bundle, path) != routing::find(&change.after.bundle, edited)
    {
        return Order::Visit(format!("{}{}", change.folder, Route::verbatim(edited).href()));
    }
    let found = routing::find(&change.after.bundle, path);
    let shown = |found: &Found| match found {
        Found::File(page) | Found::Missing(Some(page)) => Some(page.clone()),
        _ => None,
    };
    let before = change.before.filter(|before| routing::find(&before.bundle, path) == found);
    let (Some(before), Some(page)) = (before, shown(&found)) else { return Order::Reload };
    let text = |kept: &KeptSite| text(kept, &page);
    let (Some(old), Some(new)) = (text(before), text(change.after)) else { return Order::Reload };
    if old == new {
        of_files(change, &new)
    } else {
        match sheets::swaps(&old, &new) {
            Some(swaps) => Order::Swap(swaps),
            None => Order::Reload,
        }
    }
}

/// What a page has to do that is the same as before, because of the files that it uses.
fn of_files(change: &Change<'_>, page: &str) -> Order {
    let media = |path: &OutPath| change.after.manifest.entries.get(path).map(|entry| entry.media);
    let href = |path: &OutPath| format!("{}{}", change.folder, Route::of_file(path).href());
    let (mut styles, mut is_stale) = (BTreeSet::new(), false);
    for path in &change.difference.changed {
        match media(path) {
            Some(Media::Html | Media::Xml | Media::Text) | None => {}
            Some(Media::Css) if page.contains(&href(path)) => drop(styles.insert(href(path))),
            // A sheet that no page names is imported by one; a script may ask for any script or data.
            Some(Media::Css | Media::Js | Media::Json) => is_stale = true,
            Some(_) => is_stale |= page.contains(&href(path)),
        }
    }
    match (is_stale, styles.is_empty()) {
        (true, _) => Order::Reload,
        (false, true) => Order::Note,
        (false, false) => Order::Swap(sheets::refreshed(page, |href| styles.contains(href))),
    }
}

fn text(kept: &KeptSite, path: &OutPath) -> Option<String> {
    let bytes = kept.bundle.artifacts.get(path)?.body.held()?;
    Some(String::from_utf8_lossy(bytes).into_owned())
}

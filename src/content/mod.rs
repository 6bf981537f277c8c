//! Folders of content become the tree of a site.
//!
//! Purpose: walk the content layers of a fleet once, overlay those of one site, read front matter and data, and grow the tree of pages:
//! titles, routes, terms, order, files to publish. In: the fleet, a site's specification, the moment. Out: a `Site` whose texts, backlinks
//! and assets are still empty. It never renders, never asks for the time, and never publishes anything a page of the site does not own.

mod address;
mod audience;
mod clash;
mod data;
mod document;
mod fields;
mod from_toml;
mod front;
mod layer;
mod layers;
mod lines;
mod manuscript;
mod menus;
mod order;
mod overlay;
mod pages_from;
mod permalinks;
mod pictures;
mod reading;
mod resources;
mod rows;
mod sections;
mod sheet;
mod template;
mod terms;
mod titles;
mod tree;
mod values;

#[cfg(test)]
mod tests;

pub use audience::names;

use crate::diag::{Code, Diagnostic, Outcome, list};
use crate::model::{Conditions, Fleet, Site, SiteSpec, Source, unpoisoned};
use crate::world::Files;
use data::{DataFolder, Sheets};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use layer::Layer;
use layers::Layers;
use overlay::Overlay;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

/// All content layers of a fleet; each is walked once, when the first site asks for it, and let go with the last.
pub struct Library<'a> {
    files: &'a dyn Files,
    fleet: &'a Fleet,
    names: BTreeSet<&'a str>,
    layers: Layers<'a>,
    fleet_data: OnceLock<DataFolder>,
}

/// When a site is made, and whether unfinished pages belong to it.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The present.
    pub now: Timestamp,
    /// Also show drafts and pages that are not published yet.
    pub drafts: bool,
}

/// What reading a site's content depends on.
struct Context<'a> {
    files: &'a dyn Files,
    fleet: &'a Fleet,
    names: &'a BTreeSet<&'a str>,
    spec: &'a SiteSpec,
    moment: Moment,
    zone: TimeZone,
    conditions: Mutex<Conditions>,
}

impl Context<'_> {
    /// To take note of what the tree depends on.
    fn conditions(&self) -> MutexGuard<'_, Conditions> {
        unpoisoned(self.conditions.lock())
    }
}

/// Mistakes of one file that are worth reading.
const MOST_TOLD: usize = 20;

impl<'a> Library<'a> {
    /// The layers of `fleet` below the root of `files`.
    pub fn new(files: &'a dyn Files, fleet: &'a Fleet) -> Self {
        let names = names(fleet);
        Self { files, fleet, names, layers: Layers::new(files, fleet), fleet_data: OnceLock::new() }
    }

    /// The tree of one site, as it is at this moment.
    pub fn site(&self, spec: &Arc<SiteSpec>, moment: Moment) -> Outcome<Site> {
        let layers: Vec<Arc<Layer>> = spec.layers.iter().map(|name| self.layers.layer(name)).collect();
        let site = self.grow(spec, moment, &layers);
        self.layers.done(spec);
        site
    }

    fn grow(&self, spec: &Arc<SiteSpec>, moment: Moment, layers: &[Arc<Layer>]) -> Outcome<Site> {
        let mut faults = Vec::new();
        let overlay = Overlay::of(layers, &mut faults);
        if overlay.sections.is_empty() && overlay.pages.is_empty() {
            if !faults.iter().any(Diagnostic::is_error) {
                faults.push(no_content(self.fleet, spec));
            }
            return Outcome::failed(faults);
        }
        let zone = TimeZone::get(&spec.settings.timezone).unwrap_or(TimeZone::UTC);
        let (names, conditions) = (&self.names, Mutex::default());
        let context = Context { files: self.files, fleet: self.fleet, names, spec, moment, zone, conditions };
        let sheets = Sheets::read(&context, self.fleet_data(), layers, &mut faults);
        let Some(manuscripts) = reading::read(&context, &overlay, &sheets, &mut faults) else {
            faults.push(nothing_visible(spec));
            return Outcome::failed(faults);
        };
        let Some(tree) = tree::grow(&context, &overlay, manuscripts, &mut faults) else {
            return Outcome::failed(faults);
        };
        let site = Site {
            spec: Arc::clone(spec),
            pages: tree.pages,
            texts: Vec::new(),
            backlinks: Vec::new(),
            taxonomies: tree.taxonomies,
            by_key: tree.by_key,
            data: sheets.table,
            files: tree.files,
            assets: BTreeMap::new(),
            conditions: unpoisoned(context.conditions.into_inner()),
        };
        menus::check(&site, &mut faults);
        Outcome::of(site, faults)
    }

    /// The Markdown of a page of the site that was read from `source` in an earlier run, if nothing but that may have changed in its
    /// file since: none if it says something else about itself, or cannot be read.
    pub fn body(&self, spec: &SiteSpec, source: &Source) -> Option<String> {
        reading::body(self.files, &spec.settings.limits, source)
    }

    /// How much work a site is: the number of its Markdown files.
    pub fn weight(&self, spec: &SiteSpec) -> usize {
        spec.layers.iter().map(|name| self.layers.texts(name)).sum()
    }

    /// The layers of a site that override files of its theme, in order.
    pub fn overrides(&self, spec: &SiteSpec) -> Vec<String> {
        spec.layers.iter().filter(|name| self.layers.has_theme(name)).cloned().collect()
    }

    /// The folders that a site's content comes from.
    pub fn folders(&self, spec: &SiteSpec) -> impl Iterator<Item = String> {
        let content = &self.fleet.folders.content;
        let data = [format!("{content}/_data")];
        spec.layers.iter().map(move |layer| format!("{content}/{layer}")).chain(data)
    }

    fn fleet_data(&self) -> &DataFolder {
        self.fleet_data.get_or_init(|| DataFolder::of_fleet(self.files, &self.fleet.folders.content))
    }
}

fn no_content(fleet: &Fleet, spec: &SiteSpec) -> Diagnostic {
    let folders: Vec<String> = spec.layers.iter().map(|name| format!("{}/{name}", fleet.folders.content)).collect();
    let hint = match folders.last() {
        Some(last) => {
            format!(
                "put a Markdown file into {}; begin with the home page, `{last}/_index.md`",
                list(folders.iter().map(String::as_str))
            )
        }
        None => "name its folders with `content = [\"…\"]` in sites.toml".to_owned(),
    };
    Diagnostic::error(Code::NoContent, "the site has no content")
        .at_setting(spec.declared.setting("content"))
        .hint(hint)
}

fn nothing_visible(spec: &SiteSpec) -> Diagnostic {
    Diagnostic::error(Code::NoContent, "the site has no home page that visitors may see")
        .at_setting(spec.declared.setting("content"))
        .hint("its `_index.md` is a draft, not published yet, expired or meant for other sites; `--drafts` shows unfinished pages")
}

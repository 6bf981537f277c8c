//! Which sites a change may touch.

use super::lies_in;
use crate::model::{Declared, Fleet, SiteSpec};
use crate::theme;
use crate::world::{Changes, Files};
use std::collections::{BTreeMap, BTreeSet};

/// The folder of content whose data all sites see.
const SHARED_DATA: &str = "_data";

/// What changes may touch.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Affected {
    /// Whether `sites.toml` or a table may say something else, or what they name may have come or gone.
    pub(super) manifest: bool,
    all: bool,
    layers: BTreeSet<String>,
    themes: BTreeSet<String>,
    /// The paths that touch anything.
    concerned: BTreeSet<String>,
}

impl Affected {
    /// Whether a site has to be built.
    pub(super) fn touches(&self, spec: &SiteSpec) -> bool {
        self.all || self.themes.contains(&spec.theme) || spec.layers.iter().any(|layer| self.layers.contains(layer))
    }

    /// Whether a path touches anything.
    pub(super) fn concerns(&self, path: &str) -> bool {
        self.concerned.contains(path)
    }
}

/// What changes may touch. A folder that came or went touches all that lies in it.
pub(super) fn affected(files: &dyn Files, fleet: &Fleet, tables: &BTreeSet<String>, changes: &Changes) -> Affected {
    let Changes::Paths(paths) = changes else {
        return Affected { manifest: true, all: true, ..Affected::default() };
    };
    let (content, themes) = (fleet.folders.content.as_str(), fleet.folders.themes.as_str());
    let data = format!("{content}/{SHARED_DATA}");
    let layers: BTreeSet<&str> = fleet.sites.iter().flat_map(|site| &site.layers).map(String::as_str).collect();
    let mut affected = Affected::default();
    let mut chains = Chains { files, themes, known: BTreeMap::new() };
    for path in paths {
        let is_around = |place: &str| lies_in(path, place) || lies_in(place, path);
        let touched: Vec<_> = layers.iter().filter(|layer| is_around(&format!("{content}/{layer}"))).collect();
        let reaches_data = is_around(&data);
        let using: Vec<String> = if is_around(themes) {
            fleet.sites.iter().map(|site| &site.theme).filter(|theme| chains.reach(theme, path)).cloned().collect()
        } else {
            Vec::new()
        };
        let is_table = path == "sites.toml"
            || tables.contains(path)
            || is_table(path) && !is_around(content) && !is_around(themes);
        if !touched.is_empty() || reaches_data || !using.is_empty() || is_table {
            affected.concerned.insert(path.clone());
        }
        affected.layers.extend(touched.into_iter().map(|layer| (*layer).to_owned()));
        affected.themes.extend(using);
        affected.all |= reaches_data;
        affected.manifest |= is_table || is_name(path, content) || is_name(path, themes) || is_theme(path, themes);
    }
    affected
}

/// Whether a file may be a table that `sites.toml` names: one that cannot be read names no site.
fn is_table(path: &str) -> bool {
    path.ends_with(".csv")
}

/// Whether a path is one that `sites.toml` mentions by name, a layer or a theme, or the folder that they lie in.
fn is_name(path: &str, folder: &str) -> bool {
    let below = path.strip_prefix(folder).and_then(|below| below.strip_prefix('/'));
    lies_in(folder, path) || below.is_some_and(|name| !name.contains('/'))
}

/// Whether a path is the file that makes a folder a theme.
fn is_theme(path: &str, themes: &str) -> bool {
    path.strip_suffix("/theme.toml").is_some_and(|theme| is_name(theme, themes))
}

/// The themes that each theme is made of.
struct Chains<'a> {
    files: &'a dyn Files,
    themes: &'a str,
    known: BTreeMap<String, Option<Vec<String>>>,
}

impl Chains<'_> {
    /// Whether a change at `path` touches the theme; one whose chain is broken may be touched by anything.
    fn reach(&mut self, theme: &str, path: &str) -> bool {
        let (files, themes) = (self.files, self.themes);
        let chain = self
            .known
            .entry(theme.to_owned())
            .or_insert_with(|| theme::load(files, themes, "", theme, &[]).value.map(|theme| theme.chain));
        let is_around = |name: &String| {
            let place = format!("{themes}/{name}");
            lies_in(path, &place) || lies_in(&place, path)
        };
        chain.as_ref().is_none_or(|chain| chain.iter().any(is_around))
    }
}

/// Whether two fleets differ in something that every site may show: rules, folders, or the names that content may mention.
pub(super) fn differ(old: &Fleet, new: &Fleet) -> bool {
    let names = |fleet: &Fleet| -> Vec<_> {
        let name = |site: &std::sync::Arc<SiteSpec>| {
            (site.id.clone(), site.layers.clone(), site.group.clone(), site.tags.clone())
        };
        fleet.sites.iter().map(name).collect()
    };
    old.folders != new.folders || old.edition != new.edition || old.layers != new.layers || names(old) != names(new)
}

/// Whether two specifications make the same site, wherever they are written.
pub(super) fn is_same(old: &SiteSpec, new: &SiteSpec) -> bool {
    let bare = |spec: &SiteSpec| SiteSpec { declared: Declared::default(), ..spec.clone() };
    old.declared == new.declared && old == new || bare(old) == bare(new)
}

/// The text that was edited, as its path below its layer, if the changes are about one text alone.
pub(super) fn single_text(fleet: &Fleet, changed: &[String]) -> Option<String> {
    let content = format!("{}/", fleet.folders.content);
    let mut texts = changed.iter().filter(|path| path.ends_with(".md")).filter_map(|path| path.strip_prefix(&content));
    let text = texts.next().filter(|_| texts.next().is_none())?;
    let layers = fleet.sites.iter().flat_map(|site| &site.layers);
    let below = layers.filter_map(|layer| text.strip_prefix(layer.as_str())?.strip_prefix('/'));
    below.min_by_key(|below| below.len()).map(str::to_owned)
}

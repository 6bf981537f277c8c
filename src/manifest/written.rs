//! Where settings were written, for those that turn out to be wrong only when a site is made.

use super::Node;
use super::merged::Merged;
use super::source::Source;
use crate::model::{Declared, Place};
use std::collections::BTreeMap;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

type Places = Arc<BTreeMap<String, Place>>;

/// Settings that only the content or the theme can prove wrong; those in which the key is what may be wrong first.
const BY_KEY: [&str; 2] = ["headers", "tokens"];
const BY_VALUE: [&str; 6] = ["content", "language", "menus", "permalinks", "redirects", "theme"];

/// Where groups and defaults say what they say.
pub(super) struct Written<'a> {
    groups: BTreeMap<&'a str, Places>,
    defaults: Places,
}

impl<'a> Written<'a> {
    /// Looks through the groups and defaults of the manifest.
    pub(super) fn new(source: &Source, file: Merged<'a>) -> Self {
        let all = file.table("groups");
        let group = |name: &'a str| Some((name, places(source, all.get(name)?.as_table()?)));
        let defaults = file.get("defaults").and_then(DeValue::as_table);
        Self {
            groups: all.keys().into_iter().filter_map(group).collect(),
            defaults: defaults.map(|table| places(source, table)).unwrap_or_default(),
        }
    }

    /// Where a site, written as `node` into `source`, says what it says.
    pub(super) fn site(&self, source: &Source, node: &Node<'_>, group: Option<&str>) -> Declared {
        let own = node.get_ref().as_table().map(|table| places(source, table)).unwrap_or_default();
        let group = group.and_then(|name| self.groups.get(name)).cloned().unwrap_or_default();
        Declared { site: source.place(node.span()), settings: [own, group, Arc::clone(&self.defaults)] }
    }
}

fn places(source: &Source, table: &DeTable<'_>) -> Places {
    let mut walk = Walk { source, by_key: true, found: BTreeMap::new() };
    for by_key in [true, false] {
        walk.by_key = by_key;
        let names: &[&str] = if by_key { &BY_KEY } else { &BY_VALUE };
        for (key, value) in table.iter().filter(|(key, _)| names.contains(&key.get_ref().as_ref())) {
            walk.take(key.get_ref().to_string(), Some(key), value);
        }
    }
    Arc::new(walk.found)
}

struct Walk<'s> {
    source: &'s Source,
    by_key: bool,
    found: BTreeMap<String, Place>,
}

impl Walk<'_> {
    fn take(&mut self, path: String, key: Option<&Spanned<DeString<'_>>>, value: &Node<'_>) {
        match value.get_ref() {
            DeValue::Table(table) => {
                table.iter().for_each(|(key, value)| self.take(format!("{path}.{}", key.get_ref()), Some(key), value));
            }
            DeValue::Array(items) => {
                items.iter().enumerate().for_each(|(at, item)| self.take(format!("{path}.{at}"), None, item));
            }
            _ => {}
        }
        let span = key.filter(|_| self.by_key).map_or_else(|| value.span(), Spanned::span);
        self.found.insert(path, self.source.place(span));
    }
}

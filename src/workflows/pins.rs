//! Which actions workflows use, and which commit of each.

use serde::Deserialize;
use std::collections::BTreeMap;

/// The table of all actions.
const TABLE: &str = include_str!("pins.toml");

#[derive(Debug, Deserialize)]
struct Table {
    actions: BTreeMap<String, Pin>,
}

#[derive(Debug, Deserialize)]
struct Pin {
    version: String,
    commit: String,
}

/// What workflows write for each action: `actions/cache@27d5… # v5.0.5`.
pub(super) fn actions() -> BTreeMap<String, String> {
    let table = toml::from_str(TABLE).unwrap_or_else(|_| Table { actions: BTreeMap::new() });
    let uses = |(name, pin): (String, Pin)| {
        let uses = format!("{name}@{} # {}", pin.commit, pin.version);
        (name, uses)
    };
    table.actions.into_iter().map(uses).collect()
}

//! Specs of reading the manifest.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod addresses;
mod merging;
mod mistakes;
mod schema;
mod selection;
mod sheets;

use super::{Loaded, load};
use crate::diag::Diagnostic;
use crate::model::{Fleet, SiteSpec};
use crate::world::Memory;
use std::sync::Arc;

/// A repository with two themes, three content layers and this manifest.
fn repository(manifest: &str) -> Memory {
    let files = Memory::new();
    files.put("sites.toml", manifest);
    files.put("themes/journal/theme.toml", "");
    files.put("themes/ledger/theme.toml", "");
    files.put("content/finance/_index.md", "");
    files.put("content/garden/_index.md", "");
    files.put("content/legal/imprint.md", "");
    files
}

/// The manifest that most tests begin with: an edition and a theme for everyone.
const HEAD: &str = "edition = \"2026\"\n[defaults]\ntheme = \"journal\"\n";

fn loaded(manifest: &str) -> Loaded {
    load(&repository(manifest))
}

/// The fleet of `HEAD` and what follows it, which has to be without a mistake.
fn fleet(rest: &str) -> Fleet {
    let loaded = loaded(&format!("{HEAD}{rest}"));
    assert!(loaded.diagnostics.is_empty(), "{:#?}", loaded.diagnostics);
    assert!(loaded.broken.is_empty(), "{:#?}", loaded.broken);
    loaded.fleet.unwrap()
}

/// The only site of such a fleet.
fn site(rest: &str) -> Arc<SiteSpec> {
    let fleet = fleet(rest);
    assert_eq!(fleet.sites.len(), 1);
    fleet.sites[0].clone()
}

fn ids(loaded: &Loaded) -> Vec<&str> {
    loaded.fleet.iter().flat_map(|fleet| fleet.sites.iter().map(|site| site.id.as_str())).collect()
}

/// A diagnostic in one line: code, place, message, hint.
fn line(diagnostic: &Diagnostic) -> String {
    let place = diagnostic.place.as_ref().map(ToString::to_string).unwrap_or_default();
    let hint = diagnostic.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
    format!("{} {place} {}{hint}", diagnostic.code, diagnostic.message)
}

/// What concerns the fleet as a whole.
fn of_fleet(loaded: &Loaded) -> Vec<String> {
    loaded.diagnostics.iter().map(line).collect()
}

/// What concerns single sites, each with the site's label.
fn of_sites(loaded: &Loaded) -> Vec<String> {
    let lines = |label: &String, diagnostics: &[Diagnostic]| {
        diagnostics.iter().map(|diagnostic| format!("{label}: {}", line(diagnostic))).collect::<Vec<_>>()
    };
    loaded.broken.iter().flat_map(|broken| lines(&broken.label, &broken.diagnostics)).collect()
}

/// What is wrong with the site `rest` in a fleet that is otherwise sound.
fn mistakes(rest: &str) -> Vec<String> {
    let loaded = loaded(&format!("{HEAD}{rest}"));
    assert!(loaded.fleet.is_some(), "{:#?}", loaded.diagnostics);
    of_sites(&loaded)
}

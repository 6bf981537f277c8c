//! `hectare list`: the sites of the fleet, or the schema of `sites.toml`.

use super::args::{Format, Global, List};
use super::exit::Exit;
use super::refusal::Refusal;
use super::repository::Repository;
use crate::manifest::{self, Picked};
use crate::model::SiteSpec;
use crate::ui::{Face, Table};
use serde_json::json;
use std::sync::Arc;

const COLUMNS: &[(&str, &str)] = &[
    ("SITE", "site"),
    ("ADDRESS", "address"),
    ("LANGUAGE", "language"),
    ("THEME", "theme"),
    ("GROUP", "group"),
    ("CONTENT", "content"),
];

pub(super) fn run(global: &Global, typed: &List, face: &dyn Face) -> Result<Exit, Refusal> {
    if typed.schema {
        face.print(&manifest::schema());
        return Ok(Exit::Done);
    }
    let repository = Repository::open(global, face)?;
    let Picked { sites, broken, .. } = repository.choose(&typed.selection, face)?;
    match global.format {
        Format::Text | Format::Github => face.table(&table(&sites)),
        Format::Json => sites.iter().for_each(|site| face.print(&line(site))),
    }
    let found: Vec<_> = broken.iter().flat_map(|site| site.diagnostics.clone()).collect();
    face.complain(&found);
    Ok(if broken.is_empty() { Exit::Done } else { Exit::SomeFailed })
}

fn table(sites: &[Arc<SiteSpec>]) -> Table {
    Table::new(COLUMNS, sites.iter().map(|site| cells(site)).collect())
}

fn cells(site: &SiteSpec) -> Vec<String> {
    vec![
        site.id.to_string(),
        site.base_url.to_string(),
        site.language.to_string(),
        site.theme.clone(),
        site.group.clone().unwrap_or_default(),
        site.layers.join(", "),
    ]
}

fn line(site: &SiteSpec) -> String {
    json!({
        "v": 1, "site": site.id.as_str(), "title": site.title, "address": site.base_url.to_string(),
        "language": site.language.tag(), "theme": site.theme, "group": site.group, "content": site.layers,
        "tags": site.tags, "targets": site.targets,
    })
    .to_string()
}

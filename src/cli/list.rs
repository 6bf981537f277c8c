//! `hectare list`: the sites of the fleet, or the schema of `sites.toml`.

use super::args::{Global, List};
use super::exit::Exit;
use super::repository::Repository;
use crate::manifest::{self, Picked};
use crate::model::SiteSpec;
use crate::ui::Face;
use serde_json::json;
use std::sync::Arc;

pub(super) fn run(global: &Global, typed: &List, face: &dyn Face) -> Exit {
    if typed.schema {
        face.print(&manifest::schema());
        return Exit::Done;
    }
    let Some(repository) = Repository::open(global, face) else { return Exit::Usage };
    let Picked { sites, broken, .. } = match repository.choose(&typed.selection, face) {
        Ok(chosen) => chosen,
        Err(diagnostic) => {
            face.complain(&[diagnostic]);
            return Exit::Usage;
        }
    };
    match global.format {
        super::args::Format::Text | super::args::Format::Github => face.print(&table(&sites)),
        super::args::Format::Json => sites.iter().for_each(|site| face.print(&line(site))),
    }
    let found: Vec<_> = broken.iter().flat_map(|site| site.diagnostics.clone()).collect();
    face.complain(&found);
    if broken.is_empty() { Exit::Done } else { Exit::SomeFailed }
}

/// Columns as wide as their widest cell.
fn table(sites: &[Arc<SiteSpec>]) -> String {
    let head = ["SITE", "ADDRESS", "LANGUAGE", "THEME", "GROUP", "CONTENT"].map(str::to_owned);
    let rows: Vec<[String; 6]> = std::iter::once(head).chain(sites.iter().map(|site| cells(site))).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..6).map(width).collect();
    let print = |row: &[String; 6]| {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(print).collect::<Vec<_>>().join("\n")
}

fn cells(site: &SiteSpec) -> [String; 6] {
    [
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

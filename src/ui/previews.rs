//! Where the sites of a preview are seen: on a terminal, and in a comment.

use super::Table;
use super::number::{count, counted};
use crate::event::{Previewed, Sight};

/// A row for each site.
pub(super) fn table(sites: &[Previewed]) -> Table {
    let row = |Previewed { site, sight }: &Previewed| {
        let seen = match sight {
            Sight::At(address) => address.clone(),
            Sight::Never(why) => format!("none: {why}"),
            Sight::Failed(fault) => format!("failed: {}", fault.message),
        };
        vec![site.to_string(), seen]
    };
    Table::new(&[("SITE", "site"), ("PREVIEW", "preview")], sites.iter().map(row).collect())
}

/// The same for a comment. Sites that are not shown for the same reason stand in one row.
pub fn previews_markdown(sites: &[Previewed]) -> String {
    let shown = sites.iter().filter_map(|Previewed { site, sight }| match sight {
        Sight::At(address) => Some(format!("| {site} | {address} |")),
        Sight::Never(_) | Sight::Failed(_) => None,
    });
    let shown: Vec<String> = shown.collect();
    let mut reasons: Vec<(String, Vec<&str>)> = Vec::new();
    for Previewed { site, sight } in sites {
        let why = match sight {
            Sight::At(_) => continue,
            Sight::Never(why) => why.clone(),
            // What hosts say stays in the log of the job: it may be long, and anything.
            Sight::Failed(fault) => format!("failed ({}); the log of the job tells more", fault.code.id()),
        };
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, sites)) => sites.push(site.as_str()),
            None => reasons.push((why, vec![site.as_str()])),
        }
    }
    let hidden = reasons.iter().map(|(why, sites)| format!("| {} | {why} |", named(sites)));
    let rows: Vec<String> = shown.iter().cloned().chain(hidden).collect();
    let head = match (shown.len(), sites.len()) {
        (some, all) if some == all => format!("## previews of {}", counted(all, "site", "sites")),
        (some, all) => format!("## previews of {} of {}", count(some), counted(all, "site", "sites")),
    };
    format!("{head}\n\n| site | preview |\n| --- | --- |\n{}\n", rows.join("\n"))
}

/// So many sites of a row are named.
const NAMED: usize = 3;

fn named(sites: &[&str]) -> String {
    let named = sites[..NAMED.min(sites.len())].join(", ");
    match sites.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {} more", count(more)),
    }
}

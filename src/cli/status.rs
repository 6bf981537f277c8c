//! `hectare status`: what is live where, and since when.

use super::args::{Format, Global, Status};
use super::exit::Exit;
use super::gate::Gate;
use super::refusal::Refusal;
use super::repository::Repository;
use super::{dock, hosts};
use crate::deploy;
use crate::model::{Digest, SiteId, Standing};
use crate::ui::{Face, Table, count, counted};
use crate::world::Stop;
use std::collections::BTreeSet;

const COLUMNS: &[(&str, &str)] = &[
    ("SITE", "site"),
    ("TARGET", "target"),
    ("PARCEL", "parcel"),
    ("RELEASE", "release"),
    ("SINCE", "since"),
    ("STATE", "state"),
];
/// Which of them is the parcel.
const PARCEL: usize = 2;

pub(super) fn run(global: &Global, typed: &Status, face: &dyn Face) -> Result<Exit, Refusal> {
    let repository = Repository::open(global, face)?;
    attempt(&repository, typed, global.format, face)
}

fn attempt(repository: &Repository, typed: &Status, format: Format, face: &dyn Face) -> Result<Exit, Refusal> {
    let gate = Gate::new(&Stop::new());
    let picked = repository.choose(&typed.selection, face)?;
    let ledger = if typed.refresh { gate.ledger_to_refresh(repository)? } else { gate.ledger(repository)? };
    let mut exit = Exit::Done;
    if typed.refresh {
        let _guard = ledger.lock(&dock::Owned::by(None)?.as_owner())?;
        let providers = hosts::providers(repository, &gate, |_| true)?;
        let found = deploy::refresh(&ledger, &providers, gate.clock.as_ref())?;
        exit = if found.is_empty() { Exit::Done } else { Exit::Found };
        face.complain(&found);
    }
    let open: BTreeSet<_> = ledger.intents()?.into_iter().map(|intent| intent.berth).collect();
    face.complain(&ledger.damaged());
    let targets = &repository.fleet.targets;
    let known: BTreeSet<&SiteId> = repository.fleet.sites.iter().map(|site| &site.id).collect();
    let broken: BTreeSet<&str> = picked.broken.iter().map(|site| site.label.as_str()).collect();
    let wanted: BTreeSet<&SiteId> = picked.sites.iter().map(|site| &site.id).collect();
    let is_wanted = |site: &SiteId| wanted.contains(site) || (typed.selection.is_everything() && !known.contains(site));
    let (mut rows, mut live) = (vec![], BTreeSet::new());
    for (berth, standing) in ledger.live().berths {
        let is_elsewhere = targets.get(&berth.target).is_some_and(|target| !standing.receipt.is_at(target.location()));
        for (site, release) in standing.receipt.sites.iter().filter(|(site, _)| is_wanted(site)) {
            let state = if open.contains(&berth) {
                "unknown, the next deploy asks the host"
            } else if broken.contains(site.as_str()) {
                "live, but its settings are broken"
            } else if !known.contains(site) {
                "live, but no longer in sites.toml"
            } else if is_elsewhere {
                "live where the target led to before"
            } else if standing.unseen.contains_key(site) {
                "live, the next deploy looks at it"
            } else {
                "live"
            };
            rows.push(row(site, &berth.target, &standing, *release, state));
            live.insert(site.clone());
        }
    }
    let absent: Vec<_> = picked.sites.iter().filter(|site| !live.contains(&site.id)).collect();
    rows.extend(absent.iter().map(|site| {
        let target = site.targets.first().cloned().unwrap_or_default();
        let (site, none) = (site.id.to_string(), String::new);
        vec![site, target, none(), none(), none(), "not live".to_owned()]
    }));
    let broken = broken.into_iter().filter(|label| !live.iter().any(|site: &SiteId| site.as_str() == *label));
    let broken: Vec<&str> = broken.collect();
    let absent = absent.len() + broken.len();
    rows.extend(broken.into_iter().map(|label| {
        let none = String::new;
        vec![label.to_owned(), none(), none(), none(), none(), "settings broken".to_owned()]
    }));
    show(rows, live.len(), absent, format, face);
    Ok(exit)
}

/// Shows the table, and how many sites of it are live and how many are not.
fn show(mut rows: Vec<Vec<String>>, live: usize, absent: usize, format: Format, face: &dyn Face) {
    rows.sort();
    let is_for_people = matches!(format, Format::Text | Format::Github);
    let mut table = Table::new(COLUMNS, rows);
    // Most parcels are one site, and say nothing that its name does not say.
    if is_for_people && table.rows.iter().all(|row| row[PARCEL].is_empty() || row[PARCEL] == row[0]) {
        table.columns.remove(PARCEL);
        table.rows.iter_mut().for_each(|row| drop(row.remove(PARCEL)));
    }
    face.table(&table);
    if is_for_people {
        let all = live + absent;
        face.print(&match absent {
            0 => format!("{} live", counted(all, "site", "sites")),
            _ => format!("{} of {} live", count(live), counted(all, "site", "sites")),
        });
    }
}

fn row(site: &SiteId, target: &str, standing: &Standing, release: Digest, state: &str) -> Vec<String> {
    let since = format!("{:.0}", standing.receipt.at);
    let parcel = standing.receipt.parcel.to_string();
    vec![site.to_string(), target.to_owned(), parcel, release.short(), since, state.to_owned()]
}

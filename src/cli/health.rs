//! `hectare health`: whether sites that are live show what they should.

use super::args::{Global, Health};
use super::dock;
use super::exit::Exit;
use super::refusal::Refusal;
use super::repository::Repository;
use crate::deploy::{self, Resident, To};
use crate::diag::Diagnostic;
use crate::model::SiteId;
use crate::ui::{Face, Table};
use crate::world::Stop;
use std::collections::BTreeSet;

const COLUMNS: &[(&str, &str)] = &[
    ("SITE", "site"),
    ("TARGET", "target"),
    ("RELEASE", "release"),
    ("STATE", "state"),
    ("MILLIS", "millis"),
    ("BYTES", "bytes"),
];

pub(super) fn run(global: &Global, typed: &Health, face: &dyn Face) -> Result<Exit, Refusal> {
    let repository = Repository::open(global, face)?;
    attempt(&repository, typed, face)
}

fn attempt(repository: &Repository, typed: &Health, face: &dyn Face) -> Result<Exit, Refusal> {
    let stop = Stop::new();
    let gate = dock::Gate::new(1, &stop);
    let picked = repository.choose(&typed.selection, face)?;
    typed.to.as_deref().map_or(Ok(()), |name| To::Named(name).check(&repository.fleet))?;
    let ledger = gate.ledger(repository)?;
    let health = dock::health(repository, &gate)?;
    let wanted: BTreeSet<&SiteId> = picked.sites.iter().map(|site| &site.id).collect();
    stop.on_signal();
    let residents = deploy::look_round(
        &repository.fleet,
        &ledger,
        health.as_ref(),
        &|berth, site| wanted.contains(site) && typed.to.as_ref().is_none_or(|target| *target == berth.target),
        &|| stop.requested(),
    );
    let mut rows: Vec<Vec<String>> = residents.iter().map(row).collect();
    rows.sort();
    face.table(&Table::new(COLUMNS, rows));
    let unwell: Vec<Diagnostic> = residents.into_iter().filter_map(|resident| resident.found.err()).collect();
    face.complain(&unwell);
    Ok(if stop.requested() {
        Exit::SomeFailed
    } else if unwell.is_empty() {
        Exit::Done
    } else {
        Exit::Found
    })
}

fn row(resident: &Resident) -> Vec<String> {
    let Resident { berth, spec, release, found } = resident;
    let (state, vitals) = match found {
        Ok(Some(vitals)) => ("well", Some(vitals)),
        Ok(None) => ("not looked at", None),
        Err(_) => ("unwell", None),
    };
    let (millis, bytes) = vitals.map(|vitals| (vitals.millis.to_string(), vitals.bytes.to_string())).unzip();
    let (millis, bytes) = (millis.unwrap_or_default(), bytes.unwrap_or_default());
    vec![spec.id.to_string(), berth.target.clone(), release.short(), state.to_owned(), millis, bytes]
}

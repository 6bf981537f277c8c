//! `hectare cost`: what hosting costs in a month, and how near the hosts' limits are.

use super::args::{Cost, Global};
use super::dock;
use super::exit::Exit;
use super::refusal::Refusal;
use super::repository::Repository;
use crate::deploy;
use crate::diag::{Code, Diagnostic};
use crate::model::{Fleet, Live, Money, Target};
use crate::provider::HostLimits;
use crate::ui::{Face, Table, count};
use crate::world::Stop;

const COLUMNS: &[(&str, &str)] = &[
    ("TARGET", "target"),
    ("KIND", "kind"),
    ("SITES", "sites"),
    ("PARCELS", "parcels"),
    ("A MONTH", "a_month"),
    ("LARGEST", "largest"),
    ("SOURCE", "source"),
];

pub(super) fn run(global: &Global, typed: &Cost, face: &dyn Face) -> Result<Exit, Refusal> {
    let repository = Repository::open(global, face)?;
    let (table, beyond) = table(&repository)?;
    face.table(&table);
    if !typed.check || beyond.is_empty() {
        return Ok(Exit::Done);
    }
    face.complain(&beyond);
    Ok(Exit::Stopped)
}

/// The table, and what is beyond the limits of the policy.
fn table(repository: &Repository) -> Result<(Table, Vec<Diagnostic>), Diagnostic> {
    let live = dock::Gate::new(1, &Stop::new()).ledger(repository)?.live();
    let fleet = &repository.fleet;
    let views = fleet.policy.page_views;
    let mut rows = Vec::new();
    for (name, target) in &fleet.targets {
        let sites = live.at(name).len();
        let month = deploy::monthly(std::iter::once((target, sites)), views);
        let source = deploy::price_source(target);
        let (kind, limit) = (target.kind.name().to_owned(), nearest_limit(name, target, &live));
        let parcels = count(parcels(name, &live));
        rows.push(vec![name.clone(), kind, count(sites), parcels, month.to_string(), limit, source]);
    }
    let all = fleet.targets.iter().map(|(name, target)| (target, live.at(name).len()));
    let total = deploy::monthly(all, views);
    let (none, basis) = (String::new, format!("{views} page views a site"));
    rows.push(vec!["all".to_owned(), none(), none(), none(), total.to_string(), none(), basis]);
    Ok((Table::new(COLUMNS, rows), beyond(fleet, total, &live)))
}

/// What somebody has to decide about: money, and hosts with no more room than is kept for going back.
fn beyond(fleet: &Fleet, month: Money, live: &Live) -> Vec<Diagnostic> {
    let policy = &fleet.policy;
    let money = month.exceeds(policy.approve_monthly, policy.dollar).then(|| {
        let message = format!("hosting costs {month} a month, more than EUR {}", policy.approve_monthly);
        let hint = "pay for less, or raise `approve_monthly` of `[policy]` to what you agreed to";
        Diagnostic::error(Code::RunStopped, message).hint(hint)
    });
    let full = |(name, target): (&String, &Target)| {
        let (there, most) = (parcels(name, live) as u64, HostLimits::of(target.kind, target.plan)?.parcels?);
        let is_full = there.saturating_mul(100) >= most.saturating_mul(100 - policy.reserve.min(100));
        let message =
            format!("`{name}` holds {there} of {most} parcels, and `reserve` keeps {} % free", policy.reserve);
        let hint = "bring further sites to another target, or agree on another `plan` with the host";
        is_full.then(|| Diagnostic::error(Code::RunStopped, message).hint(hint))
    };
    money.into_iter().chain(fleet.targets.iter().filter_map(full)).collect()
}

fn parcels(name: &str, live: &Live) -> usize {
    live.berths.keys().filter(|berth| berth.target == name).count()
}

/// How much of what an account may hold is used.
fn nearest_limit(name: &str, target: &Target, live: &Live) -> String {
    let there = parcels(name, live);
    let most = HostLimits::of(target.kind, target.plan).and_then(|limits| limits.parcels);
    most.map_or_else(|| "no limit".to_owned(), |most| format!("{there} of {most} parcels"))
}

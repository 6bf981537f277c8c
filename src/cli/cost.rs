//! `hectare cost`: what hosting costs in a month, and how near the hosts' limits are.

use super::args::Global;
use super::dock;
use super::exit::Exit;
use super::repository::Repository;
use crate::deploy::{self, Ledger};
use crate::diag::Diagnostic;
use crate::model::{Live, Target};
use crate::provider::HostLimits;
use crate::ui::{Face, count};
use crate::world::Stop;

pub(super) fn run(global: &Global, face: &dyn Face) -> Exit {
    let Some(repository) = Repository::open(global, face) else { return Exit::Usage };
    match table(&repository) {
        Ok(rows) => {
            face.table(&rows);
            Exit::Done
        }
        Err(refusal) => {
            face.complain(&[refusal]);
            Exit::Usage
        }
    }
}

fn table(repository: &Repository) -> Result<Vec<Vec<String>>, Diagnostic> {
    let archive = dock::archive(repository, &dock::Gate::new(1, &Stop::new()))?;
    let live = Ledger::open(archive.as_ref())?.live();
    let fleet = &repository.fleet;
    let views = fleet.policy.page_views;
    let head = ["TARGET", "KIND", "SITES", "PARCELS", "A MONTH", "LARGEST", "SOURCE"].map(str::to_owned).to_vec();
    let mut rows = vec![head];
    for (name, target) in &fleet.targets {
        let sites = live.at(name).len();
        let month = deploy::monthly(std::iter::once((target, sites)), views);
        let source = deploy::price_source(target.kind, target.plan);
        let parcels = live.berths.keys().filter(|berth| berth.target == *name).count();
        let (kind, limit) = (target.kind.name().to_owned(), nearest_limit(name, target, &live));
        rows.push(vec![name.clone(), kind, count(sites), count(parcels), month.to_string(), limit, source]);
    }
    let all = fleet.targets.iter().map(|(name, target)| (target, live.at(name).len()));
    let total = deploy::monthly(all, views).to_string();
    let none = String::new;
    rows.push(vec!["all".to_owned(), none(), none(), none(), total, none(), format!("{views} page views a site")]);
    Ok(rows)
}

/// How much of what an account may hold is used.
fn nearest_limit(name: &str, target: &Target, live: &Live) -> String {
    let there = live.berths.keys().filter(|berth| berth.target == name).count();
    let most = HostLimits::of(target.kind, target.plan).and_then(|limits| limits.parcels);
    most.map_or_else(|| "no limit".to_owned(), |most| format!("{there} of {most} parcels"))
}

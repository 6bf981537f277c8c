//! What the owner's rules and the hosts' limits say about a plan.

use crate::model::{Ask, Charge, Cost, Effort, Fleet, Live, Money, Need, Shipment, SiteId, Target, TargetKind};
use crate::provider::HostLimits;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// What the rules are about: a plan, or as much of it as is known.
pub(super) struct Case<'a> {
    pub(super) fleet: &'a Fleet,
    pub(super) live: &'a Live,
    pub(super) now: Timestamp,
    pub(super) shipments: &'a [Shipment],
    pub(super) cost: &'a Cost,
    pub(super) charges: &'a [Charge],
    /// What others cost in the last 24 hours.
    pub(super) spent: Money,
}

/// Everything that has to happen before it may be shipped, of what its numbers tell.
pub(super) fn asks(case: &Case<'_>) -> Vec<Ask> {
    let Case { fleet, live, now: moment, .. } = *case;
    let policy = &fleet.policy;
    let counts = |name: &str| fleet.targets.get(name).is_some_and(Target::is_production);
    let shipments: Vec<&Shipment> = case.shipments.iter().filter(|shipment| counts(&shipment.target)).collect();
    let before = production_sites(live, &counts);
    let changes: BTreeSet<&SiteId> =
        shipments.iter().flat_map(|ship| &ship.changes).map(|change| &change.site).collect();
    let new = changes.iter().filter(|site| !before.contains(*site)).count();
    let hosts: Vec<&str> = shipments.iter().flat_map(|ship| &ship.hosts).map(String::as_str).collect();
    let removed: usize = case.shipments.iter().flat_map(|ship| &ship.changes).map(|change| change.removed_pages).sum();
    let mut asks = Vec::new();
    let mut ask = |is: bool, rule: &'static str, says: String| {
        if is {
            asks.push(Ask { rule, says, needs: Need::Approval });
        }
    };
    let early = new > 0 && before.len() < policy.approve_first;
    let says = format!("{} for the first time, and fewer than {} are live", go(new), policy.approve_first);
    ask(early, "approve_first", says);
    let says = format!("{} sites change at once, more than {}", changes.len(), policy.approve_above);
    ask(changes.len() > policy.approve_above, "approve_above", says);
    let says = format!("{} led to a target for the first time: {}", names(hosts.len()), few(&hosts));
    ask(policy.approve_hosts && !hosts.is_empty(), "approve_hosts", says);
    let (now, then) = (case.cost.now, case.cost.then);
    let says = format!("hosting will cost {then} a month instead of {now}, more than EUR {}", policy.approve_monthly);
    ask(then > now && then.exceeds(policy.approve_monthly, policy.euro_cents_per_dollar), "approve_monthly", says);
    let pages = if removed == 1 { "1 page goes".to_owned() } else { format!("{removed} pages go") };
    let says = format!("{pages} away, more than {}", policy.stop_removed);
    ask(removed > policy.stop_removed, "stop_removed", says);
    asks.extend(spike(case));
    let is_open = policy.windows.is_empty() || policy.windows.iter().any(|window| window.holds(moment));
    if !is_open && !shipments.is_empty() {
        let opens = policy.windows.iter().filter_map(|window| window.opens(moment)).min();
        let says = match opens {
            Some(opens) => format!("no deploy window is open; the next one opens at {opens:.0}"),
            None => "no deploy window is open".to_owned(),
        };
        asks.push(Ask { rule: "windows", says, needs: Need::Window(opens) });
    }
    asks
}

/// What is said of a run that costs too much, with what others cost a day before it.
fn spike(case: &Case<'_>) -> Option<Ask> {
    let (run, spent, policy) = (case.cost.run, case.spent, &case.fleet.policy);
    if run == Money::default() || !(run + spent).exceeds(policy.stop_daily, policy.euro_cents_per_dollar) {
        return None;
    }
    let charge =
        |charge: &Charge| format!("{} writes to `{}` at {} a million", charge.writes, charge.place, charge.million);
    let charges: Vec<String> = case.charges.iter().map(charge).collect();
    let others = match spent {
        Money { micros: 0 } => String::new(),
        spent => format!(", after {spent} for others in the last 24 hours"),
    };
    let says = format!("this run costs {run} ({}){others}, more than EUR {}", charges.join(", "), policy.stop_daily);
    Some(Ask { rule: "stop_daily", says, needs: Need::Allowance })
}

fn production_sites<'a>(live: &'a Live, counts: &dyn Fn(&str) -> bool) -> BTreeSet<&'a SiteId> {
    let berths = live.berths.iter().filter(|(berth, _)| counts(&berth.target));
    berths.flat_map(|(_, standing)| standing.receipt.sites.keys()).collect()
}

fn go(sites: usize) -> String {
    if sites == 1 { "1 site goes live".to_owned() } else { format!("{sites} sites go live") }
}

fn names(hosts: usize) -> String {
    if hosts == 1 { "1 host name is".to_owned() } else { format!("{hosts} host names are") }
}

/// The first few of many.
fn few(all: &[&str]) -> String {
    const FEW: usize = 3;
    match all.len() {
        0..=FEW => all.join(", "),
        many => format!("{} and {} more", all[..FEW].join(", "), many - FEW),
    }
}

/// Limits that the plan reaches or comes near to, each with the way around.
pub(super) fn near_limits(
    limits: &HostLimits,
    kind: TargetKind,
    target: &str,
    live: &Live,
    shipments: &[&Shipment],
    effort: Effort,
) -> Vec<String> {
    let there = live.berths.keys().filter(|berth| berth.target == target).count();
    let new = shipments.iter().filter(|shipment| shipment.before.is_none()).count();
    let hosts = shipments.iter().map(|shipment| shipment.staying.len() + shipment.changes.len()).max().unwrap_or(0);
    let is_near = |count: u64, most: u64| count * 5 > most * 4;
    let packs = match kind {
        TargetKind::CloudflarePages | TargetKind::CloudflareWorker => {
            "; `kind = \"cloudflare-pack\"` puts many sites into one"
        }
        _ => "; a second account holds the rest",
    };
    let parcels = (there + new) as u64;
    let mut warnings = Vec::new();
    let mut warn = |is: bool, says: String| warnings.extend(is.then_some(says));
    if let Some(most) = limits.parcels {
        let says = format!("{parcels} of the {most} that an account may have{packs}");
        warn(new > 0 && is_near(parcels, most), says);
    }
    if let Some(most) = limits.hosts {
        warn(is_near(hosts as u64, most), format!("{hosts} of the {most} host names that one may have"));
    }
    let files = shipments.iter().map(|shipment| shipment.files as u64).max().unwrap_or(0);
    if let Some(most) = limits.files {
        let says = format!(
            "{files} of the {most} files that one may have; fewer sites in a pack, or a paid plan, leave more room"
        );
        warn(is_near(files, most), says);
    }
    for window in &limits.uploads {
        let says = format!(
            "{} of the {} files that may be sent within {} h; large changes are sent as archives",
            effort.uploads,
            window.most,
            window.within.as_secs() / 3600
        );
        warn(is_near(effort.uploads, window.most), says);
    }
    let walls: Vec<String> = limits
        .deployments
        .iter()
        .filter(|window| effort.deployments > window.most)
        .map(|window| format!("{} within {} min", window.most, window.within.as_secs() / 60))
        .collect();
    let says = format!(
        "{} deployments, where an account may make {}: the run waits; fewer sites at once, or some of them in a second \
         account, wait less",
        effort.deployments,
        walls.join(" and ")
    );
    warn(!walls.is_empty(), says);
    warnings
}

//! What is live, compared with what was built.

use super::berths::{To, berths};
use super::compare::{Content, change, contents, missing};
use super::cost::{self, Tariff};
use super::crew;
use super::effort::{Cargo, effort};
use super::ledger::Ledger;
use super::pace::pace;
use super::press::Yard;
use super::rules;
use super::shown::Shown;
use crate::diag::{Code, Diagnostic};
use crate::model::{
    Berth, Change, Cost, Digest, Effort, Fleet, Left, Live, Load, Manifest, Money, ParcelName, Plan, Policy, Shipment,
    SiteId, SiteSpec, Standing, Target, TargetKind,
};
use crate::provider::{HostLimits, Window};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// A selected site and what was built of it.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The site.
    pub spec: Arc<SiteSpec>,
    /// The id of its bundle; none if it could not be built.
    pub bundle: Option<Digest>,
    /// The number of files in it.
    pub files: usize,
}

/// What a plan is made of.
pub struct Basis<'a> {
    /// The fleet.
    pub fleet: &'a Fleet,
    /// The selected sites.
    pub candidates: &'a [Candidate],
    /// Which targets are meant.
    pub to: To<'a>,
    /// What is live.
    pub ledger: &'a Ledger<'a>,
    /// What was built.
    pub yard: &'a dyn Yard,
    /// Labels of sites that cannot be built, as their settings are broken.
    pub broken: &'a BTreeSet<String>,
    /// Whether a bundle of a site is meant although someone took it back.
    pub is_meant: &'a (dyn Fn(&SiteId, Digest) -> bool + Sync),
    /// The present moment.
    pub now: Timestamp,
}

/// Makes a plan. Nothing is asked of any host.
pub fn plan(basis: &Basis<'_>) -> Result<Plan, Diagnostic> {
    basis.to.check(basis.fleet)?;
    let live = basis.ledger.live().here(&basis.fleet.targets);
    let tariff = Tariff::of(basis.fleet);
    let mut draft = Draft { basis, live: &live, tariff, shipments: Vec::new(), left: BTreeMap::new(), unchanged: 0 };
    for (name, candidates) in draft.by_target()? {
        if let Some(target) = basis.fleet.targets.get(&name) {
            draft.target(&name, target, &candidates)?;
        }
    }
    let Draft { mut shipments, left, unchanged, tariff, .. } = draft;
    shipments.sort_by(|one, other| (&one.target, &one.parcel).cmp(&(&other.target, &other.parcel)));
    let cost = costs(basis.fleet, &live, &shipments);
    // Who spends nothing need not know what was spent.
    let spent = if cost.run == Money::default() { Money::default() } else { basis.ledger.spent(basis.now)? };
    let mut plan = Plan {
        id: Plan::id_of(&shipments.iter().map(Shipment::digest).collect::<Vec<_>>()),
        made: basis.now,
        loads: loads(basis, &live, &shipments),
        departed: departed(basis, &live),
        charges: tariff.charges(&shipments),
        shipments,
        unchanged,
        left,
        cost,
        spent,
        asks: Vec::new(),
    };
    plan.asks = rules::asks(&plan, basis.fleet, &live);
    Ok(plan)
}

/// Refuses a plan if someone else shipped any of it since it was made.
pub fn still_fits(plan: &Plan, ledger: &Ledger<'_>) -> Result<(), Diagnostic> {
    let live = ledger.live();
    let overtaken = plan.shipments.iter().find(|shipment| {
        let berth = Berth { target: shipment.target.clone(), parcel: shipment.parcel.clone() };
        let standing = live.berths.get(&berth).filter(|standing| standing.receipt.is_at(shipment.location));
        standing.map(|standing| &standing.receipt.deployment) != shipment.before.as_ref()
    });
    match overtaken {
        None => Ok(()),
        Some(shipment) => {
            let message = format!("someone else shipped `{}` to `{}` meanwhile", shipment.parcel, shipment.target);
            let hint = "run it again; it goes on from what is live now";
            Err(Diagnostic::error(Code::StalePlan, message).hint(hint))
        }
    }
}

/// A plan on its way.
struct Draft<'a> {
    basis: &'a Basis<'a>,
    live: &'a Live,
    tariff: Tariff,
    shipments: Vec<Shipment>,
    left: BTreeMap<String, Left>,
    unchanged: usize,
}

impl<'a> Draft<'a> {
    /// The candidates that were built, by the names of their targets.
    fn by_target(&mut self) -> Result<BTreeMap<String, Vec<&'a Candidate>>, Diagnostic> {
        let mut targets: BTreeMap<String, Vec<&Candidate>> = BTreeMap::new();
        for candidate in self.basis.candidates {
            let site = &candidate.spec.id;
            match self.basis.to.of(&candidate.spec) {
                None => drop(self.left.insert(site.to_string(), Left::NoSuchTarget)),
                Some(_) if candidate.bundle.is_none() => {
                    self.left.insert(site.to_string(), Left::NotBuilt);
                }
                Some(target) => targets.entry(target.to_owned()).or_default().push(candidate),
            }
        }
        let nowhere = self.basis.candidates.iter().all(|candidate| candidate.spec.targets.is_empty());
        match nowhere && !self.basis.candidates.is_empty() {
            true => Err(Diagnostic::error(Code::NoTarget, "no selected site says where it is shipped to").hint(
                "add `[targets.web]` with a `kind` to `sites.toml`, and `targets = [\"web\"]` to `[defaults]` or to sites",
            )),
            false => Ok(targets),
        }
    }

    fn target(&mut self, name: &str, target: &Target, candidates: &[&'a Candidate]) -> Result<(), Diagnostic> {
        let shown = Shown::at(self.live, name, target);
        let is_new =
            |candidate: &&Candidate| candidate.bundle.is_none_or(|bundle| !shown.shows(&candidate.spec, bundle));
        let mut changed: Vec<&Candidate> = candidates.iter().copied().filter(|candidate| is_new(candidate)).collect();
        self.unchanged += candidates.len() - changed.len();
        changed.retain(|candidate| {
            let taken_back = self.taken_back(&shown, candidate);
            self.left.extend(taken_back.clone().map(|why| (candidate.spec.id.to_string(), why)));
            taken_back.is_none()
        });
        if changed.is_empty() {
            return Ok(());
        }
        let at = &shown.sites;
        let places = self.places(name, target, candidates, at)?;
        let mut parcels: BTreeMap<ParcelName, Vec<&Candidate>> = BTreeMap::new();
        for candidate in changed {
            match places.get(&candidate.spec.id) {
                Some(parcel) => parcels.entry(parcel.clone()).or_default().push(candidate),
                None => drop(self.left.insert(candidate.spec.id.to_string(), Left::TooLarge)),
            }
        }
        // A site that moves to another pack leaves the one it was in.
        let moved = at.iter().filter(|(site, (parcel, _))| places.get(**site).is_some_and(|place| place != *parcel));
        for (_, (parcel, _)) in moved {
            parcels.entry((*parcel).clone()).or_default();
        }
        let parcels: Vec<(ParcelName, Vec<&Candidate>)> = parcels.into_iter().collect();
        let ships = crew::map(&parcels, self.basis.ledger.hands(), |(parcel, changed)| {
            let staying = at.iter().filter(|(site, _)| {
                places.get(**site) == Some(parcel) && !changed.iter().any(|candidate| candidate.spec.id == ***site)
            });
            let staying = staying.map(|(site, (_, release))| ((*site).clone(), *release)).collect();
            self.shipment(Route { name, target, parcel }, changed, staying, &shown)
        });
        for ship in ships {
            self.shipments.push(ship?);
        }
        Ok(())
    }

    /// What keeps a bundle from being shipped again that someone took back, unless it is meant.
    fn taken_back(&self, shown: &Shown<'_>, candidate: &Candidate) -> Option<Left> {
        let (site, bundle) = (&candidate.spec.id, candidate.bundle?);
        let at = shown.taken_back(site, bundle)?;
        (!(self.basis.is_meant)(site, bundle)).then_some(Left::TakenBack(bundle, at))
    }

    /// The parcel of every site that is live there or is to be.
    fn places(
        &self,
        name: &str,
        target: &Target,
        candidates: &[&Candidate],
        at: &BTreeMap<&SiteId, (&ParcelName, Digest)>,
    ) -> Result<BTreeMap<SiteId, ParcelName>, Diagnostic> {
        let mut files: BTreeMap<&SiteId, usize> =
            candidates.iter().map(|candidate| (&candidate.spec.id, candidate.files + 1)).collect();
        let others: Vec<&Arc<SiteSpec>> =
            self.basis.fleet.sites.iter().filter(|site| at.contains_key(&site.id)).collect();
        let mut sites: BTreeMap<&SiteId, &Arc<SiteSpec>> = others.into_iter().map(|site| (&site.id, site)).collect();
        sites.extend(candidates.iter().map(|candidate| (&candidate.spec.id, &candidate.spec)));
        if target.kind == TargetKind::CloudflarePack {
            for (site, (_, release)) in at {
                if !files.contains_key(*site) {
                    files.insert(
                        site,
                        self.basis.ledger.release(site, *release)?.map_or(0, |release| release.files.len()),
                    );
                }
            }
        }
        let count = |site: &SiteId| files.get(site).copied().unwrap_or_default();
        let sites: Vec<&Arc<SiteSpec>> = sites.into_values().collect();
        let mut places = berths(name, target, &sites, self.live, &count);
        // What left `sites.toml` stays where it is until someone takes it away.
        for (site, (parcel, _)) in at {
            places.entry((*site).clone()).or_insert_with(|| (*parcel).clone());
        }
        Ok(places)
    }

    fn shipment(
        &self,
        route: Route<'_>,
        changed: &[&Candidate],
        mut staying: BTreeMap<SiteId, Digest>,
        shown: &Shown<'_>,
    ) -> Result<Shipment, Diagnostic> {
        let Route { name, target, parcel } = route;
        let ledger = self.basis.ledger;
        let berth = Berth { target: name.to_owned(), parcel: parcel.clone() };
        let standing = self.live.berths.get(&berth);
        let mut there: BTreeSet<Content> = BTreeSet::new();
        let mut all = 0;
        for (site, release) in &staying {
            let release = ledger.release(site, *release)?;
            all += release.as_ref().map_or(0, |release| release.files.len());
            there.extend(release.iter().flat_map(|release| contents(release, target.kind)));
        }
        let (mut changes, mut files, mut bytes) = (Vec::new(), 0, 0);
        let mut hosts = Vec::new();
        for candidate in changed {
            let site = &candidate.spec.id;
            hosts.extend(shown.new_hosts(&candidate.spec));
            // The marker is a file, too.
            all += candidate.files + 1;
            let from = standing.and_then(|standing| standing.receipt.sites.get(site).copied());
            if let Some(from) = from.filter(|from| Some(*from) == candidate.bundle) {
                staying.insert(site.clone(), from);
                continue;
            }
            let manifest = self.basis.yard.manifest(site)?;
            if Some(manifest.id) != candidate.bundle {
                let message = format!("what lies in the output of `{site}` is not what was built");
                let hint = "`hectare build --clean` makes the site again";
                return Err(Diagnostic::error(Code::Differs, message).hint(hint));
            }
            let (ship, sent, size) = self.compare(target.kind, from, &manifest, &mut there)?;
            changes.push(ship);
            (files, bytes) = (files + sent, bytes + size);
        }
        let is_changed = !changes.is_empty() || standing.is_some_and(|standing| is_left(standing, &staying, &changes));
        let (is_first, led, shares) = (standing.is_none(), hosts.len() as u64, target.gradual.len() as u64);
        let cargo = Cargo { is_first, changes: is_changed, files, bytes, all: all as u64, hosts: led, shares };
        let effort = effort(target.kind, cargo);
        Ok(Shipment {
            target: name.to_owned(),
            kind: target.kind,
            location: target.location(),
            parcel: parcel.clone(),
            before: standing.map(|standing| standing.receipt.deployment.clone()),
            cost: self.tariff.cost(name, effort, changes.len()),
            changes,
            files: all,
            staying,
            hosts,
            effort,
        })
    }

    /// What changes in a site, and how many files and bytes are sent; `there` is what its host has, and will have.
    fn compare(
        &self,
        kind: TargetKind,
        from: Option<Digest>,
        manifest: &Manifest,
        there: &mut BTreeSet<Content>,
    ) -> Result<(Change, u64, u64), Diagnostic> {
        let site = &manifest.site;
        let from = from.map(|from| self.basis.ledger.release(site, from)).transpose()?.flatten();
        there.extend(from.iter().flat_map(|from| contents(from, kind)));
        let (sent, bytes) = missing(manifest, kind, there);
        let files = sent.len() as u64;
        there.extend(sent);
        Ok((change(site, from.as_ref(), manifest), files, bytes))
    }
}

/// Where a shipment goes.
#[derive(Clone, Copy)]
struct Route<'a> {
    name: &'a str,
    target: &'a Target,
    parcel: &'a ParcelName,
}

/// Whether a site that is live there is neither among those that stay nor among those that change.
fn is_left(standing: &Standing, staying: &BTreeMap<SiteId, Digest>, changes: &[Change]) -> bool {
    let stays = |site: &SiteId| staying.contains_key(site) || changes.iter().any(|change| change.site == *site);
    !standing.receipt.sites.keys().all(stays)
}

/// Sites that are live, but in the fleet no more.
fn departed(basis: &Basis<'_>, live: &Live) -> Vec<SiteId> {
    let known: BTreeSet<&SiteId> = basis.fleet.sites.iter().map(|site| &site.id).collect();
    let sites = live.berths.values().flat_map(|standing| standing.receipt.sites.keys());
    sites
        .filter(|site| !known.contains(site) && !basis.broken.contains(site.as_str()))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .cloned()
        .collect()
}

pub(super) fn costs(fleet: &Fleet, live: &Live, shipments: &[Shipment]) -> Cost {
    let targets = &fleet.targets;
    let now: BTreeMap<&str, usize> = targets.keys().map(|name| (name.as_str(), live.at(name).len())).collect();
    let mut then = now.clone();
    for shipment in shipments {
        let first = shipment.changes.iter().filter(|change| change.from.is_none()).count();
        *then.entry(shipment.target.as_str()).or_default() += first;
    }
    let views = fleet.policy.page_views;
    let month = |sites: &BTreeMap<&str, usize>| {
        let sites =
            targets.iter().map(|(name, target)| (target, sites.get(name.as_str()).copied().unwrap_or_default()));
        cost::monthly(sites, views)
    };
    Cost { now: month(&now), then: month(&then), run: shipments.iter().map(|shipment| shipment.cost).sum() }
}

fn loads(basis: &Basis<'_>, live: &Live, shipments: &[Shipment]) -> Vec<Load> {
    let mut by_target: BTreeMap<&str, Vec<&Shipment>> = BTreeMap::new();
    for shipment in shipments {
        by_target.entry(&shipment.target).or_default().push(shipment);
    }
    let load = |(name, shipments): (&str, Vec<&Shipment>)| {
        let target = basis.fleet.targets.get(name)?;
        let effort: Effort = shipments.iter().map(|shipment| shipment.effort).sum();
        let limits = HostLimits::of(target.kind, target.plan)?;
        let (takes, waits) = time(&limits, effort, &basis.fleet.policy, &spent(live, name), basis.now);
        let mut warnings = rules::near_limits(&limits, target.kind, name, live, &shipments, effort);
        warnings.extend(moved(basis, live, name));
        Some(Load { target: name.to_owned(), parcels: shipments.len(), effort, takes, waits, warnings })
    };
    by_target.into_iter().filter_map(load).collect()
}

/// What is said of sites that are live where a target led to before.
fn moved(basis: &Basis<'_>, here: &Live, target: &str) -> Option<String> {
    let left = basis.ledger.live().at(target).len() - here.at(target).len();
    let sites = if left == 1 { "1 site that is".to_owned() } else { format!("{left} sites that are") };
    let says = format!("it leads elsewhere than before; {sites} live there stay there, and count as new here");
    (left > 0).then_some(says)
}

/// When something was deployed there, in order.
fn spent(live: &Live, target: &str) -> Vec<Timestamp> {
    let berths = live.berths.iter().filter(|(berth, _)| berth.target == target);
    let mut times: Vec<Timestamp> = berths.map(|(_, standing)| standing.receipt.at).collect();
    times.sort_unstable();
    times
}

/// How long it takes at least, and how long of it the run waits for a window.
fn time(
    limits: &HostLimits,
    effort: Effort,
    policy: &Policy,
    spent: &[Timestamp],
    now: Timestamp,
) -> (Duration, Option<(Duration, String)>) {
    let wall = |what: &str, window: Window| format!("{} {what} in {} s", window.most, window.within.as_secs());
    let deployments = pace(effort.deployments, &limits.deployments, policy.reserve, spent, now);
    let paces = [
        ("deployments", deployments),
        ("files", pace(effort.uploads, &limits.uploads, 0, &[], now)),
        ("requests", pace(effort.requests, &limits.requests, policy.reserve, &[], now)),
    ];
    let slowest = paces.into_iter().max_by_key(|(_, (takes, _))| *takes);
    match slowest {
        Some((what, (takes, window))) => (takes, window.map(|window| (takes, wall(what, window)))),
        None => (Duration::ZERO, None),
    }
}

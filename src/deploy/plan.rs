//! What is live, compared with what was built.

use super::berths::{To, berths, hosts};
use super::compare::{Content, change, contents, missing};
use super::cost::{Prices, Tariff};
use super::crew;
use super::effort::{Cargo, effort};
use super::fits::refused;
use super::ledger::Ledger;
use super::pace::pace;
use super::packing::Size;
use super::press::Yard;
use super::rules::{self, Case};
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
    /// What hosts charge.
    pub prices: &'a Prices,
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
    let tariff = Tariff::of(basis.fleet, basis.prices);
    let mut draft = Draft { basis, live: &live, tariff, shipments: Vec::new(), left: BTreeMap::new(), unchanged: 0 };
    for (name, candidates) in draft.by_target()? {
        if let Some(target) = basis.fleet.targets.get(&name) {
            draft.target(&name, target, &candidates)?;
        }
    }
    let Draft { mut shipments, left, unchanged, tariff, .. } = draft;
    shipments.sort_by(|one, other| in_order(one).cmp(&in_order(other)));
    let cost = costs(basis.fleet, basis.prices, &live, &shipments);
    // Who spends nothing need not know what was spent.
    let spent = if cost.run == Money::default() { Money::default() } else { basis.ledger.spent(basis.now)? };
    let charges = tariff.charges(&shipments);
    let case = Case {
        fleet: basis.fleet,
        live: &live,
        now: basis.now,
        shipments: &shipments,
        cost: &cost,
        charges: &charges,
        spent,
    };
    Ok(Plan {
        id: Plan::id_of(&shipments.iter().map(Shipment::digest).collect::<Vec<_>>()),
        made: basis.now,
        loads: loads(basis, &live, &shipments),
        departed: departed(basis, &live),
        asks: rules::asks(&case),
        charges,
        shipments,
        unchanged,
        left,
        cost,
        spent,
    })
}

/// Parcels that sites leave go last, after those that take them in.
fn in_order(shipment: &Shipment) -> (bool, &str, &ParcelName) {
    (!shipment.leaving.is_empty(), &shipment.target, &shipment.parcel)
}

/// Refuses a plan if someone else shipped any of it since it was made.
pub fn still_fits(plan: &Plan, ledger: &Ledger<'_>) -> Result<(), Diagnostic> {
    let live = ledger.live();
    let overtaken = plan.shipments.iter().find(|shipment| {
        let standing = live.berths.get(&shipment.berth());
        let standing = standing.filter(|standing| standing.receipt.is_at(shipment.location));
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
                None => drop(self.left.insert(site.to_string(), Left::Elsewhere)),
                Some(_) if candidate.bundle.is_none() => drop(self.left.insert(site.to_string(), Left::Unbuilt)),
                Some(target) => targets.entry(target.to_owned()).or_default().push(candidate),
            }
        }
        let nowhere = self.basis.candidates.iter().all(|candidate| candidate.spec.targets.is_empty());
        match nowhere && !self.basis.candidates.is_empty() {
            true => Err(Diagnostic::error(Code::NoTarget, "no selected site says where it is shipped to").hint(
                "write `targets = [\"web\"]` below `[defaults]` in sites.toml, and at its end what that is:\n[targets.web]\nkind = \"folder\"\nplace = \"live\"",
            )),
            false => Ok(targets),
        }
    }

    fn target(&mut self, name: &str, target: &Target, candidates: &[&'a Candidate]) -> Result<(), Diagnostic> {
        let shown = Shown::at(self.live, name, target);
        let is_new =
            |candidate: &&Candidate| candidate.bundle.is_none_or(|bundle| !shown.shows(&candidate.spec, bundle));
        let changed: Vec<&Candidate> = candidates.iter().copied().filter(|candidate| is_new(candidate)).collect();
        self.unchanged += candidates.len() - changed.len();
        let mut kept_back = self.refused(name, target, &changed)?;
        kept_back.extend(self.shared(name, &changed, &shown));
        kept_back.extend(self.taken_back(&shown, &changed));
        let is_taken = |candidate: &&Candidate| !kept_back.contains_key(&candidate.spec.id);
        let changed: Vec<&Candidate> = changed.into_iter().filter(is_taken).collect();
        let candidates: Vec<&Candidate> = candidates.iter().copied().filter(is_taken).collect();
        self.left.extend(kept_back.into_iter().map(|(site, left)| (site.to_string(), left)));
        if changed.is_empty() && !shown.is_moving() {
            return Ok(());
        }
        let at = &shown.sites;
        let places = self.places(target, &candidates, &shown)?;
        let mut parcels: BTreeMap<ParcelName, Vec<&Candidate>> = BTreeMap::new();
        for candidate in changed {
            match places.get(&candidate.spec.id) {
                Some(parcel) => parcels.entry(parcel.clone()).or_default().push(candidate),
                None => {
                    let left = Left::Refused("it has more files than a pack holds".to_owned());
                    self.left.insert(candidate.spec.id.to_string(), left);
                }
            }
        }
        let mut leaving = shown.leaving(&places);
        for parcel in leaving.keys() {
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
            let ship = ship?;
            let leaving = leaving.remove(&ship.parcel).unwrap_or_default();
            self.shipments.push(Shipment { leaving, ..ship });
        }
        Ok(())
    }

    /// The sites that the host would not take as they are now.
    fn refused(
        &self,
        name: &str,
        target: &Target,
        candidates: &[&Candidate],
    ) -> Result<BTreeMap<SiteId, Left>, Diagnostic> {
        let limits = HostLimits::of(target.kind, target.plan);
        let Some(limits) = limits.filter(|limits| limits.files.or(limits.file_bytes).is_some()) else {
            return Ok(BTreeMap::new());
        };
        let looked = crew::map(candidates, self.basis.ledger.hands(), |candidate| {
            let says = refused(&self.basis.yard.manifest(&candidate.spec.id)?, &limits, name);
            Ok(says.map(|says| (candidate.spec.id.clone(), Left::Refused(says))))
        });
        looked.into_iter().filter_map(Result::transpose).collect()
    }

    /// The sites whose host name is that of another one at this target: that which shows it, or else the first of them.
    fn shared(&self, name: &str, candidates: &[&Candidate], shown: &Shown<'_>) -> BTreeMap<SiteId, Left> {
        if !shown.has_hosts() {
            return BTreeMap::new();
        }
        let mut owners: BTreeMap<String, &SiteId> = BTreeMap::new();
        let here = |site: &&Arc<SiteSpec>| self.basis.to.of(site) == Some(name);
        for site in self.basis.fleet.sites.iter().filter(here) {
            for host in hosts(site) {
                let shows = shown.holds(&site.id, &host);
                let owner = owners.entry(host).or_insert(&site.id);
                if shows {
                    *owner = &site.id;
                }
            }
        }
        let taken = |candidate: &&Candidate| {
            let site = &candidate.spec.id;
            let of_another = |host: String| {
                let with = owners.get(&host).filter(|owner| **owner != site)?;
                Some((site.clone(), Left::Shared { with: (*with).clone(), host }))
            };
            hosts(&candidate.spec).into_iter().find_map(of_another)
        };
        candidates.iter().filter_map(taken).collect()
    }

    /// Sites whose bundle someone took back, unless it is meant.
    fn taken_back(&self, shown: &Shown<'_>, candidates: &[&Candidate]) -> BTreeMap<SiteId, Left> {
        let held = |candidate: &&Candidate| {
            let (site, bundle) = (&candidate.spec.id, candidate.bundle?);
            let at = shown.taken_back(site, bundle)?;
            (!(self.basis.is_meant)(site, bundle)).then(|| (site.clone(), Left::TakenBack(bundle, at)))
        };
        candidates.iter().filter_map(held).collect()
    }

    /// The parcel of every site that is live there or is to be.
    fn places(
        &self,
        target: &Target,
        candidates: &[&Candidate],
        shown: &Shown<'_>,
    ) -> Result<BTreeMap<SiteId, ParcelName>, Diagnostic> {
        let of = |candidate: &&Candidate| {
            let size = Size { files: candidate.files + 1, hosts: hosts(&candidate.spec).len() };
            (candidate.spec.id.clone(), size)
        };
        let mut sizes: BTreeMap<SiteId, Size> = candidates.iter().map(of).collect();
        for (site, (_, release)) in &shown.sites {
            if !sizes.contains_key(*site) {
                let size =
                    if target.kind.tells_hosts_apart() { self.size(site, *release, shown)? } else { Size::default() };
                sizes.insert((*site).clone(), size);
            }
        }
        let at: BTreeMap<SiteId, ParcelName> =
            shown.sites.iter().map(|(site, (parcel, _))| ((*site).clone(), (*parcel).clone())).collect();
        let mut places = berths(target, &sizes, &at);
        // What nobody builds any more stays where it is, until someone takes it away.
        for (site, parcel) in at {
            places.entry(site).or_insert(parcel);
        }
        Ok(places)
    }

    /// What a site takes of a pack as it is live.
    fn size(&self, site: &SiteId, release: Digest, shown: &Shown<'_>) -> Result<Size, Diagnostic> {
        let files = self.basis.ledger.release(site, release)?.map_or(0, |release| release.files.len());
        Ok(Size { files, hosts: shown.count_of_hosts(site) })
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
        let (mut changes, mut sent, mut hosts) = (Vec::new(), Vec::new(), Vec::new());
        let mut is_renamed = false;
        for candidate in changed {
            let site = &candidate.spec.id;
            hosts.extend(shown.new_hosts(&candidate.spec, parcel));
            is_renamed |= !shown.answers(&candidate.spec);
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
            let (change, sizes) = self.compare(target.kind, from, &manifest, &mut there)?;
            changes.push(change);
            sent.extend(sizes);
        }
        let is_changed =
            is_renamed || !changes.is_empty() || standing.is_some_and(|standing| is_left(standing, &staying, &changes));
        let (is_first, led, shares) = (standing.is_none(), hosts.len() as u64, target.gradual.len() as u64);
        let cargo = Cargo { is_first, changes: is_changed, sent: &sent, all, hosts: led, shares };
        let effort = effort(target.kind, &cargo);
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
            leaving: BTreeMap::new(),
            hosts,
            effort,
        })
    }

    /// What changes in a site, and the sizes of the files that are sent; `there` is what its host has, and will have.
    fn compare(
        &self,
        kind: TargetKind,
        from: Option<Digest>,
        manifest: &Manifest,
        there: &mut BTreeSet<Content>,
    ) -> Result<(Change, Vec<u64>), Diagnostic> {
        let site = &manifest.site;
        let from = from.map(|from| self.basis.ledger.release(site, from)).transpose()?.flatten();
        there.extend(from.iter().flat_map(|from| contents(from, kind)));
        let (contents, sizes): (Vec<Content>, Vec<u64>) = missing(manifest, kind, there).into_iter().unzip();
        there.extend(contents);
        Ok((change(site, from.as_ref(), manifest), sizes))
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

pub(super) fn costs(fleet: &Fleet, prices: &Prices, live: &Live, shipments: &[Shipment]) -> Cost {
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
        prices.monthly(sites, views)
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

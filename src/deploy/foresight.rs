//! What a run would touch, before anything is built: for whoever shares the work out among machines.

use super::berths::To;
use super::cost::Prices;
use super::ledger::Ledger;
use super::plan::{Candidate, costs};
use super::rules::{self, Case};
use super::shown::Shown;
use crate::diag::Diagnostic;
use crate::model::{
    Ask, Change, Digest, Effort, Fleet, Intent, Live, Money, Shipment, SiteId, SiteSpec, Target, TargetKind,
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is known before a run.
pub struct Outlook<'a> {
    /// The fleet.
    pub fleet: &'a Fleet,
    /// The selected sites; those of which something changed since they were built have no bundle.
    pub candidates: &'a [Candidate],
    /// Which targets are meant.
    pub to: To<'a>,
    /// What is live.
    pub ledger: &'a Ledger<'a>,
    /// What hosts charge.
    pub prices: &'a Prices,
    /// The present moment.
    pub now: Timestamp,
}

/// What a run would come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Foresight {
    /// The sites that are not live as they would be built. Each list has to be shipped by one machine.
    pub touched: Vec<Vec<Arc<SiteSpec>>>,
    /// What the owner's rules say about all of it together, as far as it can be told. A machine that ships a part of it cannot tell.
    pub asks: Vec<Ask>,
}

/// Compares what is live with what is known of the last builds. No host is asked, nothing is read but the ledger.
pub fn foresee(outlook: &Outlook<'_>) -> Result<Foresight, Diagnostic> {
    outlook.to.check(outlook.fleet)?;
    let (live, open) = (outlook.ledger.live().here(&outlook.fleet.targets), outlook.ledger.intents()?);
    let mut places: BTreeMap<&str, Place<'_>> = BTreeMap::new();
    let (mut touched, mut packs, mut shipments) = (Vec::new(), BTreeMap::new(), Vec::new());
    for candidate in outlook.candidates {
        let spec = &candidate.spec;
        let target = outlook.to.of(spec).and_then(|name| outlook.fleet.targets.get_key_value(name));
        let Some((name, target)) = target else {
            // It is built all the same, unless only those that have the target are meant.
            let is_meant = outlook.to == To::Primary && candidate.bundle.is_none();
            touched.extend(is_meant.then(|| vec![Arc::clone(spec)]));
            continue;
        };
        let place = places.entry(name).or_insert_with(|| Place::new(name, target, &live, &open));
        if !place.is_touched(candidate) {
            continue;
        }
        shipments.push(place.shipment(spec));
        match target.kind {
            // Which pack a site goes to depends on all others that change there, and one switch shows many of them.
            TargetKind::CloudflarePack => packs.entry(name).or_insert_with(Vec::new).push(Arc::clone(spec)),
            _ => touched.push(vec![Arc::clone(spec)]),
        }
    }
    touched.extend(packs.into_values());
    let cost = costs(outlook.fleet, outlook.prices, &live, &shipments);
    // What it costs to send is known only when it is built.
    let (charges, spent) = (&[], Money::default());
    let case = Case {
        fleet: outlook.fleet,
        live: &live,
        now: outlook.now,
        shipments: &shipments,
        cost: &cost,
        charges,
        spent,
    };
    Ok(Foresight { touched, asks: rules::asks(&case) })
}

/// A target, as it is before a run.
struct Place<'a> {
    name: &'a str,
    target: &'a Target,
    shown: Shown<'a>,
    /// Sites that a run left open when it died.
    open: BTreeSet<&'a SiteId>,
}

impl<'a> Place<'a> {
    fn new(name: &'a str, target: &'a Target, live: &'a Live, open: &'a [Intent]) -> Self {
        let begun = open.iter().filter(|intent| intent.berth.target == name).flat_map(|intent| intent.sites.keys());
        let unseen = live.unseen().filter(|(berth, _)| berth.target == name);
        let open = begun.chain(unseen.flat_map(|(_, standing)| standing.unseen.keys())).collect();
        Self { name, target, shown: Shown::at(live, name, target), open }
    }

    /// Whether a plan would change anything of it, or a run that died left it open.
    fn is_touched(&self, candidate: &Candidate) -> bool {
        let site = &candidate.spec.id;
        let is_new = |bundle| {
            !self.shown.shows(&candidate.spec, bundle) && self.shown.taken_back(&candidate.spec.id, bundle).is_none()
        };
        candidate.bundle.is_none_or(is_new) || self.open.contains(site)
    }

    /// What is known of its shipment before it is built.
    fn shipment(&self, spec: &SiteSpec) -> Shipment {
        let from = self.shown.sites.get(&spec.id).map(|(_, release)| *release);
        let nothing_known = Digest::of(&[]);
        let parcel =
            self.shown.sites.get(&spec.id).map_or_else(|| spec.id.clone().into(), |(parcel, _)| (*parcel).clone());
        let change = Change::new(spec.id.clone(), from, nothing_known);
        Shipment {
            target: self.name.to_owned(),
            kind: self.target.kind,
            location: self.target.location(),
            before: None,
            changes: vec![change],
            files: 0,
            staying: BTreeMap::new(),
            hosts: self.shown.new_hosts(spec, &parcel),
            parcel,
            leaving: BTreeMap::new(),
            effort: Effort::default(),
            cost: Money::default(),
        }
    }
}

/// The sites that visitors see at all their addresses, each with its bundle. Of those that a run left open when it died, nobody knows yet.
pub fn afloat(fleet: &Fleet, ledger: &Ledger<'_>, to: To<'_>) -> Result<BTreeMap<SiteId, Digest>, Diagnostic> {
    let (live, intents) = (ledger.live().here(&fleet.targets), ledger.intents()?);
    let shown = Shown::everywhere(fleet, &live);
    let unseen = live.unseen().flat_map(|(_, standing)| standing.unseen.keys());
    let open: BTreeSet<&SiteId> = intents.iter().flat_map(|intent| intent.sites.keys()).chain(unseen).collect();
    let seen = |spec: &Arc<SiteSpec>| {
        let bundle = shown.get(to.of(spec)?)?.seen(spec)?;
        (!open.contains(&spec.id)).then(|| (spec.id.clone(), bundle))
    };
    Ok(fleet.sites.iter().filter_map(seen).collect())
}

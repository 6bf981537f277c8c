//! What a run would touch, before anything is built: for whoever shares the work out among machines.

use super::berths::To;
use super::ledger::Ledger;
use super::plan::{Candidate, costs};
use super::rules;
use super::shown::Shown;
use crate::diag::Diagnostic;
use crate::model::{
    Ask, Change, Digest, Effort, Fleet, Intent, Live, Money, Plan, Shipment, SiteId, SiteSpec, Target, TargetKind,
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
    Ok(Foresight { touched, asks: asks(outlook, &live, shipments) })
}

/// A target, as it is before a run.
struct Place<'a> {
    name: &'a str,
    target: &'a Target,
    shown: Shown<'a>,
    /// Sites that a run left open which died.
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
        let change = Change {
            site: spec.id.clone(),
            from,
            to: nothing_known,
            added: 0,
            changed: 0,
            removed: 0,
            removed_pages: 0,
        };
        Shipment {
            target: self.name.to_owned(),
            kind: self.target.kind,
            location: self.target.location(),
            parcel: spec.id.clone().into(),
            before: None,
            changes: vec![change],
            files: 0,
            staying: BTreeMap::new(),
            hosts: self.shown.new_hosts(spec),
            effort: Effort::default(),
            cost: Money::default(),
        }
    }
}

fn asks(outlook: &Outlook<'_>, live: &Live, shipments: Vec<Shipment>) -> Vec<Ask> {
    let plan = Plan {
        id: Digest::of(&[]),
        made: outlook.now,
        cost: costs(outlook.fleet, live, &shipments),
        departed: Vec::new(),
        charges: Vec::new(),
        spent: Money::default(),
        shipments,
        unchanged: 0,
        left: BTreeMap::new(),
        loads: Vec::new(),
        asks: Vec::new(),
    };
    rules::asks(&plan, outlook.fleet, live)
}

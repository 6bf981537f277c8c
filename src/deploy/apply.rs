//! A plan becomes true: in waves, many parcels at once, stopped by the owner's rules.

use super::crew;
use super::ledger::Ledger;
use super::press::Yard;
use super::ship::ship;
use crate::diag::{Code, Diagnostic};
use crate::event::{Arrival, Event, Listener, Shipped, Voyage};
use crate::health::HealthCheck;
use crate::model::{Berth, Money, Plan, Policy, Release, Shipment, SiteId, SiteSpec, Target};
use crate::provider::Provider;
use crate::world::{Clock, Stopwatch};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// What shipping needs to know, and whom.
pub struct Shipping<'a> {
    /// All sites of the fleet.
    pub specs: &'a BTreeMap<SiteId, Arc<SiteSpec>>,
    /// All targets of the fleet.
    pub targets: &'a BTreeMap<String, Target>,
    /// The hosts behind them.
    pub providers: &'a BTreeMap<String, Box<dyn Provider>>,
    /// What was made of the sites that change, if anything was.
    pub fresh: Option<Fresh<'a>>,
    /// What is kept of all of this.
    pub ledger: &'a Ledger<'a>,
    /// The owner's rules.
    pub policy: &'a Policy,
    /// Who looks at sites after a switch.
    pub health: &'a dyn HealthCheck,
    /// What time it is.
    pub clock: &'a dyn Clock,
    /// Who hears of each parcel.
    pub listener: &'a dyn Listener,
    /// Asked before each parcel and file whether to go on.
    pub stopped: &'a (dyn Fn() -> bool + Sync),
}

/// Sites that were made for this.
#[derive(Clone, Copy)]
pub struct Fresh<'a> {
    /// Their releases.
    pub releases: &'a BTreeMap<SiteId, Arc<Release>>,
    /// Where they lie.
    pub yard: &'a dyn Yard,
}

/// How urgent a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// Now, whatever the windows say, all at once.
    Urgent,
    /// All at once.
    Single,
    /// In waves.
    Batch,
}

impl Priority {
    /// How urgent a plan is unless it is said.
    pub fn usual(plan: &Plan) -> Self {
        if plan.shipments.len() > 1 { Self::Batch } else { Self::Single }
    }
}

/// Applies a plan as the run of this name. It has to be made of what is live now, and to be allowed.
pub fn apply(shipping: &Shipping<'_>, run: &str, priority: Priority, plan: &Plan) -> Result<Voyage, Diagnostic> {
    let watch = Stopwatch::start();
    let berths: Vec<Berth> = plan.shipments.iter().map(Shipment::berth).collect();
    let begun = shipping.clock.now();
    shipping.ledger.begin(run, plan.id, begun, berths.iter())?;
    let cost: Money = plan.shipments.iter().map(|shipment| shipment.cost).sum();
    if cost > Money::default() {
        shipping.ledger.spend(run, plan.id, begun, cost)?;
    }
    shipping.listener.tell(&Event::ShippingStarted { parcels: berths.len() });
    let mut outcomes: Vec<Option<Shipped>> = Vec::new();
    let tally = Tally { failed: AtomicUsize::new(0), halted: AtomicBool::new(false), total: berths.len() };
    let mut stopped = None;
    for (number, wave) in waves(berths.len(), priority, shipping.policy).into_iter().enumerate() {
        outcomes.extend(sail(shipping, run, &plan.shipments[wave.clone()], &tally));
        stopped = tally.verdict(number == 0 && wave.len() < berths.len(), shipping.policy);
        if stopped.is_some() {
            break;
        }
    }
    // Whatever becomes of the ledger, sites are live that someone has to hear of; intents that it still holds are asked about again.
    let mut unkept = shipping.ledger.flush().err();
    let unbegun = |(shipment, berth): (&Shipment, Berth)| {
        let sites = shipment.changes.iter().map(|change| change.site.clone()).collect();
        Shipped::new(berth, sites, Arrival::Stopped)
    };
    let expected = plan.shipments.iter().zip(berths);
    let ended = |(shipped, expected): (Option<Shipped>, _)| shipped.unwrap_or_else(|| unbegun(expected));
    let outcomes = outcomes.into_iter().chain(std::iter::repeat_with(|| None));
    let shipped: Vec<Shipped> = outcomes.zip(expected).map(ended).collect();
    let saved: Money = plan.shipments.iter().zip(&shipped).map(|(shipment, shipped)| saved(shipment, shipped)).sum();
    if saved > Money::default() {
        let cost = Money { micros: cost.micros - saved.micros };
        unkept = unkept.or(shipping.ledger.spend(run, plan.id, begun, cost).err());
    }
    let is_cut = shipped.iter().any(|shipped| shipped.arrival == Arrival::Stopped);
    let (run, stopped) = (run.to_owned(), stopped.filter(|_| is_cut));
    Ok(Voyage { run, shipped, stopped, unkept, took: watch.elapsed() })
}

/// What is not charged for after all, as nothing of it was begun.
fn saved(shipment: &Shipment, shipped: &Shipped) -> Money {
    if shipped.arrival == Arrival::Stopped { shipment.cost } else { Money::default() }
}

/// Fewer failures say nothing about the run as a whole, however small it is.
const FEW: usize = 5;

/// How a run is going.
struct Tally {
    failed: AtomicUsize,
    halted: AtomicBool,
    total: usize,
}

impl Tally {
    fn add(&self, arrival: Arrival, policy: &Policy) {
        if matches!(arrival, Arrival::WentBack | Arrival::Failed | Arrival::Unknown) {
            let failed = self.failed.fetch_add(1, Ordering::Relaxed) + 1;
            if self.is_too_much(failed, policy) {
                self.halted.store(true, Ordering::Relaxed);
            }
        }
    }

    fn is_too_much(&self, failed: usize, policy: &Policy) -> bool {
        failed >= FEW && failed as u64 * 100 > self.total as u64 * policy.stop_failed
    }

    /// Why the run ends here, if it does. In the first of several waves nothing may fail.
    fn verdict(&self, is_canary: bool, policy: &Policy) -> Option<Diagnostic> {
        let failed = self.failed.load(Ordering::Relaxed);
        let hint =
            "look at what failed, then deploy again; what is live stays live, or `hectare rollback --run` sets it back";
        if is_canary && failed > 0 {
            let message = "the first wave failed, so that the run was stopped before all others";
            return Some(Diagnostic::error(Code::RunStopped, message).hint(hint));
        }
        self.is_too_much(failed, policy).then(|| {
            let message = format!("{failed} of {} parcels failed, more than {} %", self.total, policy.stop_failed);
            Diagnostic::error(Code::RunStopped, message).hint(hint)
        })
    }
}

/// Ships some of the parcels of a plan; nothing stands for those that were not begun.
fn sail(shipping: &Shipping<'_>, run: &str, shipments: &[Shipment], tally: &Tally) -> Vec<Option<Shipped>> {
    let halted = || tally.halted.load(Ordering::Relaxed) || (shipping.stopped)();
    crew::map_until(shipments, shipping.policy.in_flight, &halted, |shipment| {
        let shipped = ship(shipping, run, shipment);
        tally.add(shipped.arrival, shipping.policy);
        shipping.listener.tell(&Event::ParcelShipped(shipped.clone()));
        shipped
    })
}

/// Which parcels go together.
fn waves(count: usize, priority: Priority, policy: &Policy) -> Vec<Range<usize>> {
    let sizes = if priority == Priority::Batch { policy.waves.as_slice() } else { &[] };
    let mut waves = Vec::new();
    let mut start: usize = 0;
    for size in sizes.iter().copied().filter(|size| *size > 0).chain([usize::MAX]) {
        let end = start.saturating_add(size).min(count);
        if start < end {
            waves.push(start..end);
        }
        start = end;
    }
    waves
}

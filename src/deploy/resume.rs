//! What runs left open that did not come to their end: the hosts are asked, nothing is repeated.

use super::ledger::{Ledger, Past};
use crate::diag::{Code, Diagnostic};
use crate::model::{Berth, Course, Intent, Label, Receipt, Sighting, Step};
use crate::provider::{HostFault, Provider};
use crate::world::Clock;
use std::collections::BTreeMap;

/// Finds out what became of every intent that is `wanted`. Returns the berths of which nobody knows, each with the reason; nothing is shipped there.
pub fn resume(
    ledger: &Ledger<'_>,
    providers: &BTreeMap<String, Box<dyn Provider>>,
    clock: &dyn Clock,
    wanted: &dyn Fn(&Intent) -> bool,
) -> Result<BTreeMap<Berth, Diagnostic>, Diagnostic> {
    let mut unknown = BTreeMap::new();
    for intent in ledger.intents()?.into_iter().filter(|intent| wanted(intent)) {
        let Some(provider) = providers.get(&intent.berth.target) else { continue };
        match intent.step {
            // Nobody has seen anything of it.
            Step::Uploading => ledger.forget(&intent.berth)?,
            Step::Switching => match provider.live(&intent.berth.parcel) {
                Ok(live) => {
                    if let Some(fault) = settle(ledger, provider.as_ref(), &intent, live, clock)? {
                        unknown.insert(intent.berth.clone(), fault.diagnostic(&intent.berth.target));
                    }
                }
                Err(fault) => drop(unknown.insert(intent.berth.clone(), fault.diagnostic(&intent.berth.target))),
            },
        }
    }
    ledger.flush()?;
    Ok(unknown)
}

/// Asks the hosts what is live everywhere, and lets the ledger say the same. Returns what was wrong.
pub fn refresh(
    ledger: &Ledger<'_>,
    providers: &BTreeMap<String, Box<dyn Provider>>,
    clock: &dyn Clock,
) -> Result<Vec<Diagnostic>, Diagnostic> {
    let mut found: Vec<Diagnostic> = resume(ledger, providers, clock, &|_| true)?.into_values().collect();
    for (berth, standing) in ledger.live().berths {
        let Some(provider) = providers.get(&berth.target) else { continue };
        match provider.live(&berth.parcel) {
            Ok(Some(live)) if live.deployment == standing.receipt.deployment && live.to_all => {}
            Ok(live) => found.push(repair(ledger, &berth, live, clock)?),
            Err(fault) => found.push(fault.diagnostic(&berth.target)),
        }
    }
    ledger.flush()?;
    if found.iter().all(|found| !found.is_error()) {
        ledger.forget_damaged()?;
    }
    Ok(found)
}

/// Lets the ledger say what the host says.
fn repair(
    ledger: &Ledger<'_>,
    berth: &Berth,
    live: Option<Sighting>,
    clock: &dyn Clock,
) -> Result<Diagnostic, Diagnostic> {
    let drift = |says: &str| {
        let hint = "the ledger says so now, too; `hectare deploy` ships what should be there";
        Diagnostic::warning(Code::Drift, format!("`{berth}` shows {says}")).hint(hint)
    };
    let Some(live) = live else {
        ledger.vacate(berth)?;
        return Ok(drift("nothing, though the ledger says that it does"));
    };
    let history = ledger.history(berth)?;
    let known = history.iter().rev().find(|past| live.to_all && past.receipt.deployment == live.deployment);
    let receipt = match known {
        Some(past) => Receipt { at: live.at.unwrap_or_else(|| clock.now()), ..past.receipt.clone() },
        // Whatever it is, hectare did not put it there, so nothing is known to be live.
        None => Receipt {
            parcel: berth.parcel.clone(),
            deployment: live.deployment,
            address: live.address,
            label: live.label.unwrap_or(Label::new([0; 20])),
            at: live.at.unwrap_or_else(|| clock.now()),
            sites: BTreeMap::new(),
            hosts: BTreeMap::new(),
            location: None,
        },
    };
    ledger.record(berth, &Past { run: "refresh".to_owned(), course: Course::Back, receipt }, |_| {})?;
    Ok(match known {
        Some(_) => drift("another release than the ledger says, which someone went back to"),
        None => drift("something that hectare did not put there"),
    })
}

/// Keeps what came of an intent, unless this goes wrong at the host. What only some visitors see was being tried out: all of them see
/// again what they saw before.
fn settle(
    ledger: &Ledger<'_>,
    provider: &dyn Provider,
    intent: &Intent,
    live: Option<Sighting>,
    clock: &dyn Clock,
) -> Result<Option<HostFault>, Diagnostic> {
    let before = ledger.standing(&intent.berth).map(|standing| standing.receipt);
    match (live, before) {
        (Some(live), Some(before)) if !live.to_all => {
            if let Err(fault) = provider.rollback(&intent.berth.parcel, &before) {
                return Ok(Some(fault));
            }
            ledger.forget(&intent.berth)?;
        }
        (Some(live), _) if live.label == Some(intent.label) => {
            let receipt = Receipt::seen(live, intent.aim(), || clock.now());
            let (past, unseen) =
                (Past { run: intent.run.clone(), course: intent.course, receipt }, intent.unseen.clone());
            ledger.record(&intent.berth, &past, |standing| standing.unseen.extend(unseen))?;
        }
        // What the host has begun may not be over yet.
        _ => ledger.doubt(intent)?,
    }
    Ok(None)
}

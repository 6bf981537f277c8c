//! Showing again what was shown before: one site, or everything that a run changed.

use super::apply::Shipping;
use super::catch_up::set_back;
use super::crew;
use super::halt::Halt;
use super::ledger::Past;
use super::look::Seen;
use super::ship::Way;
use crate::diag::{Code, Diagnostic, list};
use crate::event::{Arrival, Event, Shipped, Voyage};
use crate::model::{Berth, Digest, SiteId, Standing};
use crate::world::Stopwatch;
use std::collections::BTreeMap;

/// What goes back at one berth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Back {
    /// Where.
    pub berth: Berth,
    /// Which release each site shows then; none if it shows nothing.
    pub sites: BTreeMap<SiteId, Option<Digest>>,
}

/// The way back of one site: to its release before, or to the one whose id begins with `to`.
pub fn back_of_site(
    shipping: &Shipping<'_>,
    site: &SiteId,
    target: &str,
    to: Option<&str>,
) -> Result<Back, Diagnostic> {
    let live = shipping.ledger.live();
    let at = live.at(target);
    let Some((parcel, now)) = at.get(site) else {
        let message = format!("`{site}` is not live at `{target}`");
        let hint = "`hectare status` tells what is live where; `--target` names another one";
        return Err(Diagnostic::error(Code::NothingToGoBackTo, message).hint(hint));
    };
    let berth = Berth { target: target.to_owned(), parcel: (*parcel).clone() };
    let history = shipping.ledger.history(&berth)?;
    let mut releases: Vec<Digest> =
        history.iter().rev().filter_map(|past| past.receipt.sites.get(site).copied()).collect();
    releases.dedup();
    let wanted = |release: &&Digest| match to {
        Some(to) => release.to_string().starts_with(to),
        None => *release != now,
    };
    match releases.iter().find(wanted) {
        Some(release) => Ok(Back { berth, sites: BTreeMap::from([(site.clone(), Some(*release))]) }),
        None => Err(nothing(site, to, &releases)),
    }
}

fn nothing(site: &SiteId, to: Option<&str>, releases: &[Digest]) -> Diagnostic {
    let names: Vec<String> = releases.iter().map(Digest::short).collect();
    let message = match to {
        Some(to) => format!("`{site}` was never live in a release `{to}`"),
        None => format!("`{site}` has no release before the one that is live"),
    };
    let hint = format!("its releases, the latest first, are {}", list(names.iter().map(String::as_str)));
    Diagnostic::error(Code::NothingToGoBackTo, message).hint(hint)
}

/// The way back of everything that the run `run` changed and that nobody changed since.
pub fn back_of_run(shipping: &Shipping<'_>, run: &str) -> Result<Vec<Back>, Diagnostic> {
    let ledger = shipping.ledger;
    let Some(known) = ledger.run(run)? else {
        let runs = ledger.runs()?;
        let latest: Vec<&str> = runs.iter().rev().take(5).map(String::as_str).collect();
        let refusal = Diagnostic::error(Code::NothingToGoBackTo, format!("there was no run `{run}`"));
        return Err(refusal.hint(format!("the latest runs are {}", list(latest))));
    };
    let mut backs = Vec::new();
    for berth in known.berths {
        let (history, standing) = (ledger.history(&berth)?, ledger.standing(&berth));
        let sites = standing.map(|standing| undone(&history, run, &standing)).unwrap_or_default();
        if !sites.is_empty() {
            backs.push(Back { berth, sites });
        }
    }
    Ok(backs)
}

/// What the sites that `run` changed showed before it, of those that still show what it made.
fn undone(history: &[Past], run: &str, standing: &Standing) -> BTreeMap<SiteId, Option<Digest>> {
    let Some(first) = history.iter().position(|past| past.run == run) else { return BTreeMap::new() };
    let Some(last) = history.iter().rposition(|past| past.run == run) else { return BTreeMap::new() };
    let before = first.checked_sub(1).map(|before| &history[before].receipt.sites);
    let earlier = |site: &SiteId| before.and_then(|sites| sites.get(site)).copied();
    let made = history[last].receipt.sites.iter();
    made.filter(|(site, release)| standing.receipt.sites.get(*site) == Some(*release))
        .filter(|(site, release)| earlier(site) != Some(**release))
        .map(|(site, _)| (site.clone(), earlier(site)))
        .collect()
}

/// Goes all these ways back, as the run of this name.
pub fn go_back(shipping: &Shipping<'_>, run: &str, backs: &[Back], plan: Digest) -> Result<Voyage, Diagnostic> {
    let watch = Stopwatch::start();
    shipping.ledger.begin(run, plan, shipping.clock.now(), backs.iter().map(|back| &back.berth))?;
    shipping.listener.tell(&Event::ShippingStarted { parcels: backs.len() });
    let outcomes = crew::map_until(backs, shipping.policy.in_flight, shipping.stopped, |back| {
        let shipped = go(shipping, run, back);
        shipping.listener.tell(&Event::ParcelShipped(shipped.clone()));
        shipped
    });
    let unkept = shipping.ledger.flush().err();
    let end = |(shipped, back): (Option<Shipped>, &Back)| shipped.unwrap_or_else(|| begun(back, Arrival::Stopped));
    let shipped = outcomes.into_iter().zip(backs).map(end).collect();
    Ok(Voyage { run: run.to_owned(), shipped, stopped: None, unkept, took: watch.elapsed() })
}

fn begun(back: &Back, arrival: Arrival) -> Shipped {
    let sites = back.sites.keys().cloned().collect();
    Shipped::new(back.berth.clone(), sites, arrival)
}

fn go(shipping: &Shipping<'_>, run: &str, back: &Back) -> Shipped {
    let mut shipped = begun(back, Arrival::Live);
    match attempt(shipping, run, back) {
        Ok(found) => (shipped.back, shipped.diagnostics) = (shipped.sites.clone(), found),
        Err(Halt { arrival, why }) => (shipped.arrival, shipped.diagnostics) = (arrival, vec![why]),
    }
    shipped
}

/// Goes one way; what is wrong with sites that do not show what they should then.
fn attempt(shipping: &Shipping<'_>, run: &str, back: &Back) -> Result<Vec<Diagnostic>, Halt> {
    let (Some(provider), Some(standing)) =
        (shipping.providers.get(&back.berth.target), shipping.ledger.standing(&back.berth))
    else {
        return Ok(Vec::new());
    };
    let way = Way::to(shipping, run, provider.as_ref(), back.berth.clone());
    way.show(&set_back(&standing.receipt.sites, &back.sites))?;
    let mut found = Vec::new();
    for (site, release) in &back.sites {
        let Some(release) = release else { continue };
        match way.look(site, way.kept(site, *release)?.as_ref(), None) {
            Seen::Nothing => {}
            Seen::Well(vitals) => way.looked_at(site, Some(vitals))?,
            Seen::TooEarly(said) | Seen::CutShort(said) | Seen::Unwell(said) => found.push(said),
        }
    }
    Ok(found)
}

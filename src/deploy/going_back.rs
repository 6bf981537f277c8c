//! Showing again what was shown before: one site, or everything that a run changed.

use super::apply::Shipping;
use super::catch_up::with;
use super::crew;
use super::ledger::Past;
use super::look::Seen;
use super::ship::Voyage as Way;
use crate::diag::{Code, Diagnostic, list};
use crate::event::{Arrival, Event, Shipped, Voyage};
use crate::model::{Berth, Course, Digest, SiteId, Standing, Target};
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
    let live = shipping.ledger.live().here(shipping.targets);
    let at = live.at(target);
    let Some((parcel, now)) = at.get(site) else {
        let message = format!("`{site}` is not live at `{target}`");
        let hint = "`hectare status` tells what is live where; `--target` names another one";
        return Err(Diagnostic::error(Code::NothingToGoBackTo, message).hint(hint));
    };
    let berth = Berth { target: target.to_owned(), parcel: (*parcel).clone() };
    let mut history = shipping.ledger.history(&berth)?;
    let location = shipping.targets.get(target).map(Target::location);
    history.retain(|past| location.is_none_or(|location| past.receipt.is_at(location)));
    let mut releases: Vec<Digest> = Vec::new();
    for release in history.iter().rev().filter_map(|past| past.receipt.sites.get(site)) {
        if !releases.contains(release) {
            releases.push(*release);
        }
    }
    let way = way_here(&history, site);
    let back = match to {
        Some(to) => releases.iter().find(|release| release.to_string().starts_with(to)),
        None => way.iter().rev().skip_while(|release| *release != now).find(|release| *release != now),
    };
    match back {
        Some(release) => Ok(Back { berth, sites: BTreeMap::from([(site.clone(), Some(*release))]) }),
        None => Err(nothing(site, to, &releases)),
    }
}

/// The releases that a site showed one after the other. What it went back from is passed over: it would be gone back from again.
fn way_here(history: &[Past], site: &SiteId) -> Vec<Digest> {
    let mut way: Vec<Digest> = Vec::new();
    for past in history {
        let Some(release) = past.receipt.sites.get(site) else { continue };
        match way.iter().rposition(|earlier| earlier == release) {
            Some(at) if past.course != Course::Onward => way.truncate(at + 1),
            Some(at) if at + 1 == way.len() => {}
            _ => way.push(*release),
        }
    }
    way
}

fn nothing(site: &SiteId, to: Option<&str>, releases: &[Digest]) -> Diagnostic {
    let names: Vec<String> = releases.iter().map(Digest::short).collect();
    let message = match to {
        Some(to) => format!("`{site}` was never live in a release `{to}`"),
        None => format!("`{site}` has no release before the one that is live"),
    };
    let names = list(names.iter().map(String::as_str));
    let hint = match releases.len() {
        0 | 1 => format!("its releases, the latest first, are {names}"),
        _ => format!("its releases, the latest first, are {names}; `--to` goes to any of them"),
    };
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
    let mut ways = Vec::new();
    for berth in known.berths {
        let (history, standing) = (ledger.history(&berth)?, ledger.standing(&berth));
        let sites = standing.map(|standing| undone(&history, run, &standing)).unwrap_or_default();
        if !sites.is_empty() {
            ways.push(Back { berth, sites });
        }
    }
    Ok(ways)
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

/// Goes all these ways.
pub fn go_back(shipping: &Shipping<'_>, ways: &[Back], plan: Digest) -> Result<Voyage, Diagnostic> {
    let watch = Stopwatch::start();
    shipping.ledger.begin(&shipping.run, plan, shipping.clock.now(), ways.iter().map(|way| &way.berth))?;
    shipping.listener.tell(&Event::ShippingStarted { parcels: ways.len() });
    let outcomes = crew::map_until(ways, shipping.policy.in_flight, shipping.stopped, |way| {
        let shipped = go(shipping, way);
        shipping.listener.tell(&Event::ParcelShipped(shipped.clone()));
        shipped
    });
    let unkept = shipping.ledger.flush().err();
    let end = |(shipped, way): (Option<Shipped>, &Back)| shipped.unwrap_or_else(|| begun(way, Arrival::Stopped));
    let shipped = outcomes.into_iter().zip(ways).map(end).collect();
    Ok(Voyage { run: shipping.run.clone(), shipped, stopped: None, unkept, took: watch.elapsed() })
}

fn begun(way: &Back, arrival: Arrival) -> Shipped {
    let sites = way.sites.keys().cloned().collect();
    Shipped::new(way.berth.clone(), sites, arrival)
}

fn go(shipping: &Shipping<'_>, way: &Back) -> Shipped {
    let mut shipped = begun(way, Arrival::Live);
    match attempt(shipping, way) {
        Ok(found) => (shipped.back, shipped.diagnostics) = (shipped.sites.clone(), found),
        Err((arrival, fault)) => (shipped.arrival, shipped.diagnostics) = (arrival, vec![fault]),
    }
    shipped
}

/// Goes one way; what is wrong with sites that do not show what they should then.
fn attempt(shipping: &Shipping<'_>, way: &Back) -> Result<Vec<Diagnostic>, (Arrival, Diagnostic)> {
    let failed = |fault| (Arrival::Failed, fault);
    let (Some(provider), Some(standing)) =
        (shipping.providers.get(&way.berth.target), shipping.ledger.standing(&way.berth))
    else {
        return Ok(Vec::new());
    };
    let voyage = Way::to(shipping, provider.as_ref(), way.berth.clone()).wished_back();
    voyage.show(&with(&standing.receipt.sites, &way.sites))?;
    let mut found = Vec::new();
    for (site, release) in &way.sites {
        let Some(release) = release else { continue };
        match voyage.look(site, voyage.kept(site, *release).map_err(failed)?.as_ref(), None) {
            Seen::Nothing => {}
            Seen::Well(vitals) => voyage.looked_at(site, Some(vitals)).map_err(failed)?,
            Seen::TooEarly(said) | Seen::CutShort(said) | Seen::Unwell(said) => found.push(said),
        }
    }
    Ok(found)
}

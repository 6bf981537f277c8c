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
use crate::model::{Berth, Course, Digest, SiteId, Standing, Target};
use crate::world::Stopwatch;
use jiff::Timestamp;
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
    let shown = history.iter().rev().filter_map(|past| Some((*past.receipt.sites.get(site)?, past.receipt.at)));
    let mut releases: Vec<(Digest, Timestamp)> = Vec::new();
    for (release, at) in shown {
        if releases.iter().all(|(known, _)| *known != release) {
            releases.push((release, at));
        }
    }
    let way = way_here(&history, site);
    let back = match to {
        Some(to) => releases.iter().map(|(release, _)| release).find(|release| release.to_string().starts_with(to)),
        None => way.iter().rev().skip_while(|release| *release != now).find(|release| *release != now),
    };
    match back {
        Some(release) => Ok(Back { berth, sites: BTreeMap::from([(site.clone(), Some(*release))]) }),
        None => Err(nothing(site, to, &releases)),
    }
}

/// More releases than these are not listed.
const LISTED: usize = 10;

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

fn nothing(site: &SiteId, to: Option<&str>, releases: &[(Digest, Timestamp)]) -> Diagnostic {
    let named = releases.iter().take(LISTED).map(|(release, at)| format!("`{}` of {at:.0}", release.short()));
    let named: Vec<String> = named.collect();
    let message = match to {
        Some(to) => format!("`{site}` was never live in a release `{to}`"),
        None => format!("`{site}` has no release before the one that is live"),
    };
    let any = if releases.len() > 1 { "; `--to` goes to any of them" } else { "" };
    let hint = format!("its releases, the latest first: {}{any}", named.join(", "));
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
    let (made, now) = (&history[last].receipt.sites, &standing.receipt.sites);
    let changed = made
        .iter()
        .filter(|(site, release)| now.get(*site) == Some(*release) && earlier(site) != Some(**release))
        .map(|(site, _)| (site.clone(), earlier(site)));
    // What left for another parcel comes back.
    let left = before.into_iter().flatten().filter(|(site, _)| !made.contains_key(*site) && !now.contains_key(*site));
    changed.chain(left.map(|(site, release)| (site.clone(), Some(*release)))).collect()
}

/// Goes all these ways back, as the run of this name. Sites that moved from one parcel to another are taken in again before they are
/// let go.
pub fn go_back(shipping: &Shipping<'_>, run: &str, backs: Vec<Back>, plan: Digest) -> Result<Voyage, Diagnostic> {
    let watch = Stopwatch::start();
    shipping.ledger.begin(run, plan, shipping.clock.now(), backs.iter().map(|back| &back.berth))?;
    shipping.listener.tell(&Event::ShippingStarted { parcels: backs.len() });
    let (taking_in, mut others): (Vec<Back>, Vec<Back>) = backs.into_iter().partition(|back| takes_in(shipping, back));
    let mut shipped = go_all(shipping, run, &taking_in);
    for back in &mut others {
        back.sites.retain(|site, release| {
            release.is_some() || !is_missed(shipping, site, back.berth.target.as_str(), &taking_in)
        });
    }
    shipped.extend(go_all(shipping, run, &others));
    let unkept = shipping.ledger.flush().err();
    Ok(Voyage { run: run.to_owned(), shipped, stopped: None, unkept, took: watch.elapsed() })
}

/// Whether a site comes back that its parcel does not show now.
fn takes_in(shipping: &Shipping<'_>, back: &Back) -> bool {
    let standing = shipping.ledger.standing(&back.berth);
    let shows = |site: &SiteId| standing.as_ref().is_some_and(|standing| standing.receipt.sites.contains_key(site));
    back.sites.iter().any(|(site, release)| release.is_some() && !shows(site))
}

/// Whether a site was to be taken in again by another parcel, and was not.
fn is_missed(shipping: &Shipping<'_>, site: &SiteId, target: &str, taking_in: &[Back]) -> bool {
    let meant = taking_in.iter().filter(|back| back.berth.target == target);
    let mut meant = meant.filter(|back| back.sites.get(site).is_some_and(Option::is_some));
    meant.any(|back| !shipping.ledger.standing(&back.berth).is_some_and(|there| there.receipt.sites.contains_key(site)))
}

fn go_all(shipping: &Shipping<'_>, run: &str, backs: &[Back]) -> Vec<Shipped> {
    let outcomes = crew::map_until(backs, shipping.policy.in_flight, shipping.stopped, |back| {
        let shipped = go(shipping, run, back);
        shipping.listener.tell(&Event::ParcelShipped(shipped.clone()));
        shipped
    });
    let end = |(shipped, back): (Option<Shipped>, &Back)| shipped.unwrap_or_else(|| begun(back, Arrival::Stopped));
    outcomes.into_iter().zip(backs).map(end).collect()
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
    let way = Way::to(shipping, run, provider.as_ref(), back.berth.clone()).wished_back();
    way.show(&set_back(&standing.receipt.sites, &back.sites))?;
    let taken_in = back.sites.keys().filter(|site| !standing.receipt.sites.contains_key(*site));
    let names: Vec<String> = taken_in.flat_map(|site| way.hosts_of(site)).collect();
    let mut found: Vec<Diagnostic> = way.attach(&names)?.into_values().collect();
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

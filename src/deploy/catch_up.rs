//! A run that dies between a switch and the look at it leaves that to the next one, which looks, and sets back what does not show what
//! it should.

use super::apply::Shipping;
use super::crew;
use super::halt::Halt;
use super::ship::Way;
use super::shown::Shown;
use crate::diag::Diagnostic;
use crate::event::{Arrival, Shipped};
use crate::model::{Berth, Digest, Live, SiteId, Stall, Standing};
use std::collections::BTreeMap;

/// Goes on at those berths for which `wanted` holds and where sites were switched but not looked at: their names are led there, they are
/// looked at, and go back if they have to. All of it is a part of the run that switched them.
pub fn catch_up(
    shipping: &Shipping<'_>,
    wanted: &dyn Fn(&Berth, &Standing) -> bool,
) -> Result<Vec<Shipped>, Diagnostic> {
    let live = shipping.ledger.live();
    let open: Vec<(&Berth, &Standing)> = live.unseen().filter(|(berth, standing)| wanted(berth, standing)).collect();
    let ends =
        crew::map(&open, shipping.policy.in_flight, |(berth, standing)| finish(shipping, &live, berth, standing));
    shipping.ledger.flush()?;
    Ok(ends.into_iter().flatten().collect())
}

/// These releases, but for sites that are set back to what they showed `before`.
pub(super) fn set_back(
    sites: &BTreeMap<SiteId, Digest>,
    before: &BTreeMap<SiteId, Option<Digest>>,
) -> BTreeMap<SiteId, Digest> {
    let mut sites = sites.clone();
    for (site, release) in before {
        match release {
            Some(release) => drop(sites.insert(site.clone(), *release)),
            None => drop(sites.remove(site)),
        }
    }
    sites
}

/// Does the rest of one way; nothing if its host is not meant.
fn finish(shipping: &Shipping<'_>, live: &Live, berth: &Berth, standing: &Standing) -> Option<Shipped> {
    let provider = shipping.providers.get(&berth.target)?;
    let way = Way::left(shipping, provider.as_ref(), berth.clone(), standing);
    let mut shipped = Shipped::new(berth.clone(), standing.unseen.keys().cloned().collect(), Arrival::Live);
    match look(&way, live, standing, &mut shipped) {
        Ok(found) => shipped.diagnostics.extend(found),
        Err(Halt { arrival, why }) => {
            shipped.arrival = arrival;
            shipped.diagnostics.push(why);
        }
    }
    Some(shipped)
}

fn look(way: &Way<'_>, live: &Live, standing: &Standing, shipped: &mut Shipped) -> Result<Vec<Diagnostic>, Halt> {
    let mut stalls: BTreeMap<SiteId, Stall> = BTreeMap::new();
    for site in standing.unseen.keys() {
        let Some(release) = standing.receipt.sites.get(site) else { continue };
        stalls.insert(site.clone(), way.stall(site, way.kept(site, *release)?));
    }
    let (shipping, target) = (way.shipping, &way.berth.target);
    let shown = shipping.targets.get(target).map(|kind| Shown::at(live, target, kind));
    let specs = stalls.keys().filter_map(|site| shipping.specs.get(site));
    let hosts: Vec<String> = specs.flat_map(|spec| shown.iter().flat_map(|shown| shown.new_hosts(spec))).collect();
    let pending = way.attach(&hosts)?;
    let looked = way.examine(&stalls, &pending)?;
    let mut found: Vec<Diagnostic> = pending.into_values().chain(looked.told).collect();
    if looked.failing.is_empty() {
        return Ok(found);
    }
    let back: BTreeMap<SiteId, Option<Digest>> =
        looked.failing.keys().map(|site| (site.clone(), standing.unseen.get(site).copied().flatten())).collect();
    let late = |(site, wrong): (SiteId, Diagnostic)| {
        let note = format!("the run `{}` died before it looked at it; {}", standing.run, way.fate(&site));
        wrong.note(note, None)
    };
    if let Err(Halt { arrival, why }) = way.show(&set_back(&standing.receipt.sites, &back)) {
        shipped.arrival = arrival;
        found.extend(looked.failing.into_values().chain([why]));
        return Ok(found);
    }
    let new = back.iter().filter(|(_, release)| release.is_none()).filter_map(|(site, _)| stalls.get(site));
    way.detach(&new.flat_map(|stall| stall.hosts.clone()).collect::<Vec<String>>())?;
    (shipped.arrival, shipped.back) = (Arrival::WentBack, back.into_keys().collect());
    found.extend(looked.failing.into_iter().map(late));
    Ok(found)
}

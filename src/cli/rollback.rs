//! `hectare rollback`: one site, or everything that a run changed, shows again what it showed before.

use super::args::{Format, Global, Rollback};
use super::exit::Exit;
use super::gate::Gate;
use super::refusal::Refusal;
use super::repository::Repository;
use super::{dock, hosts, lock, telling};
use crate::deploy::{self, Back, Shipping};
use crate::diag::{Code, Diagnostic, nearest};
use crate::event::{Arrival, Voyage};
use crate::model::{Berth, Digest, Live, SiteId, SiteSpec};
use crate::ui::Face;
use crate::world::{Clock, Stop};
use std::sync::Arc;

pub(super) fn run(global: &Global, typed: &Rollback, face: &dyn Face) -> Result<Exit, Refusal> {
    let repository = Repository::open(global, face)?;
    attempt(global, &repository, typed, face)
}

fn attempt(global: &Global, repository: &Repository, typed: &Rollback, face: &dyn Face) -> Result<Exit, Refusal> {
    typed.run.as_deref().map_or(Ok(()), dock::check_run)?;
    let stop = Stop::new();
    let gate = Gate::new(&stop).hurried();
    let _lock = lock::take(&repository.files)?;
    let ledger = gate.ledger(repository)?;
    let hold = ledger.lock(&dock::Owned::by(None)?.as_owner())?;
    stop.on_signal();
    let providers = hosts::providers(repository, &gate, |_| true)?;
    let unknown = deploy::resume(&ledger, &providers, gate.clock.as_ref(), &|_| true)?;
    face.complain(&unknown.values().cloned().collect::<Vec<_>>());
    let words = [typed.site.as_deref(), typed.to.as_deref(), typed.run.as_deref()].map(Option::unwrap_or_default);
    let plan = Digest::of_parts(words.iter().map(|word| word.as_bytes()));
    let health = hosts::health(repository, &gate)?;
    let run = dock::run_name(gate.clock.now(), plan);
    let shipping = Shipping {
        specs: &dock::specs(repository),
        targets: &repository.fleet.targets,
        providers: &providers,
        fresh: None,
        ledger: &ledger,
        policy: &repository.fleet.policy,
        health: health.as_ref(),
        clock: gate.clock.as_ref(),
        listener: face,
        stopped: &|| stop.requested() || !hold.is_kept(),
    };
    let mut ways = ways(repository, typed, &shipping)?;
    face.complain(&ledger.damaged());
    ways.retain(|way| !unknown.contains_key(&way.berth));
    if ways.is_empty() {
        match global.format {
            Format::Text | Format::Github => face.print("nothing goes back: nothing of it is live any more"),
            Format::Json => face.landed(&Voyage { run, ..Voyage::default() }),
        }
        return Ok(if unknown.is_empty() { Exit::Done } else { Exit::SomeNotShipped });
    }
    let before = ledger.live();
    let sites: Vec<SiteId> = ways.iter().flat_map(|way| way.sites.keys().cloned()).collect();
    telling::during(repository, &gate, face, |teller| {
        let left: Vec<Diagnostic> = unknown.into_values().collect();
        let voyage = teller
            .follow(&run, &sites, telling::first(&left), || deploy::go_back(&shipping, &run, ways.clone(), plan))?;
        face.landed(&voyage);
        if !matches!(global.format, Format::Json) {
            next(&ways, &before, &voyage).iter().for_each(|line| face.print(line));
        }
        Ok(if voyage.is_well() && left.is_empty() { Exit::Done } else { Exit::SomeNotShipped })
    })
}

/// What the next deploy does about the sites that went back.
fn next(ways: &[Back], before: &Live, voyage: &Voyage) -> Vec<String> {
    let is_back = |berth: &Berth| voyage.shipped.iter().any(|end| end.berth == *berth && end.arrival == Arrival::Live);
    let sites = ways.iter().filter(|way| is_back(&way.berth)).flat_map(|way| {
        way.sites
            .iter()
            .map(|(site, release)| (site, release, before.at(&way.berth.target).get(site).map(|(_, id)| *id)))
    });
    let (held, mut gone): (Vec<_>, Vec<_>) = sites.partition(|(_, release, _)| release.is_some());
    // What a pack lets go of may be back in another one.
    gone.retain(|(site, ..)| held.iter().all(|(other, ..)| other != site));
    let mut lines = Vec::new();
    match held.as_slice() {
        [] => {}
        [(site, _, Some(taken_back))] => lines.push(format!(
            "the next deploy leaves `{site}` there unless it changes; `--site {site}` ships {} again",
            taken_back.short()
        )),
        many => lines.push(format!(
            "the next deploy leaves these {} sites there unless they change; `--site` ships one of them again",
            many.len()
        )),
    }
    match gone.as_slice() {
        [] => {}
        [(site, ..)] => lines.push(format!("the next deploy ships `{site}` again")),
        many => lines.push(format!("the next deploy ships {} sites again that are not live now", many.len())),
    }
    lines
}

fn ways(repository: &Repository, typed: &Rollback, shipping: &Shipping<'_>) -> Result<Vec<Back>, Diagnostic> {
    match (&typed.site, &typed.run) {
        (Some(name), _) => {
            let site = site(repository, name)?;
            let target = typed.target.as_deref().or(site.targets.first().map(String::as_str)).unwrap_or_default();
            Ok(vec![deploy::back_of_site(shipping, &site.id, target, typed.to.as_deref())?])
        }
        (None, Some(run)) => deploy::back_of_run(shipping, run),
        (None, None) => Ok(Vec::new()),
    }
}

fn site<'a>(repository: &'a Repository, name: &str) -> Result<&'a Arc<SiteSpec>, Diagnostic> {
    let sites = &repository.fleet.sites;
    sites.iter().find(|site| site.id.as_str() == name).ok_or_else(|| {
        let refusal = Diagnostic::error(Code::EmptySelection, format!("there is no site `{name}`"));
        match nearest(name, sites.iter().map(|site| site.id.as_str())) {
            Some(meant) => refusal.hint(format!("did you mean `{meant}`?")),
            None => refusal.hint("`hectare list` lists all sites"),
        }
    })
}

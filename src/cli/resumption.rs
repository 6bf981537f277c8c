//! What runs left open that did not come to their end: `deploy` sees to it before anything else.

use super::build::Produced;
use super::exit::Exit;
use super::gate::Gate;
use super::{dock, hosts, telling};
use crate::deploy::{self, Ledger, Shipping};
use crate::diag::Diagnostic;
use crate::event::{Shipped, Voyage};
use crate::model::{Berth, Digest, Intent, Live, Shipment, SiteId, Standing};
use crate::ui::Face;
use std::collections::{BTreeMap, BTreeSet};

/// What became of it.
#[derive(Default)]
pub(super) struct Resumed {
    /// Berths of which nobody knows what they show, each with the reason; nothing is shipped there.
    pub(super) unknown: BTreeMap<Berth, Diagnostic>,
    /// Releases that a run had switched when it died before it looked at them, and that were set back now.
    tried: BTreeSet<(Berth, SiteId, Digest)>,
    /// Whether something of it is not as it should be.
    is_ill: bool,
}

impl Resumed {
    /// Whether all that changes in a shipment was set back just now.
    pub(super) fn has_tried(&self, shipment: &Shipment) -> bool {
        let berth = shipment.berth();
        let mut changes = shipment.changes.iter().map(|change| (berth.clone(), change.site.clone(), change.to));
        !shipment.changes.is_empty() && changes.all(|change| self.tried.contains(&change))
    }

    /// How a run ends that would otherwise end so.
    pub(super) fn exit(&self, otherwise: Exit) -> Exit {
        if self.is_ill { Exit::worst([otherwise, Exit::SomeNotShipped]) } else { otherwise }
    }
}

/// Asks the hosts about what was begun, and looks at what was switched and not looked at. Of a run that has a name, other jobs are at
/// work on sites that were not selected.
pub(super) fn resume(
    produced: &Produced,
    ledger: &Ledger<'_>,
    gate: &Gate,
    run: Option<&str>,
    face: &dyn Face,
) -> Result<Resumed, Diagnostic> {
    let selected: BTreeSet<&SiteId> = produced.sites.iter().map(|spec| &spec.id).collect();
    let is_ours = |site: &SiteId| run.is_none() || selected.contains(site);
    let is_begun = |intent: &Intent| run.is_none() || intent.sites.keys().any(is_ours);
    let is_unseen = |standing: &Standing| standing.unseen.keys().any(is_ours);
    let intents: Vec<Intent> = ledger.intents()?.into_iter().filter(is_begun).collect();
    let waits = |live: &Live| live.unseen().any(|(_, standing)| is_unseen(standing));
    if intents.is_empty() && !waits(&ledger.live()) {
        return Ok(Resumed::default());
    }
    let _guard = ledger.lock(&dock::Owned::by(run)?.as_owner())?;
    let live = ledger.live();
    let is_open = |name: &str| {
        intents.iter().any(|intent| intent.berth.target == name) || live.unseen().any(|(berth, _)| berth.target == name)
    };
    let repository = &produced.repository;
    let providers = hosts::providers(repository, gate, is_open)?;
    let unknown = deploy::resume(ledger, &providers, gate.clock.as_ref(), &is_begun)?;
    let live = ledger.live();
    if !waits(&live) {
        return Ok(Resumed { unknown, ..Resumed::default() });
    }
    let health = hosts::health(repository, gate)?;
    let shipping = Shipping {
        specs: &dock::specs(repository),
        targets: &repository.fleet.targets,
        providers: &providers,
        fresh: None,
        ledger,
        policy: &repository.fleet.policy,
        health: health.as_ref(),
        clock: gate.clock.as_ref(),
        listener: face,
        stopped: &|| gate.stop.requested(),
    };
    let late = deploy::catch_up(&shipping, &|berth, standing| is_unseen(standing) && !unknown.contains_key(berth))?;
    let tried = late.iter().flat_map(|shipped| tried(shipped, &live)).collect();
    let ends = by_run(late, &live);
    let is_ill = ends.iter().any(|voyage| !voyage.is_well());
    for voyage in &ends {
        let found = voyage.shipped.iter().flat_map(|shipped| &shipped.diagnostics);
        face.complain(&found.cloned().collect::<Vec<_>>());
    }
    if is_ill {
        telling::during(repository, gate, face, |teller| {
            let ill = ends.iter().filter(|voyage| !voyage.is_well());
            ill.for_each(|voyage| teller.tell(&voyage.run, |run| run.ended(voyage, None)));
        });
    }
    Ok(Resumed { unknown, tried, is_ill })
}

/// The releases that went back.
fn tried(shipped: &Shipped, live: &Live) -> Vec<(Berth, SiteId, Digest)> {
    let showed = live.berths.get(&shipped.berth).map(|standing| &standing.receipt.sites);
    let tried = |site: &SiteId| Some((shipped.berth.clone(), site.clone(), *showed?.get(site)?));
    shipped.back.iter().filter_map(tried).collect()
}

/// The rest of each run that died.
fn by_run(late: Vec<Shipped>, live: &Live) -> Vec<Voyage> {
    let mut runs: BTreeMap<String, Vec<Shipped>> = BTreeMap::new();
    for shipped in late {
        let run = live.berths.get(&shipped.berth).map(|standing| standing.run.clone());
        runs.entry(run.unwrap_or_default()).or_default().push(shipped);
    }
    runs.into_iter().map(|(run, shipped)| Voyage { run, shipped, ..Voyage::default() }).collect()
}

//! What a verb of shipping goes by while it builds: what is live, and what other machines know.

use super::build::Produced;
use super::dock::{self, Gate};
use super::repository::Repository;
use crate::cache::{Past, Shared};
use crate::deploy::{Ledger, Shown, To};
use crate::diag::{Code, Diagnostic};
use crate::model::{Digest, SiteId, SiteSpec};
use crate::ui::Face;
use crate::world::{ArchiveFault, ArchiveTrouble, Clock, variable};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// Where sites are taken on board.
pub(super) struct Quay<'g> {
    /// Which targets are meant.
    pub(super) to: To<'g>,
    gate: &'g Gate,
    ledger: OnceLock<Ledger<'g>>,
}

/// What may be done with the store.
const ACCESS: &str = "HECTARE_STORE";

impl<'g> Quay<'g> {
    pub(super) fn new(gate: &'g Gate, to: To<'g>) -> Self {
        Self { to, gate, ledger: OnceLock::new() }
    }

    /// The ledger, read once.
    pub(super) fn ledger(&self, repository: &Repository) -> Result<&Ledger<'g>, Diagnostic> {
        match self.ledger.get() {
            Some(ledger) => Ok(ledger),
            None => {
                let opened = self.gate.ledger(repository)?;
                Ok(self.ledger.get_or_init(|| opened))
            }
        }
    }

    /// The sites that visitors see at all their addresses, each with its bundle. Of those that a run left open which died, nobody
    /// knows yet.
    pub(super) fn afloat(&self, repository: &Repository) -> Result<BTreeMap<SiteId, Digest>, Diagnostic> {
        let (fleet, ledger) = (&repository.fleet, self.ledger(repository)?);
        let (live, open) = (ledger.live().here(&fleet.targets), ledger.intents()?);
        let shown = Shown::everywhere(fleet, &live);
        let unseen = live.unseen().flat_map(|(_, standing)| standing.unseen.keys());
        let open: BTreeSet<&SiteId> = open.iter().flat_map(|intent| intent.sites.keys()).chain(unseen).collect();
        let seen = |spec: &Arc<SiteSpec>| {
            let bundle = shown.get(self.to.of(spec)?)?.seen(spec)?;
            (!open.contains(&spec.id)).then(|| (spec.id.clone(), bundle))
        };
        Ok(fleet.sites.iter().filter_map(seen).collect())
    }

    /// What other machines know of the sites. Without it, more sites are made than have to be.
    pub(super) fn known_elsewhere(&self, repository: &Repository, face: &dyn Face) -> Option<Past> {
        let store = repository.fleet.store.as_deref()?;
        let read = || {
            let archive = dock::place(repository, self.gate, "store", store, "")?;
            Shared::new(archive.as_ref()).read(face).map_err(|fault| trouble(store, &fault))
        };
        read().map_err(|fault| face.complain(&[fault])).ok()
    }

    /// Tells other machines of the sites that were made, and of those in `shipped`.
    pub(super) fn tell(&self, produced: &Produced, shipped: &BTreeSet<&SiteId>, face: &dyn Face) {
        let Some(store) = produced.repository.fleet.store.as_deref().filter(|_| may_write()) else { return };
        let made =
            produced.report.sites.iter().filter(|(_, outcome)| outcome.built.is_some_and(|built| built.rendered > 0));
        let made = made.map(|(site, _)| site.as_str());
        let new: BTreeSet<&str> = made.chain(shipped.iter().map(|site| site.as_str())).collect();
        let told = || {
            let archive = dock::place(&produced.repository, self.gate, "store", store, "")?;
            let shared = Shared::new(archive.as_ref());
            shared
                .add(produced.past(), &|site| new.contains(site), self.gate.clock.now())
                .map_err(|fault| trouble(store, &fault))
        };
        if let Err(fault) = told() {
            face.complain(&[fault]);
        }
    }
}

/// Takes out of the store what other versions of hectare noted; how much that was.
pub(super) fn forget_others(repository: &Repository, gate: &Gate) -> Result<usize, Diagnostic> {
    let Some(store) = repository.fleet.store.as_deref().filter(|_| may_write()) else { return Ok(0) };
    let archive = dock::place(repository, gate, "store", store, "")?;
    Shared::new(archive.as_ref()).tidy().map_err(|fault| trouble(store, &fault))
}

/// Builds of proposals, which anyone may make, read what is known but never add to it.
fn may_write() -> bool {
    let is_proposal = variable("GITHUB_EVENT_NAME").is_some_and(|event| event.starts_with("pull_request"));
    variable(ACCESS).map_or(!is_proposal, |access| access != "read")
}

fn trouble(store: &str, fault: &ArchiveFault) -> Diagnostic {
    let said = match &fault.trouble {
        ArchiveTrouble::Changed => "someone else changed it".to_owned(),
        ArchiveTrouble::Held(holder) => format!("it is held by {holder}"),
        ArchiveTrouble::System(said) => said.clone(),
    };
    let message = format!("the store `{store}` cannot be used: {said}");
    let hint = "nothing is lost: more sites are made than have to be, until it can be read and written again";
    Diagnostic::warning(Code::StoreLost, message).hint(hint)
}

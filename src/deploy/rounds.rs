//! A look at sites that are live, whatever was shipped last.

use super::crew;
use super::ledger::Ledger;
use crate::diag::{Code, Diagnostic};
use crate::health::{HealthCheck, Visit, is_looked_at};
use crate::model::{Berth, Digest, Fleet, Good, OutPath, Release, SiteId, SiteSpec, Target, Vitals};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A site that is live somewhere.
pub struct Resident {
    /// Where.
    pub berth: Berth,
    /// The site.
    pub spec: Arc<SiteSpec>,
    /// What it should show.
    pub release: Digest,
    /// How it answers, nothing if it is not looked at, or what is wrong.
    pub found: Result<Option<Vitals>, Diagnostic>,
}

/// Looks at every site of the fleet that the ledger says is live where `wanted` wants it, many at once; nothing is changed.
pub fn look_round(
    fleet: &Fleet,
    ledger: &Ledger<'_>,
    health: &dyn HealthCheck,
    wanted: &dyn Fn(&Berth, &SiteId) -> bool,
    stopped: &(dyn Fn() -> bool + Sync),
) -> Vec<Resident> {
    let specs: BTreeMap<&SiteId, &Arc<SiteSpec>> = fleet.sites.iter().map(|spec| (&spec.id, spec)).collect();
    let mut visits = Vec::new();
    for (berth, standing) in ledger.live().berths {
        let there = standing.receipt.sites.into_iter().filter(|(site, _)| wanted(&berth, site));
        visits.extend(there.filter_map(|(site, id)| Some((berth.clone(), Arc::clone(specs.get(&site)?), id))));
    }
    let found = crew::map_until(&visits, fleet.policy.in_flight, stopped, |(berth, spec, release)| {
        look(fleet, ledger, health, berth, spec, *release)
    });
    let resident =
        |((berth, spec, release), found): (_, Option<_>)| Some(Resident { berth, spec, release, found: found? });
    visits.into_iter().zip(found).filter_map(resident).collect()
}

fn look(
    fleet: &Fleet,
    ledger: &Ledger<'_>,
    health: &dyn HealthCheck,
    berth: &Berth,
    spec: &SiteSpec,
    id: Digest,
) -> Result<Option<Vitals>, Diagnostic> {
    let Some(target) = fleet.targets.get(&berth.target) else { return Ok(None) };
    let release = ledger.release(&spec.id, id)?.ok_or_else(|| {
        let message = format!("the release `{}` of `{}`, which is live, is not kept", id.short(), spec.id);
        Diagnostic::error(Code::ReleaseDamaged, message).hint("build and deploy the site anew")
    })?;
    let redirects = redirects(ledger, &release, target)?;
    let redirects = redirects.as_deref();
    let visit = Visit { spec, release: &release, target, at: &berth.target, redirects, header: None };
    health.look(&visit).map_err(|unwell| unwell.diagnostic)
}

/// The text of a release's `_redirects`, if its host answers by it and is looked at.
pub(super) fn redirects(ledger: &Ledger<'_>, release: &Release, target: &Target) -> Result<Option<String>, Diagnostic> {
    let is_asked = target.kind.reads_rules() && is_looked_at(target);
    let listed = release.files.iter().find(|(path, _)| path.as_str() == "_redirects").filter(|_| is_asked);
    let read = |(path, good): (&OutPath, &Good)| ledger.store().file(release, path.as_str(), good);
    let bytes = listed.map(read).transpose()?;
    Ok(bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

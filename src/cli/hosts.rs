//! The hosts that sites are shipped to, and who looks at them there.

use super::gate::Gate;
use super::repository::Repository;
use crate::diag::Diagnostic;
use crate::health::{self, Examination, HealthCheck, Unseen};
use crate::model::{Plan, PreviewName, Target};
use crate::provider::line::Outside;
use crate::provider::{self, Means, Previews, Provider};
use std::collections::BTreeMap;

/// Who looks at sites; nobody if no target wants it, so that the network is not opened for nothing.
pub(super) fn health(repository: &Repository, gate: &Gate) -> Result<Box<dyn HealthCheck>, Diagnostic> {
    if !repository.fleet.targets.values().any(health::is_looked_at) {
        return Ok(Box::new(Unseen));
    }
    let Outside { web, clock, .. } = gate.outside()?;
    Ok(Box::new(Examination::new(web, clock)))
}

/// The hosts behind the targets that `wanted` wants.
pub(super) fn providers(
    repository: &Repository,
    gate: &Gate,
    wanted: impl Fn(&str) -> bool,
) -> Result<BTreeMap<String, Box<dyn Provider>>, Diagnostic> {
    hosts(repository, gate, wanted, |name, target, means| provider::open(name, target, means).map(Some))
}

/// What is wrong with the tokens of the targets that a plan ships to, as far as no host has to be asked.
pub(super) fn without_token(repository: &Repository, plan: &Plan) -> Vec<Diagnostic> {
    let is_meant = |name: &str| plan.shipments.iter().any(|shipment| shipment.target == name);
    let targets = repository.fleet.targets.iter().filter(|(name, _)| is_meant(name));
    targets.filter_map(|(name, target)| provider::without_token(name, target, &repository.files.place(""))).collect()
}

/// The hosts behind the targets that `wanted` wants, as far as they can show the preview `name`.
pub(super) fn previews(
    repository: &Repository,
    gate: &Gate,
    name: &PreviewName,
    wanted: impl Fn(&str) -> bool,
) -> Result<BTreeMap<String, Box<dyn Previews>>, Diagnostic> {
    hosts(repository, gate, wanted, |target, settings, means| provider::open_previews(target, settings, means, name))
}

/// What `open` makes of the targets that `wanted` wants.
fn hosts<H>(
    repository: &Repository,
    gate: &Gate,
    wanted: impl Fn(&str) -> bool,
    open: impl Fn(&str, &Target, &Means<'_>) -> Result<Option<H>, Diagnostic>,
) -> Result<BTreeMap<String, H>, Diagnostic> {
    let (outside, Gate { machines, urgent, .. }) = (|| gate.outside(), gate);
    let means = Means { root: &repository.files.place(""), outside: &outside, machines: *machines, urgent: *urgent };
    let mut hosts = BTreeMap::new();
    for (name, target) in repository.fleet.targets.iter().filter(|(name, _)| wanted(name)) {
        hosts.extend(open(name, target, &means)?.map(|host| (name.clone(), host)));
    }
    Ok(hosts)
}

/// The hosts that a plan ships to.
pub(super) fn providers_of(
    repository: &Repository,
    gate: &Gate,
    plan: &Plan,
) -> Result<BTreeMap<String, Box<dyn Provider>>, Diagnostic> {
    providers(repository, gate, |name| plan.shipments.iter().any(|shipment| shipment.target == name))
}

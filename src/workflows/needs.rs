//! What jobs need of the outside: tokens, keys, a role.

use super::template::quoted;
use crate::diag::{Code, Diagnostic, Place};
use crate::model::{Ci, Depot, DepotKind, Fleet, Receiver, SecretSource, Target, TargetKind};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Where Amazon keeps what nobody says anything else of.
const USUAL_REGION: &str = "us-east-1";

/// What the environment of a job has to hold.
#[derive(Debug)]
pub(super) struct Needs {
    /// For the ledger, and for buckets of the same account.
    pub(super) state: Vec<Variable>,
    /// Tokens of the hosts, and what those who are told of runs are reached with.
    pub(super) hosts: Vec<Variable>,
    /// The role that jobs take instead of keys, and its region.
    pub(super) role: Option<(String, String)>,
    /// Whether the ledger outlives a job.
    pub(super) is_shared: bool,
    /// Whether jobs can ship side by side.
    pub(super) is_in_bucket: bool,
    /// What a job needs that shows previews; none if there are none to show.
    pub(super) previews: Option<Previews>,
}

/// What previews need: the way to the hosts, and nothing of what machines have in common.
#[derive(Debug)]
pub(super) struct Previews {
    pub(super) hosts: Vec<Variable>,
    /// Whether a bucket is opened by the role.
    pub(super) takes_role: bool,
}

/// A variable of a job.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Variable {
    pub(super) name: String,
    /// What it holds; what is kept as the secret of the same name if nothing is said.
    value: Option<String>,
}

impl Variable {
    fn secret(name: &str) -> Self {
        Self { name: name.to_owned(), value: None }
    }

    fn set(name: &str, value: Option<&String>) -> Option<Self> {
        value.map(|value| Self { name: name.to_owned(), value: Some(value.clone()) })
    }

    /// Whether it has to be put into the settings at GitHub.
    pub(super) fn is_secret(&self) -> bool {
        self.value.is_none()
    }

    /// How a workflow hands it to a job.
    pub(super) fn line(&self) -> String {
        let Self { name, value } = self;
        match value {
            Some(value) => format!("{name}: {}", quoted(value)),
            None => format!("{name}: ${{{{ secrets.{name} }}}}"),
        }
    }
}

impl Needs {
    /// What a fleet needs, or what of it no job can have.
    pub(super) fn of(fleet: &Fleet) -> Result<Self, Vec<Diagnostic>> {
        let used: BTreeSet<&String> = fleet.sites.iter().flat_map(|site| &site.targets).collect();
        let targets: BTreeMap<&String, &Target> =
            fleet.targets.iter().filter(|(name, _)| used.contains(name)).collect();
        let is_shared = fleet.ledger().is_some_and(|depot| outlasts(depot, &fleet.ci));
        let is_in_bucket = fleet.ledger().is_some_and(is_bucket);
        let is_keyless = |target: &&Target| target.kind == TargetKind::S3 && variable(target).is_none();
        let kept = |by: DepotKind| fleet.ledger().into_iter().chain(fleet.store()).any(|depot| depot.kind() == by);
        let asks_amazon = kept(DepotKind::S3) || targets.values().any(is_keyless);
        let asks_azure = kept(DepotKind::Azure);
        let role = fleet.ci.role.as_ref().filter(|_| asks_amazon);
        let region = fleet.ci.region.clone().unwrap_or_else(|| USUAL_REGION.to_owned());
        let role = role.map(|role| (role.clone(), region));
        let mut state = if asks_amazon { bucket(&fleet.ci, role.is_some()) } else { Vec::new() };
        let container = ["AZURE_STORAGE_ACCOUNT", "AZURE_STORAGE_KEY"].map(Variable::secret);
        state.extend(container.into_iter().filter(|_| asks_azure));
        let told = fleet.receivers.values().flat_map(Receiver::secrets);
        let told = told.filter_map(SecretSource::variable).map(Variable::secret);
        let hosts: BTreeSet<Variable> = targets.values().flat_map(|target| host(target)).chain(told).collect();
        let lacking: Vec<Diagnostic> =
            lacking(fleet, &targets).into_iter().chain(hosts.iter().filter_map(barred)).collect();
        if !lacking.is_empty() {
            return Err(lacking);
        }
        let previews = previews(fleet, role.is_some());
        Ok(Self { state, hosts: hosts.into_iter().collect(), role, is_shared, is_in_bucket, previews })
    }
}

/// What previews need of where sites are shipped to first.
fn previews(fleet: &Fleet, has_role: bool) -> Option<Previews> {
    let used: BTreeSet<&String> = fleet.sites.iter().filter_map(|site| site.targets.first()).collect();
    let targets = fleet.targets.iter().filter(|(name, _)| used.contains(name)).map(|(_, target)| target);
    let is_seen = |target: &&Target| match target.kind {
        TargetKind::S3 | TargetKind::Folder => target.previews.is_some(),
        _ => true,
    };
    let shown: Vec<&Target> = targets.filter(is_seen).filter(|_| fleet.ci.previews > 0).collect();
    let is_keyless = |target: &&&Target| target.kind == TargetKind::S3 && variable(target).is_none();
    let asks_amazon = shown.iter().any(|target| is_keyless(&target));
    let keys = if asks_amazon { bucket(&fleet.ci, has_role) } else { Vec::new() };
    let hosts: BTreeSet<Variable> = shown.iter().flat_map(|target| host(target)).chain(keys).collect();
    let is_any = !shown.is_empty();
    is_any.then(|| Previews { hosts: hosts.into_iter().collect(), takes_role: asks_amazon && has_role })
}

/// Whether all machines reach it.
fn is_bucket(depot: Depot<'_>) -> bool {
    matches!(depot.kind(), DepotKind::S3 | DepotKind::Azure)
}

/// Whether a job finds at this place what the job before left there. GitHub's own machines end with the job, and a checkout
/// cleans its folder on any machine.
fn outlasts(depot: Depot<'_>, ci: &Ci) -> bool {
    let is_lent = ["ubuntu-", "macos-", "windows-"].iter().any(|kind| ci.runner.starts_with(kind));
    let is_outside = Path::new(depot.named).is_absolute() || Path::new(depot.named).starts_with("..");
    is_bucket(depot) || (is_outside && !is_lent)
}

/// What the bucket is opened with: keys, or what a role left in the environment.
fn bucket(ci: &Ci, has_role: bool) -> Vec<Variable> {
    let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map(Variable::secret);
    let region = ci.region.as_ref().filter(|_| !has_role);
    let service = [Variable::set("AWS_ENDPOINT_URL", ci.endpoint.as_ref()), Variable::set("AWS_REGION", region)];
    keys.into_iter().filter(|_| !has_role).chain(service.into_iter().flatten()).collect()
}

/// The variable that holds the token of a target, if it names one.
fn variable(target: &Target) -> Option<&str> {
    target.token.as_ref()?.variable()
}

/// The variables that the host behind a target is reached with.
fn host(target: &Target) -> Vec<Variable> {
    let token = |usual: &str| Variable::secret(variable(target).unwrap_or(usual));
    let account = |name: &str| target.account.is_none().then(|| Variable::secret(name));
    match target.kind {
        TargetKind::CloudflarePages | TargetKind::CloudflareWorker | TargetKind::CloudflarePack => {
            [Some(token("CLOUDFLARE_API_TOKEN")), account("CLOUDFLARE_ACCOUNT_ID")].into_iter().flatten().collect()
        }
        TargetKind::Vercel => [Some(token("VERCEL_TOKEN")), account("VERCEL_ORG_ID")].into_iter().flatten().collect(),
        TargetKind::S3 => variable(target).map(Variable::secret).into_iter().collect(),
        TargetKind::Folder => Vec::new(),
    }
}

fn lack(message: &str, hint: &str) -> Diagnostic {
    Diagnostic::error(Code::JobsLack, message).at(Place::file("sites.toml")).hint(hint)
}

/// A secret that GitHub would not keep.
fn barred(variable: &Variable) -> Option<Diagnostic> {
    let name = &variable.name;
    let is_barred = name.starts_with("GITHUB_") || name.starts_with(|first: char| first.is_ascii_digit());
    let hint = "choose a name that begins with neither `GITHUB_` nor a digit";
    is_barred.then(|| lack(&format!("GitHub keeps no secret called `{name}`"), hint))
}

fn lacking(fleet: &Fleet, targets: &BTreeMap<&String, &Target>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if fleet.ci.program.is_none() {
        let hint = "write `hectare = \"owner/name@v0.1.0\"` into `[ci]`: the repository at GitHub whose release it is";
        found.push(lack("it is not said where jobs get hectare from", hint));
    }
    let ships = |target: &&Target| target.kind != TargetKind::Folder;
    if targets.values().any(&ships) {
        found.extend(forgotten(fleet));
    }
    for (name, target) in targets.iter().filter(|(_, target)| ships(target)) {
        let is_kept_here = target.token.as_ref().is_some_and(SecretSource::is_local);
        let variable = format!("`token_env` of `[targets.{name}]`");
        found.extend(is_kept_here.then(|| unreadable(&format!("token of `{name}`"), &variable)));
    }
    for (name, receiver) in &fleet.receivers {
        let address = receiver.address.is_local();
        let secret = receiver.secret.as_ref().is_some_and(SecretSource::is_local);
        for (is_kept_here, what, key) in [(address, "address", "url_env"), (secret, "secret", "secret_env")] {
            let variable = format!("`{key}` of `[notify.{name}]`");
            found.extend(is_kept_here.then(|| unreadable(&format!("{what} of `{name}`"), &variable)));
        }
    }
    found
}

/// A ledger that ends with the job.
fn forgotten(fleet: &Fleet) -> Option<Diagnostic> {
    let depot = fleet.ledger();
    let place = match depot {
        Some(depot) if outlasts(depot, &fleet.ci) => return None,
        Some(depot) => format!("in `{}`", depot.named),
        None => "beside `sites.toml`".to_owned(),
    };
    let message = format!("jobs would forget what was shipped: the ledger lies {place}, where it ends with the job");
    let key = depot.map_or("store", |depot| depot.key);
    let hint = format!("let them have something in common: `{key} = \"s3://bucket/folder\"`");
    Some(lack(&message, &hint))
}

/// What a file or a program keeps on the owner's machine.
fn unreadable(what: &str, variable: &str) -> Diagnostic {
    let message = format!("jobs cannot read the {what}: its file or program is not on GitHub's machines");
    lack(&message, &format!("let {variable} name a variable; a secret of that name is put into it"))
}

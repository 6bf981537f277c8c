//! What the verbs of shipping take on board: what was built, under which names, and which secrets must not be in it.

use super::args::Build;
use super::build::Produced;
use super::output::Output;
use super::repository::Repository;
use crate::deploy::Candidate;
use crate::diag::{Code, Diagnostic};
use crate::model::{Digest, Receiver, SecretSource, SiteId, SiteSpec, Target, TargetKind};
use crate::world::{Owner, variable};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Variables that hold tokens unless a target says otherwise.
const TOKENS: [&str; 7] = [
    "CLOUDFLARE_API_TOKEN",
    "VERCEL_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AZURE_STORAGE_KEY",
    "AZURE_STORAGE_SAS_TOKEN",
    "AZURE_CLIENT_SECRET",
];

/// How this process calls itself while it ships.
pub(super) struct Owned {
    name: String,
    run: Option<String>,
}

impl Owned {
    /// This process, as one of several jobs of a run if that has a name.
    pub(super) fn by(run: Option<&str>) -> Result<Self, Diagnostic> {
        run.map_or(Ok(()), check_run)?;
        let process = format!("process {}", std::process::id());
        let name = run.map_or_else(|| process.clone(), |run| format!("{process} of run {run}"));
        Ok(Self { name, run: run.map(str::to_owned) })
    }

    pub(super) fn as_owner(&self) -> Owner<'_> {
        Owner { name: &self.name, company: self.run.as_deref() }
    }
}

/// Refuses what cannot be the name of a run.
pub(super) fn check_run(run: &str) -> Result<(), Diagnostic> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if (1..=100).contains(&run.len()) && run.chars().all(is_plain) {
        return Ok(());
    }
    let hint = "letters, digits, `-`, `_` and `.` make a name, such as the number that the CI service gives the run";
    Err(Diagnostic::error(Code::BadFlag, format!("`--run {run}` is no name of a run")).hint(hint))
}

/// The sites that were meant, with what was built of them.
pub(super) fn candidates(produced: &Produced) -> Vec<Candidate> {
    let built: BTreeMap<&str, (Digest, usize)> = produced
        .report
        .sites
        .iter()
        .filter_map(|(site, outcome)| outcome.built.map(|built| (site.as_str(), (built.bundle, built.files))))
        .collect();
    let candidate = |spec: &Arc<SiteSpec>| {
        let (bundle, files) = built.get(spec.id.as_str()).copied().unzip();
        Candidate { spec: Arc::clone(spec), bundle, files: files.unwrap_or_default() }
    };
    produced.sites.iter().map(candidate).collect()
}

/// The folder that finished sites lie in.
pub(super) fn output(produced: &mut Produced, build: &Build) -> Result<Output, Diagnostic> {
    match produced.output.take() {
        Some(output) => Ok(output),
        None => Output::open(&produced.repository, build),
    }
}

/// All sites by their ids.
pub(super) fn specs(repository: &Repository) -> BTreeMap<SiteId, Arc<SiteSpec>> {
    repository.fleet.sites.iter().map(|site| (site.id.clone(), Arc::clone(site))).collect()
}

/// The fleet's own tokens, as far as they are in the environment, so that none of them is published.
pub(super) fn tokens(repository: &Repository) -> Vec<String> {
    let named = |target: &Target| Some((target.kind, variable(target.token.as_ref()?.variable()?)?));
    // Of the keys of a bucket, `KEY_ID:SECRET:SESSION`, only the first is no secret.
    let secrets = |(kind, token): (TargetKind, String)| match kind {
        TargetKind::S3 => token.split(':').skip(1).map(str::to_owned).collect(),
        _ => vec![token],
    };
    let named = repository.fleet.targets.values().filter_map(named).flat_map(secrets);
    let receivers = repository.fleet.receivers.values();
    let told = receivers.flat_map(Receiver::secrets).filter_map(SecretSource::variable);
    let named = named.chain(told.filter_map(variable));
    named.chain(TOKENS.into_iter().filter_map(variable)).collect()
}

/// A name for a run: when it began, and what it applies.
pub(super) fn run_name(now: Timestamp, plan: Digest) -> String {
    let moment = now.to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y%m%d-%H%M%S").to_string();
    format!("{moment}-{}", &plan.short()[..4])
}

//! What the verbs of shipping share: the ledger, the hosts, what was built.

use super::args::{Build, Selection, Ship};
use super::build::{self, Produced};
use super::output::Output;
use super::repository::Repository;
use crate::deploy::{self, Candidate, Ledger, To};
use crate::diag::{Code, Diagnostic, Place};
use crate::health::{self, Examination, HealthCheck, Unseen};
use crate::model::{Digest, Plan, PreviewName, SiteId, SiteSpec, Target, TargetKind};
use crate::provider::line::{Budget, Insisting, Outside, Verdict};
use crate::provider::{self, HostLimits, Means, Previews, Provider};
use crate::world::{
    self, Archive, BucketFault, BucketPlace, ContainerPlace, Dice, Disk, Files, Keys, Notebook, Online, Owner,
    SharedArchive, Stop, TreeFault, Trees, Vault, WallClock, Web, standard_input, variable,
};
use jiff::Timestamp;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// The file of no plan is larger.
const LARGEST_PLAN: u64 = 64 << 20;

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

impl Ship {
    /// Which targets are meant.
    pub(super) fn to(&self) -> To<'_> {
        self.to.as_deref().map_or(To::Primary, To::Named)
    }

    /// The present moment, or the one that is pretended.
    pub(super) fn moment(&self) -> Result<Timestamp, Diagnostic> {
        self.now.as_deref().map_or_else(|| Ok(world::now()), build::moment)
    }

    /// The build that goes before.
    pub(super) fn build(&self, selection: &Selection) -> Build {
        Build {
            selection: selection.clone(),
            drafts: false,
            now: self.now.clone(),
            clean: false,
            verify: false,
            explain: None,
            out: None,
            result: None,
            pages_above: None,
        }
    }
}

/// The way to everything outside, opened when it is needed.
pub(super) struct Gate {
    /// How many machines ship at the same time.
    machines: u64,
    pub(super) clock: Arc<WallClock>,
    pub(super) stop: Stop,
    urgent: bool,
    web: OnceLock<Arc<dyn Web>>,
    archive: OnceLock<Box<dyn Archive>>,
}

impl Gate {
    /// A gate through which time passes `speed` times as fast.
    pub(super) fn new(speed: u32, stop: &Stop) -> Self {
        Self {
            machines: 1,
            clock: Arc::new(WallClock::new(speed, stop.clone())),
            stop: stop.clone(),
            urgent: false,
            web: OnceLock::new(),
            archive: OnceLock::new(),
        }
    }

    /// A gate that so many machines pass at the same time.
    pub(super) fn shared_by(self, machines: u64) -> Self {
        Self { machines, ..self }
    }

    /// The same, perhaps so urgent that the reserve of the hosts' limits may be used.
    pub(super) fn hurried(self, urgent: bool) -> Self {
        Self { urgent, ..self }
    }

    /// The ledger of the fleet, read anew.
    pub(super) fn ledger(&self, repository: &Repository) -> Result<Ledger<'_>, Diagnostic> {
        let archive = match self.archive.get() {
            Some(archive) => archive,
            None => {
                let opened = archive(repository, self)?;
                self.archive.get_or_init(|| opened)
            }
        };
        Ledger::open(archive.as_ref())
    }

    /// The same, made anew of its receipts if it does not say any more what is live; the hosts have to be asked then.
    pub(super) fn ledger_to_refresh(&self, repository: &Repository) -> Result<Ledger<'_>, Diagnostic> {
        match self.ledger(repository) {
            Err(fault) if fault.code == Code::StateLost => {}
            opened => return opened,
        }
        if let Some(archive) = self.archive.get() {
            let targets = repository.fleet.targets.keys();
            Ledger::rebuild(archive.as_ref(), &Owned::by(None)?.as_owner(), targets)?;
        }
        self.ledger(repository)
    }

    /// The way to the ledger. Whoever asks a run to end wants its end to be kept, and others to be let in.
    fn to_ledger(&self) -> Result<Outside, Diagnostic> {
        let stop = Stop::new();
        Ok(Outside { clock: Arc::new(WallClock::new(1, stop.clone())), stop, ..self.outside()? })
    }

    pub(super) fn outside(&self) -> Result<Outside, Diagnostic> {
        let web = match self.web.get() {
            Some(web) => Arc::clone(web),
            None => {
                let online: Arc<dyn Web> = Arc::new(Online::open().map_err(|error| {
                    let message = format!("the network cannot be used: {error}");
                    Diagnostic::error(Code::HostBusy, message).hint("look at the network of this machine")
                })?);
                Arc::clone(self.web.get_or_init(|| online))
            }
        };
        let (clock, stop) = (Arc::clone(&self.clock), self.stop.clone());
        Ok(Outside { web, clock, dice: Arc::new(Dice::fair()), stop })
    }
}

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

/// A place that `sites.toml` names under `key`: a bucket, or a folder of this machine.
pub(super) fn place(
    repository: &Repository,
    gate: &Gate,
    key: &str,
    named: &str,
    below: &str,
) -> Result<Box<dyn Archive>, Diagnostic> {
    let error =
        |said: String| Diagnostic::error(Code::LedgerDamaged, format!("`{key} = \"{named}\"` cannot be used: {said}"));
    let refused = |said: String| {
        let buckets = "\"s3://bucket/folder\"` or `\"az://container/folder\"";
        error(said).hint(format!("write `{key} = {buckets}`, or name a folder of this machine"))
    };
    let unfit = |fault: BucketFault| match fault {
        BucketFault::Refused(said) => error(said).hint("set it where hectare runs, as the tools of that cloud want it"),
        other => refused(other.to_string()),
    };
    let scheme = named.split_once(":/").filter(|(_, rest)| !rest.starts_with('/')).map(|(scheme, _)| scheme);
    match scheme {
        _ if named.trim().is_empty() => return Err(refused("it names no place".to_owned())),
        Some(scheme) if !scheme.contains('/') => {
            return Err(refused(format!("there is one slash behind `{scheme}:`, where two belong")));
        }
        _ => {}
    }
    let whole = [named.trim_end_matches('/'), below].join("/");
    let whole = whole.trim_end_matches('/');
    let web = || -> Result<Arc<dyn Web>, Diagnostic> {
        let limits = HostLimits::of(TargetKind::S3, None);
        let limits = limits.ok_or_else(|| refused("its limits are not known".to_owned()))?;
        let budget = Arc::new(Budget::new(&limits, Notebook::in_memory()));
        Ok(Arc::new(Insisting::new(gate.to_ledger()?, budget, Verdict::of_bucket)))
    };
    let objects = match named.split_once("://") {
        None => return Ok(Box::new(Vault::new(repository.files.place(whole)))),
        Some(("s3", _)) => {
            let bucket = BucketPlace::parse(whole, variable("AWS_ENDPOINT_URL").as_deref()).map_err(unfit)?;
            bucket.open(&Keys::Environment, web()?)
        }
        Some(("az", _)) => ContainerPlace::parse(whole).map_err(unfit)?.open(web()?),
        Some((other, _)) => return Err(refused(format!("nothing is known of places that begin with `{other}://`"))),
    };
    let objects = objects.map_err(unfit)?;
    Ok(Box::new(SharedArchive::new(objects)))
}

/// Where the ledger is kept.
fn archive(repository: &Repository, gate: &Gate) -> Result<Box<dyn Archive>, Diagnostic> {
    let fleet = &repository.fleet;
    match (&fleet.state, &fleet.store) {
        (Some(state), _) => place(repository, gate, "state", state, ""),
        (None, Some(store)) => place(repository, gate, "store", store, "ledger"),
        (None, None) => Ok(Box::new(Vault::new(repository.files.place(deploy::FOLDER)))),
    }
}

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
    let named = |target: &Target| Some((target.kind, variable(target.token_env.as_deref()?)?));
    // Of the keys of a bucket, `KEY_ID:SECRET:SESSION`, only the first is no secret.
    let secrets = |(kind, token): (TargetKind, String)| match kind {
        TargetKind::S3 => token.split(':').skip(1).map(str::to_owned).collect(),
        _ => vec![token],
    };
    let named = repository.fleet.targets.values().filter_map(named).flat_map(secrets);
    let receivers = repository.fleet.receivers.values();
    let told = receivers.flat_map(|receiver| [&receiver.url_env, &receiver.secret_env]).flatten();
    let named = named.chain(told.filter_map(|name| variable(name)));
    named.chain(TOKENS.into_iter().filter_map(variable)).collect()
}

/// Reads a file that was named on the command line.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    let (folder, name) = split(path);
    Disk::new(folder).read(&name, LARGEST_PLAN).map_err(|fault| fault.on(&path.to_string_lossy()))
}

/// Writes a file that was named on the command line; `what` is what it holds.
pub(super) fn write(path: &Path, text: &str, what: &str) -> Result<(), Diagnostic> {
    let (folder, name) = split(path);
    Disk::new(folder).save(&name, &[text.as_bytes()]).map_err(|fault| unwritable(path, what, &fault))
}

/// Takes out what lies where a file is to be written later; fails if it could not be written.
pub(super) fn make_room(path: &Path, what: &str) -> Result<(), Diagnostic> {
    write(path, "", what)?;
    let (folder, name) = split(path);
    Disk::new(folder).discard(&name).map(drop).map_err(|fault| unwritable(path, what, &fault))
}

fn unwritable(path: &Path, what: &str, fault: &TreeFault) -> Diagnostic {
    Diagnostic::error(Code::CannotWrite, format!("{what} cannot be written: {}", fault.message))
        .at(Place::file(path.to_string_lossy()))
        .hint("name a file in a folder that exists and can be written")
}

/// The folder of a file, and its name there.
fn split(path: &Path) -> (&Path, Cow<'_, str>) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    (folder, path.file_name().unwrap_or_default().to_string_lossy())
}

/// Reads a text that was named on the command line; `-` is standard input.
pub(super) fn read_text(path: &Path) -> Result<String, Diagnostic> {
    let shown = path.to_string_lossy();
    let unreadable = |said: String| {
        let refusal = Diagnostic::error(Code::Unreadable, format!("`{shown}` cannot be read: {said}"));
        refusal.hint("name a text file in UTF-8, or `-` for standard input")
    };
    match shown.as_ref() {
        "-" => standard_input(LARGEST_PLAN).map_err(unreadable),
        _ => String::from_utf8(read(path)?).map_err(|_| unreadable("it is not a text in UTF-8".to_owned())),
    }
}

/// A name for a run: when it began, and what it applies.
pub(super) fn run_name(now: Timestamp, plan: Digest) -> String {
    let moment = now.to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y%m%d-%H%M%S").to_string();
    format!("{moment}-{}", &plan.short()[..4])
}

//! The way to everything outside: the network, the places that `sites.toml` names, the ledger.

use super::dock::Owned;
use super::repository::Repository;
use crate::deploy::{self, Ledger, Prices};
use crate::diag::{Code, Diagnostic};
use crate::model::{Depot, DepotKind, TargetKind};
use crate::provider::HostLimits;
use crate::provider::line::{Budget, Insisting, Outside, Verdict};
use crate::world::{
    Archive, BucketFault, BucketPlace, ContainerPlace, Dice, Keys, Notebook, Online, SharedArchive, Stop, Vault,
    WallClock, Web, variable,
};
use std::sync::{Arc, OnceLock};

/// The way to everything outside, opened when it is needed.
pub(super) struct Gate {
    /// How many machines ship at the same time.
    pub(super) machines: u64,
    pub(super) clock: Arc<WallClock>,
    pub(super) stop: Stop,
    pub(super) urgent: bool,
    web: OnceLock<Arc<dyn Web>>,
    archive: OnceLock<Box<dyn Archive>>,
}

impl Gate {
    /// A gate that closes when `stop` wishes it.
    pub(super) fn new(stop: &Stop) -> Self {
        Self {
            machines: 1,
            clock: Arc::new(WallClock::new(1, stop.clone())),
            stop: stop.clone(),
            urgent: false,
            web: OnceLock::new(),
            archive: OnceLock::new(),
        }
    }

    /// A gate through which time passes so many times as fast.
    pub(super) fn sped_up(self, speed: u32) -> Self {
        Self { clock: Arc::new(WallClock::new(speed, self.stop.clone())), ..self }
    }

    /// A gate that so many machines pass at the same time.
    pub(super) fn shared_by(self, machines: u64) -> Self {
        Self { machines, ..self }
    }

    /// A gate for what is so urgent that the reserve of the hosts' limits may be used.
    pub(super) fn hurried(self) -> Self {
        Self { urgent: true, ..self }
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

/// A place that `sites.toml` names: a bucket, a container, or a folder of this machine.
pub(super) fn place(repository: &Repository, gate: &Gate, depot: Depot<'_>) -> Result<Box<dyn Archive>, Diagnostic> {
    let Depot { key, named, below } = depot;
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
    let whole = [named.trim_end_matches('/'), below.unwrap_or_default()].join("/");
    let whole = whole.trim_end_matches('/');
    let web = || -> Result<Arc<dyn Web>, Diagnostic> {
        let limits = HostLimits::of(TargetKind::S3, None);
        let limits = limits.ok_or_else(|| refused("its limits are not known".to_owned()))?;
        let budget = Arc::new(Budget::new(&limits, Notebook::in_memory()));
        Ok(Arc::new(Insisting::new(gate.to_ledger()?, budget, Verdict::of_bucket)))
    };
    let objects = match depot.kind() {
        DepotKind::Folder => return Ok(Box::new(Vault::new(repository.files.place(whole)))),
        DepotKind::S3 => {
            let bucket = BucketPlace::parse(whole, endpoint().as_deref()).map_err(unfit)?;
            bucket.open(&Keys::Environment, web()?)
        }
        DepotKind::Azure => ContainerPlace::parse(whole).map_err(unfit)?.open(web()?),
        DepotKind::Unknown(other) => {
            return Err(refused(format!("nothing is known of places that begin with `{other}://`")));
        }
    };
    let objects = objects.map_err(unfit)?;
    Ok(Box::new(SharedArchive::new(objects)))
}

/// Where the ledger is kept.
fn archive(repository: &Repository, gate: &Gate) -> Result<Box<dyn Archive>, Diagnostic> {
    match repository.fleet.ledger() {
        Some(depot) => place(repository, gate, depot),
        None => Ok(Box::new(Vault::new(repository.files.place(deploy::FOLDER)))),
    }
}

/// Where buckets are reached that are not said to be elsewhere; at Amazon if this is not said either.
fn endpoint() -> Option<String> {
    variable("AWS_ENDPOINT_URL")
}

/// What hosts charge.
pub(super) fn prices() -> Prices {
    Prices::new(endpoint())
}

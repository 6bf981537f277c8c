//! Waiting for many deployments with one list: whoever waits looks for all others, too.

use super::api::Api;
use super::told::Deployment;
use crate::model::unpoisoned;
use crate::provider::{FaultKind, HostFault};
use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex};
use std::time::Duration;

/// How long a deployment may take; a site without a build step is ready in seconds.
const PATIENCE: i64 = 10 * 60;

/// Between two looks.
const PAUSE: Duration = Duration::from_secs(1);

/// What is waited for, by whoever waits.
#[derive(Debug)]
pub(super) struct Watch {
    /// What the deployments are for, as lists are asked for them.
    target: &'static str,
    board: Mutex<Board>,
    news: Condvar,
}

#[derive(Debug, Default)]
struct Board {
    /// Deployments that someone waits for, with the moment they were asked for, in milliseconds.
    waiting: BTreeMap<String, i64>,
    /// How they were at the last look.
    seen: BTreeMap<String, Deployment>,
    /// Someone is looking.
    looking: bool,
}

impl Default for Watch {
    fn default() -> Self {
        Self::of("production")
    }
}

impl Watch {
    /// A watch over deployments for this purpose.
    pub(super) fn of(target: &'static str) -> Self {
        Self { target, board: Mutex::default(), news: Condvar::new() }
    }

    /// Waits until `is_there` holds of the deployment, or it failed.
    pub(super) fn until(
        &self,
        api: &Api,
        doing: &str,
        deployment: &Deployment,
        is_there: impl Fn(&Deployment) -> bool,
    ) -> Result<Deployment, HostFault> {
        let id = deployment.id();
        if is_there(deployment) {
            return Ok(deployment.clone());
        }
        let over = api.now().as_second() + PATIENCE;
        let mut board = unpoisoned(self.board.lock());
        board.waiting.insert(id.to_owned(), deployment.created());
        let outcome = loop {
            if let Some(seen) = board.seen.get(id) {
                if let Some(fault) = failed(doing, seen) {
                    break Err(fault);
                }
                if is_there(seen) {
                    break Ok(seen.clone());
                }
            }
            if api.now().as_second() > over {
                break Err(HostFault::new(FaultKind::Busy, doing, "it has taken ten minutes, and is not there yet"));
            }
            if board.looking {
                board = unpoisoned(self.news.wait(board));
                continue;
            }
            board.looking = true;
            let since = board.waiting.values().copied().min().unwrap_or_default();
            drop(board);
            api.rest(PAUSE);
            let seen = look(api, doing, self.target, since);
            board = unpoisoned(self.board.lock());
            board.looking = false;
            self.news.notify_all();
            match seen {
                Ok(seen) => board.note(seen),
                Err(fault) => break Err(fault),
            }
        };
        board.waiting.remove(id);
        board.seen.remove(id);
        outcome
    }
}

impl Board {
    fn note(&mut self, seen: Vec<Deployment>) {
        for deployment in seen.into_iter().filter(|deployment| self.waiting.contains_key(deployment.id())) {
            self.seen.insert(deployment.id().to_owned(), deployment);
        }
    }
}

/// All deployments of the account for this purpose since then.
fn look(api: &Api, doing: &str, target: &str, since: i64) -> Result<Vec<Deployment>, HostFault> {
    api.deployments(doing, &[("target", target), ("since", &since.saturating_sub(1).to_string())])
}

/// Why a deployment will never be there.
pub(super) fn failed(doing: &str, deployment: &Deployment) -> Option<HostFault> {
    let alias = deployment.alias_error.as_ref().map(|trouble| trouble.message.as_str());
    let said = match deployment.state() {
        "ERROR" | "CANCELED" => deployment.error_message.as_deref().unwrap_or("the deployment failed"),
        _ => alias?,
    };
    Some(HostFault::new(FaultKind::Rejected, doing, format!("{said} (deployment {})", deployment.id())))
}

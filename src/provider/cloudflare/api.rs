//! Asking the API on behalf of one account.

use super::answer::{Said, unwrapped};
use super::zones::Zone;
use crate::provider::HostFault;
use crate::provider::line::{Class, Errand, Line};
use crate::world::Method;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

/// The API under one account.
pub struct Api {
    pub(super) line: Line,
    account: String,
    /// The zones that were found, by their names: they stay where they are while a run lasts.
    pub(super) zones: Mutex<BTreeMap<String, Zone>>,
}

/// How often something is looked up and begun again after its answer was lost.
pub(super) const ROUNDS: u32 = 9;

/// What the host is still doing is not asked about more often, nor less often, than this.
const FIRST_REST: Duration = Duration::from_secs(1);
const LONGEST_REST: Duration = Duration::from_secs(16);

impl Api {
    /// The API that `line` leads to, judged by [`verdict`](super::verdict), under the account of this id.
    pub fn new(line: Line, account: impl Into<String>) -> Self {
        Self { line, account: account.into(), zones: Mutex::default() }
    }

    /// An errand to something of the account.
    pub(super) fn errand(&self, doing: &str, method: Method, rest: &str) -> Errand {
        Errand::new(doing, method, &format!("accounts/{}/{rest}", self.account))
    }

    /// The id of the account.
    pub(super) fn account(&self) -> &str {
        &self.account
    }

    /// What comes of an errand.
    pub(super) fn ask(&self, errand: &Errand, class: Class) -> Result<Value, HostFault> {
        match self.exchange(errand, class)? {
            Said::Done(value) => Ok(value),
            Said::Refused(refusal) => Err(refusal.fault),
        }
    }

    /// The same; `None` if what was asked for does not exist.
    pub(super) fn find(&self, errand: &Errand) -> Result<Option<Value>, HostFault> {
        match self.exchange(errand, Class::Repeatable)? {
            Said::Done(value) => Ok(Some(value)),
            Said::Refused(refusal) if refusal.is_missing() => Ok(None),
            Said::Refused(refusal) => Err(refusal.fault),
        }
    }

    /// The same, when the reason of a refusal matters.
    pub(super) fn exchange(&self, errand: &Errand, class: Class) -> Result<Said, HostFault> {
        let answer = self.line.ask(errand, class)?;
        Ok(unwrapped(errand.doing(), &answer))
    }

    /// The present moment.
    pub(super) fn now(&self) -> Timestamp {
        self.line.clock().now()
    }

    /// Lets the host get on with it; longer from round to round.
    pub(super) fn rest(&self, round: u32) {
        self.line.clock().rest(FIRST_REST.saturating_mul(1 << round.min(8)).min(LONGEST_REST));
    }
}

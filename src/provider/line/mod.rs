//! The line to a host: every call to it goes through here.
//!
//! Purpose: an errand goes in, the host's answer comes out. In between, calls wait for their turn under the limits of the account,
//! leave the host alone when it wants that, and are repeated if that is harmless and may help. What must not happen twice is never
//! repeated after an answer was lost. The token goes to the host's address and nowhere else. Knows nothing of what is asked.

mod budget;
mod courier;
mod errand;
mod insisting;
mod notices;
mod tally;
#[cfg(test)]
mod tests;
mod verdict;

pub use budget::{Budget, Lane};
pub use courier::{Outside, Patience};
pub use errand::{Class, Errand};
pub use insisting::Insisting;
pub use verdict::{Verdict, refusal, request_id, words};

use super::{FaultKind, HostFault};
use crate::world::{Answer, Call, Clock, Secret, Token};
use courier::{Courier, Delivery};
use std::sync::Arc;

/// A host's API under one account.
pub struct Line {
    courier: Courier,
    api: String,
    token: Option<Arc<Token>>,
}

impl Line {
    /// The line to the API at the address `api`, with the account's token and budget.
    pub fn new(outside: Outside, api: &str, token: Option<Arc<Token>>, budget: Arc<Budget>) -> Self {
        let api = api.trim_end_matches('/').to_owned();
        Self {
            courier: Courier { outside, budget, judge: Verdict::of_json, patience: Patience::default(), urgent: false },
            api,
            token,
        }
    }

    /// Judges answers in the way of this host.
    #[must_use]
    pub fn judged_by(mut self, judge: fn(&Answer) -> Verdict) -> Self {
        self.courier.judge = judge;
        self
    }

    /// Has more or less patience.
    #[must_use]
    pub fn patient(mut self, patience: Patience) -> Self {
        self.courier.patience = patience;
        self
    }

    /// Whether all errands may use the reserve, not only those that are urgent in themselves.
    #[must_use]
    pub fn hurried(mut self, urgent: bool) -> Self {
        self.courier.urgent = urgent;
        self
    }

    /// The budget of the account.
    pub fn budget(&self) -> &Budget {
        &self.courier.budget
    }

    /// By which waiting is measured.
    pub fn clock(&self) -> &dyn Clock {
        self.courier.outside.clock.as_ref()
    }

    /// Runs the errand. What comes back is the host's last word, which may be a refusal; a fault means that there is none.
    pub fn ask(&self, errand: &Errand, class: Class) -> Result<Answer, HostFault> {
        let key = self.key(errand)?;
        let answer = self.ask_with(errand, class, key.as_ref())?;
        if !matches!(answer.status, 401 | 403) {
            return Ok(answer);
        }
        // What is refused was not done, so another token may be shown, whatever it is that was asked.
        let token = self.token.as_ref().filter(|_| errand.pass.is_none());
        match token.zip(key).and_then(|(token, key)| token.renewed(&key)) {
            Some(other) => self.ask_with(errand, class, Some(&other)),
            None => Ok(answer),
        }
    }

    fn ask_with(&self, errand: &Errand, class: Class, key: Option<&Secret>) -> Result<Answer, HostFault> {
        let call = Call::new(errand.method, format!("{}{}", self.api, errand.path), self.courier.patience.call);
        let call =
            errand.headers.iter().fold(call.body(errand.body.clone()), |call, (name, value)| call.with(name, value));
        let call = match key {
            Some(key) => call.with("authorization", format!("Bearer {}", key.reveal())),
            None => call,
        };
        let Errand { doing, lane, urgent, .. } = errand;
        let delivery = Delivery { doing, call: &call, class, lane: *lane, urgent: *urgent };
        self.courier.deliver(&delivery).map_err(|setback| match key {
            // A host may repeat in its answer what it was shown.
            Some(key) => HostFault { said: setback.fault.said.replace(key.reveal(), "(secret)"), ..setback.fault },
            None => setback.fault,
        })
    }

    /// What the errand identifies itself with.
    fn key(&self, errand: &Errand) -> Result<Option<Secret>, HostFault> {
        let refused = |said: String| HostFault::new(FaultKind::Refused, &*errand.doing, said);
        let key = match (&errand.pass, &self.token) {
            (Some(pass), _) => pass.clone(),
            (None, Some(token)) => token.secret().map_err(|fault| refused(fault.to_string()))?,
            (None, None) => return Ok(None),
        };
        match self.api.starts_with("https://") || is_here(&self.api) {
            true => Ok(Some(key)),
            false => Err(refused(format!("a token is not sent to `{}`, where it could be read on its way", self.api))),
        }
    }
}

/// Whether an address is on this machine, so that nobody listens on the way to it.
fn is_here(api: &str) -> bool {
    let host = api.strip_prefix("http://").unwrap_or("");
    let host = host.split('/').next().unwrap_or("");
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

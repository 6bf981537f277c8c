//! A web that does not give up at once, for protocols that bring their own addresses and signatures.

use super::courier::{Courier, Delivery, Outside, Patience};
use super::errand::Class;
use super::{Budget, Lane, Verdict};
use crate::provider::FaultKind;
use crate::world::{Answer, Call, Method, Web, WebFault};
use std::sync::Arc;
use std::time::Duration;

/// A web over another one. A signature is valid for a quarter of an hour; waiting and trying again must be over by then.
const PATIENCE: Patience = Patience { call: Duration::from_secs(25), tries: 9, wait: Duration::from_secs(60) };

/// Repeats calls as a line does: those that may be repeated by their method.
pub struct Insisting(Courier);

impl Insisting {
    /// Goes to the outside under this budget; `judge` knows the way in which the hosts there answer.
    pub fn new(outside: Outside, budget: Arc<Budget>, judge: fn(&Answer) -> Verdict) -> Self {
        Self(Courier { outside, budget, judge, patience: PATIENCE, urgent: false })
    }
}

impl Web for Insisting {
    fn send(&self, call: &Call) -> Result<Answer, WebFault> {
        let class = if call.method == Method::Post { Class::Once } else { Class::Repeatable };
        let delivery = Delivery { doing: "ask", call, class, lane: Lane::Requests, urgent: false };
        self.0.deliver(&delivery).or_else(|setback| match (setback.answer, setback.fault.kind) {
            // An answer is an answer; whoever asked knows what it means.
            (Some(answer), _) => Ok(answer),
            (None, FaultKind::Unknown | FaultKind::Busy) => Err(WebFault::Lost(setback.fault.said)),
            (None, fault @ (FaultKind::Wall(_) | FaultKind::Stopped)) => Err(WebFault::Unreachable(fault.to_string())),
            (None, _) => Err(WebFault::Unreachable(setback.fault.said)),
        })
    }
}

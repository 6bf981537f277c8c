//! Carries one call to a host until there is a last word, or no hope.

use super::budget::{Budget, Grant, Turn};
use super::errand::Class;
use super::verdict::{Verdict, request_id, words};
use super::{Lane, notices};
use crate::provider::{FaultKind, HostFault};
use crate::world::{Answer, Call, Clock, Dice, Stop, Web, WebFault};
use std::sync::Arc;
use std::time::Duration;

/// What all lines of a run share.
#[derive(Clone)]
pub struct Outside {
    /// Who carries the calls.
    pub web: Arc<dyn Web>,
    /// By which waiting is measured.
    pub clock: Arc<dyn Clock>,
    /// What keeps waiting callers apart.
    pub dice: Arc<Dice>,
    /// The wish to end.
    pub stop: Stop,
}

/// How long a line goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How long nothing may happen during a call.
    pub call: Duration,
    /// How often a call is tried.
    pub tries: u32,
    /// The longest wait for the host, or for a window to open.
    pub wait: Duration,
}

/// Whoever has to reach a host under the limits of an account.
pub(super) struct Courier {
    pub(super) outside: Outside,
    pub(super) budget: Arc<Budget>,
    pub(super) judge: fn(&Answer) -> Verdict,
    pub(super) patience: Patience,
    /// Whether everything may use the reserve.
    pub(super) urgent: bool,
}

/// What is carried.
pub(super) struct Delivery<'a> {
    /// What it is for, as the end of "cannot …".
    pub(super) doing: &'a str,
    pub(super) call: &'a Call,
    pub(super) class: Class,
    pub(super) lane: Lane,
    pub(super) urgent: bool,
}

/// Why there is no last word, with the answer that came closest to one.
pub(super) struct Setback {
    pub(super) fault: HostFault,
    pub(super) answer: Option<Answer>,
}

/// What one try came to.
enum Attempt {
    /// The host's last word.
    Answered(Answer),
    /// None, which may get better.
    Failed(Trouble),
}

/// What went wrong with one try.
struct Trouble {
    /// Whether the host may have done it all the same.
    acted: bool,
    /// What it is in the end if it does not get better.
    kind: FaultKind,
    /// How long the host wants to be left alone.
    after: Option<Duration>,
    said: String,
    answer: Option<Answer>,
}

/// Who waits for a window looks again after this long: what is under way may have arrived sooner than it had to.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// The first wait after a failure; each further one is twice as long, up to the longest.
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(30);

impl Default for Patience {
    fn default() -> Self {
        // Nine tries last longer than a minute in which a host is down for everyone.
        Self { call: Duration::from_secs(25), tries: 9, wait: Duration::from_secs(15 * 60) }
    }
}

impl Courier {
    /// Tries until the host has its last word, which may be a refusal.
    pub(super) fn deliver(&self, delivery: &Delivery) -> Result<Answer, Box<Setback>> {
        let mut failures = 0;
        loop {
            let trouble = match self.exchange(delivery)? {
                Attempt::Answered(answer) => return Ok(answer),
                Attempt::Failed(trouble) => trouble,
            };
            failures += 1;
            if trouble.acted && delivery.class == Class::Once {
                // Whoever asks the host what became of it comes back, too.
                if let Some(after) = trouble.after.filter(|after| *after <= self.patience.wait) {
                    self.rest(after);
                }
                return Err(trouble.into_setback(delivery, FaultKind::Unknown));
            }
            let too_long = trouble.after.is_some_and(|after| after > self.patience.wait);
            if too_long || trouble.kind == FaultKind::Nonsense || failures >= self.patience.tries {
                let kind = trouble.kind;
                return Err(trouble.into_setback(delivery, kind));
            }
            self.rest_after(&trouble, failures);
        }
    }

    /// One try.
    fn exchange(&self, delivery: &Delivery) -> Result<Attempt, Box<Setback>> {
        let uncounted = |why: String| delivery.setback(FaultKind::Unreachable, format!("it cannot be counted: {why}"));
        let grant = self.admitted(delivery)?;
        let within = self.outside.clock.outside(self.patience.call);
        let sent = self.outside.web.send(&Call { within, ..delivery.call.clone() });
        let now = self.outside.clock.now();
        let left = sent.as_ref().ok().and_then(|answer| notices::left(answer, now));
        self.budget.arrived(&grant, left, now).map_err(uncounted)?;
        let answer = match sent {
            Ok(answer) => answer,
            Err(fault) => return Ok(Attempt::Failed(Trouble::with_web(&fault))),
        };
        let after = notices::retry_after(&answer, now);
        let acted = match (self.judge)(&answer) {
            Verdict::Final if is_elsewhere(&answer) => return Ok(Attempt::Failed(Trouble::elsewhere(answer))),
            Verdict::Final => return Ok(Attempt::Answered(answer)),
            Verdict::Again => false,
            Verdict::Unclear => true,
        };
        let mut trouble = Trouble::with_host(answer, acted, after);
        if let (Some(429), Some(after)) = (trouble.answer.as_ref().map(|answer| answer.status), after) {
            let until = now.saturating_add(after).unwrap_or(jiff::Timestamp::MAX);
            self.budget.close(delivery.lane, until, now).map_err(uncounted)?;
            trouble.kind = FaultKind::Wall(Some(until));
        }
        Ok(Attempt::Failed(trouble))
    }

    /// Waits for the delivery's turn.
    fn admitted(&self, delivery: &Delivery) -> Result<Grant, Box<Setback>> {
        let flight = self.patience.call + Call::longest(delivery.call.body.len());
        loop {
            if self.outside.stop.requested() {
                return Err(delivery.setback(FaultKind::Stopped, String::new()));
            }
            let now = self.outside.clock.now();
            let taken = self.budget.take(delivery.lane, delivery.urgent || self.urgent, flight, now);
            let uncounted =
                |why: String| delivery.setback(FaultKind::Unreachable, format!("it cannot be counted: {why}"));
            let opens = match taken.map_err(uncounted)? {
                Turn::Granted(grant) => return Ok(grant),
                Turn::NotBefore(opens) => opens,
            };
            let wait = Duration::try_from(opens.duration_since(now)).unwrap_or_default();
            if wait > self.patience.wait {
                return Err(delivery.setback(FaultKind::Wall(Some(opens)), String::new()));
            }
            self.rest(wait.min(LOOK_AGAIN));
        }
    }

    /// Lets a failure pass. What the host wishes from everyone is known to the budget; here it is about this one.
    fn rest_after(&self, trouble: &Trouble, failures: u32) {
        match (trouble.kind, trouble.after) {
            (FaultKind::Wall(_), Some(_)) => {}
            (_, Some(after)) => self.rest(after),
            (_, None) => {
                let wait = FIRST_WAIT.saturating_mul(1 << failures.min(16).saturating_sub(1)).min(LONGEST_WAIT);
                self.outside.clock.rest(wait.mul_f64(0.5 + 0.5 * self.outside.dice.roll()));
            }
        }
    }

    /// Rests at least this long, and a little longer, so that not all who wait come back at the same moment.
    fn rest(&self, span: Duration) {
        self.outside.clock.rest(span + span.mul_f64(0.2 * self.outside.dice.roll()));
    }
}

impl Delivery<'_> {
    fn setback(&self, kind: FaultKind, said: String) -> Box<Setback> {
        Box::new(Setback { fault: HostFault::new(kind, self.doing, said), answer: None })
    }
}

impl Trouble {
    fn with_web(fault: &WebFault) -> Self {
        let (acted, kind, said) = match fault {
            WebFault::Unreachable(why) => (false, FaultKind::Unreachable, why.clone()),
            WebFault::Lost(_) => (true, FaultKind::Busy, fault.to_string()),
            WebFault::TooLarge { .. } => (true, FaultKind::Nonsense, fault.to_string()),
        };
        Self { acted, kind, after: None, said, answer: None }
    }

    fn with_host(answer: Answer, acted: bool, after: Option<Duration>) -> Self {
        let said = format!("it answers {}: {}", answer.status, words(&answer));
        Self { acted, kind: FaultKind::Busy, after, said, answer: Some(answer) }
    }

    fn elsewhere(answer: Answer) -> Self {
        let said = format!("it points to `{}`", answer.header("location").unwrap_or(""));
        Self { acted: false, kind: FaultKind::Nonsense, after: None, said, answer: Some(answer) }
    }

    fn into_setback(self, delivery: &Delivery, kind: FaultKind) -> Box<Setback> {
        let request = self.answer.as_ref().and_then(request_id);
        let fault = HostFault::new(kind, delivery.doing, self.said).request(request);
        Box::new(Setback { fault, answer: self.answer })
    }
}

/// Whether an answer sends the caller to another address.
fn is_elsewhere(answer: &Answer) -> bool {
    (300..400).contains(&answer.status) && answer.status != 304
}

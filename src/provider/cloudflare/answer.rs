//! What the API's answers mean.

use crate::provider::HostFault;
use crate::provider::line::{Verdict, refusal, words};
use crate::world::Answer;
use serde_json::Value;

/// What the API says to a call that it understood.
pub(super) enum Said {
    /// It is done: its result.
    Done(Value),
    /// It is not.
    Refused(Refusal),
}

/// A call that was understood and not done.
#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
    /// What Cloudflare calls the reason; 0 if it gives none.
    pub(super) code: u64,
    pub(super) fault: HostFault,
}

/// Codes of refusals that are over by themselves: too many calls, too much at once.
const PASSING: [u64; 2] = [971, 10_046];
/// Codes of failures of which nobody knows how far they went.
const UNKNOWN: [u64; 2] = [8_000_000, 10_013];

/// The token for assets is not or no longer valid.
const AUTHORIZATION: u64 = 8_000_013;

/// Judges an answer of the API.
pub fn verdict(answer: &Answer) -> Verdict {
    // Whoever says when to come back has not begun.
    if answer.status == 503 && answer.header("retry-after").is_some() {
        return Verdict::Again;
    }
    let code = if answer.is_success() { 0 } else { code(answer) };
    match code {
        code if PASSING.contains(&code) => Verdict::Again,
        code if UNKNOWN.contains(&code) => Verdict::Unclear,
        _ => Verdict::of_json(answer),
    }
}

/// Takes the result out of its wrapping.
pub(super) fn unwrapped(doing: &str, answer: &Answer) -> Said {
    if answer.is_success() {
        let mut whole: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        return Said::Done(whole.get_mut("result").map(Value::take).unwrap_or_default());
    }
    let fault = refusal(doing, answer, said(answer));
    Said::Refused(Refusal { status: answer.status, code: code(answer), fault })
}

impl Refusal {
    /// Whether the token for assets was refused, and another one may do.
    pub(super) fn is_of_pass(&self) -> bool {
        matches!(self.status, 401 | 403) || self.code == AUTHORIZATION
    }

    /// Whether what was asked for does not exist.
    pub(super) fn is_missing(&self) -> bool {
        matches!(self.status, 404 | 410)
    }
}

fn code(answer: &Answer) -> u64 {
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    body["errors"][0]["code"].as_u64().unwrap_or_default()
}

fn said(answer: &Answer) -> String {
    match answer.header("cf-mitigated") {
        Some(_) => "a firewall before the API stopped the call; try it from another network".to_owned(),
        None => words(answer),
    }
}

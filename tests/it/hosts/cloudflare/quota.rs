//! The limit of the API: so many calls in so many seconds, told with every answer; whoever goes beyond waits for the next window.

use super::envelope::refused;
use crate::hosts::message::Reply;
use jiff::Timestamp;
use std::sync::Mutex;

/// Counts calls in windows.
#[derive(Debug)]
pub(super) struct Quota {
    pub(super) calls: u32,
    pub(super) window: i64,
    used: Mutex<(i64, u32)>,
}

/// What is left of a window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Left {
    calls: u32,
    seconds: i64,
    over: bool,
}

impl Quota {
    pub(super) fn new(calls: u32, window: i64) -> Self {
        Self { calls, window, used: Mutex::new((i64::MIN, 0)) }
    }

    /// Counts a call.
    pub(super) fn count(&self, now: Timestamp) -> Left {
        let (second, mut used) = (now.as_second(), self.used.lock().unwrap());
        let window = second.div_euclid(self.window);
        if used.0 != window {
            *used = (window, 0);
        }
        used.1 += 1;
        let seconds = self.window - second.rem_euclid(self.window);
        Left { calls: self.calls.saturating_sub(used.1), seconds, over: used.1 > self.calls }
    }

    /// The answer to one call too many.
    pub(super) fn refusal(&self, left: Left) -> Option<Reply> {
        let message = "Please wait and consider throttling your request speed";
        left.over.then(|| refused(429, 971, message).with("retry-after", left.seconds.to_string()))
    }

    /// Tells the client how it stands.
    pub(super) fn tell(&self, reply: Reply, left: Left) -> Reply {
        reply
            .with("ratelimit", format!("\"default\";r={};t={}", left.calls, left.seconds))
            .with("ratelimit-policy", format!("\"default\";q={};w={}", self.calls, self.window))
    }
}

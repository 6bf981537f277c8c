//! How much of a window is used up.
//!
//! What is asked for arrives at the host some time between the moment it is granted and the moment its answer is there. It is counted
//! from the first on and until a whole window after the second: so whenever the host begins its own count, it never counts more than
//! what is allowed. Times are milliseconds since 1970.

use crate::provider::Window;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A window is counted in this many steps: all of a step is let go of together, a 64th of a window later than it could be.
const STEPS: i64 = 64;

/// Nothing is under way for longer; what seems to be was written while the clock was wrong.
const LONGEST_FLIGHT: i64 = 2 * 3_600_000;

/// What was granted of one window, by the step in which it arrived at the latest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tally(BTreeMap<i64, u64>);

impl Tally {
    /// Forgets what no longer counts at `now`.
    pub(super) fn tidy(&mut self, window: Window, now: i64) {
        let (step, span) = measures(window);
        self.0.retain(|index, _| (index + 1) * step + span > now);
        let dreamt = self.0.split_off(&((now + LONGEST_FLIGHT) / step + 1));
        let sum: u64 = dreamt.values().sum();
        if sum > 0 {
            *self.0.entry(now / step).or_default() += sum;
        }
    }

    /// What counts, after [`Self::tidy`].
    pub(super) fn sum(&self) -> u64 {
        self.0.values().sum()
    }

    /// What is under way at `now`, and perhaps a little that has just arrived.
    pub(super) fn under_way(&self, window: Window, now: i64) -> u64 {
        self.0.range(now / measures(window).0 + 1..).map(|(_, count)| count).sum()
    }

    /// Counts `many` that arrive until `at`.
    pub(super) fn add(&mut self, window: Window, at: i64, many: u64) {
        *self.0.entry(at / measures(window).0).or_default() += many;
    }

    /// One of those that were to arrive until `expected` has arrived until `at`.
    pub(super) fn moved(&mut self, window: Window, expected: i64, at: i64) {
        let expected = expected / measures(window).0;
        if let Some(count) = self.0.get_mut(&expected) {
            *count -= 1;
            if *count == 0 {
                self.0.remove(&expected);
            }
            self.add(window, at, 1);
        }
    }

    /// When no more than `most` will count if nothing else is granted.
    pub(super) fn falls_to(&self, window: Window, most: u64) -> i64 {
        let (step, span) = measures(window);
        let mut left = self.sum();
        for (index, count) in &self.0 {
            left -= count;
            if left <= most {
                return (index + 1) * step + span;
            }
        }
        i64::MIN
    }
}

/// The length of a step and of the window.
fn measures(window: Window) -> (i64, i64) {
    let span = i64::try_from(window.within.as_millis()).unwrap_or(i64::MAX / 4).max(1);
    ((span / STEPS).max(1), span)
}

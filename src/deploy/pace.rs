//! How long something takes at least when only so much of it is allowed within a time.

use crate::model::Money;
use crate::provider::Window;
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// When the last of `count` things happens that are done as soon as all windows allow, `part` percent of each left free, and which
/// window makes the last one wait. `spent` is when such things were done before, in order.
pub fn pace(
    count: u64,
    windows: &[Window],
    part: u64,
    spent: &[Timestamp],
    now: Timestamp,
) -> (Duration, Option<Window>) {
    let mut times: Vec<Timestamp> = spent.to_vec();
    let (mut at, mut wall) = (now, None);
    for _ in 0..count {
        for window in windows {
            let most = usize::try_from(window.most - window.most * part / 100).unwrap_or(usize::MAX).max(1);
            let Some(earliest) = times.len().checked_sub(most).map(|index| times[index]) else { continue };
            let free = earliest.saturating_add(SignedDuration::try_from(window.within).unwrap_or(SignedDuration::MAX));
            if let Ok(free) = free
                && free > at
            {
                (at, wall) = (free, Some(*window));
            }
        }
        times.push(at);
    }
    let takes = Duration::try_from(at.duration_since(now)).unwrap_or_default();
    (takes, wall.filter(|_| !takes.is_zero()))
}

/// The price of `count` things of which `included` are free and a million of the others costs `million`.
pub(super) fn metered(count: u64, included: u64, million: Money) -> Money {
    million.times(count.saturating_sub(included)).per(1_000_000)
}

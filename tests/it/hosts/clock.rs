//! The time at a host: walls of an hour or a day are met in seconds when it runs faster.

use jiff::{SignedDuration, Timestamp};
use std::time::{Duration, Instant};

/// A clock that starts at a moment and runs at a speed.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    began: Instant,
    from: Timestamp,
    speed: u32,
}

impl Clock {
    /// The time as it is.
    pub(crate) fn real() -> Self {
        Self::fast(1)
    }

    /// Starts now, and lets `speed` seconds pass in each.
    pub(crate) fn fast(speed: u32) -> Self {
        Self { began: Instant::now(), from: Timestamp::now(), speed: speed.max(1) }
    }

    /// The same clock, set wrong by so many seconds.
    pub(crate) fn off_by(self, seconds: i64) -> Self {
        Self { from: self.from + SignedDuration::from_secs(seconds), ..self }
    }

    /// What the clock shows.
    pub(crate) fn now(&self) -> Timestamp {
        let passed = self.began.elapsed() * self.speed;
        self.from + SignedDuration::try_from(passed).unwrap()
    }

    /// How long one really waits for so much of its time.
    pub(crate) fn really(&self, time: Duration) -> Duration {
        time / self.speed
    }

    /// A moment as HTTP writes it: `Thu, 26 Nov 2026 22:56:41 GMT`.
    pub(crate) fn http_date(moment: Timestamp) -> String {
        moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }
}

//! Time: what it is, how much of it something took, and letting it pass.

use super::Stop;
use jiff::Timestamp;
use rustix::time::{ClockId, clock_gettime};
use std::time::{Duration, Instant};

/// The present moment.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Measures how long something takes.
#[derive(Debug, Clone, Copy)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts measuring.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// A moment by which something has to be done.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(Instant);

impl Deadline {
    /// The moment `limit` from now.
    pub fn after(limit: Duration) -> Self {
        Self(Instant::now() + limit)
    }

    /// Whether it is over.
    pub fn passed(&self) -> bool {
        Instant::now() > self.0
    }
}

/// How long the thread that makes it may work: its own processor's time, so that a machine that slept or does much else takes none of it.
#[derive(Debug, Clone, Copy)]
pub struct Stint {
    /// Work takes no less time than it takes on the wall, where the clock is cheaper to read.
    earliest: Instant,
    end: Duration,
}

impl Stint {
    /// Work that begins now, on this thread.
    pub fn of(limit: Duration) -> Self {
        Self { earliest: Instant::now() + limit, end: worked() + limit }
    }

    /// Whether it is over; only the thread that began it can tell.
    pub fn is_over(&self) -> bool {
        Instant::now() > self.earliest && worked() > self.end
    }
}

/// How long this thread has worked.
fn worked() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

/// Time as work that has to wait sees it.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// Lets time pass; someone who wishes to stop may cut it short.
    fn rest(&self, span: Duration);

    /// How long others, who live by the clock on the wall, are given while `span` passes here.
    fn outside(&self, span: Duration) -> Duration {
        span
    }
}

/// The clock on the wall, or one that runs faster, so that tests see a day pass.
#[derive(Debug, Clone)]
pub struct WallClock {
    start: (Timestamp, Instant),
    speed: u32,
    stop: Stop,
}

/// A wish to stop is noticed this soon.
const NAP: Duration = Duration::from_millis(100);

/// Another machine needs its time, however fast a clock runs.
const LEAST_PATIENCE: Duration = Duration::from_secs(2);

impl WallClock {
    /// A clock that is `speed` times as fast as the one on the wall, and whose rests end when someone wishes to stop.
    pub fn new(speed: u32, stop: Stop) -> Self {
        Self { start: (Timestamp::now(), Instant::now()), speed: speed.max(1), stop }
    }
}

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        let (moment, instant) = self.start;
        match self.speed {
            1 => Timestamp::now(),
            speed => moment.saturating_add(instant.elapsed() * speed).unwrap_or(Timestamp::MAX),
        }
    }

    fn rest(&self, span: Duration) {
        let until = Instant::now() + span / self.speed;
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            if left.is_zero() || self.stop.requested() {
                return;
            }
            std::thread::sleep(left.min(NAP));
        }
    }

    fn outside(&self, span: Duration) -> Duration {
        (span / self.speed).max(LEAST_PATIENCE.min(span))
    }
}

//! How much templates may do for one page.

use crate::model::Limits;
use crate::world::Stint;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

/// What is left of the work, the steps and the bytes that templates may spend on one page, which one thread makes. All shortcodes of a
/// text share one, so that a thousand of them take no longer than one.
#[derive(Debug)]
pub struct Patience {
    stint: Stint,
    steps: AtomicU64,
    bytes: AtomicUsize,
}

/// Steps for each millisecond of the limit: far more than an honest page needs, and so few that a template that runs away meets
/// this bound, which is the same on every machine, before that of the clock.
const STEPS_PER_MILLISECOND: u64 = 2_000;
/// The clock is asked once in so many steps.
const STEPS_PER_LOOK: u64 = 4;

impl Patience {
    /// All that `limits` allow.
    pub fn new(limits: &Limits) -> Self {
        Self {
            stint: Stint::of(Duration::from_millis(limits.render_ms)),
            steps: AtomicU64::new(limits.render_ms.saturating_mul(STEPS_PER_MILLISECOND)),
            bytes: AtomicUsize::new(limits.page_bytes),
        }
    }

    /// Takes note of a step; false if it was one too many. One thread at a time makes a page, so nothing is lost in between.
    pub(super) fn step(&self) -> bool {
        let left = self.steps.load(Ordering::Relaxed);
        self.steps.store(left.saturating_sub(1), Ordering::Relaxed);
        left > 0 && !(left.is_multiple_of(STEPS_PER_LOOK) && self.is_over())
    }

    /// Whether the time for one page is over.
    pub(super) fn is_over(&self) -> bool {
        self.stint.is_over()
    }

    /// The bytes that may still be made.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Takes note of bytes that were made.
    pub(super) fn spend(&self, bytes: usize) {
        self.bytes.store(self.bytes().saturating_sub(bytes), Ordering::Relaxed);
    }
}

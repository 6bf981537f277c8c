//! Chance: what keeps many machines from doing the same thing at the same moment.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicU64, Ordering};

/// Throws that nobody foresees, or, for tests, the same ones every time.
#[derive(Debug)]
pub struct Dice(AtomicU64);

impl Dice {
    /// Dice that fall differently in every process.
    pub fn fair() -> Self {
        Self::loaded(RandomState::new().hash_one(std::process::id()))
    }

    /// Dice that always fall as `seed` has it.
    pub fn loaded(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// A number from 0 to 1, without 1.
    pub fn roll(&self) -> f64 {
        // SplitMix64: a counter, well stirred.
        let step = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
        let stirred = (step ^ (step >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let stirred = (stirred ^ (stirred >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((stirred ^ (stirred >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

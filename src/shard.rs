//! The work of a run, shared out among machines.
//!
//! Purpose: sites with the time that each is expected to take go in, lists of sites that take about the same time come out. It is a pure
//! function that the planning machine calls once: every other machine is handed its list, and never finds out by itself what its part
//! is, because what is live changes while they work. Never looks at a file, a ledger or a clock.

use crate::model::{Digest, MOST_SHARDS};
use std::cmp::Reverse;
use std::time::Duration;

#[cfg(test)]
mod tests;

/// Sites that one machine has to work on together, because one step of the work switches all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bale {
    /// Their names.
    pub sites: Vec<String>,
    /// How long all of them are expected to take.
    pub takes: Duration,
}

/// What one machine does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The names of its sites, in order.
    pub sites: Vec<String>,
    /// How long it is expected to take.
    pub takes: Duration,
}

/// How many machines may work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// As many as are worth it.
    Auto,
    /// So many, if there is anything for each of them to do.
    Upto(usize),
}

/// More machines than this only wait for each other at the hosts.
const USUAL: usize = 40;

/// A machine that gets less to do spends its time on being set up.
const WORTH: Duration = Duration::from_secs(10);

/// What shipping a site adds to building it, with many on their way at once.
const SHIPPING: Duration = Duration::from_millis(250);

/// A site that nobody has built takes so long …
const UNKNOWN: Duration = Duration::from_millis(1);

/// … and so long for each of its Markdown files.
const TEXT: Duration = Duration::from_micros(100);

/// Times are compared in steps of this: what differs by less differs by chance, and must not send a site elsewhere.
const STEP: Duration = Duration::from_millis(50);

/// Carts may differ by so many parts in a hundred of what each would hold if all held the same.
const EVEN: u64 = 9;

/// How long a site is expected to take: as long as the last time, or what its Markdown files let expect.
pub fn forecast(last: Option<Duration>, texts: usize, is_shipped: bool) -> Duration {
    let making = last.unwrap_or(UNKNOWN + TEXT * u32::try_from(texts).unwrap_or(u32::MAX));
    if is_shipped { making + SHIPPING } else { making }
}

impl Count {
    /// How many machines get something to do.
    fn of(self, bales: &[Bale]) -> usize {
        let all: Duration = bales.iter().map(|bale| bale.takes).sum();
        let wish = match self {
            Self::Auto => usize::try_from(all.as_millis().div_ceil(WORTH.as_millis())).unwrap_or(USUAL).min(USUAL),
            Self::Upto(count) => count.min(MOST_SHARDS),
        };
        wish.clamp(1, bales.len().max(1))
    }
}

/// Shares bales out. Every site is in exactly one share, no share is empty, and as long as their number is the same, sites stay where
/// they were unless that gets uneven.
pub fn share_out(bales: &[Bale], count: Count) -> Vec<Share> {
    let mut carts = Carts::new(bales, count.of(bales));
    carts.fill();
    carts.even_out(EVEN);
    // What steps hide can add up.
    carts.weigh_exactly();
    carts.even_out(EVEN + EVEN / 2);
    carts.shares()
}

/// Bales on their way to shares.
struct Carts<'a> {
    bales: &'a [Bale],
    /// The steps that each bale takes, or milliseconds.
    steps: Vec<u64>,
    /// A number that stands for each bale, whatever others there are.
    seeds: Vec<u64>,
    /// The bales in each cart, and the steps that they take.
    carts: Vec<(Vec<usize>, u64)>,
}

impl<'a> Carts<'a> {
    fn new(bales: &'a [Bale], count: usize) -> Self {
        let steps = |bale: &Bale| u64::try_from(bale.takes.as_millis().div_ceil(STEP.as_millis())).unwrap_or(u64::MAX);
        let steps = bales.iter().map(|bale| steps(bale).max(1)).collect();
        let seeds = bales.iter().map(|bale| seed(bale.sites.first().map_or("", String::as_str))).collect();
        Self { bales, steps, seeds, carts: vec![(Vec::new(), 0); count] }
    }

    /// What each would hold if all held the same.
    fn mean(&self) -> u64 {
        self.steps.iter().sum::<u64>().div_ceil(self.carts.len() as u64)
    }

    /// Puts every bale into the cart that it ranks first among those that have room: few bales rank another one first if there is one
    /// cart more, and none if there is another bale. A little more than the mean has room, or the last bales would be driven about.
    fn fill(&mut self) {
        let most = self.mean() + self.mean() / 20;
        let mut order: Vec<usize> = (0..self.bales.len()).collect();
        order.sort_by_key(|bale| (Reverse(self.steps[*bale]), self.seeds[*bale], *bale));
        for bale in order {
            let (seed, steps) = (self.seeds[bale], self.steps[bale]);
            let rank = |at: &usize| stirred(seed ^ stirred(*at as u64));
            let all = || 0..self.carts.len();
            let roomy = all().filter(|at| self.carts[*at].1 + steps <= most).min_by_key(rank);
            let place = roomy.or_else(|| all().min_by_key(|at| (self.carts[*at].1, rank(at))));
            if let Some((held, sum)) = place.and_then(|place| self.carts.get_mut(place)) {
                held.push(bale);
                *sum += steps;
            }
        }
    }

    /// Forgets about steps.
    fn weigh_exactly(&mut self) {
        let millis = |bale: &Bale| u64::try_from(bale.takes.as_millis()).unwrap_or(u64::MAX / 1_000);
        self.steps = self.bales.iter().map(millis).collect();
        for (held, sum) in &mut self.carts {
            *sum = held.iter().map(|bale| self.steps[*bale]).sum();
        }
    }

    /// Moves bales from the fullest cart to the emptiest until they differ by little, or no move helps.
    fn even_out(&mut self, parts: u64) {
        let allowed = self.mean() * parts / 100;
        let fullness = |carts: &[(Vec<usize>, u64)], at: &usize| carts[*at].1;
        loop {
            let all = 0..self.carts.len();
            let emptiest = all.clone().min_by_key(|at| fullness(&self.carts, at)).unwrap_or(0);
            let fullest = all.max_by_key(|at| fullness(&self.carts, at)).unwrap_or(0);
            let gap = self.carts[fullest].1 - self.carts[emptiest].1;
            let helps = |bale: &&usize| gap > allowed && self.steps[**bale] < gap;
            let fit = |bale: &&usize| ((self.steps[**bale] * 2).abs_diff(gap), self.seeds[**bale]);
            let Some(bale) = self.carts[fullest].0.iter().filter(helps).min_by_key(fit).copied() else { return };
            self.carts[fullest].0.retain(|held| *held != bale);
            self.carts[fullest].1 -= self.steps[bale];
            self.carts[emptiest].0.push(bale);
            self.carts[emptiest].1 += self.steps[bale];
        }
    }

    fn shares(self) -> Vec<Share> {
        let share = |(held, _): (Vec<usize>, u64)| {
            let bales = || held.iter().map(|bale| &self.bales[*bale]);
            let mut sites: Vec<String> = bales().flat_map(|bale| bale.sites.iter().cloned()).collect();
            sites.sort_unstable();
            Share { sites, takes: bales().map(|bale| bale.takes).sum() }
        };
        self.carts.into_iter().filter(|(held, _)| !held.is_empty()).map(share).collect()
    }
}

/// A number that stands for a name.
fn seed(name: &str) -> u64 {
    let digest = Digest::of(name.as_bytes());
    digest.as_bytes()[..8].iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The same number, its bits well mixed.
fn stirred(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_add(0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

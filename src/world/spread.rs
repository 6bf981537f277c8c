//! The same work on many items, on all threads where that pays.

use rayon::prelude::*;

/// Below this many items, spreading costs more than it saves.
const WORTH_SPREADING: usize = 200;

/// Maps `items` in order, on the threads of the pool that this is called from if there are enough items.
pub fn spread<T: Sync, R: Send>(items: &[T], make: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    if items.len() < WORTH_SPREADING { items.iter().map(make).collect() } else { items.par_iter().map(make).collect() }
}

/// The same with items that are used up.
pub fn spread_out<T: Send, R: Send>(items: Vec<T>, make: impl Fn(T) -> R + Sync + Send) -> Vec<R> {
    if items.len() < WORTH_SPREADING {
        items.into_iter().map(make).collect()
    } else {
        items.into_par_iter().map(make).collect()
    }
}

/// The same with few items that are much work each.
pub fn spread_works<T: Sync, R: Send>(items: &[T], make: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    items.par_iter().map(make).collect()
}

/// Does two things, side by side if a thread has time for the second.
pub fn beside<A: Send, B: Send>(first: impl FnOnce() -> A + Send, second: impl FnOnce() -> B + Send) -> (A, B) {
    rayon::join(first, second)
}

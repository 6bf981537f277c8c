//! The same work on many items, on all threads where that pays.

use rayon::prelude::*;

/// Below this many items, spreading costs more than it saves.
const WORTH_SPREADING: usize = 200;

/// Maps `items` in order, on the threads of the pool that this is called from if there are enough items.
pub fn spread<T: Sync, R: Send>(items: &[T], make: impl Fn(&T) -> R + Sync + Send) -> Vec<R> {
    match items.len() < WORTH_SPREADING {
        true => items.iter().map(make).collect(),
        false => items.par_iter().map(make).collect(),
    }
}

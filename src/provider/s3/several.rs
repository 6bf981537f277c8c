//! Several small things at a time: most of what one of them takes is waiting.

use crate::model::unpoisoned;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// More at once does not make a bucket faster.
const AT_ONCE: usize = 16;

/// Does `work` with each of `items`; after the first fault nothing else is begun.
pub(super) fn each<T: Sync, FaultKind: Send>(
    items: &[T],
    work: impl Fn(&T) -> Result<(), FaultKind> + Sync,
) -> Result<(), FaultKind> {
    let (next, first) = (AtomicUsize::new(0), Mutex::new(None));
    let hand = || {
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Err(fault) = work(item) {
                unpoisoned(first.lock()).get_or_insert(fault);
                next.store(items.len(), Ordering::Relaxed);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..items.len().min(AT_ONCE) {
            scope.spawn(hand);
        }
        hand();
    });
    unpoisoned(first.into_inner()).map_or(Ok(()), Err)
}

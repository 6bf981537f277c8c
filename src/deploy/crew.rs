//! Many parcels on their way at once. They wait for hosts most of the time, so there is a thread for each.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A parcel's thread only waits and copies.
const STACK_BYTES: usize = 1 << 20;

/// Does `work` for each of `count` items, at most `hands` at once; the order in which they begin is that of their numbers. Nothing is
/// begun any more once `halted`.
fn each(count: usize, hands: usize, halted: &(dyn Fn() -> bool + Sync), work: &(dyn Fn(usize) + Sync)) {
    let next = AtomicUsize::new(0);
    let take = || {
        while !halted() {
            match next.fetch_add(1, Ordering::Relaxed) {
                at if at < count => work(at),
                _ => return,
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..hands.min(count) {
            let started = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, take);
            if started.is_err() {
                break;
            }
        }
        take();
    });
}

/// What `work` makes of each of the items, in their order.
pub(super) fn map<T: Sync, R: Send + Sync>(items: &[T], hands: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    map_until(items, hands, &|| false, work).into_iter().flatten().collect()
}

/// The same, with nothing for those that were not begun before it was `halted`.
pub(super) fn map_until<T: Sync, R: Send + Sync>(
    items: &[T],
    hands: usize,
    halted: &(dyn Fn() -> bool + Sync),
    work: impl Fn(&T) -> R + Sync,
) -> Vec<Option<R>> {
    let done: Vec<OnceLock<R>> = items.iter().map(|_| OnceLock::new()).collect();
    each(items.len(), hands, halted, &|at| {
        done[at].get_or_init(|| work(&items[at]));
    });
    done.into_iter().map(OnceLock::into_inner).collect()
}

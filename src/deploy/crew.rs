//! Many parcels on their way at once. They wait for hosts most of the time, so there is a thread for each.

use std::sync::atomic::{AtomicUsize, Ordering};

/// A parcel's thread only waits and copies.
const STACK_BYTES: usize = 1 << 20;

/// Does `work` for each of `count` items, at most `hands` at once; the order in which they begin is that of their numbers. Nothing is
/// begun any more once `halted`.
pub(super) fn each(count: usize, hands: usize, halted: &(dyn Fn() -> bool + Sync), work: &(dyn Fn(usize) + Sync)) {
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

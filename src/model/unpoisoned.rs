//! Values that several threads share.

use std::sync::{LockResult, PoisonError};

/// What was locked, even if a thread panicked that held it: its site fails alone, and what it shared with the others is sound, since
/// nothing that is held is left half changed by anything that may panic.
pub fn unpoisoned<T>(taken: LockResult<T>) -> T {
    taken.unwrap_or_else(PoisonError::into_inner)
}

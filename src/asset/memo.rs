//! Values that are made once, however many threads ask for them at the same moment.

use crate::model::unpoisoned;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, OnceLock, RwLock};

/// What was made, by what it was made for.
pub(super) struct Memo<K, V> {
    made: RwLock<HashMap<K, Arc<OnceLock<V>>>>,
}

impl<K: Eq + Hash + Clone, V: Clone> Memo<K, V> {
    /// Remembers nothing yet.
    pub(super) fn new() -> Self {
        Self { made: RwLock::new(HashMap::new()) }
    }

    /// The value for `key`; the first to ask makes it, and only those who ask for the same wait for it.
    pub(super) fn get(&self, key: &K, make: impl FnOnce() -> V) -> V {
        let known = unpoisoned(self.made.read()).get(key).cloned();
        known.unwrap_or_else(|| self.place(key)).get_or_init(make).clone()
    }

    fn place(&self, key: &K) -> Arc<OnceLock<V>> {
        let mut made = unpoisoned(self.made.write());
        made.entry(key.clone()).or_default().clone()
    }
}

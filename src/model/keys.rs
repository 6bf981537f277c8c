//! Pages by their addresses inside the repository.

use super::page::PageId;
use std::collections::HashMap;
use std::sync::Arc;

/// Pages by key, such as `garden/beds.md`: every link asks here, and a large site has a hundred thousand of them.
#[derive(Debug, Clone, Default)]
pub struct PagesByKey(HashMap<Arc<str>, PageId>);

impl PagesByKey {
    /// The page with this key.
    pub fn get(&self, key: &str) -> Option<PageId> {
        self.0.get(key).copied()
    }

    /// Adds a page, unless another one has the key.
    pub fn add(&mut self, key: Arc<str>, page: PageId) {
        self.0.entry(key).or_insert(page);
    }

    /// All keys, in their order.
    pub fn in_order(&self) -> impl Iterator<Item = &str> {
        let mut keys: Vec<&str> = self.0.keys().map(AsRef::as_ref).collect();
        keys.sort_unstable();
        keys.into_iter()
    }
}

impl FromIterator<(Arc<str>, PageId)> for PagesByKey {
    fn from_iter<I: IntoIterator<Item = (Arc<str>, PageId)>>(pages: I) -> Self {
        Self(pages.into_iter().collect())
    }
}

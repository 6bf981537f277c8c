//! Which messages are shown: a wall of them is read by nobody.

use crate::diag::{Code, Group};
use std::collections::BTreeMap;

/// Of the messages of one kind about one file, this many are shown.
const MOST_ALIKE: usize = 5;

/// A message that is shown.
pub(super) struct Block<'a> {
    /// The message.
    pub(super) group: &'a Group,
    /// How many like it, about the same file, are left out.
    pub(super) more: usize,
}

/// The messages that are shown, in their order.
pub(super) fn blocks<'a>(groups: impl Iterator<Item = &'a Group>) -> Vec<Block<'a>> {
    let mut blocks: Vec<Block<'a>> = Vec::new();
    let mut alike: BTreeMap<(Code, &str), Vec<usize>> = BTreeMap::new();
    for group in groups {
        let file = group.diagnostic.place.as_ref().map_or("", |place| &*place.file);
        let shown = alike.entry((group.diagnostic.code, file)).or_default();
        match shown.get(MOST_ALIKE - 1) {
            Some(last) if !file.is_empty() => blocks[*last].more += 1,
            _ => {
                shown.push(blocks.len());
                blocks.push(Block { group, more: 0 });
            }
        }
    }
    blocks
}

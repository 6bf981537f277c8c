//! Messages as a text: what the terminal shows, and what a browser shows in its place.

use super::blocks::blocks;
use super::number::{count, counted};
use super::snippet;
use crate::diag::{Diagnostic, Group, group};

/// More blocks than this are a wall that nobody reads.
const MOST_BLOCKS: usize = 20;

/// Diagnostics of a site, or of none, as the terminal shows them without colours.
pub fn plain(site: Option<&str>, diagnostics: &[Diagnostic]) -> String {
    let groups = group(diagnostics.iter().map(|diagnostic| (site.map(str::to_owned), diagnostic.clone())));
    written(groups.iter(), false, None)
}

/// Each group as a block, an empty line after each.
pub(super) fn written<'a>(groups: impl Iterator<Item = &'a Group>, colored: bool, width: Option<usize>) -> String {
    let blocks = blocks(groups);
    let mut text = String::new();
    for block in blocks.iter().take(MOST_BLOCKS) {
        text.push_str(&format!("{}\n\n", snippet::show(block.group, colored, width)));
        if let (Some(place), 1..) = (&block.group.diagnostic.place, block.more) {
            text.push_str(&format!("… and {} more of this kind in `{}`\n\n", count(block.more), place.file));
        }
    }
    if let Some(more) = blocks.len().checked_sub(MOST_BLOCKS).filter(|more| *more > 0) {
        let rest = counted(more, "more message", "more messages");
        text.push_str(&format!("… and {rest}; `--format json` shows all of them\n\n"));
    }
    text
}

//! What Markdown becomes, as specifications.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod blocks;
mod desk;
mod headings;
mod language;
mod links;
mod pictures;
mod safety;
mod shortcodes;
mod summaries;

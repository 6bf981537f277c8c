//! What templates do, told by a small site about a garden.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod bounds;
mod errors;
mod filters;
mod folding;
mod functions;
mod garden;
mod heads;
mod recall;
mod sheets;
mod shortcodes;

//! What happens to every value that a template prints and that is not safe.

use super::template::Mark;
use super::visit::{say, step};
use std::io::{Result, Write};

/// Escapes `text` for HTML. Marks that the preparation of templates left are obeyed: those in loops and components are counted and
/// print nothing, those of calls print what the call answers.
pub(super) fn escape(text: &str, out: &mut dyn Write) -> Result<()> {
    match Mark::read(text) {
        Some(Mark { spot, call: None }) => step(spot),
        Some(Mark { spot, call: Some(call) }) => say(spot, call, out),
        None => tera::escape_html(text, out),
    }
}

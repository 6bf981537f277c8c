//! What happens to every value that a template prints and that is not safe.

use super::template::read_mark;
use super::visit::step;
use std::io::{Result, Write};

/// Escapes `text` for HTML. Marks that the preparation of templates left in loops and components are counted and print nothing.
pub(super) fn escape(text: &str, out: &mut dyn Write) -> Result<()> {
    match read_mark(text) {
        Some(spot) => step(spot),
        None => tera::escape_html(text, out),
    }
}

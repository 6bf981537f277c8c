//! How wide the terminal is.

use terminal_size::{Width, terminal_size};

/// Narrower than this, nothing is readable whatever is done about it.
const LEAST: usize = 40;

/// The columns of the terminal, as `COLUMNS` or the terminal itself tells; none where there is no terminal.
pub fn terminal_width() -> Option<usize> {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.trim().parse().ok());
    let seen = || terminal_size().map(|(Width(columns), _)| usize::from(columns));
    told.or_else(seen).filter(|columns| *columns > 0).map(|columns| columns.max(LEAST))
}

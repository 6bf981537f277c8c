//! What a site tells its host: its redirects and headers, read as hosts read them.
//!
//! Purpose: in go the texts of `_redirects` and `_headers`; out come rules in the order in which hosts ask them, and what they make of a
//! path. The preview answers by them, and providers whose hosts read no such files translate them. Lines that hosts leave out are left
//! out here; whoever writes the files says so first (`feed`).

mod headers;
mod pattern;
mod redirects;
#[cfg(test)]
mod tests;

pub use headers::{HeaderLine, HeaderRule, Headers};
pub use pattern::{Pattern, Token};
pub use redirects::{Redirect, RedirectRule, Redirects};

//! The preview, tried from the outside: the real program, raw sockets, a real browser.

mod browsing;
pub(crate) mod preview;
mod probes;
mod renewal;

//! The preview, tried from the outside: the real program, raw sockets, a real browser.

mod browsing;
mod preview;
mod probes;
mod renewal;

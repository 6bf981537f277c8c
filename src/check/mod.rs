//! Looking through finished files for what should not be in them.
//!
//! Purpose: bytes go in, findings come out. Never reads a file by itself, never changes one.

mod secrets;

pub use secrets::{Leak, leak};

//! Doubles of the hosts that sites are shipped to: HTTP servers on this machine that are as strict as the real ones, fail on demand, and
//! keep books that a test reads directly. What is claimed about a deployment is checked in these books, never in hectare's own.

pub(crate) mod azurite;
pub(crate) mod bucket;
pub(crate) mod clock;
pub(crate) mod cloudflare;
pub(crate) mod faults;
pub(crate) mod message;
pub(crate) mod moto;
pub(crate) mod server;
pub(crate) mod vercel;

mod behaviour;

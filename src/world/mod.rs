//! The only room that touches the outside: files, other machines, clock, signals, secrets.
//!
//! Purpose: effects behind small interfaces, so that everything else can be run on a disk, in memory, today or at any other time.
//! It knows files and folders, never sites. Paths are relative to a root, `/`-separated, UTF-8.
#![expect(clippy::disallowed_methods, clippy::disallowed_types, reason = "this is the room that may")]

mod amending;
mod archive;
mod bucket;
mod chance;
mod clock;
mod copy;
mod disk;
mod files;
mod found;
mod handed;
mod http;
mod lock;
mod memory;
mod notebook;
mod reach;
mod replace;
mod secret;
mod shelves;
mod spread;
mod staging;
mod stop;
mod survey;
mod trees;
mod watch;
mod web;

pub use archive::{Archive, ArchiveFault, ArchiveTrouble, Hold, Owner, Vault, Version};
pub use bucket::{
    Bucket, BucketFault, BucketPlace, ContainerPlace, Kept, Keys, Listed, Objects, Served, SharedArchive, Terms,
};
pub use chance::Dice;
pub use clock::{Clock, Deadline, Stopwatch, WallClock, now};
pub use disk::Disk;
pub use files::{Entry, EntryKind, Facts, FileFault, Files, Strange, Surveyed};
pub use handed::{hand_on, standard_input};
pub use http::{Events, ListenFault, Openness, Payload, Request, Response, Server, Socket, Teller, event_stream};
pub use lock::{Lock, LockFault};
pub use memory::Memory;
pub use notebook::Notebook;
pub use secret::{Keeper, Secret, SecretFault, Token, variable};
pub use shelves::{Lies, Shelves};
pub use spread::{beside, spread, spread_out, spread_works};
pub use std::net::Ipv4Addr;
pub use stop::Stop;
pub use trees::{Content, Depth, Placed, Replaced, Stage, TreeFault, Trees, Trouble};
pub use watch::{Changes, Spot, Watcher};
pub use web::{Answer, Bytes, Call, Method, Online, Reach, Web, WebFault};

#[cfg(test)]
mod tests;

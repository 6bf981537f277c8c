//! What hectare promises, tried from the outside: the real program in a real folder.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "tests make folders, start programs, and fail by panicking"
)]

mod chance;
mod farm;
mod golden;
mod tree;

mod again;
mod browser;
mod calendar;
mod demo;
mod disk;
mod edits;
mod faults;
mod equal;
mod hosts;
mod hostile;
mod house;
mod jobs;
mod large;
mod mistakes;
mod notices;
mod output;
mod screen;
mod serve;
mod shards;
mod shipping;
mod templates;
mod workflows;

#![doc = include_str!("../docs/ARCHITECTURE.md")]

// The vocabulary.
pub mod model;
pub mod diag;
pub mod event;

// The outside.
pub mod world;

// Reading.
pub mod manifest;
pub mod content;
pub mod theme;

// Making.
pub mod markdown;
pub mod render;
pub mod asset;
pub mod feed;
pub mod rules;
pub mod bundle;
pub mod cache;

// Many sites.
pub mod shelf;
pub mod sink;
pub mod farm;
pub mod shard;
pub mod tally;

// Shipping.
pub mod check;
pub mod provider;
pub mod health;
pub mod notify;
pub mod deploy;
pub mod workflows;

// The way of the data.
pub mod works;
pub mod pipeline;

// Faces.
pub mod cli;
pub mod serve;
pub mod ui;

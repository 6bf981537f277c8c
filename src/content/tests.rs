//! What content has to become, as a person who writes it would say it.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod addresses;
mod data;
mod files;
mod front_matter;
mod layers;
mod repository;
mod terms;
mod tree;

//! `sites.toml` and the tables it names become a fleet.
//!
//! Purpose: read the manifest, lay defaults, group and site over each other, check every name in it, and pick sites from
//! the result. In go a repository's files, out comes a [`Fleet`] with all mistakes, each with its place. A mistake in one
//! site breaks that site alone. It never opens content, templates or the output, and never reads a secret.
//!
//! One table of keys (`keys.rs`) decides what may be written; checking, the columns of CSV tables and the JSON Schema all
//! follow it.

mod check;
mod csv;
mod entry;
mod fleet;
mod keys;
mod load;
mod merged;
mod names;
mod schema;
mod select;
mod settings;
mod shape;
mod shard;
mod sheet;
mod site;
mod source;
mod targets;
#[cfg(test)]
mod tests;
mod word;
mod written;

use crate::diag::Diagnostic;
use crate::model::Fleet;
use crate::world::Files;

pub use schema::schema;
pub use select::{Picked, Selection, select};
pub use shard::Shard;

/// The file that a fleet begins with, at the root of its repository.
const MANIFEST: &str = "sites.toml";

/// A value with the place it was written at.
type Node<'a> = toml::Spanned<toml::de::DeValue<'a>>;

/// What reading the manifest came to.
#[derive(Debug)]
pub struct Loaded {
    /// The fleet, without its broken sites; none if nothing can be built at all.
    pub fleet: Option<Fleet>,
    /// Sites that have a mistake of their own or of their group, in the order in which they were written.
    pub broken: Vec<Broken>,
    /// Mistakes that concern the whole fleet, and warnings.
    pub diagnostics: Vec<Diagnostic>,
}

/// A site that cannot be built.
#[derive(Debug)]
pub struct Broken {
    /// Its id, or where it stands if the id cannot be used: `site 3`.
    pub label: String,
    /// What is written as its id, whether it can be used or not.
    pub written_id: Option<String>,
    /// What is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    fn nothing(diagnostics: Vec<Diagnostic>) -> Self {
        Self { fleet: None, broken: Vec::new(), diagnostics }
    }
}

/// Reads `sites.toml` at the root of `files`, and the tables it names.
pub fn load(files: &dyn Files) -> Loaded {
    load::load(files)
}

//! Events and diagnostics become text for a terminal, lines of JSON, or nothing.
//!
//! Purpose: the only room that prints. Results go to standard output, messages and progress to standard error. It decides how
//! things look, never what is done.

mod actions;
mod blocks;
mod json;
mod junit;
mod message;
mod number;
mod plan;
mod previews;
mod progress;
mod snippet;
mod table;
mod tally;
mod terminal;

pub use actions::{annotations, step_output};
pub use json::Json;
pub use junit::junit;
pub use message::plain;
pub use number::{count, counted, duration};
pub use plan::{differences_markdown, needs, plan_markdown, plan_text};
pub use previews::previews_markdown;
pub use table::{Column, Table};
pub use tally::tally_markdown;
pub use terminal::Terminal;

use crate::diag::Diagnostic;
use crate::event::{Explanation, Listener, Previewed, Report, Voyage};
use crate::model::{Fleet, Plan};

/// How messages look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// When to use colour.
    pub color: anstream::ColorChoice,
    /// Errors only.
    pub quiet: bool,
}

/// Whoever shows a run to a person or a program.
pub trait Face: Listener {
    /// Sees the fleet that a run is about, before anything else.
    fn opened(&self, _fleet: &Fleet) {}

    /// Sees what is about to be shipped.
    fn planned(&self, _plan: &Plan) {}

    /// Shows what is wrong before or outside of a run.
    fn complain(&self, diagnostics: &[Diagnostic]);

    /// Shows a run that is over.
    fn conclude(&self, report: &Report);

    /// Shows where a preview of so many sites is reached: from this machine, and from its network.
    fn serving(&self, sites: usize, own: &str, network: Option<&str>);

    /// Shows sites that were built again because these files changed.
    fn renewed(&self, changed: &[String], report: &Report);

    /// Shows why an output is as it is.
    fn explain(&self, explanation: &Explanation);

    /// Shows that so many sites are what a clean build makes.
    fn verified(&self, sites: usize);

    /// Shows a run of shipping that is over.
    fn landed(&self, voyage: &Voyage);

    /// Shows what became of a preview.
    fn previewed(&self, sites: &[Previewed]);

    /// Shows a table.
    fn table(&self, table: &Table);

    /// Shows a plain result: a list, a schema.
    fn print(&self, text: &str);
}

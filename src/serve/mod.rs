//! The preview: the whole fleet served from memory, and renewed when a file changes.
//!
//! Purpose: show every site as its host will, while it is being written. In go requests and changes of files, out come answers and
//! orders to open pages. The last good bundle of a site is served until there is a better one. It listens to nobody but this machine,
//! or its network if it is told to; it serves nothing outside the bundles, and writes nothing.

mod answer;
mod board;
mod door;
mod edited;
mod host;
mod live;
mod page;
mod policy;
mod rebuild;
mod routing;
mod sheets;
mod stage;
#[cfg(test)]
mod tests;

pub use rebuild::{Round, Workshop};
pub use stage::Stage;

use crate::content::Moment;
use crate::diag::Diagnostic;
use crate::manifest::Selection;
use crate::world::Files;
use crate::world::Ipv4Addr;
use std::sync::Arc;

/// What is shown, and to whom.
pub struct Setup {
    /// The repository.
    pub files: Arc<dyn Files>,
    /// Which sites are shown.
    pub selection: Selection,
    /// "Today", asked for at each build, and whether drafts are shown.
    pub moment: Box<dyn Fn() -> Moment + Send + Sync>,
    /// Makes the text of messages, as the terminal shows them, about a site or about all.
    pub words: Words,
    /// Browsers go to the page that was edited.
    pub follow: bool,
    /// The port that is listened at.
    pub port: u16,
    /// This machine's address in its network, if others may come from there.
    pub network: Option<Ipv4Addr>,
}

/// Messages about a site, or about all, as the terminal shows them.
pub type Words = Box<dyn Fn(Option<&str>, &[Diagnostic]) -> String + Send + Sync>;

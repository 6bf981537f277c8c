//! What is known of every site: how its last build went.

use crate::model::{SiteId, SiteSpec};
use std::collections::BTreeMap;
use std::sync::Arc;

/// All sites that are shown.
#[derive(Debug, Default)]
pub(super) struct Board {
    /// What the owner calls the fleet.
    pub(super) fleet: String,
    /// Mistakes that concern all sites.
    pub(super) general: Option<String>,
    /// Sites by id, or by what stands for it where that is what is wrong.
    pub(super) rows: BTreeMap<String, Row>,
}

/// One site.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// As it was last read; none if its table in `sites.toml` was wrong ever since.
    pub(super) spec: Option<Arc<SiteSpec>>,
    pub(super) state: State,
}

/// How the last build of a site went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// It is not over yet.
    Waiting,
    /// Well, perhaps with a remark.
    Built { pages: usize, remarks: Option<String> },
    /// Not at all; the text is what the terminal shows.
    Failed(String),
}

impl Board {
    /// A site by its id.
    pub(super) fn site(&self, id: &str) -> Option<(SiteId, &Row)> {
        let row = self.rows.get(id)?;
        let id = row.spec.as_ref().map(|spec| spec.id.clone()).or_else(|| SiteId::parse(id).ok())?;
        Some((id, row))
    }

    /// What is wrong with a site, as a text.
    pub(super) fn wrong(&self, id: &str) -> Option<&str> {
        let own = self.rows.get(id).and_then(|row| match &row.state {
            State::Failed(text) => Some(text.as_str()),
            _ => None,
        });
        own.or(self.general.as_deref())
    }
}

//! Whether the output of a site is still what was delivered.

use crate::model::{Digest, SiteId};
use crate::world::Depth;
use serde::{Deserialize, Serialize};

/// How the output of a site looks, as its sink tells.
pub type Sealing<'a> = dyn Fn(&SiteId, Depth) -> Option<Digest> + Sync + 'a;

/// How the output of a site looked when it was delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// How closely it was looked at.
    pub depth: Depth,
    /// What was seen.
    pub digest: Digest,
}

impl Seal {
    /// How the output of a site looks now; none if there is none.
    pub fn of(site: &SiteId, depth: Depth, sealing: &Sealing<'_>) -> Option<Self> {
        sealing(site, depth).map(|digest| Self { depth, digest })
    }

    /// Whether the output of the site still looks like this.
    pub(super) fn holds(self, site: &SiteId, sealing: &Sealing<'_>) -> bool {
        sealing(site, self.depth) == Some(self.digest)
    }
}

//! Which parcel of which target a site belongs to.

use super::packing::{Room, Size, pack};
use crate::diag::{Code, Diagnostic, list, nearest};
use crate::model::{Fleet, ParcelName, SiteId, SiteSpec, Target, TargetKind};
use crate::provider::HostLimits;
use std::collections::BTreeMap;

/// Which of its targets a site is shipped to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To<'a> {
    /// The first one.
    Primary,
    /// The one of this name; sites that do not have it are left out.
    Named(&'a str),
}

/// The more sites a pack holds, the fewer requests a change to all of them takes; the fewer, the less breaks with it.
const SITES_OF_A_PACK: usize = 100;

impl To<'_> {
    /// The name of the target that `site` is shipped to.
    pub fn of(self, site: &SiteSpec) -> Option<&str> {
        match self {
            Self::Primary => site.targets.first().map(String::as_str),
            Self::Named(name) => site.targets.iter().map(String::as_str).find(|target| *target == name),
        }
    }

    /// Refuses a name that no target has.
    pub fn check(self, fleet: &Fleet) -> Result<(), Diagnostic> {
        let Self::Named(name) = self else { return Ok(()) };
        if fleet.targets.contains_key(name) {
            return Ok(());
        }
        let names = || fleet.targets.keys().map(String::as_str);
        let refusal = Diagnostic::error(Code::BadFlag, format!("`--to {name}` names no target"));
        Err(match nearest(name, names()) {
            Some(meant) => refusal.hint(format!("did you mean `{meant}`?")),
            None => refusal.hint(format!("the targets of `sites.toml` are {}", list(names()))),
        })
    }
}

/// The host names that visitors of a site use; none if it has no address of its own yet.
pub(super) fn hosts(site: &SiteSpec) -> Vec<String> {
    let host = site.base_url.host().split(':').next().unwrap_or_default();
    let is_local =
        host == "localhost" || host.ends_with(".localhost") || !host.contains(|c: char| c.is_ascii_lowercase());
    if is_local { Vec::new() } else { vec![host.to_owned()] }
}

/// The parcel of every site of these sizes, of which some are live `at` a parcel already; a site that no pack can hold has none.
pub(super) fn berths(
    target: &Target,
    sizes: &BTreeMap<SiteId, Size>,
    at: &BTreeMap<SiteId, ParcelName>,
) -> BTreeMap<SiteId, ParcelName> {
    if target.kind != TargetKind::CloudflarePack {
        return sizes.keys().map(|site| (site.clone(), site.clone().into())).collect();
    }
    let limits = HostLimits::of(target.kind, target.plan);
    let most = |limit: Option<u64>| limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    let room = Room {
        files: most(limits.as_ref().and_then(|limits| limits.files)),
        hosts: most(limits.as_ref().and_then(|limits| limits.hosts)),
        sites: SITES_OF_A_PACK,
    };
    pack(sizes, at, room)
}

//! Whether a host takes a site at all: what it would refuse is known before anything is sent.

use crate::diag::{Code, Diagnostic, size};
use crate::model::{Fleet, Left, Manifest, Plan, SiteSpec};
use crate::provider::HostLimits;
use std::sync::Arc;

/// What the host behind `target` does not take of a site; none if it takes all of it.
pub(super) fn refused(manifest: &Manifest, limits: &HostLimits, target: &str) -> Option<String> {
    // The marker is a file, too.
    let files = manifest.entries.len() as u64 + 1;
    if let Some(most) = limits.files.filter(|most| files > *most) {
        return Some(format!("it has {files} files, where `{target}` takes {most}"));
    }
    let most = limits.file_bytes?;
    let (path, large) = manifest.entries.iter().find(|(_, entry)| entry.len > most)?;
    let (has, takes) = (size(large.len), size(most));
    Some(format!("its file `{path}` has {has}, where `{target}` takes {takes}"))
}

/// A message for each site of a plan that its host would refuse.
pub fn refusals(plan: &Plan, fleet: &Fleet) -> Vec<Diagnostic> {
    let sites = fleet.sites.iter().filter_map(|site| Some((site, plan.left.get(site.id.as_str())?)));
    let told = |(site, left): (&Arc<SiteSpec>, &Left)| {
        let (key, hint) = match left {
            Left::Elsewhere | Left::Unbuilt | Left::TakenBack(..) => return None,
            Left::Shared { .. } => ("domain", "give each of the two a `domain` of its own"),
            Left::Refused(_) => {
                let hint = "make it smaller, keep it elsewhere and link to it, or name another target for the site, which \
                            shows what it showed before";
                ("targets", hint)
            }
        };
        let refusal =
            Diagnostic::error(Code::HostRejected, format!("`{}` cannot be shipped: {}", site.id, left.says()));
        Some(refusal.at_setting(site.declared.setting(key)).hint(hint))
    };
    sites.filter_map(told).collect()
}

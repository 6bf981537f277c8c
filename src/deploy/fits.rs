//! Whether a host takes a site at all: what it would refuse is known before anything is sent.

use crate::diag::{Code, Diagnostic, size};
use crate::model::{Left, Manifest, Plan};
use crate::provider::HostLimits;

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
pub fn refusals(plan: &Plan) -> Vec<Diagnostic> {
    let told = |(site, left): (_, &Left)| match left {
        Left::Refused(says) => {
            let hint = "make it smaller, keep it elsewhere and link to it, or name another target for the site, which shows what it \
                        showed before";
            Some(Diagnostic::error(Code::HostRejected, format!("`{site}` cannot be shipped: {says}")).hint(hint))
        }
        Left::Elsewhere | Left::Unbuilt => None,
    };
    plan.left.iter().filter_map(told).collect()
}

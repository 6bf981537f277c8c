//! Whether someone's word about a plan still counts: it is for shipping it once.

use super::crew;
use super::ledger::Ledger;
use crate::diag::Diagnostic;
use crate::model::{Approval, Digest, Plan, Shipment, SiteId};
use std::collections::BTreeMap;

/// The run that shipped some of `plan` by this approval before, if one did. A run that died, or of which hosts took only a part, left the
/// rest undone: whoever ships that goes by the same approval.
pub(super) fn used_up(approval: &Approval, plan: &Plan, ledger: &Ledger<'_>) -> Result<Option<String>, Diagnostic> {
    if approval.runs.is_empty() {
        return Ok(None);
    }
    let runs = crew::map(&plan.shipments, ledger.hands(), |shipment| shipped_by(approval, shipment, ledger));
    Ok(runs.into_iter().collect::<Result<Vec<_>, Diagnostic>>()?.into_iter().flatten().next())
}

/// The run that switched this once.
fn shipped_by(approval: &Approval, shipment: &Shipment, ledger: &Ledger<'_>) -> Result<Option<String>, Diagnostic> {
    let history = ledger.history(&shipment.berth())?;
    let shows_it = |sites: &BTreeMap<SiteId, Digest>| {
        shipment.changes.iter().all(|change| sites.get(&change.site) == Some(&change.to))
    };
    let past = history.into_iter().find(|past| approval.runs.contains(&past.run) && shows_it(&past.receipt.sites));
    Ok(past.map(|past| past.run))
}

//! A parcel that some visitors see first, and more and more of them while it is well.

use super::halt::Halt;
use super::look::Failing;
use super::ship::{Way, asked};
use crate::diag::{Code, Diagnostic};
use crate::event::Arrival;
use crate::model::{Aim, Parcel, Receipt};
use crate::provider::{Doubt, FaultKind, Gradual, HostFault, Upload};

/// What a release that some visitors saw first came to.
pub(super) enum Rollout {
    /// All visitors see it.
    Complete(Receipt),
    /// Nobody sees it any more: what is wrong with its sites.
    TakenBack(Failing),
}

impl Way<'_> {
    /// Shows a parcel to one share of visitors after the other, and looks at it each time. If anything is wrong, all see `before` again.
    pub(super) fn gradually(
        &self,
        gradual: &dyn Gradual,
        parcel: &Parcel,
        upload: &Upload,
        before: &Receipt,
    ) -> Result<Rollout, Halt> {
        let trial = gradual.prepare(parcel, upload).map_err(|fault| self.nothing_came_of_it(&fault))?;
        for (turn, percent) in gradual.shares().iter().enumerate() {
            match gradual.share(parcel, &trial, before, *percent) {
                Ok(()) => {}
                Err(fault) if turn == 0 && fault.kind != FaultKind::Unknown => {
                    return Err(self.undecided(fault));
                }
                Err(fault) => return Err(self.given_up(&fault, before)),
            }
            match self.try_out(&parcel.stalls, &trial) {
                Some(failing) if failing.is_empty() => {}
                Some(failing) => {
                    self.no_more(before)?;
                    let seen =
                        |wrong: Diagnostic| wrong.note(format!("{percent} % of its visitors were to see it"), None);
                    return Ok(Rollout::TakenBack(
                        failing.into_iter().map(|(site, wrong)| (site, seen(wrong))).collect(),
                    ));
                }
                None => {
                    self.no_more(before)?;
                    return Err(Halt::new(Arrival::Stopped, self.cut_short(*percent)));
                }
            }
        }
        let receipt = asked(Doubt::None, |_| gradual.complete(parcel, &trial));
        match receipt.or_else(|fault| self.confirmed(fault, Aim::of(parcel))) {
            Ok(receipt) => Ok(Rollout::Complete(receipt)),
            Err(fault) if fault.kind == FaultKind::Unknown => Err(self.nothing_came_of_it(&fault)),
            Err(fault) => Err(self.given_up(&fault, before)),
        }
    }

    /// The end of a way on which some visitors saw the new release already.
    fn given_up(&self, fault: &HostFault, before: &Receipt) -> Halt {
        self.no_more(before).err().unwrap_or_else(|| self.told(fault).into())
    }

    /// Shows all visitors what they saw before, and takes the intent back.
    fn no_more(&self, before: &Receipt) -> Result<(), Halt> {
        let back = self.provider.rollback(&self.berth.parcel, before);
        // Some visitors may still see it: the next run sets that right.
        back.map_err(|fault| Halt::new(Arrival::Unknown, self.told(&fault)))?;
        Ok(self.shipping.ledger.forget(&self.berth)?)
    }

    fn cut_short(&self, percent: u8) -> Diagnostic {
        let message =
            format!("the run was stopped while {percent} % of the visitors of `{}` saw its new release", self.berth);
        let hint = "all of them see the old one again; `hectare deploy` begins anew";
        Diagnostic::warning(Code::HostBusy, message).hint(hint)
    }
}

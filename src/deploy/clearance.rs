//! Whether a plan may be shipped, by the owner's rules and by what was found in the finished files.

use super::apply::Priority;
use super::approvals::used_up;
use super::ledger::Ledger;
use super::plan_file::Written;
use super::press::Pressed;
use crate::diag::{Code, Diagnostic};
use crate::model::{Ask, Berth, Need, Plan, Policy};
use std::collections::BTreeMap;

/// What a plan is measured by.
pub struct Clearance<'a> {
    /// The owner's rules.
    pub policy: &'a Policy,
    /// The run that is to ship it.
    pub run: &'a str,
    /// How urgent it is.
    pub priority: Priority,
    /// The plan that someone may have approved, of which this one is a part.
    pub written: Option<&'a Written>,
    /// Where approvals are kept.
    pub ledger: &'a Ledger<'a>,
}

/// What the rules come to.
#[derive(Debug)]
pub enum Verdict {
    /// It may be shipped.
    Clear,
    /// It may not, whoever agrees: each reason.
    Stopped(Vec<Diagnostic>),
    /// It may once someone approves it who may.
    NeedsApproval(Diagnostic),
}

impl Clearance<'_> {
    /// Measures a plan. An approval that it goes by is one of this run from then on.
    pub fn of(&self, plan: &Plan) -> Result<Verdict, Diagnostic> {
        let stops: Vec<Diagnostic> = plan.asks.iter().filter_map(|ask| self.stop(ask)).collect();
        if !stops.is_empty() {
            return Ok(Verdict::Stopped(stops));
        }
        let asks = self.asks(plan);
        if asks.is_empty() {
            return Ok(Verdict::Clear);
        }
        let approvers = &self.policy.approvers;
        let id = self.written.map_or(plan.id, |written| written.id);
        Ok(match self.ledger.approval(id)? {
            None => Verdict::NeedsApproval(unapproved(&asks, "an approval")),
            Some(approval) if !approvers.is_empty() && !approvers.contains(&approval.by) => {
                let message = format!("`{}` approved this plan, but may not", approval.by);
                let refusal = Diagnostic::error(Code::NotAnApprover, message);
                Verdict::NeedsApproval(refusal.hint("`approvers` in `[policy]` says who may"))
            }
            Some(approval) => match used_up(&approval, plan, self.ledger)? {
                None => {
                    self.ledger.go_by(id, self.run)?;
                    Verdict::Clear
                }
                Some(other) => {
                    let needed = format!("another approval: the run `{other}` went by the one there is");
                    Verdict::NeedsApproval(unapproved(&asks, &needed))
                }
            },
        })
    }

    /// What someone has to approve, by the rules. They are about the whole plan, however many machines ship a part of it.
    fn asks<'p>(&'p self, plan: &'p Plan) -> BTreeMap<&'p str, &'p str> {
        let own = plan.asks.iter().filter(|ask| ask.needs == Need::Approval).map(|ask| (ask.rule, ask.says.as_str()));
        let whole = self.written.iter().flat_map(|written| &written.asks).filter(|ask| ask.needs_approval);
        own.chain(whole.map(|ask| (ask.rule.as_str(), ask.says.as_str()))).collect()
    }

    /// Why an ask stops a run that nobody can approve; none if it does not.
    fn stop(&self, ask: &Ask) -> Option<Diagnostic> {
        let hint = match ask.needs {
            Need::Repair => "repair it, then deploy again; nothing was shipped",
            Need::Allowance => {
                "nothing was shipped; raise it if that is meant, ship fewer sites with `--site` or `--group`, or wait until what others \
                 cost is a day old"
            }
            Need::Window(_) if self.priority != Priority::Urgent => "wait, or ship at once with `--priority urgent`",
            Need::Window(_) | Need::Approval => return None,
        };
        let message = format!("`{}` of `[policy]` stops this: {}", ask.rule, ask.says);
        Some(Diagnostic::error(Code::RunStopped, message).hint(hint))
    }
}

fn unapproved(asks: &BTreeMap<&str, &str>, needed: &str) -> Diagnostic {
    let refusal = Diagnostic::error(Code::ApprovalNeeded, format!("this plan needs {needed}; nothing was shipped"));
    let refusal = asks.iter().fold(refusal, |refusal, (rule, says)| refusal.note(format!("`{rule}`: {says}"), None));
    refusal.hint("`hectare plan --out plan.json`, then `hectare approve plan.json --by NAME`, then deploy again")
}

/// Adds to a plan what the rules say about secrets in its finished files.
pub fn mind_leaks(plan: &mut Plan, pressed: &Pressed, policy: &Policy) {
    let says = match pressed.leaks.len() {
        0 => return,
        1 => "1 finished file holds what looks like a secret".to_owned(),
        count => format!("{count} finished files hold what looks like a secret"),
    };
    if policy.stop_secrets {
        plan.asks.push(Ask { rule: "stop_secrets", says, needs: Need::Repair });
    }
}

/// Takes out of a plan what cannot be shipped in this run, and says why: sites that could not be read, and berths of which nobody knows
/// what they show.
pub fn leave_out(plan: &mut Plan, pressed: &Pressed, unknown: BTreeMap<Berth, Diagnostic>) -> Vec<Diagnostic> {
    plan.shipments.retain(|shipment| {
        let is_whole = shipment.changes.iter().all(|change| !pressed.faults.contains_key(&change.site));
        is_whole && !unknown.contains_key(&shipment.berth())
    });
    pressed.faults.values().cloned().chain(unknown.into_values()).collect()
}

//! `hectare approve`: someone's word that a plan may be applied.

use super::args::{Approve, Format, Global};
use super::exit::Exit;
use super::gate::Gate;
use super::named_file;
use super::refusal::Refusal;
use super::repository::Repository;
use crate::deploy;
use crate::diag::{Code, Diagnostic, list};
use crate::model::Approval;
use crate::ui::Face;
use crate::world::{self, Stop};
use serde_json::json;
use std::collections::BTreeSet;

pub(super) fn run(global: &Global, typed: &Approve, face: &dyn Face) -> Result<Exit, Refusal> {
    let repository = Repository::open(global, face)?;
    let Approval { plan, by, says, .. } = approve(&repository, typed)?;
    face.print(&match global.format {
        Format::Text | Format::Github => {
            format!("{by} approved plan {plan}\n  {}", says.join("\n  ")).trim_end().to_owned()
        }
        Format::Json => json!({ "v": 1, "plan": plan.to_string(), "by": by, "says": says }).to_string(),
    });
    Ok(Exit::Done)
}

fn approve(repository: &Repository, typed: &Approve) -> Result<Approval, Diagnostic> {
    let approvers = &repository.fleet.policy.approvers;
    if !approvers.is_empty() && !approvers.contains(&typed.by) {
        let message = format!("`{}` may not approve plans", typed.by);
        let hint = format!("`approvers` in `[policy]` names {}", list(approvers.iter().map(String::as_str)));
        return Err(Diagnostic::error(Code::NotAnApprover, message).hint(hint));
    }
    let written = deploy::read_plan(&typed.plan.to_string_lossy(), &named_file::read(&typed.plan)?)?;
    let gate = Gate::new(&Stop::new());
    let ledger = gate.ledger(repository)?;
    let says = written.asks.into_iter().map(|ask| ask.says).collect();
    let (by, note) = (typed.by.clone(), typed.note.clone());
    let approval = Approval { plan: written.id, by, note, at: world::now(), says, runs: BTreeSet::new() };
    ledger.approve(&approval)?;
    Ok(approval)
}

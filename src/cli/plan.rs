//! `hectare plan`: what shipping would change, take and cost.

use super::args::{Format, Global, Plan as Typed, Ship};
use super::build::{self, Produced};
use super::exit::Exit;
use super::gate::{self, Gate};
use super::quay::Quay;
use super::refusal::Refusal;
use super::{dock, named_file};
use crate::deploy::{self, Basis, Ledger, Yard};
use crate::diag::Diagnostic;
use crate::model::Plan;
use crate::ui::{Face, plan_markdown, plan_text};
use crate::world::{Stop, Stopwatch};

pub(super) fn run(global: &Global, typed: &Typed, face: &dyn Face) -> Result<Exit, Refusal> {
    let (watch, build) = (Stopwatch::start(), typed.ship.build(&typed.selection));
    let gate = Gate::new(&Stop::new());
    let quay = Quay::new(&gate, typed.ship.to());
    let mut produced = build::produce(global, &build, face, &gate.stop, Some(&quay))?;
    let exit = build::conclude(produced.report.clone(), watch, face);
    let ledger = quay.ledger(&produced.repository)?;
    let yard = dock::output(&mut produced, &build)?;
    let mut plan = make(&produced, &typed.ship, ledger, &yard)?;
    face.complain(&deploy::refusals(&plan));
    look_through(&produced, &mut plan, ledger, &yard, face);
    show(global, &plan, typed.markdown, face);
    if let Some(out) = &typed.out {
        named_file::write(out, &format!("{:#}\n", deploy::print_plan(&plan)), "the plan")?;
    }
    Ok(exit)
}

/// The plan of what was built.
pub(super) fn make(produced: &Produced, ship: &Ship, ledger: &Ledger<'_>, yard: &dyn Yard) -> Result<Plan, Diagnostic> {
    let (candidates, to, now) = (dock::candidates(produced), ship.to(), ship.moment()?);
    let (fleet, prices) = (&produced.repository.fleet, &gate::prices());
    deploy::plan(&Basis { fleet, candidates: &candidates, to, ledger, yard, prices, now })
}

/// Looks for secrets in what changes.
fn look_through(produced: &Produced, plan: &mut Plan, ledger: &Ledger<'_>, yard: &dyn Yard, face: &dyn Face) {
    let tokens = dock::tokens(&produced.repository);
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let pressed = deploy::press(plan, yard, ledger, &tokens, deploy::Keeping::Nothing, face);
    face.complain(&pressed.faults.values().chain(&pressed.leaks).cloned().collect::<Vec<_>>());
    deploy::mind_leaks(plan, &pressed, &produced.repository.fleet.policy);
}

/// Shows a plan.
pub(super) fn show(global: &Global, plan: &Plan, markdown: bool, face: &dyn Face) {
    match global.format {
        _ if markdown => face.print(&plan_markdown(plan)),
        Format::Text | Format::Github => face.print(&plan_text(plan)),
        Format::Json => face.print(&deploy::print_plan(plan).to_string()),
    }
}

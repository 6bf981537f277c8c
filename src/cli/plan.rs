//! `hectare plan`: what shipping would change, take and cost.

use super::args::{Format, Global, Plan as Typed, Ship};
use super::build::{self, Produced};
use super::dock;
use super::exit::Exit;
use super::quay::Quay;
use super::refusal::Refusal;
use crate::deploy::{self, Basis, Ledger, Yard};
use crate::diag::Diagnostic;
use crate::model::{Ask, Need, Plan};
use crate::ui::{Face, plan_markdown, plan_text};
use crate::world::{Stop, Stopwatch};

pub(super) fn run(global: &Global, typed: &Typed, face: &dyn Face) -> Result<Exit, Refusal> {
    let (watch, build) = (Stopwatch::start(), typed.ship.build(&typed.selection));
    let gate = dock::Gate::new(1, &Stop::new());
    let quay = Quay::new(&gate, typed.ship.to());
    let mut produced = build::produce(global, &build, face, &gate.stop, Some(&quay))?;
    let exit = build::conclude(produced.report.clone(), watch, face);
    let ledger = quay.ledger(&produced.repository)?;
    let yard = dock::output(&mut produced, &build)?;
    let mut plan = make(&produced, &typed.ship, ledger, &yard)?;
    look_through(&produced, &mut plan, ledger, &yard, face);
    show(global, &plan, typed.markdown, face);
    if let Some(out) = &typed.out {
        dock::write(out, &format!("{:#}\n", deploy::print_plan(&plan)), "the plan")?;
    }
    Ok(exit)
}

/// The plan of what was built.
pub(super) fn make(produced: &Produced, ship: &Ship, ledger: &Ledger<'_>, yard: &dyn Yard) -> Result<Plan, Diagnostic> {
    let (candidates, to, now) = (dock::candidates(produced), ship.to(), ship.moment()?);
    deploy::plan(&Basis { fleet: &produced.repository.fleet, candidates: &candidates, to, ledger, yard, now })
}

/// Looks for secrets in what changes.
fn look_through(produced: &Produced, plan: &mut Plan, ledger: &Ledger<'_>, yard: &dyn Yard, face: &dyn Face) {
    let tokens = dock::tokens(&produced.repository);
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let pressed = deploy::press(plan, yard, ledger, &tokens, deploy::Keeping::Nothing, face);
    face.complain(&pressed.faults.into_values().chain(pressed.leaks.iter().cloned()).collect::<Vec<_>>());
    if produced.repository.fleet.policy.stop_secrets && !pressed.leaks.is_empty() {
        plan.asks.push(leaked(pressed.leaks.len()));
    }
}

/// What the rules say about secrets.
pub(super) fn leaked(count: usize) -> Ask {
    let says = format!("{count} finished files hold what looks like a secret");
    let says = if count == 1 { "1 finished file holds what looks like a secret".to_owned() } else { says };
    Ask { rule: "stop_secrets", says, needs: Need::Repair }
}

/// Shows a plan.
pub(super) fn show(global: &Global, plan: &Plan, markdown: bool, face: &dyn Face) {
    match global.format {
        _ if markdown => face.print(&plan_markdown(plan)),
        Format::Text | Format::Github => face.print(&plan_text(plan)),
        Format::Json => face.print(&deploy::print_plan(plan).to_string()),
    }
}

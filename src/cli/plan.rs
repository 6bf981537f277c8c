//! `hectare plan`: what shipping would change, take and cost.

use super::args::{Format, Global, Plan as Typed};
use super::build::{self, Produced};
use super::dock;
use super::exit::Exit;
use super::quay::Quay;
use crate::deploy::{self, Basis, Ledger, Yard};
use crate::diag::{Code, Diagnostic, Place};
use crate::model::{Ask, Need, Plan};
use crate::ui::{Face, plan_markdown, plan_text};
use crate::world::{self, Disk, Stop, Stopwatch, Trees};
use std::path::Path;

pub(super) fn run(global: &Global, typed: &Typed, face: &dyn Face) -> Exit {
    match attempt(global, typed, face) {
        Ok(exit) => exit,
        Err(refusal) => {
            face.complain(&[refusal]);
            Exit::Usage
        }
    }
}

fn attempt(global: &Global, typed: &Typed, face: &dyn Face) -> Result<Exit, Diagnostic> {
    let (watch, build) = (Stopwatch::start(), typed.ship.build(&typed.selection));
    let gate = dock::Gate::new(1, &Stop::new());
    let quay = Quay::new(&gate, typed.ship.to());
    let Some(mut produced) = build::produce(global, &build, face, &gate.stop, Some(&quay))? else {
        return Ok(Exit::Usage);
    };
    let exit = build::conclude(produced.report.clone(), watch, face);
    let ledger = quay.ledger(&produced.repository)?;
    let yard = dock::output(&mut produced, &build)?;
    let mut plan = make(&produced, typed.ship.to(), ledger, &yard, typed.ship.now.as_deref())?;
    look_through(&produced, &mut plan, ledger, &yard, face);
    show(global, &plan, typed.markdown, face);
    if let Some(out) = &typed.out {
        write(out, &plan)?;
    }
    Ok(exit)
}

/// The plan of what was built.
pub(super) fn make(
    produced: &Produced,
    to: deploy::To<'_>,
    ledger: &Ledger<'_>,
    yard: &dyn Yard,
    now: Option<&str>,
) -> Result<Plan, Diagnostic> {
    let candidates = dock::candidates(produced);
    let now = now.map_or_else(|| Ok(world::now()), build::moment)?;
    deploy::plan(&Basis { fleet: &produced.repository.fleet, candidates: &candidates, to, ledger, yard, now })
}

/// Looks for secrets in what changes.
fn look_through(produced: &Produced, plan: &mut Plan, ledger: &Ledger<'_>, yard: &dyn Yard, face: &dyn Face) {
    let tokens = dock::tokens(&produced.repository);
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let pressed = deploy::press(plan, yard, ledger, &tokens, false);
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
        Format::Text => face.print(&plan_text(plan)),
        Format::Json => face.print(&deploy::print_plan(plan).to_string()),
    }
}

fn write(out: &Path, plan: &Plan) -> Result<(), Diagnostic> {
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    let text = format!("{:#}\n", deploy::print_plan(plan));
    Disk::new(folder).save(&name, &[text.as_bytes()]).map_err(|fault| {
        let message = format!("the plan cannot be written: {}", fault.message);
        Diagnostic::error(Code::CannotWrite, message)
            .at(Place::file(out.to_string_lossy()))
            .hint("name a file in a folder that exists and can be written")
    })
}

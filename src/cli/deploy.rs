//! `hectare deploy`: build, plan, ask the owner's rules, ship.

use super::args::{Deploy, Global, Priority as Typed};
use super::build::{self, Produced};
use super::exit::Exit;
use super::{dock, lock, plan};
use crate::deploy::{self, Ledger, Pressed, Priority, Shipping};
use crate::diag::{Code, Diagnostic, Place};
use crate::health::Unseen;
use crate::model::{Berth, Need, Plan, Policy};
use crate::ui::{Face, plan_text};
use crate::world::{Stop, Stopwatch};
use std::collections::BTreeMap;
use std::path::Path;

pub(super) fn run(global: &Global, typed: &Deploy, face: &dyn Face) -> Exit {
    match attempt(global, typed, face) {
        Ok(exit) => exit,
        Err(refusal) => {
            let exit = if refusal.code == Code::ApprovalNeeded { Exit::ApprovalNeeded } else { Exit::Usage };
            face.complain(&[refusal]);
            exit
        }
    }
}

fn attempt(global: &Global, typed: &Deploy, face: &dyn Face) -> Result<Exit, Diagnostic> {
    if typed.dry_run {
        let Deploy { selection, ship, .. } = typed;
        let typed = super::args::Plan { selection: selection.clone(), ship: ship.clone(), markdown: false, out: None };
        return Ok(plan::run(global, &typed, face));
    }
    let (watch, build, stop) = (Stopwatch::start(), typed.ship.build(&typed.selection), Stop::new());
    let gate = dock::Gate::new(typed.clock_speed, &stop);
    let Some(mut produced) = build::produce(global, &build, face, &stop)? else { return Ok(Exit::Usage) };
    let exit = build::conclude(produced.report.clone(), watch, face);
    let _lock = produced.lock.take().map_or_else(|| lock::take(&produced.repository.files), Ok)?;
    let archive = dock::archive(&produced.repository, &gate)?;
    let ledger = Ledger::open(archive.as_ref())?;
    let yard = dock::output(&mut produced, &build)?;
    let unknown = resume(&produced, &ledger, &gate)?;
    let mut plan = plan::make(&produced, &typed.ship, &ledger, &yard)?;
    face.planned(&plan);
    if let Some(file) = &typed.plan {
        compare(file, &plan)?;
    }
    if plan.is_empty() {
        face.print(&plan_text(&plan));
        return Ok(exit);
    }
    let _guard = ledger.lock(&format!("process {}", std::process::id()))?;
    stop.on_signal();
    let tokens = dock::tokens(&produced.repository);
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let pressed = deploy::press(&plan, &yard, &ledger, &tokens, true);
    let policy = &produced.repository.fleet.policy;
    let priority = priority(typed.priority, &plan);
    if let Some(stopped) = stop_by_rules(&mut plan, &pressed, policy, priority, &ledger, face)? {
        return Ok(stopped);
    }
    let hindered = hindered(&mut plan, &pressed, unknown, face);
    let shipping = Shipping {
        run: dock::run_name(plan.made, plan.id),
        priority,
        specs: &dock::specs(&produced.repository),
        targets: &produced.repository.fleet.targets,
        providers: &dock::providers_of(&produced.repository, &gate, &plan)?,
        releases: &pressed.releases,
        ledger: &ledger,
        policy,
        health: &Unseen,
        clock: gate.clock.as_ref(),
        listener: face,
        stopped: &|| stop.requested(),
    };
    let voyage = deploy::apply(&shipping, &plan)?;
    face.landed(&voyage);
    Ok(match Exit::of_voyage(&voyage) {
        Exit::Done if hindered => Exit::SomeNotShipped,
        Exit::Done => exit,
        other => other,
    })
}

/// Asks the hosts about what a run left open that did not come to its end.
fn resume(
    produced: &Produced,
    ledger: &Ledger<'_>,
    gate: &dock::Gate,
) -> Result<BTreeMap<Berth, Diagnostic>, Diagnostic> {
    let intents = ledger.intents()?;
    if intents.is_empty() {
        return Ok(BTreeMap::new());
    }
    let _guard = ledger.lock(&format!("process {}", std::process::id()))?;
    let is_open = |name: &str| intents.iter().any(|intent| intent.berth.target == name);
    deploy::resume(ledger, &dock::providers(&produced.repository, gate, is_open)?, gate.clock.as_ref())
}

/// Refuses a plan that is not the one of now.
fn compare(file: &Path, plan: &Plan) -> Result<(), Diagnostic> {
    let shown = file.to_string_lossy();
    let written = deploy::read_plan(&shown, &dock::read(file)?)?;
    match written.id == plan.id {
        true => Ok(()),
        false => {
            let message = "this is no longer the plan: what is live or what was built changed since it was made";
            let hint = "look at the new one with `hectare plan`, and have it approved if it needs to be";
            Err(Diagnostic::error(Code::StalePlan, message).at(Place::file(shown)).hint(hint))
        }
    }
}

fn priority(typed: Option<Typed>, plan: &Plan) -> Priority {
    match typed {
        Some(Typed::Urgent) => Priority::Urgent,
        Some(Typed::Single) => Priority::Single,
        Some(Typed::Batch) => Priority::Batch,
        None if plan.shipments.len() > 1 => Priority::Batch,
        None => Priority::Single,
    }
}

/// Whether the owner's rules let the plan pass; an exit code if they do not.
fn stop_by_rules(
    plan: &mut Plan,
    pressed: &Pressed,
    policy: &Policy,
    priority: Priority,
    ledger: &Ledger<'_>,
    face: &dyn Face,
) -> Result<Option<Exit>, Diagnostic> {
    face.complain(&pressed.leaks);
    if policy.stop_secrets && !pressed.leaks.is_empty() {
        plan.asks.push(plan::leaked(pressed.leaks.len()));
    }
    let stops = plan.asks.iter().filter(|ask| match ask.needs {
        Need::Repair => true,
        Need::Window(_) => priority != Priority::Urgent,
        Need::Approval => false,
    });
    let stops: Vec<Diagnostic> = stops
        .map(|ask| {
            let hint = match ask.needs {
                Need::Window(_) => "wait, or ship at once with `--priority urgent`",
                _ => "repair it, then deploy again; nothing was shipped",
            };
            let message = format!("`{}` of `[policy]` stops this: {}", ask.rule, ask.says);
            Diagnostic::error(Code::RunStopped, message).hint(hint)
        })
        .collect();
    if !stops.is_empty() {
        face.complain(&stops);
        return Ok(Some(Exit::Stopped));
    }
    let asks: Vec<_> = plan.asks.iter().filter(|ask| ask.needs == Need::Approval).collect();
    if asks.is_empty() {
        return Ok(None);
    }
    let Some(approval) = ledger.approval(plan.id)? else {
        let mut refusal = Diagnostic::error(Code::ApprovalNeeded, "this plan needs an approval; nothing was shipped");
        for ask in asks {
            refusal = refusal.note(format!("`{}`: {}", ask.rule, ask.says), None);
        }
        let hint = "`hectare plan --out plan.json`, then `hectare approve plan.json --by NAME`, then deploy again";
        return Err(refusal.hint(hint));
    };
    match policy.approvers.is_empty() || policy.approvers.contains(&approval.by) {
        true => Ok(None),
        false => {
            let message = format!("`{}` approved this plan, but may not", approval.by);
            let hint = "`approvers` in `[policy]` says who may";
            face.complain(&[Diagnostic::error(Code::NotAnApprover, message).hint(hint)]);
            Ok(Some(Exit::ApprovalNeeded))
        }
    }
}

/// Takes out of the plan what cannot be shipped in this run; whether there was any.
fn hindered(plan: &mut Plan, pressed: &Pressed, unknown: BTreeMap<Berth, Diagnostic>, face: &dyn Face) -> bool {
    let before = plan.shipments.len();
    plan.shipments.retain(|shipment| {
        let berth = Berth { target: shipment.target.clone(), parcel: shipment.parcel.clone() };
        let is_whole = shipment.changes.iter().all(|change| !pressed.faults.contains_key(&change.site));
        is_whole && !unknown.contains_key(&berth)
    });
    let found: Vec<Diagnostic> = pressed.faults.values().cloned().chain(unknown.into_values()).collect();
    face.complain(&found);
    before != plan.shipments.len() || !found.is_empty()
}

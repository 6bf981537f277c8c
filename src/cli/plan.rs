//! `hectare plan`: what shipping would change, take and cost.

use super::args::{Format, Global, Plan as Typed, Selection};
use super::build::{self, Produced};
use super::exit::Exit;
use super::gate::{self, Gate};
use super::quay::Quay;
use super::refusal::Refusal;
use super::{dock, hosts, named_file};
use crate::deploy::{self, Basis, Ledger, To, Written, Yard};
use crate::diag::{Code, Diagnostic, Severity};
use crate::model::{Left, Plan, SiteId};
use crate::ui::{Face, plan_markdown, plan_text};
use crate::world::{Clock, Stop, Stopwatch};
use jiff::Timestamp;
use std::collections::BTreeSet;

pub(super) fn run(global: &Global, typed: &Typed, face: &dyn Face) -> Result<Exit, Refusal> {
    let (watch, build) = (Stopwatch::start(), typed.ship.build(&typed.selection));
    let gate = Gate::new(&Stop::new());
    let quay = Quay::new(&gate, typed.ship.to());
    let mut produced = build::produce(global, &build, face, &gate.stop, Some(&quay))?;
    let exit = build::conclude(produced.report.clone(), watch, face);
    let ledger = quay.ledger(&produced.repository)?;
    let yard = dock::output(&mut produced, &build)?;
    let wish = Wish { selection: &typed.selection, to: typed.ship.to(), written: None };
    let mut plan = make(&produced, &wish, (ledger, &yard, face), gate.clock.now())?;
    face.complain(&deploy::refusals(&plan, &produced.repository.fleet));
    // Whoever only plans may have no token at all.
    let without_token = hosts::without_token(&produced.repository, &plan).into_iter();
    face.complain(&without_token.map(|fault| Diagnostic { severity: Severity::Warning, ..fault }).collect::<Vec<_>>());
    look_through(&produced, &mut plan, ledger, &yard, face);
    show(global, &plan, typed.markdown, face);
    if let Some(out) = &typed.out {
        named_file::write(out, &format!("{:#}\n", deploy::print_plan(&plan)), "the plan")?;
    }
    Ok(exit)
}

/// What someone wants to be shipped.
pub(super) struct Wish<'a> {
    /// Which sites were selected.
    pub(super) selection: &'a Selection,
    /// Which targets are meant.
    pub(super) to: To<'a>,
    /// A plan that was written before.
    pub(super) written: Option<&'a Written>,
}

/// The plan of what was built. The rules go by the moment `now`, whatever the build pretended.
pub(super) fn make(
    produced: &Produced,
    wish: &Wish<'_>,
    (ledger, yard, face): (&Ledger<'_>, &dyn Yard, &dyn Face),
    now: Timestamp,
) -> Result<Plan, Diagnostic> {
    let (fleet, candidates) = (&produced.repository.fleet, dock::candidates(produced));
    let broken: BTreeSet<String> = produced.repository.broken.iter().map(|site| site.label.clone()).collect();
    let is_meant = |site: &SiteId, bundle| {
        let is_named = wish.selection.sites.iter().any(|name| name == site.as_str());
        is_named || wish.written.is_some_and(|written| written.ships(site, bundle))
    };
    let (candidates, to, prices) = (&candidates, wish.to, &gate::prices());
    let basis = Basis { fleet, candidates, to, ledger, yard, prices, broken: &broken, is_meant: &is_meant, now };
    let mut plan = deploy::plan(&basis)?;
    face.complain(&ledger.damaged());
    let unbuilt = produced.report.sites.iter().map(|(label, _)| label).filter(|label| broken.contains(*label));
    plan.left.extend(unbuilt.map(|label| (label.clone(), Left::Unbuilt)));
    Ok(plan)
}

/// What is said of sites that are not shipped because someone took back what was built of them.
pub(super) fn taken_back(plan: &Plan) -> Option<Diagnostic> {
    let is_held = |(_, why): &(&String, &Left)| matches!(why, Left::TakenBack(..));
    let held: Vec<(&String, &Left)> = plan.left.iter().filter(is_held).collect();
    let (message, flag) = match held.as_slice() {
        [] => return None,
        [(site, why)] => (format!("`{site}` stays as it is live: {}", why.says()), format!("--site {site}")),
        [(site, why), ..] => {
            let message =
                format!("{} sites, such as `{site}`, stay as they are live: {}", held.len(), why.says_of_many());
            (message, "--site".to_owned())
        }
    };
    Some(
        Diagnostic::warning(Code::TakenBack, message)
            .hint(format!("`{flag}` ships it all the same, and so does a change")),
    )
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

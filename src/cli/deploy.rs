//! `hectare deploy`: build, plan, ask the owner's rules, ship.

use super::args::{Deploy, Global, Priority as Typed};
use super::build::{self, Produced};
use super::exit::Exit;
use super::gate::Gate;
use super::quay::Quay;
use super::refusal::Refusal;
use super::telling::{self, Teller};
use super::{dock, hosts, lock, named_file, plan, resumption};
use crate::deploy::{self, Clearance, Fresh, Keeping, Ledger, Priority, Shipping, Verdict, Written, Yard};
use crate::diag::{Code, Diagnostic, Place};
use crate::event::Summary;
use crate::model::{Berth, Plan, SiteId};
use crate::ui::Face;
use crate::world::{Clock, Hold, Stop, Stopwatch};
use std::collections::BTreeMap;
use std::path::Path;

pub(super) fn run(global: &Global, typed: &Deploy, face: &dyn Face) -> Result<Exit, Refusal> {
    if typed.dry_run {
        let Deploy { selection, ship, .. } = typed;
        let typed = super::args::Plan { selection: selection.clone(), ship: ship.clone(), markdown: false, out: None };
        return plan::run(global, &typed, face);
    }
    typed.run.as_deref().map_or(Ok(()), dock::check_run)?;
    let (watch, build, stop) = (Stopwatch::start(), typed.ship.build(&typed.selection), Stop::new());
    let urgent = matches!(typed.priority, Some(Typed::Urgent));
    let gate = Gate::new(&stop).sped_up(typed.clock_speed).shared_by(typed.share);
    let gate = if urgent { gate.hurried() } else { gate };
    let quay = Quay::new(&gate, typed.ship.to());
    let mut produced = build::produce(global, &build, face, &stop, Some(&quay))?;
    let exit = build::conclude(produced.report.clone(), watch, face);
    let unbuilt = unbuilt(&produced.report.summary);
    let _lock = produced.lock.take().map_or_else(|| lock::take(&produced.repository.files), Ok)?;
    let ledger = quay.ledger(&produced.repository)?;
    let yard = dock::output(&mut produced, &build)?;
    let resumed = resumption::resume(&produced, ledger, &gate, typed.run.as_deref(), face)?;
    let written = typed.plan.as_deref().map(read).transpose()?;
    let wish = plan::Wish { selection: &typed.selection, to: typed.ship.to(), written: written.as_ref() };
    let mut plan = plan::make(&produced, &wish, (ledger, &yard, face), gate.clock.now())?;
    let refusals = deploy::refusals(&plan, &produced.repository.fleet);
    face.complain(&refusals);
    let exit = if refusals.is_empty() { exit } else { Exit::worst([exit, Exit::SomeNotShipped]) };
    let left = unbuilt.or_else(|| telling::first(&refusals).map(str::to_owned));
    plan.shipments.retain(|shipment| !resumed.has_tried(shipment));
    face.planned(&plan);
    quay.tell(&produced, &plan.changes().map(|change| &change.site).collect(), face);
    if plan.is_empty() {
        compare(typed, written.as_ref(), &plan)?;
        if !global.quiet {
            plan::show(global, &plan, false, face);
        }
        let open: Vec<Diagnostic> = resumed.unknown.values().cloned().collect();
        face.complain(&open);
        if let Some(why) = telling::first(&open).or(left.as_deref()) {
            telling::during(&produced.repository, &gate, face, |teller| {
                teller.tell(&name(typed, &plan), |run| vec![run.stopped(why)]);
            });
        }
        return Ok(resumed.exit(if open.is_empty() { exit } else { Exit::SomeNotShipped }));
    }
    face.complain(&plan::taken_back(&plan).into_iter().collect::<Vec<_>>());
    let ended = telling::during(&produced.repository, &gate, face, |teller| {
        let hold = cleared(typed, written.as_ref(), (&produced, &plan), ledger).inspect_err(|refusal| {
            teller.tell(&name(typed, &plan), |run| vec![run.stopped(&refusal.message)]);
        })?;
        stop.on_signal();
        let (produced, written, yard, hold) = (&produced, written.as_ref(), &yard, hold.as_ref());
        let dispatch = Dispatch { typed, produced, written, gate: &gate, ledger, yard, hold, teller, face };
        dispatch.send(plan, resumed.unknown.clone(), exit, left.as_deref())
    })?;
    Ok(resumed.exit(ended))
}

/// Keeps others from shipping, once it is sure that the plan is the one that was written, if one was, still fits, and can be shipped.
fn cleared(
    typed: &Deploy,
    written: Option<&Written>,
    (produced, plan): (&Produced, &Plan),
    ledger: &Ledger<'_>,
) -> Result<Box<dyn Hold>, Diagnostic> {
    compare(typed, written, plan)?;
    if let Some(fault) = hosts::without_token(&produced.repository, plan).into_iter().next() {
        return Err(fault);
    }
    let hold = ledger.lock(&dock::Owned::by(typed.run.as_deref())?.as_owner())?;
    deploy::still_fits(plan, ledger)?;
    Ok(hold)
}

/// What the run is called.
fn name(typed: &Deploy, plan: &Plan) -> String {
    typed.run.clone().unwrap_or_else(|| dock::run_name(plan.made, plan.id))
}

/// What is said of sites that are not built, if there are any.
fn unbuilt(summary: &Summary) -> Option<String> {
    let (many, all) = (summary.failed + summary.skipped, summary.sites);
    let were = if many == 1 { "was" } else { "were" };
    (many > 0).then(|| format!("{many} of {all} sites {were} not built"))
}

/// What a plan is sent on its way with.
struct Dispatch<'a> {
    typed: &'a Deploy,
    produced: &'a Produced,
    /// The plan that someone may have approved.
    written: Option<&'a Written>,
    gate: &'a Gate,
    ledger: &'a Ledger<'a>,
    yard: &'a dyn Yard,
    /// What keeps others from shipping meanwhile.
    hold: &'a dyn Hold,
    teller: &'a Teller<'a>,
    face: &'a dyn Face,
}

impl Dispatch<'_> {
    /// Ships what the owner's rules let pass. The build ended with `built`; `unbuilt` says why not all sites are a part of this.
    fn send(
        &self,
        mut plan: Plan,
        unknown: BTreeMap<Berth, Diagnostic>,
        built: Exit,
        unbuilt: Option<&str>,
    ) -> Result<Exit, Diagnostic> {
        let Self { produced, gate, ledger, face, .. } = *self;
        let repository = &produced.repository;
        let run = name(self.typed, &plan);
        let tokens = dock::tokens(repository);
        let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
        let policy = &repository.fleet.policy;
        let keeping = if policy.stop_secrets { Keeping::AllButSecrets } else { Keeping::Everything };
        let pressed = deploy::press(&plan, self.yard, ledger, &tokens, keeping, face);
        face.complain(&pressed.leaks);
        let priority = priority(self.typed.priority, &plan);
        deploy::mind_leaks(&mut plan, &pressed, policy);
        let clearance = Clearance { policy, run: &run, priority, written: self.written, ledger };
        match clearance.of(&plan)? {
            Verdict::Clear => {}
            Verdict::Stopped(why) => {
                face.complain(&why);
                self.teller.tell(&run, |run| telling::first(&why).map(|why| run.stopped(why)).into_iter().collect());
                return Ok(Exit::Stopped);
            }
            Verdict::NeedsApproval(why) => {
                face.complain(&[why]);
                self.teller.tell(&run, |run| vec![run.waits(&plan)]);
                return Ok(Exit::ApprovalNeeded);
            }
        }
        let hindered = deploy::leave_out(&mut plan, &pressed, unknown);
        face.complain(&hindered);
        let left = telling::first(&hindered).or(unbuilt);
        if plan.shipments.is_empty() {
            self.teller.tell(&run, |run| left.map(|why| run.stopped(why)).into_iter().collect());
            return Ok(Exit::SomeNotShipped);
        }
        let health = hosts::health(repository, gate)?;
        let shipping = Shipping {
            specs: &dock::specs(repository),
            targets: &repository.fleet.targets,
            providers: &hosts::providers_of(repository, gate, &plan)?,
            fresh: Some(Fresh { releases: &pressed.releases, yard: self.yard }),
            ledger,
            policy,
            health: health.as_ref(),
            clock: gate.clock.as_ref(),
            listener: face,
            stopped: &|| gate.stop.requested() || !self.hold.is_kept(),
        };
        let sites: Vec<SiteId> = plan.changes().map(|change| change.site.clone()).collect();
        let voyage = self.teller.follow(&run, &sites, left, || deploy::apply(&shipping, &run, priority, &plan))?;
        face.landed(&voyage);
        Ok(match Exit::of_voyage(&voyage) {
            Exit::Done if !hindered.is_empty() => Exit::SomeNotShipped,
            Exit::Done => built,
            other => other,
        })
    }
}

/// The plan that was written into a file.
fn read(file: &Path) -> Result<Written, Diagnostic> {
    deploy::read_plan(&file.to_string_lossy(), &named_file::read(file)?)
}

/// Refuses a plan that is neither the written one nor a part of it, if one was named.
fn compare(typed: &Deploy, written: Option<&Written>, plan: &Plan) -> Result<(), Diagnostic> {
    let (Some(written), Some(file)) = (written, &typed.plan) else { return Ok(()) };
    if written.holds(plan) {
        return Ok(());
    }
    let message = "this is no longer the plan: what is live, what was built or where it goes changed since it was made";
    let hint = "look at the new one with `hectare plan`, and have it approved if it needs to be";
    Err(Diagnostic::error(Code::StalePlan, message).at(Place::file(file.to_string_lossy())).hint(hint))
}

fn priority(typed: Option<Typed>, plan: &Plan) -> Priority {
    match typed {
        Some(Typed::Urgent) => Priority::Urgent,
        Some(Typed::Single) => Priority::Single,
        Some(Typed::Batch) => Priority::Batch,
        None => Priority::usual(plan),
    }
}

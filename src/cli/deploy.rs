//! `hectare deploy`: build, plan, ask the owner's rules, ship.

use super::args::{Deploy, Global, Priority as Typed};
use super::build::{self, Produced};
use super::exit::Exit;
use super::quay::Quay;
use super::refusal::Refusal;
use super::telling::{self, Teller};
use super::{dock, lock, plan, resumption};
use crate::deploy::{self, Keeping, Ledger, Pressed, Priority, Shipping, Written, Yard};
use crate::diag::{Code, Diagnostic, Place};
use crate::event::Summary;
use crate::model::{Ask, Berth, Need, Plan, SiteId};
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
    let gate = dock::Gate::new(typed.clock_speed, &stop).shared_by(typed.share).hurried(urgent);
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
    plan.shipments.retain(|shipment| !resumed.has_tried(shipment));
    face.planned(&plan);
    quay.tell(&produced, &plan.changes().map(|change| &change.site).collect(), face);
    if plan.is_empty() {
        compare(typed, written.as_ref(), &plan)?;
        plan::show(global, &plan, false, face);
        let open: Vec<Diagnostic> = resumed.unknown.values().cloned().collect();
        face.complain(&open);
        if let Some(why) = telling::first(&open).or(unbuilt.as_deref()) {
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
        dispatch.send(plan, resumed.unknown.clone(), exit, unbuilt.as_deref())
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
    if let Some(fault) = dock::without_token(&produced.repository, plan).into_iter().next() {
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
    gate: &'a dock::Gate,
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
        let stops = repository.fleet.policy.stop_secrets;
        let keeping = if stops { Keeping::AllButSecrets } else { Keeping::Everything };
        let pressed = deploy::press(&plan, self.yard, ledger, &tokens, keeping, face);
        face.complain(&pressed.leaks);
        let priority = priority(self.typed.priority, &plan);
        if let Some((exit, why)) = self.stopped_by_rules(&mut plan, &pressed, priority, &run)? {
            face.complain(&why);
            self.teller.tell(&run, |run| match exit {
                Exit::ApprovalNeeded => vec![run.waits(&plan)],
                _ => telling::first(&why).map(|why| run.stopped(why)).into_iter().collect(),
            });
            return Ok(exit);
        }
        let hindered = hindered(&mut plan, &pressed, unknown);
        face.complain(&hindered);
        let left = telling::first(&hindered).or(unbuilt);
        if plan.shipments.is_empty() {
            self.teller.tell(&run, |run| left.map(|why| run.stopped(why)).into_iter().collect());
            return Ok(Exit::SomeNotShipped);
        }
        let health = dock::health(repository, gate)?;
        let shipping = Shipping {
            run,
            priority,
            specs: &dock::specs(repository),
            targets: &repository.fleet.targets,
            providers: &dock::providers_of(repository, gate, &plan)?,
            releases: &pressed.releases,
            yard: Some(self.yard),
            ledger,
            policy: &repository.fleet.policy,
            health: health.as_ref(),
            clock: gate.clock.as_ref(),
            listener: face,
            stopped: &|| gate.stop.requested() || !self.hold.is_kept(),
        };
        let sites: Vec<SiteId> = plan.changes().map(|change| change.site.clone()).collect();
        let voyage = self.teller.follow(&shipping.run, &sites, left, || deploy::apply(&shipping, &plan))?;
        face.landed(&voyage);
        Ok(match Exit::of_voyage(&voyage) {
            Exit::Done if !hindered.is_empty() => Exit::SomeNotShipped,
            Exit::Done => built,
            other => other,
        })
    }

    /// The exit code and the reasons if the owner's rules do not let the plan pass.
    fn stopped_by_rules(
        &self,
        plan: &mut Plan,
        pressed: &Pressed,
        priority: Priority,
        run: &str,
    ) -> Result<Option<(Exit, Vec<Diagnostic>)>, Diagnostic> {
        let Self { written, ledger, .. } = *self;
        let policy = &self.produced.repository.fleet.policy;
        if policy.stop_secrets && !pressed.leaks.is_empty() {
            plan.asks.push(plan::leaked(pressed.leaks.len()));
        }
        let stops: Vec<Diagnostic> = plan.asks.iter().filter_map(|ask| stop(ask, priority)).collect();
        if !stops.is_empty() {
            return Ok(Some((Exit::Stopped, stops)));
        }
        let own = plan.asks.iter().filter(|ask| ask.needs == Need::Approval);
        let own = own.map(|ask| (ask.rule.to_owned(), ask.says.clone()));
        // The rules are about the whole plan, however many machines ship a part of it.
        let whole = written.iter().flat_map(|written| &written.asks).filter(|ask| ask.needs_approval);
        let asks: BTreeMap<String, String> = own.chain(whole.map(|ask| (ask.rule.clone(), ask.says.clone()))).collect();
        if asks.is_empty() {
            return Ok(None);
        }
        let needed = |message: String| {
            let refusal = Diagnostic::error(Code::ApprovalNeeded, message);
            let refusal =
                asks.iter().fold(refusal, |refusal, (rule, says)| refusal.note(format!("`{rule}`: {says}"), None));
            refusal
                .hint("`hectare plan --out plan.json`, then `hectare approve plan.json --by NAME`, then deploy again")
        };
        let id = written.map_or(plan.id, |written| written.id);
        let why = match ledger.approval(id)? {
            None => needed("this plan needs an approval; nothing was shipped".to_owned()),
            Some(approval) if !policy.approvers.is_empty() && !policy.approvers.contains(&approval.by) => {
                let message = format!("`{}` approved this plan, but may not", approval.by);
                Diagnostic::error(Code::NotAnApprover, message).hint("`approvers` in `[policy]` says who may")
            }
            Some(approval) => match deploy::used_up(&approval, plan, ledger)? {
                None => {
                    ledger.go_by(id, run)?;
                    return Ok(None);
                }
                Some(other) => needed(format!(
                    "this plan needs another approval: the run `{other}` went by the one there is; nothing was shipped"
                )),
            },
        };
        Ok(Some((Exit::ApprovalNeeded, vec![why])))
    }
}

/// The plan that was written into a file.
fn read(file: &Path) -> Result<Written, Diagnostic> {
    deploy::read_plan(&file.to_string_lossy(), &dock::read(file)?)
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
        None if plan.shipments.len() > 1 => Priority::Batch,
        None => Priority::Single,
    }
}

/// Why an ask stops a run that nobody can approve; none if it does not.
fn stop(ask: &Ask, priority: Priority) -> Option<Diagnostic> {
    let hint = match ask.needs {
        Need::Repair => "repair it, then deploy again; nothing was shipped",
        Need::Allowance => {
            "nothing was shipped; raise it if that is meant, ship fewer sites with `--site` or `--group`, or wait until what others \
             cost is a day old"
        }
        Need::Window(_) if priority != Priority::Urgent => "wait, or ship at once with `--priority urgent`",
        Need::Window(_) | Need::Approval => return None,
    };
    let message = format!("`{}` of `[policy]` stops this: {}", ask.rule, ask.says);
    Some(Diagnostic::error(Code::RunStopped, message).hint(hint))
}

/// Takes out of the plan what cannot be shipped in this run, and says why.
fn hindered(plan: &mut Plan, pressed: &Pressed, unknown: BTreeMap<Berth, Diagnostic>) -> Vec<Diagnostic> {
    plan.shipments.retain(|shipment| {
        let berth = Berth { target: shipment.target.clone(), parcel: shipment.parcel.clone() };
        let is_whole = shipment.changes.iter().all(|change| !pressed.faults.contains_key(&change.site));
        is_whole && !unknown.contains_key(&berth)
    });
    pressed.faults.values().cloned().chain(unknown.into_values()).collect()
}

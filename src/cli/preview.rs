//! `hectare deploy --preview NAME`: sites beside what is live, at addresses of their own, until they are taken away.

use super::args::{Deploy, Global};
use super::build::{self, Produced};
use super::exit::Exit;
use super::refusal::Refusal;
use super::repository::Repository;
use super::{dock, lock};
use crate::deploy::{self, Previewing};
use crate::diag::{Code, Diagnostic};
use crate::event::{Previewed, Sight};
use crate::model::{ParcelName, PreviewName, SiteSpec};
use crate::ui::{Face, counted, previews_markdown};
use crate::world::{Stop, Stopwatch};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) fn run(global: &Global, typed: &Deploy, name: &str, face: &dyn Face) -> Result<Exit, Refusal> {
    let name = PreviewName::parse(name).ok_or_else(|| {
        let hint = "letters, digits and single hyphens make one, at most 28, the first a letter: `--preview pr-12`";
        Diagnostic::error(Code::BadFlag, format!("`--preview {name}` is no name of a preview")).hint(hint)
    })?;
    if typed.end {
        return end(global, typed, &name, face);
    }
    if typed.selection.is_everything() {
        let hint = "name them with `--site`, or with another flag that selects some; `--sites-from` reads a list";
        return Err(Diagnostic::error(Code::BadFlag, "`--preview` needs to be told which sites to show")
            .hint(hint)
            .into());
    }
    let (watch, build, stop) = (Stopwatch::start(), typed.ship.build(&typed.selection), Stop::new());
    let mut produced = build::produce(global, &build, face, &stop, None)?;
    let exit = build::conclude(produced.report.clone(), watch, face);
    let _lock = produced.lock.take().map_or_else(|| lock::take(&produced.repository.files), Ok)?;
    let shown = show(typed, &name, &mut produced, &stop, face)?;
    Ok(Exit::worst([exit, shown]))
}

/// Shows what was built.
fn show(
    typed: &Deploy,
    name: &PreviewName,
    produced: &mut Produced,
    stop: &Stop,
    face: &dyn Face,
) -> Result<Exit, Diagnostic> {
    let (to, build) = (typed.ship.to(), typed.ship.build(&typed.selection));
    let yard = dock::output(produced, &build)?;
    let fleet = &produced.repository.fleet;
    to.check(fleet)?;
    let built = produced.report.sites.iter().filter(|(_, outcome)| outcome.built.is_some());
    let built: Vec<&str> = built.map(|(site, _)| site.as_str()).collect();
    let wanted = &produced.sites[..fleet.ci.previews.min(produced.sites.len())];
    let pressing = wanted.iter().map(|spec| &spec.id).filter(|id| built.contains(&id.as_str()));
    let tokens = dock::tokens(&produced.repository);
    let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
    let pressed = deploy::press_alone(pressing, &yard, &tokens, face);
    face.complain(&pressed.leaks);
    if fleet.policy.stop_secrets && !pressed.leaks.is_empty() {
        let hint = "repair it, then try again; nothing was shown";
        let message = "`stop_secrets` of `[policy]` stops this: a preview is seen by whoever knows its address";
        face.complain(&[Diagnostic::error(Code::RunStopped, message).hint(hint)]);
        return Ok(Exit::Stopped);
    }
    let gate = dock::Gate::new(typed.clock_speed, stop);
    let is_wanted = |target: &str| wanted.iter().any(|spec| to.of(spec) == Some(target));
    let hosts = dock::previews(&produced.repository, &gate, name, is_wanted)?;
    stop.on_signal();
    let stopped = || stop.requested();
    let (hosts, yard, pressed) = (&hosts, &yard, &pressed);
    let previewing = Previewing { name, fleet, to, hosts, yard, pressed, listener: face, stopped: &stopped };
    let seen = deploy::preview(&previewing, &produced.sites);
    face.previewed(&seen);
    if let Some(file) = &typed.links {
        dock::write(file, &previews_markdown(&seen), "the list of previews")?;
    }
    Ok(exit(&seen, stop))
}

/// That a host cannot show a site is no failure of this run.
fn exit(seen: &[Previewed], stop: &Stop) -> Exit {
    let failed = seen.iter().any(|previewed| matches!(previewed.sight, Sight::Failed(_)));
    if failed || stop.requested() { Exit::SomeNotShipped } else { Exit::Done }
}

/// Takes a preview away, whatever of it there is.
fn end(global: &Global, typed: &Deploy, name: &PreviewName, face: &dyn Face) -> Result<Exit, Refusal> {
    let repository = Repository::open(global, face)?;
    let (to, gate) = (typed.ship.to(), dock::Gate::new(typed.clock_speed, &Stop::new()));
    to.check(&repository.fleet)?;
    let mut sites: BTreeMap<String, Vec<ParcelName>> = BTreeMap::new();
    let chosen = repository.choose(&typed.selection, face)?.sites;
    let berth = |spec: &Arc<SiteSpec>| Some((to.of(spec)?.to_owned(), ParcelName::from(spec.id.clone())));
    for (target, parcel) in chosen.iter().filter_map(berth) {
        sites.entry(target).or_default().push(parcel);
    }
    let hosts = dock::previews(&repository, &gate, name, |target| sites.contains_key(target))?;
    let (gone, faults) = deploy::end_preview(name, &hosts, &sites);
    face.complain(&faults);
    face.print(&format!("{} of `{name}` taken away", counted(gone, "preview", "previews")));
    Ok(if faults.is_empty() { Exit::Done } else { Exit::SomeNotShipped })
}

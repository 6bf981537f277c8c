//! `--result FILE`: what a job came to, for whoever sums a run up.

use super::dock;
use super::exit::Exit;
use crate::diag::Diagnostic;
use crate::event::{Event, Explanation, Listener, Previewed, Report, Voyage};
use crate::model::{Fleet, Plan, unpoisoned};
use crate::tally::{self, Hearing};
use crate::ui::{Face, Table};
use crate::world::Stopwatch;
use std::path::Path;
use std::sync::{Mutex, MutexGuard};

/// Runs a verb and keeps what came of it in `file`, if there is one, however it ends.
pub(super) fn recorded(file: Option<&Path>, verb: &str, face: &dyn Face, run: impl FnOnce(&dyn Face) -> Exit) -> Exit {
    let Some(file) = file else { return run(face) };
    // What cannot be told at the end is said before anything is done; a run that dies leaves no older result behind.
    if let Err(fault) = dock::make_room(file, "the result") {
        face.complain(&[fault]);
        return Exit::Usage;
    }
    let (watch, recorder) = (Stopwatch::start(), Recorder { face, hearing: Mutex::default() });
    let exit = run(&recorder);
    let hearing = unpoisoned(recorder.hearing.into_inner());
    let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let job = hearing.end(name, verb, exit.code(), watch.elapsed());
    match dock::write(file, &tally::print(&job), "the result") {
        Ok(()) => exit,
        Err(fault) => {
            face.complain(&[fault]);
            let untold = if verb == "deploy" { Exit::SomeNotShipped } else { Exit::SomeFailed };
            Exit::worst([exit, untold])
        }
    }
}

/// A face that shows everything as another one does, and remembers it.
struct Recorder<'a> {
    face: &'a dyn Face,
    hearing: Mutex<Hearing>,
}

impl Recorder<'_> {
    fn hearing(&self) -> MutexGuard<'_, Hearing> {
        unpoisoned(self.hearing.lock())
    }
}

impl Listener for Recorder<'_> {
    fn tell(&self, event: &Event) {
        self.hearing().hear(event);
        self.face.tell(event);
    }
}

impl Face for Recorder<'_> {
    fn opened(&self, fleet: &Fleet) {
        self.hearing().fleet(fleet);
        self.face.opened(fleet);
    }

    fn complain(&self, diagnostics: &[Diagnostic]) {
        self.hearing().complaint(diagnostics);
        self.face.complain(diagnostics);
    }

    fn conclude(&self, report: &Report) {
        self.hearing().built(&report.summary);
        self.face.conclude(report);
    }

    fn planned(&self, plan: &Plan) {
        self.hearing().planned(&plan.cost);
        self.face.planned(plan);
    }

    fn landed(&self, voyage: &Voyage) {
        self.hearing().landed(voyage);
        self.face.landed(voyage);
    }

    fn previewed(&self, sites: &[Previewed]) {
        self.face.previewed(sites);
    }

    fn serving(&self, sites: usize, own: &str, network: Option<&str>) {
        self.face.serving(sites, own, network);
    }

    fn renewed(&self, changed: &[String], report: &Report) {
        self.face.renewed(changed, report);
    }

    fn explain(&self, explanation: &Explanation) {
        self.face.explain(explanation);
    }

    fn verified(&self, sites: usize) {
        self.face.verified(sites);
    }

    fn table(&self, table: &Table) {
        self.face.table(table);
    }

    fn print(&self, text: &str) {
        self.face.print(text);
    }
}

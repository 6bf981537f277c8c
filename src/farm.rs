//! Many sites at once.
//!
//! Purpose: spreads sites over threads, the largest first, keeps a broken site from touching the others, and returns what came
//! of each in the order in which they were given. What making a site means is handed in. Never prints, never reads.

use crate::diag::{Code, Diagnostic};
use crate::event::{Event, Listener, Report, SiteOutcome, Summary};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One site's work.
#[derive(Debug, Clone, Copy)]
pub struct Task<'a> {
    /// The site's id.
    pub site: &'a str,
    /// How much work it is, in any unit.
    pub weight: usize,
}

/// Those who work on a run, and whom they answer to.
pub struct Crew<'a> {
    /// Threads; 0 for one per processor.
    pub jobs: usize,
    /// Who hears of each site.
    pub listener: &'a dyn Listener,
    /// Asked before each site whether to go on.
    pub stopped: &'a (dyn Fn() -> bool + Sync),
}

/// Deeply nested input must not end the process: the default of 2 MiB is what a hostile page overflows.
const STACK_BYTES: usize = 16 << 20;

/// Makes every site with `make`, which gets the index of its task.
pub fn run(tasks: &[Task<'_>], crew: &Crew<'_>, make: &(dyn Fn(usize) -> SiteOutcome + Sync)) -> Report {
    crew.listener.tell(&Event::RunStarted { sites: tasks.len() });
    let mut order: Vec<usize> = (0..tasks.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(tasks[*at].weight));
    let outcomes: Vec<OnceLock<SiteOutcome>> = tasks.iter().map(|_| OnceLock::new()).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(at) = order.get(next.fetch_add(1, Ordering::Relaxed)).copied() {
            if (crew.stopped)() {
                return;
            }
            let outcome = isolated(|| make(at));
            crew.listener.tell(&Event::SiteFinished { site: tasks[at].site.to_owned(), outcome: outcome.clone() });
            let _ = outcomes[at].set(outcome);
        }
    };
    match rayon::ThreadPoolBuilder::new().num_threads(crew.jobs).stack_size(STACK_BYTES).build() {
        Ok(pool) => drop(pool.broadcast(|_| work())),
        Err(_) => work(),
    }
    collect(tasks, outcomes)
}

fn isolated(make: impl FnOnce() -> SiteOutcome) -> SiteOutcome {
    catch_unwind(AssertUnwindSafe(make)).unwrap_or_else(|panic| SiteOutcome {
        built: None,
        diagnostics: vec![
            Diagnostic::error(Code::Bug, format!("hectare stumbled over this site: {}", words(panic.as_ref())))
                .hint("this is not your mistake; please report it together with the page that causes it"),
        ],
    })
}

fn words(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no reason given")
}

fn collect(tasks: &[Task<'_>], outcomes: Vec<OnceLock<SiteOutcome>>) -> Report {
    let mut report = Report { summary: Summary { sites: tasks.len(), ..Summary::default() }, ..Report::default() };
    for (task, outcome) in tasks.iter().zip(outcomes) {
        match outcome.into_inner() {
            Some(outcome) => report.add(task.site.to_owned(), outcome),
            None => report.summary.skipped += 1,
        }
    }
    report
}

//! A line that moves while there is a person to watch it.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Redraws per second: enough to look alive, too few to cost anything.
const FRAMES: u8 = 8;

/// The progress of a run.
#[derive(Debug, Default)]
pub(super) struct Progress {
    bar: Mutex<Option<(&'static str, ProgressBar)>>,
    failed: AtomicUsize,
}

impl Progress {
    /// Begins to show progress over so many `things`, if standard error is a terminal.
    pub(super) fn start(&self, doing: &'static str, sites: usize, things: &str) {
        let style = ProgressStyle::with_template(&format!(
            "{{msg}} {{bar:24}} {{pos}}/{{len}} {things} · {{elapsed}} · {{eta}} left"
        ));
        let bar = ProgressBar::with_draw_target(Some(sites as u64), ProgressDrawTarget::stderr_with_hz(FRAMES));
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━╸─"));
        bar.set_message(doing);
        self.failed.store(0, Ordering::Relaxed);
        *self.bar() = Some((doing, bar));
    }

    fn bar(&self) -> MutexGuard<'_, Option<(&'static str, ProgressBar)>> {
        self.bar.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more of them is done.
    pub(super) fn step(&self, well: bool) {
        let Some((doing, bar)) = &*self.bar() else { return };
        bar.inc(1);
        if !well {
            let failed = self.failed.fetch_add(1, Ordering::Relaxed) + 1;
            bar.set_message(format!("{doing} ({failed} failed)"));
        }
    }

    /// Takes the line away.
    pub(super) fn end(&self) {
        if let Some((_, bar)) = self.bar().take() {
            bar.finish_and_clear();
        }
    }
}

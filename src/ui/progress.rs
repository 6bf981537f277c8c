//! A line that moves while there is a person to watch it.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Redraws per second: enough to look alive, too few to cost anything.
const FRAMES: u8 = 8;

/// The progress of a run.
#[derive(Debug, Default)]
pub(super) struct Progress {
    bar: OnceLock<ProgressBar>,
    failed: AtomicUsize,
}

impl Progress {
    /// Begins to show progress over `sites`, if standard error is a terminal.
    pub(super) fn start(&self, sites: usize) {
        let style = ProgressStyle::with_template("{msg} {bar:24} {pos}/{len} sites · {elapsed} · {eta} left");
        let bar = ProgressBar::with_draw_target(Some(sites as u64), ProgressDrawTarget::stderr_with_hz(FRAMES));
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━╸─"));
        bar.set_message("Building");
        let _ = self.bar.set(bar);
    }

    /// One more site is done.
    pub(super) fn step(&self, well: bool) {
        let Some(bar) = self.bar.get() else { return };
        bar.inc(1);
        if !well {
            let failed = self.failed.fetch_add(1, Ordering::Relaxed) + 1;
            bar.set_message(format!("Building ({failed} failed)"));
        }
    }

    /// Takes the line away.
    pub(super) fn end(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

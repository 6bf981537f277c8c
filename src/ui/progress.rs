//! A line that moves while there is a person to watch it.

use super::number::counted;
use crate::diag::size;
use crate::model::unpoisoned;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::{Mutex, MutexGuard};

/// Redraws per second: enough to look alive, too few to cost anything.
const FRAMES: u8 = 8;

/// The progress of a run.
#[derive(Debug, Default)]
pub(super) struct Progress {
    shown: Mutex<Option<Shown>>,
}

/// What the line shows.
#[derive(Debug)]
struct Shown {
    doing: &'static str,
    bar: ProgressBar,
    failed: usize,
    /// Bytes that are there, and all of them, where that is known.
    bytes: (u64, u64),
    /// Files that hosts were sent, and their bytes.
    sent: (usize, u64),
}

impl Progress {
    /// Begins to show progress over so many `things`, if standard error is a terminal.
    pub(super) fn start(&self, doing: &'static str, count: usize, things: &str) {
        let style = ProgressStyle::with_template(&format!(
            "{{msg}} {{bar:24}} {{pos}}/{{len}} {things} · {{prefix}}{{elapsed}} · {{eta}} left"
        ));
        let bar = ProgressBar::with_draw_target(Some(count as u64), ProgressDrawTarget::stderr_with_hz(FRAMES));
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("━╸─"));
        bar.set_message(doing);
        *self.shown() = Some(Shown { doing, bar, failed: 0, bytes: (0, 0), sent: (0, 0) });
    }

    fn shown(&self) -> MutexGuard<'_, Option<Shown>> {
        unpoisoned(self.shown.lock())
    }

    /// Says how many bytes all of them have.
    pub(super) fn weigh(&self, bytes: u64) {
        if let Some(shown) = &mut *self.shown() {
            shown.bytes.1 = bytes;
        }
    }

    /// One more of them is there, with so many bytes.
    pub(super) fn carried(&self, bytes: u64) {
        let Some(shown) = &mut *self.shown() else { return };
        shown.bytes.0 += bytes;
        if let (there, all @ 1..) = shown.bytes {
            shown.bar.set_prefix(format!("{} of {} · ", size(there), size(all)));
        }
        shown.bar.inc(1);
    }

    /// A host has one more file, with so many bytes; of which of them it is does not matter.
    pub(super) fn sent(&self, bytes: u64) {
        let Some(shown) = &mut *self.shown() else { return };
        shown.sent.0 += 1;
        shown.sent.1 += bytes;
        let (files, bytes) = shown.sent;
        shown.bar.set_prefix(format!("{} and {} sent · ", counted(files, "file", "files"), size(bytes)));
    }

    /// One more of them is done.
    pub(super) fn step(&self, well: bool) {
        let Some(shown) = &mut *self.shown() else { return };
        shown.bar.inc(1);
        if !well {
            shown.failed += 1;
            shown.bar.set_message(format!("{} ({} failed)", shown.doing, shown.failed));
        }
    }

    /// Takes the line away.
    pub(super) fn end(&self) {
        if let Some(shown) = self.shown().take() {
            shown.bar.finish_and_clear();
        }
    }
}

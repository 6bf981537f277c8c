//! The text that Tera compiles, with a map back to the text that people wrote.

use std::ops::Range;

/// A template's text in the making.
#[derive(Debug, Default)]
pub(super) struct Draft {
    text: String,
    runs: Vec<Run>,
}

/// A change to the text that people wrote.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// What it replaces; nothing, if it only adds.
    pub(super) over: Range<usize>,
    /// By what.
    pub(super) text: String,
    /// The written text that errors in it are about.
    pub(super) origin: Range<usize>,
}

/// A stretch of the draft, up to the start of the next one.
#[derive(Debug)]
struct Run {
    at: usize,
    origin: Range<usize>,
    copied: bool,
}

impl Draft {
    /// Copies `span` of `source`, the text that people wrote.
    pub(super) fn copy(&mut self, source: &str, span: Range<usize>) {
        if span.is_empty() {
            return;
        }
        match self.runs.last_mut() {
            Some(last) if last.copied && last.origin.end == span.start => last.origin.end = span.end,
            _ => self.runs.push(Run { at: self.text.len(), origin: span.clone(), copied: true }),
        }
        self.text.push_str(&source[span]);
    }

    /// Copies `span` of `source` with `changes`, which come in order.
    pub(super) fn copy_changed(&mut self, source: &str, span: Range<usize>, changes: Vec<Change>) {
        let mut from = span.start;
        for change in changes {
            self.copy(source, from..change.over.start);
            self.add(&change.text, change.origin);
            from = change.over.end;
        }
        self.copy(source, from..span.end);
    }

    /// Adds text that nobody wrote; errors in it are shown at `origin`.
    pub(super) fn add(&mut self, text: &str, origin: Range<usize>) {
        self.runs.push(Run { at: self.text.len(), origin, copied: false });
        self.text.push_str(text);
    }

    /// The finished text and its map.
    pub(super) fn finish(self) -> (String, Origins) {
        (self.text, Origins { runs: self.runs })
    }
}

/// Where each part of a prepared text was written.
#[derive(Debug)]
pub(crate) struct Origins {
    runs: Vec<Run>,
}

impl Origins {
    /// The part of the written text that `span` of the prepared text stands for.
    pub(crate) fn of(&self, span: Range<usize>) -> Range<usize> {
        let (start, whole) = self.point(span.start);
        match whole {
            Some(end) => start..end,
            None => {
                let last = self.point(span.end.saturating_sub(1).max(span.start)).0 + 1;
                start..last.max(start)
            }
        }
    }

    /// The written place of one position, and where the stretch ends that it stands for if nobody wrote it.
    fn point(&self, at: usize) -> (usize, Option<usize>) {
        match self.runs[..self.runs.partition_point(|run| run.at <= at)].last() {
            Some(run) if run.copied => ((run.origin.start + at - run.at).min(run.origin.end), None),
            Some(run) => (run.origin.start, Some(run.origin.end)),
            None => (0, None),
        }
    }
}

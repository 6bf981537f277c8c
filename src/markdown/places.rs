//! From bytes of a body to lines and columns of its file.

use crate::diag::Place;
use crate::model::Page;
use std::ops::Range;
use std::sync::Arc;

/// Enough text around a place to show its line.
const SHOWN: usize = 1_000;

/// Finds places in a page's file. It goes on counting where it stopped, so that a long page with many links stays cheap.
pub(super) struct Places<'a> {
    file: Arc<str>,
    body: &'a str,
    /// The line above the body; none if the page has no file.
    above: Option<u32>,
    counted: Counted,
}

/// A point of the body, with its line from 0 and its column from 0.
#[derive(Default, Clone, Copy)]
struct Counted {
    offset: usize,
    line: usize,
    column: usize,
}

impl<'a> Places<'a> {
    pub(super) fn of(page: &Page, body: &'a str) -> Self {
        let (file, above) = match &page.source {
            Some(source) => (Arc::clone(&source.file), Some(source.body_line.saturating_sub(1))),
            None => (Arc::clone(&page.key), None),
        };
        Self { file, body, above, counted: Counted::default() }
    }

    /// The place of the bytes `span` of the body.
    pub(super) fn find(&mut self, span: Range<usize>) -> Place {
        let file = Arc::clone(&self.file);
        let Some(above) = self.above else { return Place::file(file) };
        self.count_to(self.body.floor_char_boundary(span.start));
        let from = self.body.floor_char_boundary(span.start.saturating_sub(SHOWN));
        let to = self.body.floor_char_boundary(span.end.min(span.start + SHOWN) + SHOWN);
        let mut place = Place::span(file, &self.body[from..to], span.start - from..span.end.min(to) - from);
        place.line = self.counted.line as u32 + 1 + above;
        place.column = self.counted.column as u32 + 1;
        place
    }

    fn count_to(&mut self, offset: usize) {
        if offset < self.counted.offset {
            self.counted = Counted::default();
        }
        let between = &self.body[self.counted.offset..offset];
        self.counted.offset = offset;
        self.counted.line += memchr::memchr_iter(b'\n', between.as_bytes()).count();
        self.counted.column = match memchr::memrchr(b'\n', between.as_bytes()) {
            Some(end) => between[end + 1..].chars().count(),
            None => self.counted.column + between.chars().count(),
        };
    }
}

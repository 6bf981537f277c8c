//! Markdown as the parser gets it: each shortcode is one character, and every byte knows where it came from.

use super::shortcode::Call;
use std::borrow::Cow;
use std::ops::Range;

/// Stands for a shortcode. Where an author writes this character it is replaced, so that it cannot be forged.
const STAND_IN: char = '\u{fdd0}';
const LEN: usize = STAND_IN.len_utf8();

/// The text of a body or of a part of it.
pub(super) struct Manuscript<'a> {
    pub(super) text: Cow<'a, str>,
    body: &'a str,
    /// Where in the body the text begins.
    start: usize,
    calls: &'a [Call<'a>],
    /// The shortcodes of the text, in order.
    stand_ins: Vec<StandIn>,
}

/// A shortcode in the text.
struct StandIn {
    /// Where it stands in the text.
    at: usize,
    /// Which of the calls it is.
    call: usize,
    /// Where in the body the text goes on after it.
    resume: usize,
}

/// A piece of text between shortcodes.
pub(super) enum Piece<'t> {
    Text(&'t str),
    /// The index of a call.
    Call(usize),
}

impl<'a> Manuscript<'a> {
    /// The part `span` of `body`; `calls` are all calls of the body.
    pub(super) fn of(body: &'a str, span: Range<usize>, calls: &'a [Call<'a>]) -> Self {
        let (start, part) = (span.start, &body[span.clone()]);
        let within: Vec<usize> = outermost(calls, span.clone()).collect();
        if within.is_empty() {
            return Self { text: part.into(), body, start, calls, stand_ins: Vec::new() };
        }
        let mut text = String::with_capacity(part.len());
        let mut stand_ins = Vec::with_capacity(within.len());
        let mut from = start;
        for call in within {
            push_honest(&mut text, &body[from..calls[call].span.start]);
            from = calls[call].span.end;
            stand_ins.push(StandIn { at: text.len(), call, resume: from });
            text.push(STAND_IN);
        }
        push_honest(&mut text, &body[from..span.end]);
        Self { text: text.into(), body, start, calls, stand_ins }
    }

    /// Where in the body a byte of the text came from.
    pub(super) fn origin(&self, at: usize) -> usize {
        let before = self.stand_ins.partition_point(|stand_in| stand_in.at < at);
        match before.checked_sub(1).map(|last| &self.stand_ins[last]) {
            Some(last) => last.resume + at.saturating_sub(last.at + LEN),
            None => self.start + at,
        }
    }

    /// Where in the body a part of the text came from.
    pub(super) fn origins(&self, span: Range<usize>) -> Range<usize> {
        self.origin(span.start)..self.origin(span.end)
    }

    /// Whether a part of the text is made of shortcodes and blanks.
    pub(super) fn is_only_calls(&self, span: Range<usize>) -> bool {
        !self.stand_ins.is_empty()
            && self.text[span].split_ascii_whitespace().all(|word| word.trim_matches(STAND_IN).is_empty())
    }

    /// Whether a part of the text holds a shortcode.
    pub(super) fn has_calls(&self, span: &Range<usize>) -> bool {
        self.within(span).next().is_some()
    }

    /// Whether a destination that the parser read from the text holds a shortcode.
    pub(super) fn is_made_by_call(&self, destination: &str) -> bool {
        !self.stand_ins.is_empty() && destination.contains(STAND_IN)
    }

    /// A part of the text, cut at its shortcodes.
    pub(super) fn pieces(&self, span: Range<usize>) -> impl Iterator<Item = Piece<'_>> {
        let mut from = span.start;
        let mut inner = self.within(&span).peekable();
        std::iter::from_fn(move || {
            let next = inner.peek().map_or(span.end, |stand_in| stand_in.at);
            if from < next {
                let text = Piece::Text(&self.text[from..next]);
                from = next;
                return Some(text);
            }
            let stand_in = inner.next()?;
            from = stand_in.at + LEN;
            Some(Piece::Call(stand_in.call))
        })
    }

    /// `text`, which the parser made of `span`, with its shortcodes as they were written.
    pub(super) fn as_written<'t>(&self, text: &'t str, span: &Range<usize>) -> Cow<'t, str> {
        if !self.has_calls(span) {
            return text.into();
        }
        let mut parts = text.split(STAND_IN);
        let mut written = parts.next().unwrap_or_default().to_owned();
        for (part, stand_in) in parts.zip(self.within(span)) {
            written.push_str(&self.body[self.calls[stand_in.call].span.clone()]);
            written.push_str(part);
        }
        written.into()
    }

    /// The calls that the text stands for.
    pub(super) fn calls(&self) -> impl Iterator<Item = usize> {
        self.stand_ins.iter().map(|stand_in| stand_in.call)
    }

    /// The calls within a part of the text.
    pub(super) fn calls_within(&self, span: &Range<usize>) -> impl Iterator<Item = usize> {
        self.within(span).map(|stand_in| stand_in.call)
    }

    fn within(&self, span: &Range<usize>) -> impl Iterator<Item = &StandIn> + use<'_> {
        let first = self.stand_ins.partition_point(|stand_in| stand_in.at < span.start);
        let end = span.end;
        self.stand_ins[first..].iter().take_while(move |stand_in| stand_in.at < end)
    }
}

/// The calls inside `span` that are not in the body of another one.
fn outermost(calls: &[Call<'_>], span: Range<usize>) -> impl Iterator<Item = usize> {
    let mut from = span.start;
    let first = calls.partition_point(|call| call.span.start < span.start);
    (first..calls.len()).take_while(move |at| calls[*at].span.start < span.end).filter(move |at| {
        let is_outside = calls[*at].span.start >= from;
        from = if is_outside { calls[*at].span.end } else { from };
        is_outside
    })
}

fn push_honest(text: &mut String, part: &str) {
    if part.contains(STAND_IN) { text.push_str(&part.replace(STAND_IN, "\u{fffd}")) } else { text.push_str(part) }
}

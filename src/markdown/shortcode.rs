//! Finds the calls of shortcodes in a body, before Markdown sees it.

use super::arguments::{self, Fault, Read};
use crate::model::Table;
use pulldown_cmark::{Event, Options, Parser, Tag};
use std::ops::Range;

/// How deep shortcodes may stand in the bodies of shortcodes.
const DEEPEST: usize = 8;

/// A call of a shortcode.
#[derive(Debug, PartialEq)]
pub(super) struct Call<'a> {
    /// All of it, from the first brace to the last.
    pub(super) span: Range<usize>,
    /// Its first tag, or where it is written wrongly.
    pub(super) tag: Range<usize>,
    /// Its name and arguments, or what is wrong with it.
    pub(super) content: Result<(&'a str, Table), Fault>,
    /// The Markdown between its tags.
    pub(super) body: Option<Range<usize>>,
}

/// Whether `body` might call a shortcode at all.
pub(super) fn may_be_in(body: &str) -> bool {
    let bytes = body.as_bytes();
    memchr::memchr_iter(b'{', bytes).any(|at| matches!(bytes.get(at + 1), Some(b'{' | b'%')))
}

/// All calls in the order in which they start; calls in the body of another follow it.
pub(super) fn find(body: &str) -> Vec<Call<'_>> {
    let bytes = body.as_bytes();
    let mut code = code(body).into_iter().peekable();
    let mut search = Search { body, calls: Vec::new(), open: Vec::new() };
    let mut from = 0;
    for at in memchr::memchr_iter(b'{', bytes) {
        while code.next_if(|span| span.end <= at).is_some() {}
        let is_code = code.peek().is_some_and(|span| span.contains(&at));
        if at < from || is_code || is_escaped(&bytes[..at]) {
            continue;
        }
        from = match bytes.get(at + 1) {
            Some(b'{') => search.call(at),
            Some(b'%') => search.tag(at),
            _ => at,
        };
    }
    search.finish()
}

/// Where Markdown sees code, in which nothing is called.
fn code(body: &str) -> Vec<Range<usize>> {
    let has_code = memchr::memchr3(b'`', b'~', b'\t', body.as_bytes()).is_some() || body.contains("    ");
    if !has_code {
        return Vec::new();
    }
    let is_code = |event: &Event<'_>| matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_)));
    let events = Parser::new_ext(body, Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES).into_offset_iter();
    events.filter(|(event, _)| is_code(event)).map(|(_, span)| span).collect()
}

fn is_escaped(before: &[u8]) -> bool {
    before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

struct Search<'a> {
    body: &'a str,
    calls: Vec<Call<'a>>,
    /// Calls that wait for their `{% end %}`.
    open: Vec<usize>,
}

impl<'a> Search<'a> {
    /// Reads `{{ name(…) }}` at `at`; returns where to go on.
    fn call(&mut self, at: usize) -> usize {
        match arguments::call(self.body, at + 2, "}}") {
            Ok(read) => self.push(at, read),
            Err(fault) => self.fault(at, fault),
        }
    }

    /// Reads `{% name(…) %}` or `{% end %}` at `at`; returns where to go on.
    fn tag(&mut self, at: usize) -> usize {
        if let Some(end) = arguments::end(self.body, at + 2) {
            return self.end(at..end);
        }
        match arguments::call(self.body, at + 2, "%}") {
            Ok(_) if self.open.len() >= DEEPEST => self.fault(at, Fault::nested(at..at + 2)),
            Ok(read) => {
                self.open.push(self.calls.len());
                self.push(at, read)
            }
            Err(fault) => self.fault(at, fault),
        }
    }

    fn end(&mut self, end: Range<usize>) -> usize {
        let Some(open) = self.open.pop() else { return self.fault(end.start, Fault::stray_end(end)) };
        let call = &mut self.calls[open];
        call.body = Some(call.tag.end..end.start);
        call.span.end = end.end;
        end.end
    }

    fn push(&mut self, at: usize, read: Read<'a>) -> usize {
        let span = at..read.end;
        self.calls.push(Call { tag: span.clone(), span, content: Ok((read.name, read.args)), body: None });
        read.end
    }

    fn fault(&mut self, at: usize, fault: Fault) -> usize {
        let end = fault.span.end.max(at + 2);
        self.calls.push(Call { span: at..end, tag: fault.span.clone(), content: Err(fault), body: None });
        end
    }

    /// The calls; those that were never ended are faults.
    fn finish(mut self) -> Vec<Call<'a>> {
        for open in self.open {
            let call = &mut self.calls[open];
            if let Ok((name, _)) = call.content {
                call.content = Err(Fault::unclosed(call.tag.clone(), name));
            }
        }
        self.calls
    }
}

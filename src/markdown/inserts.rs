//! Puts the HTML of shortcodes where they are called.

use super::Shortcode;
use super::context::Home;
use super::manuscript::{Manuscript, Piece};
use super::write::{Flow, Paragraph, Writer};
use crate::diag::{Code, Diagnostic, Place, uninvited};
use crate::model::Guest;
use std::ops::Range;

/// Elements that cannot stand in a paragraph.
const BLOCKS: [&str; 30] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "details",
    "dialog",
    "div",
    "dl",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "search",
    "section",
    "table",
    "ul",
];

impl<'a> Writer<'a> {
    /// Takes running text with shortcodes in it.
    pub(super) fn take_pieces(&mut self, span: Range<usize>, manuscript: &Manuscript<'_>) {
        for piece in manuscript.pieces(span) {
            match piece {
                Piece::Text(text) => self.line.text.push_str(text),
                Piece::Call(call) => {
                    self.flush();
                    self.insert(call);
                }
            }
        }
    }

    /// Writes code, in which shortcodes are shown as they are written.
    pub(super) fn write_verbatim(&mut self, text: &str, span: &Range<usize>, manuscript: &Manuscript<'_>) {
        self.html.push_text(&manuscript.as_written(text, span));
        manuscript.calls_within(span).for_each(|call| self.placed[call] = true);
    }

    /// Writes the HTML of a call.
    pub(super) fn insert(&mut self, call: usize) {
        self.placed[call] = true;
        let call = &self.calls[call];
        let (Some(home), Some(place)) = (self.context.home, self.place(call.tag.clone())) else { return };
        let (name, args) = match &call.content {
            Ok((name, args)) => (*name, args.clone()),
            Err(fault) => return self.diagnostics.push(fault.diagnostic(place)),
        };
        let body = call.body.clone().map(|span| self.write_body(home, span));
        let shortcode = Shortcode { name, args, body: body.as_deref(), page: home.id, place };
        let made = (home.aid.insert)(&shortcode);
        self.diagnostics.extend(made.diagnostics.into_iter().map(|found| placed(found, &shortcode.place)));
        if let Some(html) = made.value {
            if self.flow.paragraph == Paragraph::Open
                && let Some(element) = block(&html)
            {
                self.diagnostics.push(broken_paragraph(element, &shortcode));
            }
            let guests = Guest::all_in(&html).into_iter();
            let found = guests.filter_map(|guest| uninvited(&guest, &home.site.spec.settings));
            self.diagnostics.extend(found.map(|found| placed(found, &shortcode.place)));
            self.html.push_raw(html.trim_end());
        }
    }

    /// The Markdown in the body of a shortcode as HTML; on one line it stays inline.
    fn write_body(&mut self, home: Home<'a>, span: Range<usize>) -> String {
        let markdown = &home.body[span.clone()];
        let manuscript = Manuscript::of(home.body, span, self.calls);
        self.flows += 1;
        let inner = Flow { number: self.flows, is_inline: !markdown.contains('\n'), ..Flow::default() };
        let flow = std::mem::replace(&mut self.flow, inner);
        let html = std::mem::take(&mut self.html.text);
        let heading = self.headings.set_aside();
        self.run(&manuscript);
        self.headings.resume(heading);
        let mut body = std::mem::replace(&mut self.html.text, html);
        if std::mem::replace(&mut self.flow, flow).is_inline {
            body.truncate(body.trim_end().len());
        }
        body
    }

    /// Reports calls where no HTML can stand, as in the destination of a link.
    pub(super) fn report_misplaced(&mut self, manuscript: &Manuscript<'_>) {
        for call in manuscript.calls() {
            if std::mem::replace(&mut self.placed[call], true) {
                continue;
            }
            let diagnostic = Diagnostic::error(Code::BadShortcode, "a shortcode cannot stand here");
            let hint = "to make a link or a picture, let the shortcode write the whole of it";
            self.report(diagnostic.hint(hint), self.calls[call].tag.clone());
        }
    }
}

/// The first element in `html` that ends a paragraph where it begins.
fn block(html: &str) -> Option<&'static str> {
    let names = memchr::memchr_iter(b'<', html.as_bytes()).map(|at| {
        let rest = &html[at + 1..];
        &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len())]
    });
    names.into_iter().find_map(|name| BLOCKS.into_iter().find(|block| block.eq_ignore_ascii_case(name)))
}

/// Browsers end the paragraph before the element, and the rest of its text is left without one.
fn broken_paragraph(element: &str, shortcode: &Shortcode<'_>) -> Diagnostic {
    let message = format!("`{}` makes a `<{element}>`, which cannot stand in a paragraph", shortcode.name);
    Diagnostic::warning(Code::BadShortcode, message)
        .at(shortcode.place.clone())
        .hint("put it on a line of its own, with blank lines around it")
}

/// A diagnostic without a place gets that of the call.
fn placed(diagnostic: Diagnostic, place: &Place) -> Diagnostic {
    match diagnostic.place {
        None => diagnostic.at(place.clone()),
        Some(_) => diagnostic,
    }
}

//! Template text is prepared before Tera compiles it.
//!
//! Purpose: white space is folded once instead of on every page, values and loops are bounded, and every position can be led back
//! to what people wrote. In goes the text of a template, out comes text for Tera and a map.

mod calls;
mod draft;
mod fold;
mod guard;
mod mark;
mod scan;
mod tags;
mod unclosed;
mod wanted;

pub(crate) use calls::{FixedCall, Reference, Tie};
pub(crate) use draft::Origins;
pub(crate) use guard::{BOUNDED, BOUNDED_DEEP};
pub(crate) use mark::{Mark, Spot};
pub(crate) use unclosed::unclosed;

use crate::diag::{Code, Diagnostic, Place, list, nearest};
use crate::theme::TemplateFile;
use draft::{Change, Draft};
use fold::Folder;
use scan::{Piece, PieceKind, Word};
use std::collections::BTreeSet;
use std::ops::Range;
use wanted::Wanted;

/// A template that is ready to be compiled.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// The template as it was written.
    pub(crate) written: TemplateFile,
    /// What Tera compiles.
    pub(crate) text: String,
    /// The templates that it names.
    pub(crate) references: Vec<Reference>,
    /// The components that it defines, each with its place in the written text.
    pub(crate) components: Vec<(String, Range<usize>)>,
    /// The components that it calls.
    pub(crate) calls: Vec<String>,
    /// The calls that marks stand for.
    pub(crate) fixed: Vec<FixedCall>,
    /// Whether it asks for one page of a long list.
    pub(crate) paginates: bool,
    /// The arguments that it reads as a shortcode; none if that cannot be seen from itself.
    pub(crate) wanted: Option<BTreeSet<String>>,
    origins: Origins,
}

impl Prepared {
    /// The place in the file that `span` of the prepared text stands for.
    pub(crate) fn place(&self, span: Range<usize>) -> Place {
        self.written_place(self.origins.of(span))
    }

    /// The place of `span` in the written text.
    pub(crate) fn written_place(&self, span: Range<usize>) -> Place {
        Place::span(self.written.file.clone(), &self.written.text, span)
    }
}

/// Prepares `written`, the template number `template` of its theme; `full_name` is the one name of the template that a name finds.
pub(crate) fn prepare(
    written: TemplateFile,
    template: usize,
    fold: bool,
    full_name: &dyn Fn(&str) -> Option<String>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Prepared {
    let source = written.text.as_str();
    let mut draft = Draft::default();
    let mut folder = Folder::new(source);
    let (mut references, mut components, mut calls) = (Vec::new(), Vec::new(), Vec::new());
    let (mut fixed, mut paginates, mut wanted) = (Vec::new(), false, Wanted::default());
    let pieces = scan::pieces(source);
    for (at, piece) in pieces.iter().enumerate() {
        let (piece, after) = (piece.clone(), &pieces[at + 1..]);
        match piece.kind {
            PieceKind::Text if fold => folder.text(piece.span, &mut draft),
            PieceKind::Text => {
                folder.text(piece.span.clone(), &mut Draft::default());
                draft.copy(source, piece.span);
            }
            PieceKind::Comment if fold => comment(source, &piece, &mut draft),
            PieceKind::Raw => {
                folder.pass("raw");
                draft.copy(source, piece.span);
            }
            PieceKind::Comment => draft.copy(source, piece.span),
            PieceKind::Value | PieceKind::Tag => {
                let words = scan::words(source, &piece);
                let reference = calls::reference(&words);
                components.extend(calls::definition(&words).map(|name| (name, piece.span.clone())));
                calls.extend(calls::components(&words));
                paginates |= words.iter().any(|word| word.text == "paginator");
                wanted.read(&words);
                strangers(&written, &words, diagnostics);
                if folder.is_inside_tag() {
                    json_in_tag(&written, &words, diagnostics);
                }
                let call = calls::fixed(&words).filter(|_| piece.kind == PieceKind::Value);
                let changes = match &call {
                    Some(_) => vec![answered(source, &piece, (template, words[0].at), fixed.len())],
                    None => {
                        let mark = is_marked(source, &words, after).then_some(template);
                        let name = reference.as_ref().and_then(|reference| renamed(reference, full_name));
                        bounds(&written, &piece, &words, mark, diagnostics).into_iter().chain(name).collect()
                    }
                };
                draft.copy_changed(source, piece.span.clone(), changes);
                references.extend(reference);
                fixed.extend(call);
                if !is_silent(&words, piece.kind) {
                    folder.pass(words.first().map_or("", |word| word.text));
                }
            }
        }
    }
    let (text, origins) = draft.finish();
    // A template that it includes reads from the same `args`.
    let wanted = wanted.all().filter(|_| references.is_empty());
    Prepared { written, text, references, components, calls, fixed, paginates, wanted, origins }
}

/// A comment that cuts white space leaves its marks behind.
fn comment(source: &str, piece: &Piece, draft: &mut Draft) {
    match scan::cuts(source, piece) {
        (false, false) => {}
        (true, false) => draft.add("{#- #}", piece.span.clone()),
        (false, true) => draft.add("{# -#}", piece.span.clone()),
        (true, true) => draft.add("{#- -#}", piece.span.clone()),
    }
}

/// Whether a tag begins a component, or a loop whose body, up to its end in the pieces `after` it, does more than print fields.
fn is_marked(source: &str, words: &[Word<'_>], after: &[Piece]) -> bool {
    match words.first().map(|verb| verb.text) {
        Some("component") => true,
        Some("for") => {
            let code = after.iter().filter(|piece| matches!(piece.kind, PieceKind::Value | PieceKind::Tag));
            let mut body = code.map(|piece| scan::words(source, piece));
            let end =
                body.find(|words| words.first().is_some_and(|verb| verb.text == "endfor") || !guard::is_light(words));
            end.is_some_and(|words| !guard::is_light(&words))
        }
        _ => false,
    }
}

/// Whether code shows nothing, so that white space on both of its sides is one run.
fn is_silent(words: &[Word<'_>], kind: PieceKind) -> bool {
    kind == PieceKind::Tag && matches!(words, [Word { text: "set" | "set_global", .. }, _, Word { text: "=", .. }, ..])
}

/// A mark in place of a fixed call.
fn answered(source: &str, piece: &Piece, spot: Spot, call: usize) -> Change {
    let (before, after) = scan::cuts(source, piece);
    let text = Mark { spot, call: Some(call) }.printed(before, after);
    Change { over: piece.span.clone(), text, origin: piece.span.clone() }
}

/// The full name of a template in place of one that Tera would have to look for on every page.
fn renamed(reference: &Reference, full_name: &dyn Fn(&str) -> Option<String>) -> Option<Change> {
    let text = format!("\"{}\"", full_name(&reference.name)?);
    Some(Change { over: reference.span.clone(), text, origin: reference.span.clone() })
}

fn bounds(
    written: &TemplateFile,
    piece: &Piece,
    words: &[Word<'_>],
    mark: Option<usize>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Change> {
    let source = written.text.as_str();
    guard::bounds(source, piece, words, mark).unwrap_or_else(|span| {
        let place = Place::span(written.file.clone(), source, span);
        diagnostics.push(
            Diagnostic::error(Code::TemplateSyntax, "a list is made inside the making of another list")
                .at(place)
                .hint("put the inner list into a variable with `{% set %}` first"),
        );
        Vec::new()
    })
}

fn strangers(written: &TemplateFile, words: &[Word<'_>], diagnostics: &mut Vec<Diagnostic>) {
    for stranger in calls::strangers(words) {
        let argument = stranger.argument;
        let hint = match nearest(argument.text, stranger.known.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if stranger.known.is_empty() => "it takes none".to_owned(),
            None => format!("it takes {}", list(stranger.known.iter().copied())),
        };
        let place = Place::span(written.file.clone(), &written.text, argument.at..argument.end());
        let message = format!("`{}` has no argument `{}`", stranger.call, argument.text);
        diagnostics.push(Diagnostic::error(Code::TemplateSyntax, message).at(place).hint(hint));
    }
}

/// JSON is safe between tags and in scripts; its quotes would end an attribute.
fn json_in_tag(written: &TemplateFile, words: &[Word<'_>], diagnostics: &mut Vec<Diagnostic>) {
    if let [.., Word { text: "|", .. }, last @ Word { text: "json", .. }] = words {
        let place = Place::span(written.file.clone(), &written.text, last.at..last.end());
        diagnostics.push(
            Diagnostic::error(Code::TemplateSyntax, "JSON cannot stand in an attribute as it is")
                .at(place)
                .hint("write `| json | str`, or put it into a `<script type=\"application/json\">`"),
        );
    }
}

#[cfg(test)]
mod tests;

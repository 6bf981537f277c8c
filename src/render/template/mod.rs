//! Template text is prepared before Tera compiles it.
//!
//! Purpose: white space is folded once instead of on every page, values and loops are bounded, and every position can be led back
//! to what people wrote. In goes the text of a template, out comes text for Tera and a map.

mod calls;
mod draft;
mod fold;
mod guard;
mod scan;
mod tags;
mod unclosed;

pub(crate) use calls::{Reference, Tie};
pub(crate) use draft::Origins;
pub(crate) use guard::{BOUNDED, BOUNDED_DEEP, read_mark};
pub(crate) use unclosed::unclosed;

use crate::diag::{Code, Diagnostic, Place, list, nearest};
use crate::theme::TemplateFile;
use draft::Draft;
use fold::Folder;
use scan::{Piece, PieceKind, Word};
use std::collections::BTreeMap;
use std::ops::Range;

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
    /// Whether it asks for one page of a long list.
    pub(crate) paginates: bool,
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

/// Names that themes inherit, each with the full name of the template that it means.
pub(crate) type Inherited = BTreeMap<String, String>;

/// Prepares `written`, the template number `template` of its theme.
pub(crate) fn prepare(
    written: TemplateFile,
    template: usize,
    fold: bool,
    inherited: &Inherited,
    diagnostics: &mut Vec<Diagnostic>,
) -> Prepared {
    let source = written.text.as_str();
    let mut draft = Draft::default();
    let mut folder = Folder::new(source);
    let (mut references, mut components, mut calls) = (Vec::new(), Vec::new(), Vec::new());
    let mut paginates = false;
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
                strangers(&written, &words, diagnostics);
                if folder.is_inside_tag() {
                    json_in_tag(&written, &words, diagnostics);
                }
                let mark = is_marked(source, &words, after).then_some(template);
                match reference.as_ref().and_then(|reference| Some((reference, inherited.get(&reference.name)?))) {
                    Some((reference, meant)) => renamed(source, &piece, reference, meant, &mut draft),
                    None => code(&written, &piece, &words, mark, &mut draft, diagnostics),
                }
                references.extend(reference);
                if !is_silent(&words, piece.kind) {
                    folder.pass(words.first().map_or("", |word| word.text));
                }
            }
        }
    }
    let (text, origins) = draft.finish();
    Prepared { written, text, references, components, calls, paginates, origins }
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

/// A tag that names a template, with the full name of the one that it means.
fn renamed(source: &str, piece: &Piece, reference: &Reference, meant: &str, draft: &mut Draft) {
    draft.copy(source, piece.span.start..reference.span.start);
    draft.add(&format!("\"{meant}\""), reference.span.clone());
    draft.copy(source, reference.span.end..piece.span.end);
}

fn code(
    written: &TemplateFile,
    piece: &Piece,
    words: &[Word<'_>],
    mark: Option<usize>,
    draft: &mut Draft,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let source = written.text.as_str();
    let insertions = guard::bounds(source, piece, words, mark).unwrap_or_else(|span| {
        let place = Place::span(written.file.clone(), source, span);
        diagnostics.push(
            Diagnostic::error(Code::TemplateSyntax, "a list is made inside the making of another list")
                .at(place)
                .hint("put the inner list into a variable with `{% set %}` first"),
        );
        Vec::new()
    });
    let mut from = piece.span.start;
    for insertion in insertions {
        draft.copy(source, from..insertion.at);
        draft.add(&insertion.text, insertion.origin);
        from = insertion.at;
    }
    draft.copy(source, from..piece.span.end);
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

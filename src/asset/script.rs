//! Scripts: checked, and freed of white space and comments; names and logic stay as they were written.

use super::fragment::fragment;
use super::nesting::{DEEPEST, too_deep};
use super::prepare::Mistakes;
use crate::diag::{Code, Diagnostic, Place};
use oxc_allocator::Allocator;
use oxc_codegen::{Codegen, CodegenOptions, CommentOptions, LegalComment};
use oxc_parser::{Parser, ParserReturn};
use oxc_span::SourceType;
use std::sync::Arc;

/// The script without needless white space and comments; comments about its licence stay.
pub(super) fn minified(file: &Arc<str>, source: &str) -> Result<String, Mistakes> {
    if let Some(at) = too_deep(source) {
        return Err(unread(file, Place::span(file.clone(), source, at..at + 1)).into());
    }
    let allocator = Allocator::default();
    let script = parsed(&allocator, source);
    if !is_sound(&script) {
        return Err(mistakes(file, source, script));
    }
    let comments = CommentOptions { normal: false, jsdoc: false, annotation: false, legal: LegalComment::Inline };
    let options = CodegenOptions { minify: true, comments, ..CodegenOptions::default() };
    Ok(Codegen::new().with_options(options).build(&script.program).code)
}

/// A warning, since browsers read deeper scripts than the parser here.
fn unread(file: &str, place: Place) -> Diagnostic {
    let name = file.rsplit('/').next().unwrap_or_default();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, "js"));
    let message = format!("brackets are nested more than {DEEPEST} deep, so the script is published as it is");
    let hint = format!("nest less; or name the file `{stem}.min.{extension}`, which says that it is small enough");
    Diagnostic::warning(Code::BadScript, message).at(place).hint(hint)
}

/// A name does not tell whether a script is a module, and only modules may wait at their top level.
fn parsed<'a>(allocator: &'a Allocator, source: &'a str) -> ParserReturn<'a> {
    let parse = |kind| Parser::new(allocator, source, kind).parse();
    let either = parse(SourceType::unambiguous());
    if is_sound(&either) { either } else { Some(parse(SourceType::mjs())).filter(is_sound).unwrap_or(either) }
}

fn is_sound(script: &ParserReturn) -> bool {
    !script.panicked && script.errors.is_empty()
}

fn mistakes(file: &Arc<str>, source: &str, faulty: ParserReturn) -> Mistakes {
    const MOST: usize = 5;
    let found = faulty.errors.into_iter().take(MOST).map(|error| {
        let fault = error.inner_owned();
        let label = fault.labels.as_ref().and_then(|labels| labels.first());
        let place = match label {
            Some(label) => Place::span(file.clone(), source, label.offset()..label.offset() + label.len()),
            None => Place::file(file.clone()),
        };
        let mistake = Diagnostic::error(Code::BadScript, fragment(&fault.message)).at(place);
        mistake.hint(match fault.help {
            Some(help) => fragment(&help),
            None => "look at what stands before it: often a bracket, a comma or a quote is missing".to_owned(),
        })
    });
    Mistakes(found.collect())
}

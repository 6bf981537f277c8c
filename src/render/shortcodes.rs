//! Shortcodes, rendered while the texts of a site are being written.

use super::ask::Desk;
use super::engine::Engine;
use super::visit::Visit;
use super::{ShortcodeCall, values};
use crate::diag::{Code, Diagnostic, Outcome, Place, list, nearest};
use crate::model::Site;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};
use tera::Value;

/// The shortcodes of a site that has no texts yet, ready to render from any number of threads.
pub struct Shortcodes<'a> {
    site: Arc<Site>,
    engine: &'a Engine,
    /// Most sites have no shortcodes in their texts.
    desk: OnceLock<Arc<Desk>>,
}

impl<'a> Shortcodes<'a> {
    /// The shortcodes of `site`. What is made of texts is not defined for them.
    pub fn new(site: Arc<Site>, engine: &'a Engine) -> Self {
        Self { site, engine, desk: OnceLock::new() }
    }

    /// Renders one of them.
    pub fn render(&self, call: ShortcodeCall<'_>) -> Outcome<String> {
        let name = format!("shortcodes/{}.html", call.name);
        let Some(template) = self.engine.find(&name) else { return Outcome::failed(vec![self.missing(call)]) };
        let desk = self.desk.get_or_init(|| Arc::new(Desk::new(Arc::clone(&self.site), self.engine.theme_shared())));
        let mut context = desk.frame();
        context.insert_value("args", values::table(call.args));
        context.insert_value("body", call.body.map_or_else(Value::none, Value::safe_string));
        context.insert_value("page", desk.summary(call.page));
        let visit = Visit::with(Arc::clone(call.patience), Arc::clone(desk), Some(call.page), 1, false);
        let rendered = self.engine.render(template, &context, visit, call.patience.bytes(), 512);
        match rendered {
            Ok((html, _)) => {
                call.patience.spend(html.len());
                let wanted = self.engine.wanted(template);
                let strange = wanted.map(|wanted| strangers(&call, wanted)).unwrap_or_default();
                Outcome::of(String::from_utf8_lossy(&html).into_owned(), strange)
            }
            Err(failure) => Outcome::failed(vec![of_call(failure, &call)]),
        }
    }

    fn missing(&self, call: ShortcodeCall<'_>) -> Diagnostic {
        let short = |name: &'a str| name.strip_prefix("shortcodes/")?.strip_suffix(".html");
        let known: Vec<&str> = self.engine.names().filter_map(short).collect();
        let hint = match nearest(call.name, known.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if known.is_empty() => "the theme has no shortcodes".to_owned(),
            None => format!("the theme has {}", list(known)),
        };
        let message = format!("there is no shortcode `{}`", call.name);
        Diagnostic::error(Code::BadShortcode, message).at(call.place).hint(hint)
    }
}

/// Arguments that a shortcode does not read, since it reads only those that are `wanted`.
fn strangers(call: &ShortcodeCall<'_>, wanted: &BTreeSet<String>) -> Vec<Diagnostic> {
    let strange = call.args.keys().filter(|name| !wanted.contains(*name));
    let warning = |name: &String| {
        let free = wanted.iter().map(String::as_str).filter(|wanted| !call.args.contains_key(*wanted));
        let hint = match nearest(name, free) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None if wanted.is_empty() => "it takes no arguments".to_owned(),
            None => format!("it takes {}", list(wanted.iter().map(String::as_str))),
        };
        let message = format!("the shortcode `{}` knows no `{name}`", call.name);
        Diagnostic::warning(Code::BadShortcode, message).at(argument(&call.place, name)).hint(hint)
    };
    strange.map(warning).collect()
}

/// The place of an argument in the call at `place`; the whole call where it stands on another line.
fn argument(place: &Place, name: &str) -> Place {
    let from = place.text.char_indices().nth(place.offset_in_text()).map_or(place.text.len(), |(at, _)| at);
    let written = &place.text[from..];
    let is_name = |at: &usize| {
        let before = written[..*at].chars().next_back();
        let after = written[at + name.len()..].trim_start();
        after.starts_with('=') && before.is_none_or(|before| matches!(before, '(' | ',' | ' '))
    };
    match written.match_indices(name).map(|(at, _)| at).find(is_name) {
        Some(at) => {
            let column = place.column + written[..at].chars().count() as u32;
            Place { column, width: name.chars().count() as u32, ..place.clone() }
        }
        None => place.clone(),
    }
}

/// A failure in the template of a shortcode. An argument that is missing there is a mistake of the page.
fn of_call(failure: Diagnostic, call: &ShortcodeCall<'_>) -> Diagnostic {
    if failure.code == Code::BadShortcode {
        let name = failure.message.split('`').nth(1).unwrap_or_default();
        let (place, message) =
            (argument(&call.place, name), format!("the shortcode `{}`: {}", call.name, failure.message));
        return Diagnostic { message, place: Some(place), notes: Vec::new(), ..failure };
    }
    let read = failure.place.as_ref().and_then(read_argument).filter(|_| failure.code == Code::TemplateError);
    let Some(name) = read.map(str::to_owned) else {
        return failure.note("called from here", Some(call.place.clone()));
    };
    let fault = |message: String| Diagnostic::error(Code::BadShortcode, message);
    let diagnostic = match call.args.contains_key(&name) {
        true => {
            let place = argument(&call.place, &name);
            refused_value(fault, &failure, call.name, &name).at(place)
        }
        false => {
            let hint = match nearest(&name, call.args.keys().map(String::as_str)) {
                Some(given) => format!("write `{name}=…` instead of `{given}=…`"),
                None => format!("write `{}({name}=…)`", call.name),
            };
            fault(format!("the shortcode `{}` needs `{name}`", call.name)).at(call.place.clone()).hint(hint)
        }
    };
    diagnostic.note("it is used here", failure.place)
}

/// What is wrong with a value of an argument that the template cannot use.
fn refused_value(
    fault: impl Fn(String) -> Diagnostic,
    failure: &Diagnostic,
    shortcode: &str,
    name: &str,
) -> Diagnostic {
    // Of a function's own argument, people who write pages know nothing.
    let inner = failure.message.split_once("` of `").map(|(inner, _)| inner.trim_start_matches('`'));
    let what = failure.message.find("has to be").map(|at| &failure.message[at..]);
    let message = match what {
        Some(what) => format!("the shortcode `{shortcode}`: `{name}` {what}"),
        None => format!("the shortcode `{shortcode}` cannot use `{name}`: {}", failure.message),
    };
    let hint = failure.hint.clone().unwrap_or_default();
    let hint = match (inner, what) {
        (Some(inner), _) => hint.replace(&format!("`{inner}="), &format!("`{name}=")),
        (None, Some(what)) if what.starts_with("has to be a text") => format!("write it in quotes: `{name}=\"…\"`"),
        (None, Some(what)) if what.starts_with("has to be a number") => format!("write it without quotes: `{name}=3`"),
        _ => hint,
    };
    fault(message).hint(hint)
}

/// The argument that the code at `place` of a template reads: in what is marked, or else what goes into it as into a filter.
fn read_argument(place: &Place) -> Option<&str> {
    const ARGS: &str = "args.";
    let byte = |at: usize| place.text.char_indices().nth(at).map_or(place.text.len(), |(at, _)| at);
    let (start, end) = (byte(place.offset_in_text()), byte(place.offset_in_text() + place.width as usize));
    let name = |at: usize| {
        let rest = &place.text[at + ARGS.len()..];
        &rest[..rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())]
    };
    let marked = place.text[start..].find(ARGS).map(|at| start + at).filter(|at| *at < end);
    let before = || {
        let at = place.text[..start].rfind(ARGS)?;
        let between = place.text.get(at + ARGS.len() + name(at).len()..start).unwrap_or_default().trim_start();
        (between.is_empty() || between.starts_with('|')).then_some(at)
    };
    marked.or_else(before).map(name).filter(|name| !name.is_empty())
}

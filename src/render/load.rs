//! What Tera says about templates that cannot be loaded.

use super::failure::{lowered, reports};
use super::template::{Prepared, Tie, unclosed};
use super::vocabulary::TESTS;
use super::{filters, functions};
use crate::diag::{Code, Diagnostic, list, nearest};
use tera::{Error, ErrorKind, Tera};

const LOOK_BEFORE: &str = "look at what stands before it: often a quote, a bracket or a name is missing";

const TAGS: [&str; 13] = [
    "block",
    "break",
    "component",
    "continue",
    "elif",
    "else",
    "extends",
    "filter",
    "for",
    "if",
    "include",
    "set",
    "set_global",
];

const ENDS: [&str; 6] = ["endblock", "endcomponent", "endfilter", "endfor", "endif", "endset"];

/// What Tera says about the syntax of a template in which it stumbled over `found`, and what to do.
fn explained(said: &str, found: &str) -> (String, String) {
    let message = lowered(said).replace("expected }}", "expected `}}`").replace("expected %}", "expected `%}`");
    let hint = match said {
        "Found `.` but expected }}" | "Found `.` but expected %}" => {
            "name what a function returns first: `{% set x = page(path=\"…\") %}{{ x.title }}`"
        }
        "Unknown tag" if matches!(found, "macro" | "import" | "endmacro") => {
            "macros are written as components: `{% component name(…) %}`"
        }
        "Unknown tag" => {
            let hint = nearest(found, TAGS.into_iter().chain(ENDS)).map(|meant| format!("did you mean `{meant}`?"));
            return (format!("unknown tag `{found}`"), hint.unwrap_or_else(|| format!("the tags are {}", list(TAGS))));
        }
        _ if said.ends_with("expected }}") => "close it with `}}`, and write a sign such as `|` between two names",
        _ if said.ends_with("expected %}") => "close it with `%}`, and write a sign such as `|` between two names",
        _ => LOOK_BEFORE,
    };
    (message, hint.to_owned())
}

/// The templates of a theme with all names that find them.
pub(super) struct Templates<'a> {
    /// The templates, what wins first.
    pub(super) templates: &'a [Prepared],
    /// Finds a template by its full or short name.
    pub(super) find: &'a dyn Fn(&str) -> Option<usize>,
}

impl Templates<'_> {
    fn named(&self, name: &str) -> Option<&Prepared> {
        self.templates.iter().find(|template| template.written.name == name)
    }

    /// Templates that others name and that do not exist.
    pub(super) fn dangling(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for template in self.templates {
            for reference in template.references.iter().filter(|reference| (self.find)(&reference.name).is_none()) {
                let place = template.written_place(reference.span.clone());
                let message = format!("there is no template `{}`", reference.name);
                found
                    .push(Diagnostic::error(Code::TemplateSyntax, message).at(place).hint(self.meant(&reference.name)));
            }
        }
        found
    }

    /// A hint for a name that finds nothing.
    pub(super) fn meant(&self, name: &str) -> String {
        let full = self.templates.iter().map(|template| template.written.name.as_str());
        let mut names: Vec<&str> =
            full.flat_map(|name| [name, name.split_once('/').map_or(name, |(_, short)| short)]).collect();
        names.sort_unstable();
        names.dedup();
        match nearest(name, names.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("there are {}", list(names.into_iter().filter(|name| self.named(name).is_none()))),
        }
    }

    /// Everything that is wrong with the templates, where Tera refused them with `error`.
    pub(super) fn refused(&self, error: &Error) -> Vec<Diagnostic> {
        match error.kind() {
            ErrorKind::SyntaxError(report) => {
                let written = self.syntax();
                match (written.is_empty(), self.named(report.filename())) {
                    (true, Some(template)) => {
                        let place = template.place(report.span().range.clone());
                        let message = lowered(report.message());
                        vec![Diagnostic::error(Code::TemplateSyntax, message).at(place).hint(LOOK_BEFORE)]
                    }
                    _ => written,
                }
            }
            ErrorKind::CircularExtend { tpl, inheritance_chain } => {
                let hint = "name the theme of the template that is meant: `{% extends \"base/page.html\" %}`";
                vec![self.circle("extends", tpl, inheritance_chain, Tie::Extends).hint(hint)]
            }
            ErrorKind::CircularInclude { tpl, include_chain } => {
                let chain = include_chain.get(1..).unwrap_or_default();
                vec![
                    self.circle("includes", tpl, chain, Tie::Includes)
                        .hint("let one of the templates include no other"),
                ]
            }
            _ => self.others(&error.to_string()),
        }
    }

    /// The syntax errors of all templates, each looked at on its own and as it was written.
    fn syntax(&self) -> Vec<Diagnostic> {
        let error = |template: &Prepared| {
            let refused = Tera::default().add_raw_template(&template.written.name, &template.written.text).err()?;
            let ErrorKind::SyntaxError(report) = refused.kind() else { return None };
            let left_open =
                unclosed(&template.written.text).filter(|_| report.message().to_lowercase().contains("nexpected end"));
            if let Some(left_open) = left_open {
                let message = format!("`{}` is never closed", left_open.opening);
                let place = template.written_place(left_open.span);
                let hint = format!("write `{}` where it ends", left_open.closing);
                return Some(Diagnostic::error(Code::TemplateSyntax, message).at(place).hint(hint));
            }
            let place = template.written_place(report.span().range.clone());
            let found = &template.written.text[report.span().range.clone()];
            let (message, hint) = explained(report.message(), found);
            Some(Diagnostic::error(Code::TemplateSyntax, message).at(place).hint(hint))
        };
        self.templates.iter().filter_map(error).collect()
    }

    fn circle(&self, verb: &str, name: &str, chain: &[String], tie: Tie) -> Diagnostic {
        let way: Vec<_> = std::iter::once(name).chain(chain.iter().map(String::as_str)).collect();
        let message = format!("template `{name}` {verb} itself: {}", way.join(" → "));
        let diagnostic = Diagnostic::error(Code::TemplateSyntax, message);
        let next = chain.first().and_then(|next| (self.find)(next));
        let place = self.named(name).and_then(|template| {
            let leads = |name: &str| (self.find)(name) == next;
            let found = template.references.iter().find(|reference| reference.tie == tie && leads(&reference.name))?;
            Some(template.written_place(found.span.clone()))
        });
        match place {
            Some(place) => diagnostic.at(place),
            None => diagnostic,
        }
    }

    /// Names that do not exist; Tera reports all of them in one text.
    fn others(&self, text: &str) -> Vec<Diagnostic> {
        let found = reports(text, "error: ");
        if found.is_empty() {
            return vec![self.component_twice(text)];
        }
        let diagnostic = |report: super::failure::Report<'_>| {
            let diagnostic = Diagnostic::error(Code::TemplateSyntax, lowered(report.message));
            let diagnostic = match self.named(report.file) {
                Some(template) => diagnostic.at(template.place(report.span(&template.text))),
                None => diagnostic,
            };
            diagnostic.hint(self.suggestion(report.message).unwrap_or_else(|| LOOK_BEFORE.to_owned()))
        };
        found.into_iter().map(diagnostic).collect()
    }

    fn suggestion(&self, message: &str) -> Option<String> {
        let (what, name) = message.strip_prefix("Unknown ")?.split_once(" `")?;
        let name = name.trim_end_matches('`');
        let components = self.templates.iter().flat_map(|template| template.components.iter());
        let known: Vec<&str> = match what {
            "filter" => filters::names().collect(),
            "function" => functions::names().collect(),
            "test" => TESTS.to_vec(),
            "component" => components.map(|(name, _)| name.as_str()).collect(),
            _ => return None,
        };
        Some(match nearest(name, known.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("there are {}", list(known)),
        })
    }

    /// `Component `card` is defined in both `a.html` and `b.html``.
    fn component_twice(&self, message: &str) -> Diagnostic {
        let mut quoted = message.split('`').skip(1).step_by(2);
        let (name, first, second) = (quoted.next(), quoted.next(), quoted.next());
        let place = |template: Option<&str>| {
            let template = self.named(template?)?;
            let (_, span) = template.components.iter().find(|(component, _)| Some(component.as_str()) == name)?;
            Some(template.written_place(span.clone()))
        };
        let diagnostic = Diagnostic::error(Code::TemplateSyntax, lowered(message)).hint("rename one of them");
        match (place(first), place(second)) {
            (Some(first), Some(second)) => diagnostic.at(second).note("it is also defined here", Some(first)),
            _ => diagnostic,
        }
    }
}

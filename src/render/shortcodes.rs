//! Shortcodes, rendered while the texts of a site are being written.

use super::ask::Desk;
use super::engine::Engine;
use super::visit::Visit;
use super::{ShortcodeCall, values};
use crate::diag::{Code, Diagnostic, list, nearest};
use crate::model::Site;
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
    pub fn render(&self, call: ShortcodeCall<'_>) -> Result<String, Vec<Diagnostic>> {
        let name = format!("shortcodes/{}.html", call.name);
        let Some(template) = self.engine.find(&name) else { return Err(vec![self.missing(call)]) };
        let desk = self.desk.get_or_init(|| Arc::new(Desk::new(Arc::clone(&self.site), self.engine.theme_shared())));
        let mut context = desk.frame();
        context.insert_value("args", values::table(call.args));
        context.insert_value("body", call.body.map_or_else(Value::none, Value::safe_string));
        context.insert_value("page", desk.summary(call.page));
        let visit = Visit::with(Arc::clone(call.patience), Arc::clone(desk), Some(call.page), 1, false);
        let rendered = self.engine.render(template, &context, visit, call.patience.bytes(), 512);
        let (html, _) = rendered.map_err(|failure| vec![of_call(failure, &call)])?;
        call.patience.spend(html.len());
        Ok(String::from_utf8_lossy(&html).into_owned())
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

/// A failure in the template of a shortcode. An argument that is missing there is a mistake of the page.
fn of_call(failure: Diagnostic, call: &ShortcodeCall<'_>) -> Diagnostic {
    let field = failure.message.strip_prefix("field `").and_then(|rest| rest.strip_suffix("` is not defined"));
    let is_argument =
        |field: &&str| failure.place.as_ref().is_some_and(|it| it.text.contains(&format!("args.{field}")));
    let Some(missing) = field.filter(is_argument) else {
        return failure.note("called from here", Some(call.place.clone()));
    };
    let hint = match nearest(missing, call.args.keys().map(String::as_str)) {
        Some(given) => format!("write `{missing}=…` instead of `{given}=…`"),
        None => format!("write `{}({missing}=…)`", call.name),
    };
    Diagnostic::error(Code::BadShortcode, format!("the shortcode `{}` needs `{missing}`", call.name))
        .at(call.place.clone())
        .note("it is used here", failure.place)
        .hint(hint)
}

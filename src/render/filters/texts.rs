//! Filters over texts.

use super::bounds::bounded_len;
use super::text;
use crate::model::{UrlPart, encode_url, slug};
use crate::render::Markdown;
use crate::render::arguments::Arguments;
use crate::render::ask::Fault;
use crate::render::functions;
use crate::render::visit::Visit;
use tera::{State, StringInput, Value};

/// The full address of a link.
pub(super) fn absolute(visit: &Visit, value: &Value, _: &Arguments<'_>, _: &State<'_>) -> Result<Value, Fault> {
    Ok(Value::from(functions::absolute(visit, text(value, "absolute")?)))
}

/// What is left of a title in a URL.
pub(super) fn slugify(_: &Visit, value: &Value, _: &Arguments<'_>, _: &State<'_>) -> Result<Value, Fault> {
    Ok(Value::from(slug(text(value, "slugify")?)))
}

/// A text with everything percent-encoded that cannot stand in a part of a URL.
pub(super) fn url_encode(_: &Visit, value: &Value, _: &Arguments<'_>, _: &State<'_>) -> Result<Value, Fault> {
    Ok(Value::from(&*encode_url(text(value, "url_encode")?, UrlPart::Piece)))
}

/// A text without HTML tags and comments.
pub(super) fn strip_tags(_: &Visit, value: &Value, _: &Arguments<'_>, _: &State<'_>) -> Result<Value, Fault> {
    let mut rest = text(value, "strip_tags")?;
    let mut plain = String::with_capacity(rest.len());
    while let Some(at) = rest.find('<') {
        plain.push_str(&rest[..at]);
        let tag = &rest[at..];
        let closing = if tag.starts_with("<!--") { "-->" } else { ">" };
        let begins = tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        match tag.find(closing).filter(|_| begins) {
            Some(end) => rest = &tag[end + closing.len()..],
            None => {
                plain.push('<');
                rest = &tag[1..];
            }
        }
    }
    plain.push_str(rest);
    // What was safe as HTML is still escaped, and must not be escaped again.
    Ok(if value.is_safe() { Value::safe_string(&plain.replace('<', "&lt;")) } else { Value::from(plain) })
}

/// A text with every `from` replaced by `to`.
pub(super) fn replace(_: &Visit, value: &Value, given: &Arguments<'_>, state: &State<'_>) -> Result<Value, Fault> {
    use tera::ArgFromValue as _;
    text(value, "replace")?;
    let from = given.needed("from")?;
    let to = given.value("to")?.cloned().unwrap_or_else(|| Value::from(""));
    text(&to, "replace")?;
    let whole = StringInput::from_value(value)?;
    let to = StringInput::from_value(&to)?;
    let safe = state.autoescaping_enabled() && (whole.is_safe() || to.is_safe());
    let (whole, to) =
        if safe { (whole.rendered(state)?, to.rendered(state)?) } else { (whole.as_str().into(), to.as_str().into()) };
    let found = whole.matches(from).count();
    bounded_len((whole.len() - found * from.len()).saturating_add(found.saturating_mul(to.len())))?;
    let replaced = whole.replace(from, &to);
    Ok(if safe { Value::safe_string(&replaced) } else { Value::from(replaced) })
}

/// A value as JSON that can stand in a script: it holds no `<`, `>` or `&`.
pub(super) fn json(_: &Visit, value: &Value, _: &Arguments<'_>, _: &State<'_>) -> Result<Value, Fault> {
    let json = serde_json::to_string(value).map_err(|error| Fault::new(format!("it cannot be JSON: {error}")))?;
    Ok(Value::safe_string(&quiet(&json)))
}

/// JSON without characters that mean something to HTML.
fn quiet(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// Markdown as HTML; `inline` leaves the paragraph around it away. HTML in it passes where it passes in the page's own text.
pub(super) fn markdown(
    visit: &Visit,
    value: &Value,
    given: &Arguments<'_>,
    markdown: Markdown,
) -> Result<Value, Fault> {
    let source = text(value, "markdown")?;
    let inline = given.flag("inline")?;
    Ok(Value::safe_string(&markdown(source, visit.site(), visit.page, inline, &mut visit.anchors())))
}

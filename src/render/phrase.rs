//! `t(key="…")`: words with their gaps filled.

use super::arguments::Arguments;
use super::ask::{Answer, Fault, Question};
use super::locale::number;
use super::visit::Visit;
use crate::model::Language;
use tera::{Kwargs, Value};

/// The text for a key, with `{name}` replaced by the argument `name`.
pub(super) fn phrase(visit: &Visit, given: &Arguments<'_>, all: &Kwargs) -> Answer {
    let key = given.needed("key")?;
    let count = given.value("count")?;
    let language = &visit.site().spec.language;
    let words = visit.ask(&Question::Words(key.to_owned()))?;
    let form = match (words.as_str(), count) {
        (Some(text), _) => text,
        (None, Some(count)) => plural(&words, count, language),
        (None, None) => {
            let hint = format!("write `t(key=\"{key}\", count=…)`");
            return Err(Fault::new(format!("the words for `{key}` need a count")).hint(hint));
        }
    };
    fill(form, key, all, language).map(Value::from)
}

/// The plural form for `count`; every table of forms has `other`.
fn plural<'a>(forms: &'a Value, count: &Value, language: &Language) -> &'a str {
    let count = count.as_f64().unwrap_or_default().abs();
    let is_one = match language.primary() {
        "fr" | "pt" => count < 2.0,
        _ => (count - 1.0).abs() < f64::EPSILON,
    };
    let form = |name| forms.get_from_path(name).and_then(Value::as_str);
    let zero = form("zero").filter(|_| count < f64::EPSILON);
    let one = || form("one").filter(|_| is_one);
    zero.or_else(one).or_else(|| form("other")).unwrap_or_default()
}

fn fill(text: &str, key: &str, all: &Kwargs, language: &Language) -> Result<String, Fault> {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            filled.push('{');
            rest = after;
            continue;
        };
        let given = all.iter().find(|(given, _)| given.as_str() == Some(name)).map(|(_, value)| value);
        match given {
            Some(value) if value.is_number() => filled.push_str(&number(value, None, language).unwrap_or_default()),
            Some(value) => filled.push_str(&value.to_string()),
            None => {
                let hint = format!("write `t(key=\"{key}\", {name}=…)`");
                return Err(Fault::new(format!("the words for `{key}` need `{name}`")).hint(hint));
            }
        }
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

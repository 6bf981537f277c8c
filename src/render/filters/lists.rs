//! Filters over lists.

use super::WHAT_IS_IT;
use super::bounds::bounded_len;
use crate::render::arguments::Arguments;
use crate::render::ask::Fault;
use crate::render::values::kind;
use crate::render::visit::Visit;
use tera::value::Key;
use tera::{Map, State, Value};

fn items<'a>(value: &'a Value, filter: &str) -> Result<&'a [Value], Fault> {
    value.as_array().ok_or_else(|| Fault::new(format!("`{filter}` needs a list, not {}", kind(value))).hint(WHAT_IS_IT))
}

/// Groups in the order in which they first appear; Tera's own filter has another order in every run.
pub(super) fn group_by(_: &Visit, value: &Value, given: &Arguments<'_>, _: &State<'_>) -> Result<Value, Fault> {
    let attribute = given.needed("attribute")?;
    let mut groups: Vec<(Key<'static>, Vec<Value>)> = Vec::new();
    let mut places: std::collections::HashMap<Key<'static>, usize> = std::collections::HashMap::new();
    for item in items(value, "group_by")? {
        let found = item
            .get_from_path(attribute)
            .filter(|found| !found.is_undefined())
            .ok_or_else(|| Fault::new(format!("an element of the list has no `{attribute}`")).hint(WHAT_IS_IT))?;
        if found.is_none() {
            continue;
        }
        let key = key(found).ok_or_else(|| {
            Fault::new(format!("a list cannot be grouped by {}", kind(found)))
                .hint("name an attribute that holds a text or a number")
        })?;
        let at = *places.entry(key.clone()).or_insert_with(|| {
            groups.push((key, Vec::new()));
            groups.len() - 1
        });
        groups[at].1.push(item.clone());
    }
    Ok(Value::from(groups.into_iter().map(|(key, group)| (key, Value::from(group))).collect::<Map>()))
}

fn key(value: &Value) -> Option<Key<'static>> {
    match (value.as_str(), value.as_bool(), value.as_i64(), value.as_u64()) {
        (Some(text), ..) => Some(Key::String(text.into())),
        (_, Some(flag), ..) => Some(Key::Bool(flag)),
        (_, _, Some(number), _) if !value.is_f64() => Some(Key::I64(number)),
        (_, _, _, Some(number)) if !value.is_f64() => Some(Key::U64(number)),
        _ => None,
    }
}

/// The elements that have an attribute, or have it with a value.
pub(super) fn filter_where(_: &Visit, value: &Value, given: &Arguments<'_>, _: &State<'_>) -> Result<Value, Fault> {
    let attribute = given.needed("attribute")?;
    let wanted = given.value("value")?;
    let fits = |item: &&Value| match (item.get_from_path(attribute), wanted) {
        (Some(found), Some(wanted)) => found == wanted,
        (Some(found), None) => !found.is_none() && !found.is_undefined(),
        (None, _) => false,
    };
    Ok(Value::from(items(value, "where")?.iter().filter(fits).cloned().collect::<Vec<_>>()))
}

/// The elements as one text; it is safe if one of its parts is, and then all others are escaped.
pub(super) fn join(_: &Visit, value: &Value, given: &Arguments<'_>, state: &State<'_>) -> Result<Value, Fault> {
    let items = items(value, "join")?;
    let separator = given.value("sep")?.cloned().unwrap_or_else(|| Value::from(""));
    let safe = state.autoescaping_enabled() && items.iter().chain([&separator]).any(Value::is_safe);
    let part = |value: &Value| match (safe, value.as_str()) {
        (true, _) => state.escape_if_needed(value).map_err(Fault::from),
        (false, Some(text)) => Ok(text.to_owned()),
        (false, None) => Ok(value.to_string()),
    };
    let separator = part(&separator)?;
    let mut joined = String::new();
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            joined.push_str(&separator);
        }
        joined.push_str(&part(item)?);
        bounded_len(joined.len())?;
    }
    Ok(if safe { Value::safe_string(&joined) } else { Value::from(joined) })
}

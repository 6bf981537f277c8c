//! Filters over lists.

use super::WHAT_IS_IT;
use super::bounds::bounded_len;
use crate::render::arguments::Arguments;
use crate::render::ask::Fault;
use crate::render::values::kind;
use crate::render::visit::Visit;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use tera::value::Key;
use tera::{Map, State, Value};

fn items<'a>(value: &'a Value, filter: &str) -> Result<&'a [Value], Fault> {
    value.as_array().ok_or_else(|| Fault::new(format!("`{filter}` needs a list, not {}", kind(value))).hint(WHAT_IS_IT))
}

/// Groups in the order in which they first appear; Tera's own filter has another order in every run.
pub(super) fn group_by(_: &Visit, value: &Value, given: &Arguments<'_>, _: &State<'_>) -> Result<Value, Fault> {
    let attribute = given.needed("attribute")?;
    let mut groups: Vec<(Key<'static>, Vec<Value>)> = Vec::new();
    let mut places: HashMap<Key<'static>, usize> = HashMap::new();
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

/// Each element once, where it stands first; Tera's own filter compares each with all others.
pub(super) fn unique(_: &Visit, value: &Value, _: &Arguments<'_>, _: &State<'_>) -> Result<Value, Fault> {
    let (mut seen, mut alike) = (Vec::<Value>::new(), HashMap::<u64, Vec<usize>>::new());
    for item in items(value, "unique")? {
        let mut state = DefaultHasher::new();
        imprint(item, &mut state);
        let places = alike.entry(state.finish()).or_default();
        if places.iter().all(|at| seen[*at] != *item) {
            places.push(seen.len());
            seen.push(item.clone());
        }
    }
    Ok(Value::from(seen))
}

/// Equal values leave the same imprint: 1 equals 1.0, and the order of a map's fields says nothing.
fn imprint(value: &Value, state: &mut DefaultHasher) {
    if let Some(items) = value.as_array() {
        items.iter().for_each(|item| imprint(item, state));
    } else if let Some(fields) = value.as_map() {
        let field = |(key, value): (&Key<'_>, &Value)| {
            let mut own = DefaultHasher::new();
            key.hash(&mut own);
            imprint(value, &mut own);
            own.finish()
        };
        state.write_u64(fields.iter().map(field).fold(0, u64::wrapping_add));
    } else if let Some(whole) = value.as_i128().or_else(|| value.as_u128().map(|_| i128::MAX)) {
        (whole, 0_u64).hash(state);
    } else if let Some(number) = value.as_f64() {
        // Adding nothing makes 0 of -0.
        (number as i128, (number.fract() + 0.0).to_bits()).hash(state);
    } else {
        (value.as_str(), value.as_bool()).hash(state);
    }
}

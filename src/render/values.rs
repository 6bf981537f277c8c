//! How values of hectare look to a template.

use crate::model::{Data, Table};
use std::collections::BTreeMap;
use tera::value::Key;
use tera::{Map, Value};

/// The fields of a map; keys are names that templates write, so that no key is ever copied.
pub(super) type Fields = BTreeMap<&'static str, Value>;

/// A map of fields; fields in alphabetical order save the sorting.
pub(super) fn map<const N: usize>(fields: [(&'static str, Value); N]) -> Value {
    Value::from(Fields::from(fields))
}

/// A text, or nothing.
pub(super) fn text(text: Option<&str>) -> Value {
    text.map_or_else(Value::none, Value::from)
}

/// A free-form value.
pub(super) fn data(data: &Data) -> Value {
    match data {
        Data::Null => Value::none(),
        Data::Bool(flag) => Value::from(*flag),
        Data::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(whole), _) => Value::from(whole),
            (None, Some(whole)) => Value::from(whole),
            (None, None) => number.as_f64().map_or_else(Value::none, Value::from),
        },
        Data::String(text) => Value::from(text.as_str()),
        Data::Array(items) => Value::from(items.iter().map(self::data).collect::<Vec<_>>()),
        Data::Object(fields) => table(fields),
    }
}

/// A free-form map, in the order in which it was written.
pub(super) fn table(fields: &Table) -> Value {
    let fields: Map = fields.iter().map(|(key, value)| (key.clone().into(), data(value))).collect();
    Value::from(fields)
}

/// A map of texts.
pub(super) fn texts(texts: &BTreeMap<String, String>) -> Value {
    let fields: Map = texts.iter().map(|(key, value)| (key.clone().into(), Value::from(value.as_str()))).collect();
    Value::from(fields)
}

/// The fields of a map that `map` made.
pub(super) fn fields(map: &Value) -> Fields {
    let field = |(key, value): (&Key<'static>, &Value)| match key {
        Key::Str(name) => Some((*name, value.clone())),
        _ => None,
    };
    map.as_map().into_iter().flatten().filter_map(field).collect()
}

/// A field of a map.
pub(super) fn field<'a>(map: &'a Value, name: &'static str) -> Option<&'a Value> {
    map.as_map()?.get(&Key::Str(name))
}

/// What kind of value it is, in words that a person would use.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        _ if value.is_undefined() => "a value that is not defined",
        _ if value.is_none() => "nothing",
        _ if value.is_bool() => "`true` or `false`",
        _ if value.is_number() => "a number",
        _ if value.is_string() => "a text",
        _ if value.is_array() => "a list",
        _ if value.is_map() => "a map",
        _ => "bytes",
    }
}

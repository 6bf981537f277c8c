//! Values of any shape, as they are kept: exactly, and in order.

use crate::model::{Data, Table};
use serde::{Deserialize, Serialize};
use serde_json::Number;
use std::borrow::Cow;

/// A value of any shape.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Value<'a> {
    Null,
    Bool(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(#[serde(borrow)] Cow<'a, str>),
    List(Vec<Value<'a>>),
    Table(Fields<'a>),
}

/// A table of such.
pub(super) type Fields<'a> = Vec<(Cow<'a, str>, Value<'a>)>;

/// A table as it is kept.
pub(super) fn fields(table: &Table) -> Fields<'_> {
    table.iter().map(|(key, value)| (key.as_str().into(), Value::of(value))).collect()
}

/// A table as it was.
pub(super) fn table(fields: Fields<'_>) -> Table {
    fields.into_iter().map(|(key, value)| (key.into_owned(), value.data())).collect()
}

impl<'a> Value<'a> {
    fn of(data: &'a Data) -> Self {
        match data {
            Data::Null => Self::Null,
            Data::Bool(flag) => Self::Bool(*flag),
            Data::Number(number) => match (number.as_u64(), number.as_i64()) {
                (Some(number), _) => Self::Unsigned(number),
                (None, Some(number)) => Self::Signed(number),
                (None, None) => number.as_f64().map_or(Self::Null, Self::Float),
            },
            Data::String(text) => Self::Text(text.as_str().into()),
            Data::Array(list) => Self::List(list.iter().map(Self::of).collect()),
            Data::Object(table) => Self::Table(fields(table)),
        }
    }

    fn data(self) -> Data {
        match self {
            Self::Null => Data::Null,
            Self::Bool(flag) => flag.into(),
            Self::Unsigned(number) => number.into(),
            Self::Signed(number) => number.into(),
            Self::Float(number) => Number::from_f64(number).map_or(Data::Null, Data::Number),
            Self::Text(text) => Data::String(text.into_owned()),
            Self::List(list) => list.into_iter().map(Value::data).collect(),
            Self::Table(fields) => Data::Object(table(fields)),
        }
    }
}

//! TOML as free-form values, keys in the order in which they were written.

use super::values::Malformed;
use crate::model::{Data, Table};
use serde_json::Number;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

/// The table that `text` describes.
pub(super) fn parse(text: &str) -> Result<Data, Malformed> {
    let table = DeTable::parse(text).map_err(|error| Malformed {
        message: error.message().to_owned(),
        span: error.span().unwrap_or(text.len()..text.len()),
    })?;
    self::table(text, table.into_inner())
}

fn table(text: &str, table: DeTable<'_>) -> Result<Data, Malformed> {
    let mut entries: Vec<(Spanned<DeString<'_>>, Spanned<DeValue<'_>>)> = table.into_iter().collect();
    entries.sort_unstable_by_key(|(key, _)| key.span().start);
    let mut table = Table::with_capacity(entries.len());
    for (key, entry) in entries {
        table.insert(key.into_inner().into_owned(), value(text, entry)?);
    }
    Ok(Data::Object(table))
}

fn value(text: &str, entry: Spanned<DeValue<'_>>) -> Result<Data, Malformed> {
    let span = entry.span();
    Ok(match entry.into_inner() {
        DeValue::String(words) => Data::String(words.into_owned()),
        DeValue::Boolean(truth) => Data::Bool(truth),
        DeValue::Datetime(_) => Data::String(text[span].to_owned()),
        DeValue::Integer(digits) => {
            Data::from(i64::from_str_radix(digits.as_str(), digits.radix()).map_err(|_| not_a_number(span))?)
        }
        DeValue::Float(digits) => {
            let number = digits.as_str().parse().ok().and_then(Number::from_f64);
            Data::Number(number.ok_or_else(|| not_a_number(span))?)
        }
        DeValue::Array(list) => {
            Data::Array(list.into_iter().map(|entry| value(text, entry)).collect::<Result<_, _>>()?)
        }
        DeValue::Table(inner) => table(text, inner)?,
    })
}

fn not_a_number(span: Range<usize>) -> Malformed {
    Malformed { message: "the number is too large, or none at all".to_owned(), span }
}

//! Free-form values out of TOML, YAML and JSON, within bounds that no honest file reaches.

use super::from_toml;
use crate::model::{Data, Table};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::cell::Cell;
use std::fmt;
use std::ops::Range;

/// How values are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    Toml,
    Yaml,
    Json,
}

/// What is wrong with a text, and where in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed {
    pub(super) message: String,
    pub(super) span: Range<usize>,
}

/// Bytes that aliases of YAML may add to a text's own size.
const ROOM_FOR_ALIASES: usize = 1 << 20;
const DEEPEST: u8 = 64;
const DEEPEST_FLOW: usize = 512;
impl Notation {
    /// What people call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Toml => "TOML",
            Self::Yaml => "YAML",
            Self::Json => "JSON",
        }
    }

    /// The value that `text` describes; nothing at all is an empty table.
    pub(super) fn parse(self, text: &str) -> Result<Data, Malformed> {
        match self {
            Self::Toml => from_toml::parse(text),
            Self::Yaml => yaml(text),
            Self::Json => leading_json(text).and_then(|(data, end)| match text[end..].trim_start() {
                "" => Ok(data),
                rest => Err(Malformed {
                    message: "there is more text after the value".to_owned(),
                    span: text.len() - rest.len()..text.len(),
                }),
            }),
        }
    }
}

fn yaml(text: &str) -> Result<Data, Malformed> {
    if text.lines().all(|line| matches!(line.trim_start().as_bytes(), [] | [b'#', ..])) {
        return Ok(Data::Object(Table::new()));
    }
    check_flow_depth(text)?;
    let left = Cell::new(text.len() * 2 + ROOM_FOR_ALIASES);
    let source = serde_yaml_ng::Deserializer::from_str(text);
    Free { left: &left, depth: 0 }.deserialize(source).map_err(|error| yaml_fault(text, &error))
}

/// The JSON value that `text` begins with, and where it ends.
pub(super) fn leading_json(text: &str) -> Result<(Data, usize), Malformed> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Unaliased>();
    match values.next() {
        Some(Ok(Unaliased(data))) => Ok((data, values.byte_offset())),
        Some(Err(error)) => Err(json_fault(text, &error)),
        None => Err(Malformed { message: "there is nothing in it".to_owned(), span: 0..0 }),
    }
}

/// What kind of value it is, as people say it.
pub(super) fn kind(data: &Data) -> &'static str {
    match data {
        Data::Null => "nothing",
        Data::Bool(_) => "true or false",
        Data::Number(_) => "a number",
        Data::String(_) => "text",
        Data::Array(_) => "a list",
        Data::Object(_) => "a table",
    }
}

/// Reads any value; gives up when it is too deep, or larger than its text can have made it.
#[derive(Clone, Copy)]
struct Free<'b> {
    left: &'b Cell<usize>,
    depth: u8,
}

/// A value of a notation that cannot refer to other values.
struct Unaliased(Data);

impl<'de> serde::Deserialize<'de> for Unaliased {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        Free { left: &Cell::new(usize::MAX), depth: 0 }.deserialize(source).map(Self)
    }
}

impl Free<'_> {
    fn charge<E: Error>(self, bytes: usize) -> Result<(), E> {
        match self.left.get().checked_sub(bytes + 1) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => Err(E::custom("its aliases make it far too large")),
        }
    }

    fn deeper<E: Error>(self) -> Result<Self, E> {
        match self.depth {
            DEEPEST => Err(E::custom(format_args!("it is nested more than {DEEPEST} levels deep"))),
            depth => Ok(Self { depth: depth + 1, ..self }),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Free<'_> {
    type Value = Data;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Data, D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Free<'_> {
    type Value = Data;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("text, a number, true or false, a date, a list or a table")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Data, E> {
        self.charge(0).map(|()| Data::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Data, E> {
        self.charge(0).map(|()| Data::from(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Data, E> {
        self.charge(0).map(|()| Data::from(value))
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Data, E> {
        Err(E::custom(format_args!("the number `{value}` is too large")))
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Data, E> {
        Err(E::custom(format_args!("the number `{value}` is too large")))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Data, E> {
        self.charge(0)?;
        let number = serde_json::Number::from_f64(value);
        number.map(Data::Number).ok_or_else(|| E::custom("numbers have to be finite"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Data, E> {
        self.charge(value.len()).map(|()| Data::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Data, E> {
        self.charge(value.len()).map(|()| Data::String(value))
    }

    fn visit_unit<E: Error>(self) -> Result<Data, E> {
        self.charge(0).map(|()| Data::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut source: A) -> Result<Data, A::Error> {
        self.charge(0)?;
        let inner = self.deeper()?;
        let mut list = Vec::new();
        while let Some(value) = source.next_element_seed(inner)? {
            list.push(value);
        }
        Ok(Data::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut source: A) -> Result<Data, A::Error> {
        self.charge(0)?;
        let inner = self.deeper()?;
        let mut table = Table::new();
        while let Some(Key(key)) = source.next_key::<Key>()? {
            self.charge(key.len())?;
            let value = source.next_value_seed(inner)?;
            match table.entry(key) {
                serde_json::map::Entry::Vacant(free) => drop(free.insert(value)),
                serde_json::map::Entry::Occupied(taken) => {
                    return Err(A::Error::custom(format_args!("`{}` is given twice", taken.key())));
                }
            }
        }
        Ok(Data::Object(table))
    }
}

/// A key of a table; YAML also takes numbers and truth values for keys.
struct Key(String);

impl<'de> serde::Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        let left = Cell::new(usize::MAX);
        match source.deserialize_any(Free { left: &left, depth: DEEPEST })? {
            Data::String(text) => Ok(Self(text)),
            Data::Null => Err(D::Error::custom("a key is missing")),
            other => Ok(Self(other.to_string())),
        }
    }
}

/// A quote that is never closed is noticed at the end of the text; what helps is where it was opened.
fn yaml_fault(text: &str, error: &serde_yaml_ng::Error) -> Malformed {
    let said = error.to_string();
    let opened = said.split_once("quoted scalar at line ").and_then(|(_, place)| {
        let (line, column) = place.split_once(" column ")?;
        Some((line.parse().ok()?, column.parse().ok()?))
    });
    let noticed = error.location().map(|place| (place.line(), place.column()));
    let at = opened.or(noticed).map_or(0, |(line, column): (usize, usize)| {
        let line = line_start(text, line);
        let inside = text[line..].char_indices().nth(column.saturating_sub(1));
        inside.map_or(text.len(), |(offset, _)| line + offset)
    });
    let message = opened.map_or_else(|| without_place(&said), |_| "a text in quotes has no end".to_owned());
    Malformed { message, span: at..at }
}

fn json_fault(text: &str, error: &serde_json::Error) -> Malformed {
    let at = line_start(text, error.line()) + error.column().saturating_sub(1);
    Malformed { message: without_place(&error.to_string()), span: at..at }
}

fn line_start(text: &str, line: usize) -> usize {
    text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum()
}

/// The place is shown with the line itself, so the library's own words for it are dropped.
fn without_place(message: &str) -> String {
    message.find(" at line ").map_or(message, |at| &message[..at]).to_owned()
}

/// The YAML scanner needs quadratic time for brackets in brackets, so it must not see a tower of them.
fn check_flow_depth(text: &str) -> Result<(), Malformed> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEEPEST_FLOW {
            return Err(Malformed { message: "it is nested too deeply".to_owned(), span: at..at + 1 });
        }
    }
    Ok(())
}

//! Defaults, group and site seen as one table.

use super::Node;
use super::check::whole;
use crate::model::{Data, Table};
use std::collections::BTreeMap;
use toml::de::{DeArray, DeTable, DeValue};

/// Tables laid over each other, the strongest first: the first that has a key decides, and tables below the key are laid
/// over each other again. Nothing is copied until a value is asked for.
#[derive(Clone, Copy)]
pub(super) struct Merged<'a> {
    layers: [Option<&'a DeTable<'a>>; 3],
}

impl<'a> Merged<'a> {
    /// Lays `site` over `group` over `defaults`.
    pub(super) fn new(
        site: &'a DeTable<'a>,
        group: Option<&'a DeTable<'a>>,
        defaults: Option<&'a DeTable<'a>>,
    ) -> Self {
        Self { layers: [Some(site), group, defaults] }
    }

    /// One table alone.
    pub(super) fn of(table: Option<&'a DeTable<'a>>) -> Self {
        Self { layers: [table, None, None] }
    }

    /// The value that counts.
    pub(super) fn get(self, key: &str) -> Option<&'a DeValue<'a>> {
        self.layers.into_iter().flatten().find_map(|table| table.get(key)).map(Node::get_ref)
    }

    /// The tables below `key`, laid over each other; empty if there are none.
    pub(super) fn table(self, key: &str) -> Self {
        Self { layers: self.layers.map(|table| table?.get(key)?.get_ref().as_table()) }
    }

    /// All keys, each once, in the order in which they were written: those of the defaults first.
    pub(super) fn keys(self) -> Vec<&'a str> {
        let mut keys = Vec::new();
        for (at, layer) in self.layers.iter().enumerate().rev() {
            let known = |key: &str| self.layers[at + 1..].iter().flatten().any(|weaker| weaker.contains_key(key));
            let all = layer.iter().flat_map(|table| table.keys());
            let mut new: Vec<_> = all.filter(|key| !known(key.get_ref())).collect();
            new.sort_by_key(|key| key.span().start);
            keys.extend(new.into_iter().map(|key| key.get_ref().as_ref()));
        }
        keys
    }

    /// A text.
    pub(super) fn text(self, key: &str) -> Option<&'a str> {
        self.get(key)?.as_str()
    }

    /// A text to keep.
    pub(super) fn string(self, key: &str) -> Option<String> {
        self.text(key).map(str::to_owned)
    }

    /// A whole number.
    pub(super) fn count(self, key: &str) -> Option<u64> {
        self.get(key)?.as_integer().and_then(whole)
    }

    /// `true` or `false`.
    pub(super) fn flag(self, key: &str) -> Option<bool> {
        self.get(key)?.as_bool()
    }

    /// A list.
    pub(super) fn list(self, key: &str) -> Option<&'a DeArray<'a>> {
        self.get(key)?.as_array()
    }

    /// A list of texts to keep.
    pub(super) fn strings(self, key: &str) -> Option<Vec<String>> {
        let text = |item: &Node<'_>| item.get_ref().as_str().map(str::to_owned);
        self.list(key).map(|items| items.iter().filter_map(text).collect())
    }

    /// A list of whole numbers.
    pub(super) fn counts(self, key: &str) -> Option<Vec<u64>> {
        let count = |item: &Node<'_>| item.get_ref().as_integer().and_then(whole);
        self.list(key).map(|items| items.iter().filter_map(count).collect())
    }

    /// All texts of the table, by their keys.
    pub(super) fn texts(self) -> BTreeMap<String, String> {
        self.keys().into_iter().filter_map(|key| Some((key.to_owned(), self.string(key)?))).collect()
    }

    /// Free values.
    pub(super) fn data(self) -> Table {
        self.keys().into_iter().map(|key| (key.to_owned(), self.datum(key))).collect()
    }

    fn datum(self, key: &str) -> Data {
        match self.get(key) {
            Some(DeValue::Table(_)) => Data::Object(self.table(key).data()),
            Some(value) => datum(value),
            None => Data::Null,
        }
    }
}

fn datum(value: &DeValue<'_>) -> Data {
    match value {
        DeValue::String(text) => Data::String(text.to_string()),
        DeValue::Boolean(flag) => Data::Bool(*flag),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => number.into(),
            Err(_) => Data::String(number.to_string()),
        },
        DeValue::Float(number) => match number.as_str().parse::<f64>() {
            Ok(finite) if finite.is_finite() => finite.into(),
            _ => Data::String(number.as_str().to_owned()),
        },
        DeValue::Datetime(date) => Data::String(date.to_string()),
        DeValue::Array(items) => items.iter().map(|item| datum(item.get_ref())).collect(),
        DeValue::Table(table) => Data::Object(Merged::of(Some(table)).data()),
    }
}

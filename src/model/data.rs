//! Free-form values: what people write under `[extra]`, in data files and in the columns of a table.

/// A value of any shape. Maps keep the order in which people wrote their keys.
pub type Data = serde_json::Value;

/// A map of free-form values.
pub type Table = serde_json::Map<String, Data>;

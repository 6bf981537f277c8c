//! The JSON Schema of `sites.toml`, for editors that complete and check while people type.

use super::keys::FILE;
use super::shape::{Key, Kind, Shape};
use super::word::{EDITION, Word};
use crate::model::{Data, Table};
use serde_json::json;

/// The schema as pretty JSON, made from the table of keys that the file is checked with.
pub fn schema() -> String {
    let mut defs = Table::new();
    let mut root = Table::new();
    root.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    root.insert("title".to_owned(), json!("sites.toml"));
    root.extend(of_shape(&FILE, &mut defs));
    root.insert("$defs".to_owned(), Data::Object(defs));
    format!("{:#}\n", Data::Object(root))
}

fn of_shape(shape: &Shape, defs: &mut Table) -> Table {
    let properties: Table = shape.keys().map(|key| (key.name.to_owned(), of_key(key, defs))).collect();
    let needed: Vec<&str> = shape.keys().filter(|key| key.needed).map(|key| key.name).collect();
    let mut schema = Table::new();
    schema.insert("description".to_owned(), json!(shape.meaning));
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Data::Object(properties));
    if !needed.is_empty() {
        schema.insert("required".to_owned(), json!(needed));
    }
    schema.insert("additionalProperties".to_owned(), json!(false));
    schema
}

fn of_key(key: &Key, defs: &mut Table) -> Data {
    let mut schema = Table::new();
    schema.insert("description".to_owned(), json!(key.meaning));
    schema.extend(of_kind(&key.kind, defs));
    Data::Object(schema)
}

fn of_kind(kind: &Kind, defs: &mut Table) -> Table {
    let schema = match kind {
        Kind::Text => json!({ "type": "string" }),
        Kind::Word(word) => of_word(*word),
        Kind::Choice(choices) => json!({ "enum": choices }),
        Kind::Number(numbers) => json!({ "enum": numbers }),
        Kind::Count { least, most } => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::List(item) => json!({ "type": "array", "items": of_kind(item, defs) }),
        Kind::Map(value) => json!({ "type": "object", "additionalProperties": of_kind(value, defs) }),
        Kind::Table(shape) => reference(shape, defs),
        Kind::Either(kinds) => {
            let kinds: Vec<Table> = kinds.iter().map(|kind| of_kind(kind, defs)).collect();
            json!({ "anyOf": kinds })
        }
        Kind::Free => json!({}),
    };
    match schema {
        Data::Object(schema) => schema,
        _ => Table::new(),
    }
}

/// Tables stand in `$defs`, once each, so that a menu can hold a menu.
fn reference(shape: &'static Shape, defs: &mut Table) -> Data {
    if !defs.contains_key(shape.name) {
        defs.insert(shape.name.to_owned(), Data::Null);
        let schema = of_shape(shape, defs);
        defs.insert(shape.name.to_owned(), Data::Object(schema));
    }
    json!({ "$ref": format!("#/$defs/{}", shape.name) })
}

fn of_word(word: Word) -> Data {
    match word {
        Word::Edition => json!({ "const": EDITION }),
        Word::SiteId => json!({ "type": "string", "pattern": "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$" }),
        Word::Address | Word::OpenAddress | Word::Previews => json!({ "type": "string", "pattern": "^https?://" }),
        Word::Variable => json!({ "type": "string", "pattern": "^[A-Z0-9_]+$" }),
        _ => json!({ "type": "string" }),
    }
}

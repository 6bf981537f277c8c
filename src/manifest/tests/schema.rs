//! The JSON Schema and the key table are one.

use crate::manifest::keys::FILE;
use crate::manifest::schema;
use crate::manifest::shape::{Kind, Shape};
use serde_json::Value;
use std::collections::BTreeMap;

/// All tables that the key table knows, by their names in the schema.
fn shapes(shape: &'static Shape, found: &mut BTreeMap<&'static str, &'static Shape>) {
    if found.insert(shape.name, shape).is_none() {
        shape.keys().for_each(|key| below(&key.kind, found));
    }
}

fn below(kind: &'static Kind, found: &mut BTreeMap<&'static str, &'static Shape>) {
    match kind {
        Kind::Table(shape) => shapes(shape, found),
        Kind::List(inner) | Kind::Map(inner) => below(inner, found),
        Kind::Either(kinds) => kinds.iter().for_each(|kind| below(kind, found)),
        _ => {}
    }
}

#[test]
fn the_schema_is_json_and_lists_every_key_of_every_table() {
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let mut found = BTreeMap::new();
    shapes(&FILE, &mut found);
    assert_eq!(schema["$defs"].as_object().unwrap().len(), found.len() - 1);
    for (name, shape) in found {
        let table = if name == "file" { &schema } else { &schema["$defs"][name] };
        let listed: Vec<_> = table["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(listed, shape.keys().map(|key| key.name).collect::<Vec<_>>(), "{name}");
        assert_eq!(table["additionalProperties"], false, "{name}");
        assert!(shape.keys().all(|key| key.meaning.ends_with('.')), "{name}");
    }
}

#[test]
fn every_reference_in_the_schema_leads_somewhere() {
    let text = schema();
    let schema: Value = serde_json::from_str(&text).unwrap();
    let names: Vec<_> = text.split("\"#/$defs/").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(names.contains(&"menu-entry"));
    assert!(names.iter().all(|name| schema["$defs"][name].is_object()));
}

#[test]
fn the_schema_says_what_is_needed_and_what_can_be_chosen() {
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    assert_eq!(schema["required"], serde_json::json!(["edition"]));
    assert_eq!(schema["properties"]["edition"]["const"], "2026");
    let site = &schema["$defs"]["site"];
    assert_eq!(site["required"], serde_json::json!(["id"]));
    assert_eq!(site["properties"]["url_style"]["enum"], serde_json::json!(["/about/", "/about"]));
    assert_eq!(site["properties"]["paginate"]["type"], "integer");
    assert!(schema["$defs"]["defaults"]["properties"].get("id").is_none());
}

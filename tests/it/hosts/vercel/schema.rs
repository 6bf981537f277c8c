//! What `config.json` of a build output may hold, as the service's own description of routes has it.

use super::serving::Expression;
use serde_json::{Map, Value};

const MOST_ROUTES: usize = 2_048;
const LONGEST: usize = 4_096;
const HANDLES: [&str; 6] = ["error", "filesystem", "hit", "miss", "resource", "rewrite"];
const KEYS: [&str; 10] =
    ["version", "routes", "overrides", "images", "wildcard", "cache", "framework", "crons", "deploymentId", "flags"];
const ROUTE_KEYS: [&str; 10] =
    ["src", "dest", "headers", "methods", "caseSensitive", "continue", "check", "status", "has", "missing"];

/// An error is what the service would say.
pub(super) fn check(config: &Value) -> Result<(), String> {
    let config = config.as_object().ok_or("config.json is not an object")?;
    only(config, &KEYS)?;
    if config.get("version") != Some(&Value::from(3)) {
        return Err("config.json should have version 3".to_owned());
    }
    let routes = config.get("routes").map_or(Some(&[][..]), |routes| routes.as_array().map(Vec::as_slice));
    let routes = routes.ok_or("routes should be an array")?;
    if routes.len() > MOST_ROUTES {
        return Err(format!("routes should NOT have more than {MOST_ROUTES} items, received {}", routes.len()));
    }
    let mut phase = None;
    for (at, route) in routes.iter().enumerate() {
        let route = route.as_object().ok_or(format!("routes[{at}] should be an object"))?;
        match route.get("handle") {
            Some(handle) => phase = Some(handle_of(route, handle).map_err(|fault| format!("routes[{at}] {fault}"))?),
            None => check_route(route, phase).map_err(|fault| format!("routes[{at}] {fault}"))?,
        }
    }
    let overrides = config.get("overrides").map_or(Some(Map::new()), |overrides| overrides.as_object().cloned());
    for (path, said) in overrides.ok_or("overrides should be an object")? {
        only(said.as_object().ok_or(format!("overrides.{path} should be an object"))?, &["path", "contentType"])?;
        if said["path"].as_str().is_some_and(|path| path.starts_with('/') || path.is_empty()) {
            return Err(format!("overrides.{path} has a path that begins with a slash"));
        }
    }
    Ok(())
}

fn only(map: &Map<String, Value>, keys: &[&str]) -> Result<(), String> {
    let unknown = map.keys().find(|key| !keys.contains(&key.as_str()));
    unknown.map_or(Ok(()), |key| Err(format!("should NOT have additional property `{key}`")))
}

fn handle_of<'a>(route: &Map<String, Value>, handle: &'a Value) -> Result<&'a str, String> {
    let handle = handle.as_str().filter(|handle| HANDLES.contains(handle)).ok_or("has an unknown handle")?;
    match route.len() {
        1 => Ok(handle),
        _ => Err("cannot have any other property than handle".to_owned()),
    }
}

fn check_route(route: &Map<String, Value>, phase: Option<&str>) -> Result<(), String> {
    only(route, &ROUTE_KEYS)?;
    let text = |key: &str| match route.get(key) {
        None => Ok(None),
        Some(value) => value.as_str().map(Some).ok_or(format!("{key} should be a string")),
    };
    let src = text("src")?.ok_or("should have required property `src`")?;
    if [Some(src), text("dest")?].into_iter().flatten().any(|text| text.len() > LONGEST) {
        return Err(format!("should NOT be longer than {LONGEST} characters"));
    }
    Expression::new(src, true).ok_or(format!("src is no regular expression: {src}"))?;
    if let Some(headers) = route.get("headers") {
        let headers = headers.as_object().ok_or("headers should be an object")?;
        let fits = |name: &str, value: &Value| {
            (1..=256).contains(&name.len())
                && value.as_str().is_some_and(|value| value.len() <= 32_768 && value.is_ascii())
        };
        if !(1..=100).contains(&headers.len()) || !headers.iter().all(|(name, value)| fits(name, value)) {
            return Err("headers are too many, too few or too long".to_owned());
        }
    }
    if route.get("status").is_some_and(|status| !status.as_u64().is_some_and(|status| (100..=999).contains(&status))) {
        return Err("status should be a number from 100 to 999".to_owned());
    }
    if ["caseSensitive", "continue", "check"].iter().any(|key| route.get(*key).is_some_and(|value| !value.is_boolean()))
    {
        return Err("should be a boolean".to_owned());
    }
    if phase == Some("error") && !route.contains_key("status") && !route.contains_key("dest") {
        return Err("an error route leads nowhere".to_owned());
    }
    ["has", "missing"].iter().filter_map(|key| route.get(*key)).try_for_each(check_conditions)
}

fn check_conditions(conditions: &Value) -> Result<(), String> {
    let conditions = conditions.as_array().filter(|all| all.len() <= 16).ok_or("has too many conditions")?;
    for condition in conditions {
        let condition = condition.as_object().ok_or("has a condition that is no object")?;
        only(condition, &["type", "key", "value"])?;
        let is_host = condition.get("type") == Some(&Value::from("host"));
        let value = condition.get("value").and_then(Value::as_str).filter(|value| value.len() <= LONGEST);
        if !is_host || value.is_none() || condition.contains_key("key") {
            return Err("has a condition that this double does not know".to_owned());
        }
    }
    Ok(())
}

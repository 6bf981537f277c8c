//! What the script of a pack is told of its sites: a module of plain data.

use super::Tenant;
use crate::model::SiteId;
use crate::rules::{HeaderLine, Pattern, Token};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The module: `hosts` leads from a host to a site, `sites` from there to its rules.
pub(super) fn module(hosts: &BTreeMap<&str, &SiteId>, tenants: &[Tenant]) -> String {
    let hosts: Map<String, Value> =
        hosts.iter().map(|(host, site)| ((*host).to_owned(), json!(site.as_str()))).collect();
    let sites: String = tenants.iter().map(|tenant| format!("  \"{}\": {},\n", tenant.site, site(tenant))).collect();
    format!("export const hosts = {};\nexport const sites = {{\n{sites}}};\n", Value::Object(hosts))
}

fn site(tenant: &Tenant) -> Value {
    let (fixed, moving): (Vec<_>, Vec<_>) = tenant.redirects.iter().partition(|rule| rule.from.is_fixed());
    let mut paths = Map::new();
    for rule in fixed {
        paths.entry(rule.written.clone()).or_insert(json!([rule.to, rule.status]));
    }
    let moving: Vec<Value> =
        moving.iter().map(|rule| json!([expression(&rule.from), names(&rule.from), rule.to, rule.status])).collect();
    let headers: Vec<Value> = tenant
        .headers
        .iter()
        .filter_map(|rule| {
            let pattern = rule.pattern.as_ref()?;
            let lines: Vec<Value> = rule.lines.iter().map(line).collect();
            Some(json!([expression(pattern), names(pattern), rule.is_absolute, lines]))
        })
        .collect();
    json!({ "fixed": paths, "moving": moving, "headers": headers })
}

fn line(line: &HeaderLine) -> Value {
    match line {
        HeaderLine::Set(name, value) => json!([name, value]),
        HeaderLine::Unset(name) => json!([name, null]),
    }
}

/// The pattern as a regular expression with a group for each of its names.
fn expression(pattern: &Pattern) -> String {
    let piece = |token: &Token| match token {
        Token::Text(text) => escaped(text),
        Token::Splat => "(.*)".to_owned(),
        Token::Part(_) => "([^/]+)".to_owned(),
    };
    format!("^{}$", pattern.tokens().iter().map(piece).collect::<String>())
}

fn names(pattern: &Pattern) -> Vec<&str> {
    let name = |token| match token {
        &Token::Text(_) => None,
        &Token::Splat => Some("splat"),
        Token::Part(name) => Some(name.as_str()),
    };
    pattern.tokens().iter().filter_map(name).collect()
}

/// Text that stands for itself in a regular expression.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut safe, c| {
        if "\\^$.|?*+()[]{}/".contains(c) {
            safe.push('\\');
        }
        safe.push(c);
        safe
    })
}

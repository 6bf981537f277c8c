//! Zones: names, records, and routes to Workers.

use super::account::Account;
use super::envelope::{Outcome, Refusal};
use crate::hosts::message::Request;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A domain whose names are kept here.
#[derive(Debug, Clone)]
pub(crate) struct Zone {
    pub(super) id: String,
    pub(crate) name: String,
    pub(crate) records: BTreeMap<String, Record>,
    /// Id to pattern and Worker.
    pub(crate) routes: BTreeMap<String, (String, String)>,
}

/// A name, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) content: String,
    pub(crate) proxied: bool,
}

impl Record {
    pub(super) fn leads(&self, host: &str, target: &str) -> bool {
        self.kind == "CNAME" && self.name == host && self.content == target && self.proxied
    }

    fn told(&self, id: &str) -> Value {
        json!({ "id": id, "type": self.kind, "name": self.name, "content": self.content, "proxied": self.proxied, "ttl": 1 })
    }
}

impl Zone {
    pub(super) fn new(name: &str, id: String) -> Self {
        Self { id, name: name.to_owned(), records: BTreeMap::new(), routes: BTreeMap::new() }
    }

    pub(super) fn holds(&self, host: &str) -> bool {
        host == self.name || host.strip_suffix(&self.name).is_some_and(|rest| rest.ends_with('.'))
    }

    /// The Worker that a route leads a host to.
    pub(super) fn routed(&self, host: &str) -> Option<&str> {
        let all = format!("{host}/*");
        let proxied = self.records.values().any(|record| record.name == host && record.proxied);
        let fits = self.routes.values().find(|(pattern, _)| *pattern == all).filter(|_| proxied);
        fits.map(|(_, script)| script.as_str())
    }
}

/// Everything below `/zones`.
pub(super) fn zones(account: &mut Account, request: &Request, rest: &[&str]) -> Outcome {
    let fresh = account.next_id().replace('-', "");
    let known: Vec<String> = account.workers.keys().cloned().collect();
    match (request.method.as_str(), rest) {
        ("GET", []) => {
            let wish = request.parameter("name");
            let found = account.zones.values().filter(|zone| wish.is_none_or(|name| zone.name == name));
            let owner = json!({ "id": account.id });
            Ok(found
                .map(|zone| json!({ "id": zone.id, "name": zone.name, "status": "active", "account": owner }))
                .collect())
        }
        (method, [id, rest @ ..]) => {
            let zone =
                account.zones.values_mut().find(|zone| zone.id == *id).ok_or_else(|| Refusal::missing("a zone"))?;
            match (method, rest) {
                (_, ["dns_records", rest @ ..]) => records(zone, request, rest, fresh),
                (_, ["workers", "routes", rest @ ..]) => routes(zone, request, rest, &fresh, &known),
                _ => Err(Refusal::missing(&request.path)),
            }
        }
        _ => Err(Refusal::missing(&request.path)),
    }
}

fn records(zone: &mut Zone, request: &Request, rest: &[&str], fresh: String) -> Outcome {
    let body = request.json();
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    match (request.method.as_str(), rest) {
        ("GET", []) => {
            let wish = request.parameter("name");
            let found = zone.records.iter().filter(|(_, record)| wish.is_none_or(|name| record.name == name));
            Ok(found.map(|(id, record)| record.told(id)).collect())
        }
        ("POST", []) => {
            let (Some(kind), Some(name), Some(content)) = (text("type"), text("name"), text("content")) else {
                return Err(Refusal::new(400, 9005, "a record needs `type`, `name` and `content`"));
            };
            if !zone.holds(&name) || zone.records.values().any(|record| record.name == name) {
                return Err(Refusal::new(400, 81_053, "An A, AAAA, or CNAME record with that host already exists."));
            }
            let record = Record { kind, name, content, proxied: body["proxied"] == true };
            let told = record.told(&fresh);
            zone.records.insert(fresh, record);
            Ok(told)
        }
        ("DELETE", [id]) => {
            let gone = zone.records.remove(*id).ok_or_else(|| Refusal::new(404, 81_044, "Record does not exist."))?;
            Ok(json!({ "id": id, "name": gone.name }))
        }
        _ => Err(Refusal::missing(&request.path)),
    }
}

fn routes(zone: &mut Zone, request: &Request, rest: &[&str], fresh: &str, workers: &[String]) -> Outcome {
    let body = request.json();
    let tell = |(id, (pattern, script)): (&String, &(String, String))| json!({ "id": id, "pattern": pattern, "script": script });
    match (request.method.as_str(), rest) {
        ("GET", []) => Ok(zone.routes.iter().map(tell).collect()),
        ("POST", []) => {
            let (Some(pattern), Some(script)) = (body["pattern"].as_str(), body["script"].as_str()) else {
                return Err(Refusal::bad("a route needs `pattern` and `script`"));
            };
            if !workers.iter().any(|worker| worker == script) {
                return Err(Refusal::new(404, 10_007, "This Worker does not exist on your account."));
            }
            if zone.routes.values().any(|(known, _)| known == pattern) {
                return Err(Refusal::new(409, 10_020, "A route with the same pattern already exists."));
            }
            zone.routes.insert(fresh.to_owned(), (pattern.to_owned(), script.to_owned()));
            Ok(json!({ "id": fresh, "pattern": pattern, "script": script }))
        }
        ("PUT", [id]) if zone.routes.contains_key(*id) => {
            let (Some(pattern), Some(script)) = (body["pattern"].as_str(), body["script"].as_str()) else {
                return Err(Refusal::bad("a route needs `pattern` and `script`"));
            };
            zone.routes.insert((*id).to_owned(), (pattern.to_owned(), script.to_owned()));
            Ok(json!({ "id": id, "pattern": pattern, "script": script }))
        }
        ("DELETE", [id]) => {
            zone.routes.remove(*id).map(|_| json!({ "id": id })).ok_or_else(|| Refusal::missing("a route"))
        }
        _ => Err(Refusal::missing(&request.path)),
    }
}

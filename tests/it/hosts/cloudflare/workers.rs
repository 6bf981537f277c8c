//! Workers: scripts with static assets, their versions, and what traffic goes where.

use super::account::Account;
use super::envelope::{Outcome, Refusal, page};
use super::script;
use super::serving::Release;
use super::stock::Stock;
use crate::hosts::message::Request;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A Worker.
#[derive(Debug, Default, Clone)]
pub(crate) struct Worker {
    pub(crate) stock: Stock,
    /// The oldest first; empty as long as only assets have been uploaded.
    pub(crate) versions: Vec<Version>,
    /// The oldest first; the last one is live.
    pub(crate) deployments: Vec<Traffic>,
    pub(super) sessions: BTreeMap<String, super::uploads::Session>,
    /// Whether it is seen at `workers.dev`, which somebody has to ask for.
    pub(crate) is_open: bool,
}

/// A release of a Worker.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    pub(crate) id: String,
    pub(super) created: Timestamp,
    pub(crate) tag: String,
    pub(crate) message: String,
    pub(crate) release: Release,
    /// How the files are served, as it was sent.
    pub(crate) config: Value,
    pub(crate) code: Option<Code>,
}

/// The script of a Worker, and when it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Code {
    pub(crate) main: String,
    pub(crate) modules: BTreeMap<String, Vec<u8>>,
    /// Paths for which the script is asked before the assets; `!` excepts.
    pub(crate) first: Vec<String>,
}

/// Which versions visitors see.
#[derive(Debug, Clone)]
pub(crate) struct Traffic {
    pub(super) id: String,
    pub(super) created: Timestamp,
    /// Versions and their share in per cent.
    pub(crate) versions: Vec<(String, f64)>,
    pub(super) message: String,
}

/// The header that names a version for each Worker.
const OVERRIDES: &str = "cloudflare-workers-version-overrides";

/// The version that a dictionary of structured headers (RFC 8941) names for a Worker; one that is not well-formed names none.
fn overridden<'v>(value: &'v str, name: &str) -> Option<&'v str> {
    let members = value.split(',').map(|member| member.trim().split_once('='));
    let members: Vec<(&str, &str)> = members.collect::<Option<_>>()?;
    let is_key = |key: &str| {
        key.starts_with(|first: char| first.is_ascii_lowercase() || first == '*')
            && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-.*".contains(c))
    };
    if !members.iter().all(|(key, _)| is_key(key)) {
        return None;
    }
    let (_, value) = members.into_iter().rfind(|(key, _)| *key == name)?;
    value.strip_prefix('"')?.strip_suffix('"')
}

/// Versions to which one may go back.
const DEPLOYABLE: usize = 100;

impl Worker {
    /// What most visitors see.
    pub(crate) fn live(&self) -> Option<&Version> {
        let shares = &self.deployments.last()?.versions;
        let (id, _) = shares.iter().reduce(|most, other| if other.1 > most.1 { other } else { most })?;
        self.version(id)
    }

    /// Shares visitors out, as somebody does by hand.
    pub(crate) fn share(&mut self, versions: Vec<(String, f64)>) {
        let last = self.deployments.last().cloned().unwrap();
        self.deployments.push(Traffic { versions, ..last });
    }

    fn version(&self, id: &str) -> Option<&Version> {
        self.versions.iter().find(|version| version.id == *id)
    }

    /// What a visitor sees for whom this number was drawn, from 0 to 99; one who names a version of the present deployment sees that,
    /// whatever its share.
    pub(super) fn shown_to(&self, name: &str, request: &Request, draw: f64) -> Option<&Version> {
        let shares = &self.deployments.last()?.versions;
        let named = request.header(OVERRIDES).and_then(|value| overridden(value, name));
        if let Some((id, _)) = shares.iter().find(|(id, _)| named == Some(id.as_str())) {
            return self.version(id);
        }
        let mut below = 0.0;
        let hit = shares.iter().find(|(_, share)| {
            below += share;
            draw < below
        });
        self.version(&hit?.0)
    }
}

/// Everything below `/accounts/A/workers`.
pub(super) fn workers(account: &mut Account, request: &Request, rest: &[&str]) -> Outcome {
    match (request.method.as_str(), rest) {
        ("GET", ["services", name]) if exists(account, name) => {
            Ok(json!({ "id": name, "default_environment": { "environment": "production", "script": { "id": name,
                "tag": "tag", "last_deployed_from": "api" } } }))
        }
        ("GET", ["services", _]) => Err(Refusal::new(404, 10_090, "This Worker does not exist on your account.")),
        ("GET", ["workers", name]) if exists(account, name) => {
            let is_open = account.workers[*name].is_open;
            Ok(json!({ "id": name, "name": name, "subdomain": { "enabled": is_open, "previews_enabled": false } }))
        }
        ("GET", ["subdomain"]) if account.has_subdomain => Ok(json!({ "subdomain": "double" })),
        ("GET", ["subdomain"]) => Err(Refusal::new(404, 10_007, "This Worker does not exist on your account.")),
        ("GET", ["scripts"]) => {
            let there = account.workers.iter().filter(|(_, worker)| !worker.versions.is_empty());
            Ok(there.map(|(name, _)| json!({ "id": name })).collect())
        }
        ("POST", ["scripts", name, "assets-upload-session"]) => super::uploads::begin(account, request, name),
        ("PUT", ["scripts", name]) => put(account, request, name),
        (_, ["scripts", name, rest @ ..]) if exists(account, name) => one_script(account, request, name, rest),
        (_, ["scripts", ..]) => Err(Refusal::new(404, 10_007, "This Worker does not exist on your account.")),
        (_, ["domains", rest @ ..]) => domains(account, request, rest),
        _ => Err(Refusal::missing(&request.path)),
    }
}

fn exists(account: &Account, name: &str) -> bool {
    account.workers.get(name).is_some_and(|worker| !worker.versions.is_empty())
}

/// Makes a version, and sends all traffic to it.
fn put(account: &mut Account, request: &Request, name: &str) -> Outcome {
    let (count, new) = (account.workers.values().filter(|w| !w.versions.is_empty()).count(), !exists(account, name));
    if new && count >= account.most_workers {
        return Err(Refusal::new(403, 10_037, "You have exceeded the limit of Workers on your account."));
    }
    let version = script::version(account, request, name)?;
    let (id, traffic, now) = (version.id.clone(), account.next_id(), account.now);
    let worker = account.workers.entry(name.to_owned()).or_default();
    let (message, versions) = (version.message.clone(), vec![(id.clone(), 100.0)]);
    worker.versions.push(version);
    worker.deployments.push(Traffic { id: traffic, created: now, versions, message });
    Ok(json!({ "id": name, "etag": id, "deployment_id": id, "startup_time_ms": 1, "has_assets": true }))
}

fn one_script(account: &mut Account, request: &Request, name: &str, rest: &[&str]) -> Outcome {
    match (request.method.as_str(), rest) {
        ("DELETE", []) => {
            account.workers.remove(name);
            Ok(Value::Null)
        }
        ("GET", ["deployments"]) => {
            let all = account.workers[name].deployments.iter().rev().map(tell_traffic);
            Ok(json!({ "deployments": all.collect::<Vec<_>>() }))
        }
        ("POST", ["deployments"]) => deploy(account, request, name),
        ("GET", ["versions"]) => {
            let all: Vec<_> = account.workers[name].versions.iter().rev().map(tell_version).collect();
            let number = |name: &str| request.parameter(name).and_then(|value| value.parse::<usize>().ok());
            if request.parameter("deployable") == Some("true") {
                return Ok(json!({ "items": all.into_iter().take(DEPLOYABLE).collect::<Vec<_>>() }));
            }
            let page = page(&all, number("page").unwrap_or(1).max(1), number("per_page").unwrap_or(10).clamp(1, 100));
            Ok(json!({ "items": page["paged"][0] }))
        }
        ("POST", ["versions"]) => {
            let version = script::version(account, request, name)?;
            let told = tell_version(&version);
            account.workers.get_mut(name).unwrap().versions.push(version);
            Ok(told)
        }
        ("GET", ["versions", id]) => {
            let version = account.workers[name].versions.iter().find(|version| version.id == *id);
            version.map(tell_version).ok_or_else(|| Refusal::missing("a version"))
        }
        ("GET", ["subdomain"]) => Ok(json!({ "enabled": account.workers[name].is_open, "previews_enabled": false })),
        ("POST", ["subdomain"]) => {
            let wish = request.json();
            let is_open = wish["enabled"].as_bool().ok_or_else(|| Refusal::bad("`enabled` is missing"))?;
            account.workers.get_mut(name).unwrap().is_open = is_open;
            Ok(wish)
        }
        ("GET", ["settings" | "script-settings"]) => Ok(json!({ "bindings": [], "tags": [], "logpush": false })),
        ("PATCH", ["settings" | "script-settings"]) => Ok(json!({})),
        _ => Err(Refusal::missing(&request.path)),
    }
}

fn deploy(account: &mut Account, request: &Request, name: &str) -> Outcome {
    let body = request.json();
    let wished = body["versions"].as_array().filter(|wished| (1..=2).contains(&wished.len()));
    let wished = wished.ok_or_else(|| Refusal::bad("a deployment has one or two versions"))?;
    let (id, created) = (account.next_id(), account.now);
    let worker = account.workers.get_mut(name).unwrap();
    let deployable: Vec<_> = worker.versions.iter().rev().take(DEPLOYABLE).map(|version| version.id.as_str()).collect();
    let mut versions = Vec::new();
    for wish in wished {
        let (version, share) = (wish["version_id"].as_str().unwrap_or_default(), wish["percentage"].as_f64());
        if !deployable.contains(&version) {
            return Err(Refusal::new(400, 10_146, format!("the version {version} cannot be deployed")));
        }
        let share = share.filter(|share| (0.0..=100.0).contains(share));
        let share = share.ok_or_else(|| Refusal::bad("a share is a percentage from 0 to 100"))?;
        if versions.iter().any(|(other, _)| other == version) {
            return Err(Refusal::bad("a deployment names each version once"));
        }
        versions.push((version.to_owned(), share));
    }
    let whole = (versions.iter().map(|(_, share)| share).sum::<f64>() - 100.0).abs() < 0.001;
    if !whole || body["strategy"] != "percentage" {
        return Err(Refusal::bad("the shares of a deployment with `strategy` `percentage` make 100"));
    }
    let message = body["annotations"]["workers/message"].as_str().unwrap_or_default().to_owned();
    worker.deployments.push(Traffic { id, created, versions, message });
    Ok(tell_traffic(&worker.deployments[worker.deployments.len() - 1]))
}

fn tell_traffic(traffic: &Traffic) -> Value {
    let versions = traffic.versions.iter().map(|(id, share)| json!({ "version_id": id, "percentage": share }));
    json!({
        "id": traffic.id,
        "source": "api",
        "strategy": "percentage",
        "created_on": traffic.created.to_string(),
        "author_email": "double@example.com",
        "annotations": { "workers/message": traffic.message, "workers/triggered_by": "deployment" },
        "versions": versions.collect::<Vec<_>>(),
    })
}

fn tell_version(version: &Version) -> Value {
    json!({
        "id": version.id,
        "metadata": { "created_on": version.created.to_string(), "source": "api", "author_email": "double@example.com" },
        "annotations": { "workers/tag": version.tag, "workers/message": version.message, "workers/triggered_by": "upload" },
        "resources": { "script": { "etag": version.id }, "bindings": [], "script_runtime": {} },
        "startup_time_ms": 1,
    })
}

/// Hosts that lead to a Worker as a whole.
fn domains(account: &mut Account, request: &Request, rest: &[&str]) -> Outcome {
    let tell = |account: &Account, host: &str, service: &str| {
        let zone = account.zone_of(host).map(|zone| (zone.id.clone(), zone.name.clone())).unwrap_or_default();
        json!({ "id": host, "hostname": host, "service": service, "environment": "production", "zone_id": zone.0,
            "zone_name": zone.1 })
    };
    match (request.method.as_str(), rest) {
        ("GET", []) => {
            let wish = |name: &str| request.parameter(name).map(str::to_owned);
            let (host, service) = (wish("hostname"), wish("service"));
            let fits = |(name, worker): &(&String, &String)| {
                host.as_ref().is_none_or(|wish| wish == *name) && service.as_ref().is_none_or(|wish| wish == *worker)
            };
            Ok(account.hosts.iter().filter(fits).map(|(name, worker)| tell(account, name, worker)).collect())
        }
        ("PUT", []) => {
            let body = request.json();
            let (Some(host), Some(service)) = (body["hostname"].as_str(), body["service"].as_str()) else {
                return Err(Refusal::bad("a domain needs `hostname` and `service`"));
            };
            if !exists(account, service) {
                return Err(Refusal::new(404, 10_007, "This Worker does not exist on your account."));
            }
            let zone = account.zone_of(host);
            let named = |key: &str, value: &str| body[key].as_str().is_none_or(|wish| wish == value);
            if !zone.is_some_and(|zone| named("zone_id", &zone.id) && named("zone_name", &zone.name)) {
                return Err(Refusal::new(400, 10_000, format!("the zone of {host} is not on this account")));
            }
            let occupied = account.projects.values().any(|project| project.domains.contains(host));
            let other = account.hosts.get(host).is_some_and(|other| other != service)
                && body["override_existing_origin"] != true;
            if occupied || other {
                return Err(Refusal::new(
                    409,
                    100_116,
                    format!("Hostname '{host}' already has externally managed DNS records"),
                ));
            }
            account.hosts.insert(host.to_owned(), service.to_owned());
            Ok(tell(account, host, service))
        }
        ("DELETE", [id]) => account.hosts.remove(*id).map(|_| Value::Null).ok_or_else(|| Refusal::missing("a domain")),
        _ => Err(Refusal::missing(&request.path)),
    }
}

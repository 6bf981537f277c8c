//! Projects.

use super::TEAM;
use super::account::{Account, Project};
use super::deployments;
use super::domains;
use super::envelope::{Refusal, invalid, refused};
use super::switch;
use super::walls::Plan;
use crate::hosts::message::{Reply, Request};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const MOST_OF_HOBBY: usize = 200;

/// Answers whatever is about projects: method, version and the rest of the path.
pub(super) fn answer(
    account: &mut Account,
    request: &Request,
    (method, version, rest): (&str, &str, &[&str]),
    now: Timestamp,
) -> Result<Reply, Refusal> {
    match (method, version, rest) {
        ("POST", "v1" | "v11", []) => create(account, request, now),
        ("GET", "v10", []) => {
            let projects: Vec<Value> = account.projects.values().map(|project| told(account, project, false)).collect();
            Ok(Reply::json(200, &json!({ "projects": projects, "pagination": { "next": null } })))
        }
        ("GET", "v9", [key]) => {
            let with_switch = request.parameter("rollbackInfo") == Some("true");
            let project = account.project(key).ok_or_else(unknown)?;
            Ok(Reply::json(200, &told(account, project, with_switch)))
        }
        ("DELETE", "v9", [key]) => {
            let id = account.project(key).ok_or_else(unknown)?.id.clone();
            account.projects.remove(&id);
            account.deployments.retain(|_, deployment| deployment.project != id);
            Ok(Reply::empty(204))
        }
        ("POST", "v1" | "v10", [key, "promote", id]) => switch::promote(account, key, id, now),
        ("POST", "v1" | "v9", [key, "rollback", id]) => switch::rollback(account, key, id, now),
        (_, "v9" | "v10", [key, "domains", rest @ ..]) => {
            let id = account.project(key).ok_or_else(unknown)?.id.clone();
            domains::answer(account, request, &id, rest, now)
        }
        _ => Err(refused(404, "not_found", &format!("{} {} is not known", request.method, request.path))),
    }
}

fn unknown() -> Refusal {
    refused(404, "not_found", "Project not found")
}

/// At most 100 characters, in lower case, without `---`.
pub(super) fn check_name(name: &str) -> Result<(), Refusal> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
    if (1..=100).contains(&name.len()) && name.bytes().all(fits) && !name.contains("---") {
        Ok(())
    } else {
        Err(invalid(&format!("`name` is not the name of a project: {name}")))
    }
}

fn create(account: &mut Account, request: &Request, now: Timestamp) -> Result<Reply, Refusal> {
    let body = request.json();
    let name = body["name"].as_str().ok_or_else(|| invalid("missing required property `name`"))?;
    if account.project(name).is_some() {
        return Err(refused(409, "conflict", &format!("A project named {name} exists already")));
    }
    let id = known_or_new(account, name, now)?;
    Ok(Reply::json(200, &told(account, &account.projects[&id], false)))
}

/// The id of the project with this id or name; it is made if there is none.
pub(super) fn known_or_new(account: &mut Account, key: &str, now: Timestamp) -> Result<String, Refusal> {
    if let Some(project) = account.project(key) {
        return Ok(project.id.clone());
    }
    check_name(key)?;
    if account.plan == Plan::Hobby && account.projects.len() >= MOST_OF_HOBBY {
        return Err(refused(402, "too_many_projects", "You have reached the limit of projects of your plan"));
    }
    let id = account.next_id("prj");
    let project = Project {
        id: id.clone(),
        name: key.to_owned(),
        created: now,
        live: None,
        past: Vec::new(),
        assigns: true,
        domains: BTreeMap::new(),
        switch: None,
    };
    account.projects.insert(id.clone(), project);
    Ok(id)
}

fn told(account: &Account, project: &Project, with_switch: bool) -> Value {
    let live = project.live.as_ref().and_then(|live| account.deployments.get(live));
    let created = project.created.as_millisecond();
    let mut told = json!({
        "id": project.id, "name": project.name, "accountId": TEAM, "createdAt": created, "updatedAt": created,
        "autoAssignCustomDomains": project.assigns, "framework": null, "live": false,
        "targets": live.map_or(json!({}), |live| json!({ "production": deployments::told(account, live) })),
    });
    if with_switch {
        told["lastAliasRequest"] = project.switch.as_ref().map_or(Value::Null, switch::told);
    }
    told
}

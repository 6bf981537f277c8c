//! Deployments: made of files that were sent, looked at, listed and deleted.

use super::TEAM;
use super::account::{Account, Deployment};
use super::domains;
use super::envelope::{Refusal, invalid, refused};
use super::output;
use super::projects;
use super::walls::Counted;
use crate::hosts::message::{Reply, Request};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const MOST_FILES: usize = 15_000;
const KEYS: [&str; 16] = [
    "version",
    "name",
    "project",
    "target",
    "source",
    "meta",
    "env",
    "build",
    "projectSettings",
    "files",
    "gitMetadata",
    "actor",
    "regions",
    "autoAssignCustomDomains",
    "public",
    "functions",
];
const FILE_KEYS: [&str; 4] = ["file", "sha", "size", "mode"];
const FOLDER: u64 = 0o40_755;

/// Answers whatever is about deployments: method, version and the rest of the path.
pub(super) fn answer(
    account: &mut Account,
    request: &Request,
    (method, version, rest): (&str, &str, &[&str]),
    now: Timestamp,
) -> Result<Reply, Refusal> {
    match (method, version, rest) {
        ("POST", "v13", []) => create(account, request, now),
        ("GET", "v6" | "v7", []) => list(account, request, now),
        ("GET", "v13", [key]) => {
            account.walls.count(Counted::Look, now)?;
            let deployment = account.deployments.get(*key).or_else(|| account.shown_at(key)).ok_or_else(unknown)?;
            Ok(Reply::json(200, &told(account, deployment)))
        }
        ("GET", "v3", [_, "events"]) => Ok(Reply::bytes(200, "application/stream+json", Vec::new())),
        ("DELETE", "v13", [id]) => delete(account, id, now),
        ("POST", "v2", [id, "aliases"]) => domains::alias(account, request, id),
        _ => Err(refused(404, "not_found", &format!("{} {} is not known", request.method, request.path))),
    }
}

fn unknown() -> Refusal {
    refused(404, "not_found", "Deployment not found")
}

/// What is wanted, as far as the description of the API goes.
struct Wanted {
    project: String,
    is_production: bool,
    assigns: bool,
    meta: BTreeMap<String, String>,
    /// Path and SHA-1.
    files: Vec<(String, String)>,
    sizes: BTreeMap<String, u64>,
}

fn create(account: &mut Account, request: &Request, now: Timestamp) -> Result<Reply, Refusal> {
    if request.parameter("prebuilt") != Some("1") {
        return Err(invalid("this double takes prebuilt deployments only"));
    }
    let wanted = wanted(&request.json())?;
    account.walls.count(Counted::Deployment, now)?;
    let shas: BTreeSet<&String> = wanted.files.iter().map(|(_, sha)| sha).collect();
    let missing: Vec<&String> = shas.into_iter().filter(|sha| !account.files.contains_key(*sha)).collect();
    if !missing.is_empty() {
        return Err(refused(400, "missing_files", "Missing files").with("missing", json!(missing)));
    }
    for (sha, size) in &wanted.sizes {
        if account.files[sha].bytes.len() as u64 != *size {
            return Err(invalid(&format!("the size of {sha} is not {size}")));
        }
    }
    let site = output::read(account, &wanted.files);
    let project = projects::known_or_new(account, &wanted.project, now)?;
    let id = account.next_id("dpl");
    let name = account.projects[&project].name.clone();
    // The first deployment of a project is shown, whatever was asked for.
    let is_first = account.projects[&project].live.is_none()
        && !account.deployments.values().any(|known| known.project == project && known.is_production);
    let url = format!("{name}-{}-fleet.vercel.app", &id[4..13]);
    let deployment = Deployment {
        id: id.clone(),
        project,
        url,
        created: now,
        is_production: wanted.is_production || is_first,
        assigns: wanted.assigns || (is_first && !wanted.is_production),
        meta: wanted.meta,
        site,
        is_ready: false,
        assigned: None,
    };
    account.deployments.insert(id.clone(), deployment);
    Ok(Reply::json(200, &told(account, &account.deployments[&id])))
}

fn wanted(body: &Value) -> Result<Wanted, Refusal> {
    let body = body.as_object().ok_or_else(|| invalid("the body should be an object"))?;
    only(body, &KEYS, "")?;
    let text = |key: &str| body.get(key).and_then(Value::as_str);
    let name = text("name").ok_or_else(|| invalid("missing required property `name`"))?;
    projects::check_name(name)?;
    let target = match body.get("target") {
        None | Some(Value::Null) => "preview",
        Some(target) => target
            .as_str()
            .filter(|target| matches!(*target, "production" | "staging"))
            .ok_or_else(|| invalid("`target`"))?,
    };
    let mut meta = BTreeMap::new();
    for (key, value) in body.get("meta").and_then(Value::as_object).into_iter().flatten() {
        let value = value.as_str().filter(|value| value.len() <= 65_536);
        meta.insert(key.clone(), value.ok_or_else(|| invalid(&format!("`meta.{key}` should be string")))?.to_owned());
    }
    if meta.len() > 100 {
        return Err(invalid("`meta` should NOT have more than 100 properties"));
    }
    let files =
        body.get("files").and_then(Value::as_array).ok_or_else(|| invalid("missing required property `files`"))?;
    if files.len() > MOST_FILES {
        let many = files.len();
        return Err(invalid(&format!("`files` should NOT have more than {MOST_FILES} items, received {many}.")));
    }
    let (files, sizes) = listed(files)?;
    Ok(Wanted {
        project: text("project").unwrap_or(name).to_owned(),
        is_production: target == "production",
        assigns: body.get("autoAssignCustomDomains") != Some(&Value::Bool(false)),
        meta,
        files,
        sizes,
    })
}

fn only(map: &Map<String, Value>, keys: &[&str], place: &str) -> Result<(), Refusal> {
    let unknown = map.keys().find(|key| !keys.contains(&key.as_str()));
    unknown.map_or(Ok(()), |key| Err(invalid(&format!("`{place}{key}` should NOT have additional property"))))
}

type Listed = (Vec<(String, String)>, BTreeMap<String, u64>);

fn listed(files: &[Value]) -> Result<Listed, Refusal> {
    let (mut list, mut sizes, mut paths, mut folders) = (Vec::new(), BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
    for (at, file) in files.iter().enumerate() {
        let place = format!("files[{at}].");
        let file = file.as_object().ok_or_else(|| invalid(&format!("`{place}` should be object")))?;
        only(file, &FILE_KEYS, &place)?;
        let path = file.get("file").and_then(Value::as_str).unwrap_or_default();
        let fits = |part: &str| !matches!(part, "" | "." | "..");
        if !path.split('/').all(fits) || path.contains('\\') || path.chars().any(char::is_control) {
            return Err(invalid(&format!("`{place}file` is no relative path: {path}")));
        }
        let mode =
            file.get("mode").map(|mode| mode.as_u64().ok_or_else(|| invalid(&format!("`{place}mode`")))).transpose()?;
        let (sha, size) = (file.get("sha").and_then(Value::as_str), file.get("size").and_then(Value::as_u64));
        let (Some(sha), Some(size)) = (sha, size) else {
            // An empty folder is listed as such.
            match mode {
                Some(FOLDER) if sha.is_none() && size.is_none() => continue,
                _ => return Err(invalid(&format!("`{place}` should have `sha` and `size`"))),
            }
        };
        if sha.len() != 40 || !sha.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)) {
            return Err(invalid(&format!("`{place}sha` is no SHA-1")));
        }
        if !paths.insert(path.to_owned()) {
            return Err(refused(400, "conflicting_file_path", &format!("The file {path} is listed twice")));
        }
        folders.extend(path.match_indices('/').map(|(at, _)| path[..at].to_owned()));
        if sizes.insert(sha.to_owned(), size).is_some_and(|known| known != size) {
            return Err(invalid(&format!("`{place}size` differs from another one for the same content")));
        }
        list.push((path.to_owned(), sha.to_owned()));
    }
    match paths.intersection(&folders).next() {
        Some(path) => Err(refused(400, "conflicting_path_segment", &format!("{path} is a file and a folder"))),
        None => Ok((list, sizes)),
    }
}

fn state(deployment: &Deployment) -> &'static str {
    match (&deployment.site, deployment.is_ready) {
        (Err(_), _) => "ERROR",
        (Ok(_), true) => "READY",
        (Ok(_), false) => "BUILDING",
    }
}

/// A deployment as it is told of.
pub(super) fn told(account: &Account, deployment: &Deployment) -> Value {
    let project = &account.projects[&deployment.project];
    let is_live = project.live.as_ref() == Some(&deployment.id);
    let aliases: Vec<String> = if is_live {
        [format!("{}.vercel.app", project.name)].into_iter().chain(project.domains.keys().cloned()).collect()
    } else {
        Vec::new()
    };
    let substate = match (deployment.is_ready, deployment.assigned) {
        (false, _) => Value::Null,
        (true, None) => json!("STAGED"),
        (true, Some(_)) => json!("PROMOTED"),
    };
    let created = deployment.created.as_millisecond();
    json!({
        "id": deployment.id, "uid": deployment.id, "url": deployment.url, "name": project.name, "projectId": project.id,
        "ownerId": TEAM, "team": { "id": TEAM, "slug": "fleet", "name": "Fleet" }, "readyState": state(deployment), "status": state(deployment), "state": state(deployment),
        "readySubstate": substate, "target": if deployment.is_production { json!("production") } else { Value::Null },
        "alias": aliases, "aliasAssigned": deployment.is_ready.then_some(created), "aliasError": null,
        "errorMessage": deployment.site.as_ref().err(), "errorCode": deployment.site.as_ref().err().map(|_| "BUILD_OUTPUT"),
        "meta": deployment.meta, "created": created, "createdAt": created, "version": 2, "public": false,
        "creator": { "uid": "user_1", "username": "operator" }, "inspectorUrl": format!("https://vercel.com/fleet/{}", deployment.id),
        "isRollbackCandidate": deployment.assigned.is_some() && !is_live, "regions": ["iad1"], "type": "LAMBDAS",
    })
}

fn list(account: &mut Account, request: &Request, now: Timestamp) -> Result<Reply, Refusal> {
    account.walls.count(Counted::List, now)?;
    let number =
        |name: &str| request.parameter(name).map(|value| value.parse::<i64>().map_err(|_| invalid(name))).transpose();
    let limit = number("limit")?.unwrap_or(20);
    let (since, until) = (number("since")?.unwrap_or(0), number("until")?.unwrap_or(i64::MAX));
    if !(1..=100).contains(&limit) {
        return Err(invalid("`limit` should be between 1 and 100"));
    }
    let project = request.parameter("projectId").or_else(|| request.parameter("app"));
    let project = project.map(|key| account.project(key).map_or(key.to_owned(), |project| project.id.clone()));
    let metas: Vec<(&str, &str)> =
        request.query.split('&').filter_map(|pair| pair.strip_prefix("meta-")?.split_once('=')).collect();
    let fits = |deployment: &&Deployment| {
        let created = deployment.created.as_millisecond();
        let is_target = match request.parameter("target") {
            Some(target) => (target == "production") == deployment.is_production,
            None => true,
        };
        is_target
            && project.as_ref().is_none_or(|project| *project == deployment.project)
            && request.parameter("state").is_none_or(|states| states.split(',').any(|known| known == state(deployment)))
            && metas.iter().all(|(key, value)| deployment.meta.get(*key).map(String::as_str) == Some(*value))
            && (since..until).contains(&created)
    };
    let mut found: Vec<&Deployment> = account.deployments.values().filter(fits).collect();
    found.sort_by_key(|deployment| std::cmp::Reverse((deployment.created, &deployment.id)));
    let limit = usize::try_from(limit).unwrap();
    // A page ends where the next one can begin: deployments of one millisecond stay together.
    let mut end = limit.min(found.len());
    let moment = |at: usize| found[at].created.as_millisecond();
    while end > 1 && end < found.len() && moment(end - 1) == moment(end) {
        end -= 1;
    }
    let next = (end < found.len()).then(|| moment(end - 1));
    let deployments: Vec<Value> = found[..end].iter().map(|deployment| told(account, deployment)).collect();
    let pagination = json!({ "count": deployments.len(), "next": next, "prev": null });
    Ok(Reply::json(200, &json!({ "deployments": deployments, "pagination": pagination })))
}

fn delete(account: &mut Account, id: &str, now: Timestamp) -> Result<Reply, Refusal> {
    account.walls.count(Counted::Deletion, now)?;
    if !account.deployments.contains_key(id) {
        return Err(unknown());
    }
    if account.projects.values().any(|project| project.live.as_deref() == Some(id)) {
        return Err(refused(400, "bad_request", "The deployment is live; this double lets nobody delete it"));
    }
    account.deployments.remove(id);
    account.projects.values_mut().for_each(|project| project.past.retain(|past| past != id));
    Ok(Reply::json(200, &json!({ "uid": id, "state": "DELETED" })))
}

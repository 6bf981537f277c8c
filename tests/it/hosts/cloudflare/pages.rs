//! Pages: projects, their assets, deployments and domains.

use super::account::Account;
use super::envelope::{Outcome, Refusal, page};
use super::multipart::{self, Part};
use super::rules;
use super::serving::{Manner, Release};
use super::stock::Stock;
use crate::hosts::message::Request;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A project: one site.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    pub(crate) name: String,
    pub(super) branch: String,
    pub(crate) stock: Stock,
    /// The oldest first.
    pub(crate) deployments: Vec<Deployment>,
    /// The deployment that visitors see.
    pub(crate) live: Option<String>,
    pub(crate) domains: BTreeSet<String>,
    /// Keys that were said to be in use.
    pub(crate) kept: BTreeSet<String>,
}

/// One upload that was made a release.
#[derive(Debug, Clone)]
pub(crate) struct Deployment {
    pub(crate) id: String,
    pub(crate) branch: String,
    pub(crate) commit_hash: String,
    pub(super) commit_message: String,
    pub(super) created: Timestamp,
    pub(crate) release: Release,
    /// How often its status is still told as unfinished.
    pub(super) unfinished: usize,
    pub(super) failed: bool,
}

/// What one call for an upload may hold.
const MOST_FILES: usize = 2000;
const MOST_BYTES: usize = 40 << 20;
const LONGEST_MESSAGE: usize = 384;

impl Project {
    /// What visitors see.
    pub(super) fn release(&self) -> Option<&Release> {
        let live = self.live.as_deref()?;
        self.deployments.iter().find(|deployment| deployment.id == live).map(|deployment| &deployment.release)
    }

    /// What is seen at `left.<project>.pages.dev`: a deployment alone, or the newest of a branch that is not live.
    pub(super) fn preview(&self, left: &str) -> Option<&Release> {
        let alone = |deployment: &&Deployment| deployment.id.starts_with(left) && left.len() == 8;
        let of_branch = |deployment: &&Deployment| deployment.branch != self.branch && slug(&deployment.branch) == left;
        let found = self.deployments.iter().rev().find(|deployment| alone(deployment) || of_branch(deployment))?;
        Some(&found.release)
    }

    fn told(&self) -> Value {
        let tell = |deployment: Option<&Deployment>| deployment.map(|deployment| self.tell(deployment));
        let live = self.deployments.iter().find(|deployment| Some(&deployment.id) == self.live.as_ref());
        json!({
            "id": format!("project-{}", self.name),
            "name": self.name,
            "subdomain": format!("{}.pages.dev", self.name),
            "domains": self.domains,
            "production_branch": self.branch,
            "deployment_configs": { "production": {}, "preview": {} },
            "latest_deployment": tell(self.deployments.last()),
            "canonical_deployment": tell(live),
        })
    }

    fn tell(&self, deployment: &Deployment) -> Value {
        let short = &deployment.id[..8];
        let (stage, status) = match (deployment.unfinished, deployment.failed) {
            (0, false) => ("deploy", "success"),
            (0, true) => ("deploy", "failure"),
            _ => ("queued", "active"),
        };
        json!({
            "id": deployment.id,
            "short_id": short,
            "project_name": self.name,
            "environment": if deployment.branch == self.branch { "production" } else { "preview" },
            "url": format!("https://{short}.{}.pages.dev", self.name),
            "aliases": (deployment.branch != self.branch)
                .then(|| json!([format!("https://{}.{}.pages.dev", slug(&deployment.branch), self.name)])),
            "created_on": deployment.created.to_string(),
            "modified_on": deployment.created.to_string(),
            "latest_stage": { "name": stage, "status": status, "started_on": null, "ended_on": null },
            "deployment_trigger": { "type": "ad_hoc", "metadata": {
                "branch": deployment.branch,
                "commit_hash": deployment.commit_hash,
                "commit_message": deployment.commit_message,
                "commit_dirty": false,
            } },
            "is_skipped": false,
        })
    }
}

/// A branch as a part of a host name.
fn slug(branch: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    branch.chars().map(plain).take(28).collect()
}

/// Everything below `/accounts/A/pages/projects`.
pub(super) fn projects(account: &mut Account, request: &Request, rest: &[&str]) -> Outcome {
    match (request.method.as_str(), rest) {
        ("GET", []) => {
            let all: Vec<_> = account.projects.values().map(Project::told).collect();
            Ok(paged(request, &all, 10))
        }
        ("POST", []) => create_project(account, &request.json()),
        (_, [name, rest @ ..]) => {
            let missing = "Project not found. The specified project name does not match any of your existing projects.";
            let now = account.now;
            if rest == ["upload-token"] && account.projects.contains_key(*name) {
                return Ok(json!({ "jwt": account.asset_token(name) }));
            }
            if request.method == "DELETE" && rest.is_empty() {
                return account
                    .projects
                    .remove(*name)
                    .map(|_| Value::Null)
                    .ok_or_else(|| Refusal::missing("a project"));
            }
            let (next, fails) = (account.next_id(), account.fails_next);
            let unfinished = account.settles_after;
            let project = account.projects.get_mut(*name).ok_or_else(|| Refusal::new(404, 8_000_007, missing))?;
            match (request.method.as_str(), rest) {
                ("GET", []) => Ok(project.told()),
                ("GET", ["deployments"]) => Ok(list_deployments(project, request)),
                ("POST", ["deployments"]) => {
                    let mut made = deployment(project, request, next, now)?;
                    (made.unfinished, made.failed) = (unfinished, fails);
                    let told = enter(project, made);
                    account.fails_next = false;
                    Ok(told)
                }
                (_, ["deployments", id, rest @ ..]) => one_deployment(project, request, id, rest),
                (_, ["domains", rest @ ..]) => domains(account, request, name, rest),
                _ => Err(Refusal::missing(&request.path)),
            }
        }
        _ => Err(Refusal::missing(&request.path)),
    }
}

fn create_project(account: &mut Account, wish: &Value) -> Outcome {
    let (Some(name), Some(branch)) = (wish["name"].as_str(), wish["production_branch"].as_str()) else {
        return Err(Refusal::bad("a project needs `name` and `production_branch`"));
    };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || name.len() > 58 || name.starts_with('-') || !name.chars().all(plain) {
        return Err(Refusal::bad(format!("`{name}` cannot name a project")));
    }
    if account.projects.contains_key(name) {
        return Err(Refusal::new(
            409,
            8_000_002,
            "A project with this name already exists. Choose a different project name.",
        ));
    }
    if account.projects.len() >= account.most_projects {
        return Err(Refusal::new(400, 8_000_027, "You have reached the maximum number of projects for this account."));
    }
    let project = Project {
        name: name.to_owned(),
        branch: branch.to_owned(),
        stock: Stock::default(),
        deployments: Vec::new(),
        live: None,
        domains: BTreeSet::new(),
        kept: BTreeSet::new(),
    };
    let told = project.told();
    account.projects.insert(name.to_owned(), project);
    Ok(told)
}

/// The calls that carry the token for assets, and neither account nor project in their path.
pub(super) fn assets(account: &mut Account, request: &Request, call: &str) -> Outcome {
    let claims = account.mint.read(request.bearer(), "pages", account.now)?;
    let project = claims["project"].as_str().and_then(|name| account.projects.get_mut(name));
    let project = project.ok_or_else(|| Refusal::new(401, 8_000_013, "Authorization failed"))?;
    let body = request.json();
    match call {
        "check-missing" => {
            let missing = keys(&body)?.into_iter().filter(|key| !project.stock.blobs.contains_key(key));
            Ok(json!(missing.collect::<BTreeSet<_>>()))
        }
        "upsert-hashes" => {
            project.kept.extend(keys(&body)?);
            Ok(Value::Null)
        }
        "upload" => upload(project, &body),
        _ => Err(Refusal::missing(&request.path)),
    }
}

fn keys(body: &Value) -> Result<Vec<String>, Refusal> {
    let hashes = body["hashes"].as_array().ok_or_else(|| Refusal::bad("`hashes` is missing"))?;
    let text = hashes.iter().map(|hash| hash.as_str().filter(|hash| super::stock::is_key(hash)).map(str::to_owned));
    text.collect::<Option<_>>().ok_or_else(|| Refusal::bad("`hashes` holds something that is no key"))
}

fn upload(project: &mut Project, body: &Value) -> Outcome {
    let files = body.as_array().filter(|files| !files.is_empty()).ok_or_else(|| Refusal::bad("no files"))?;
    if files.len() > MOST_FILES {
        return Err(Refusal::new(413, 10_021, format!("{} files in one call, the most is {MOST_FILES}", files.len())));
    }
    // Nothing is kept of a call that is refused.
    let (mut stock, mut bytes) = (project.stock.clone(), 0);
    for file in files {
        let (Some(key), Some(value)) = (file["key"].as_str(), file["value"].as_str()) else {
            return Err(Refusal::bad("a file needs `key` and `value`"));
        };
        let kind = file["metadata"]["contentType"].as_str().ok_or_else(|| Refusal::bad("`contentType` is missing"))?;
        if file["base64"] != true {
            return Err(Refusal::bad("`base64` is missing"));
        }
        bytes += stock.take(key, value, Some(kind))?;
    }
    if bytes > MOST_BYTES {
        return Err(Refusal::new(413, 10_021, format!("{bytes} bytes in one call, the most is {MOST_BYTES}")));
    }
    project.stock = stock;
    Ok(Value::Null)
}

fn deployment(project: &Project, request: &Request, id: String, created: Timestamp) -> Result<Deployment, Refusal> {
    let parts = multipart::parts(request)?;
    let known = ["manifest", "branch", "commit_message", "commit_hash", "commit_dirty", "_headers", "_redirects"];
    let of_tools = ["wrangler_config_hash", "pages_build_output_dir"];
    let strange = parts.iter().find(|part| !known.contains(&&*part.name) && !of_tools.contains(&&*part.name));
    if let Some(part) = strange {
        return Err(Refusal::bad(format!("the form has a field `{}`", part.name)));
    }
    let part = |name: &str| parts.iter().find(|part| part.name == name);
    let text = |name: &str| part(name).map(Part::text).transpose();
    let manifest = text("manifest")?.ok_or_else(|| Refusal::bad("the form has no `manifest`"))?;
    let files: BTreeMap<String, String> =
        serde_json::from_str(manifest).map_err(|fault| Refusal::bad(format!("`manifest`: {fault}")))?;
    if let Some(path) = files.keys().find(|path| !path.starts_with('/') || path.contains('\\')) {
        return Err(Refusal::bad(format!("`{path}` is no path of a manifest")));
    }
    project.stock.check(&files)?;
    let bytes = part("commit_message").map(|part| part.bytes.as_slice()).unwrap_or_default();
    let message = std::str::from_utf8(bytes).ok().filter(|message| message.len() <= LONGEST_MESSAGE);
    let wrong = "Invalid commit message, it must be a valid UTF-8 string.";
    let message = message.ok_or_else(|| Refusal::new(400, 8_000_111, wrong))?;
    let release = Release {
        manner: Manner::Pages,
        files,
        // Lines that are no rules are passed over in silence.
        redirects: rules::redirects(text("_redirects")?.unwrap_or_default()).0,
        headers: rules::headers(text("_headers")?.unwrap_or_default()).0,
        not_found_pages: true,
    };
    Ok(Deployment {
        id,
        branch: text("branch")?.unwrap_or(&project.branch).to_owned(),
        commit_hash: text("commit_hash")?.unwrap_or_default().to_owned(),
        commit_message: message.to_owned(),
        created,
        release,
        unfinished: 0,
        failed: false,
    })
}

fn enter(project: &mut Project, deployment: Deployment) -> Value {
    if deployment.branch == project.branch && deployment.unfinished == 0 && !deployment.failed {
        project.live = Some(deployment.id.clone());
    }
    let mut told = project.tell(&deployment);
    told["latest_stage"] = json!({ "name": "queued", "status": "active", "started_on": null, "ended_on": null });
    project.deployments.push(deployment);
    told
}

fn list_deployments(project: &Project, request: &Request) -> Value {
    let wish = request.parameter("env");
    let all = project.deployments.iter().rev().map(|deployment| project.tell(deployment));
    let all: Vec<_> = all.filter(|told| wish.is_none_or(|wish| told["environment"] == wish)).collect();
    paged(request, &all, 25)
}

fn paged(request: &Request, all: &[Value], most: usize) -> Value {
    let number = |name: &str| request.parameter(name).and_then(|value| value.parse::<usize>().ok());
    page(all, number("page").unwrap_or(1).max(1), number("per_page").unwrap_or(most).clamp(1, most))
}

fn one_deployment(project: &mut Project, request: &Request, id: &str, rest: &[&str]) -> Outcome {
    let at = project.deployments.iter().position(|deployment| deployment.id == id);
    let at = at.ok_or_else(|| Refusal::new(404, 8_000_009, "Deployment not found"))?;
    let is_live = project.live.as_deref() == Some(id);
    let production = project.deployments[at].branch == project.branch;
    match (request.method.as_str(), rest) {
        ("GET", []) => {
            let told = project.tell(&project.deployments[at]);
            let deployment = &mut project.deployments[at];
            let is_ready = deployment.unfinished == 1 && production && !deployment.failed;
            deployment.unfinished = deployment.unfinished.saturating_sub(1);
            if is_ready {
                project.live = Some(id.to_owned());
            }
            Ok(told)
        }
        ("GET", ["history", "logs"]) => {
            let line = if project.deployments[at].failed { "Failed: an internal error occurred." } else { "Success" };
            Ok(json!({ "total": 1, "data": [{ "ts": project.deployments[at].created.to_string(), "line": line }] }))
        }
        ("POST", ["rollback"]) if production && !project.deployments[at].failed => {
            project.live = Some(id.to_owned());
            Ok(project.tell(&project.deployments[at]))
        }
        ("POST", ["rollback"]) => Err(Refusal::new(400, 8_000_039, "This deployment cannot be rolled back to.")),
        ("DELETE", []) if is_live => {
            Err(Refusal::new(400, 8_000_034, "You cannot delete the active production deployment."))
        }
        ("DELETE", []) if !production && request.parameter("force") != Some("true") => {
            let said = "You cannot delete an aliased deployment without a `?force=true` parameter.";
            Err(Refusal::new(400, 8_000_035, said))
        }
        ("DELETE", []) => {
            project.deployments.remove(at);
            Ok(Value::Null)
        }
        _ => Err(Refusal::missing(&request.path)),
    }
}

fn domains(account: &mut Account, request: &Request, project: &str, rest: &[&str]) -> Outcome {
    let target = format!("{project}.pages.dev");
    let tell = |account: &Account, name: &str| {
        let status = if account.points_at(name, &target) { "active" } else { "pending" };
        json!({ "id": name, "name": name, "status": status, "verification_data": { "status": status },
            "validation_data": { "method": "http", "status": status } })
    };
    let taken = account.is_taken(rest.first().copied().unwrap_or_default());
    let wish = request.json()["name"].as_str().map(str::to_owned);
    let names = account.projects[project].domains.clone();
    match (request.method.as_str(), rest) {
        ("GET", []) => Ok(names.iter().map(|name| tell(account, name)).collect()),
        ("POST", []) => {
            let name = wish.ok_or_else(|| Refusal::bad("`name` is missing"))?;
            if account.is_taken(&name) {
                return Err(Refusal::new(409, 8_000_018, "You have already added this custom domain."));
            }
            account.projects.get_mut(project).unwrap().domains.insert(name.clone());
            Ok(tell(account, &name))
        }
        (_, [name]) if !taken || !names.contains(*name) => {
            Err(Refusal::new(404, 8_000_021, format!("no domain {name}")))
        }
        ("GET" | "PATCH", [name]) => Ok(tell(account, name)),
        ("DELETE", [name]) => {
            account.projects.get_mut(project).unwrap().domains.remove(*name);
            Ok(Value::Null)
        }
        _ => Err(Refusal::missing(&request.path)),
    }
}

//! Domains of projects, and aliases of deployments.

use super::account::{Account, Domain};
use super::envelope::{Refusal, invalid, refused};
use super::walls::{Counted, Plan};
use crate::hosts::message::{Reply, Request};
use jiff::Timestamp;
use serde_json::{Value, json};

const MOST_OF_HOBBY: usize = 50;

/// Answers whatever is about the domains of the project with this id.
pub(super) fn answer(
    account: &mut Account,
    request: &Request,
    project: &str,
    rest: &[&str],
    now: Timestamp,
) -> Result<Reply, Refusal> {
    let unknown = || refused(404, "not_found", "Project Domain not found");
    match (request.method.as_str(), rest) {
        ("POST", []) => add(account, request, project, now),
        ("GET", []) => {
            let domains = account.projects[project].domains.iter();
            let domains: Vec<Value> = domains.map(|(name, domain)| told(project, name, domain)).collect();
            Ok(Reply::json(200, &json!({ "domains": domains, "pagination": { "next": null } })))
        }
        ("GET", [name]) => {
            let domain = account.projects[project].domains.get(*name).ok_or_else(unknown)?;
            Ok(Reply::json(200, &told(project, name, domain)))
        }
        ("DELETE", [name]) => {
            account.walls.count(Counted::Domain, now)?;
            let domains = &mut account.projects.get_mut(project).unwrap().domains;
            domains.remove(*name).map(|_| Reply::json(200, &json!({}))).ok_or_else(unknown)
        }
        ("POST", [name, "verify"]) => {
            let entered = account.records.get(&format!("_vercel.{}", apex(name))).cloned();
            let domain = account.projects.get_mut(project).unwrap().domains.get_mut(*name).ok_or_else(unknown)?;
            domain.is_verified |= entered.as_ref() == Some(&domain.proof);
            if domain.is_verified {
                Ok(Reply::json(200, &told(project, name, domain)))
            } else {
                let message = format!("Domain _vercel.{} is missing required TXT Record", apex(name));
                Err(refused(400, "missing_txt_record", &message))
            }
        }
        _ => Err(refused(404, "not_found", &format!("{} {} is not known", request.method, request.path))),
    }
}

fn add(account: &mut Account, request: &Request, project: &str, now: Timestamp) -> Result<Reply, Refusal> {
    let body = request.json();
    let name = body["name"].as_str().unwrap_or_default();
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-*".contains(&byte);
    if !name.contains('.') || !name.bytes().all(fits) {
        return Err(refused(400, "invalid_domain", &format!("The domain {name} is not valid")));
    }
    account.walls.count(Counted::Domain, now)?;
    let owner = account.projects.values().find(|known| known.domains.contains_key(name)).map(|known| known.id.clone());
    match owner {
        Some(owner) if owner == project => {
            let message = format!("Cannot add {name} since it's already in use by your project.");
            return Err(refused(400, "domain_already_in_use", &message));
        }
        Some(owner) => {
            let message = format!("Cannot add {name} since it's already assigned to another project.");
            return Err(refused(409, "domain_taken", &message).with("projectId", json!(owner)));
        }
        None => {}
    }
    if account.plan == Plan::Hobby && account.projects[project].domains.len() >= MOST_OF_HOBBY {
        return Err(refused(402, "too_many_domains", "You have reached the limit of domains of a project"));
    }
    let is_verified = !account.foreign.iter().any(|foreign| foreign == apex(name));
    let proof = format!("vc-domain-verify={name},{}", &account.next_id("proof")[6..26]);
    let domain = Domain { is_verified, proof };
    let told = told(project, name, &domain);
    account.projects.get_mut(project).unwrap().domains.insert(name.to_owned(), domain);
    Ok(Reply::json(200, &told))
}

/// The last two parts of a name.
fn apex(name: &str) -> &str {
    name.rmatch_indices('.').nth(1).map_or(name, |(at, _)| &name[at + 1..])
}

fn told(project: &str, name: &str, domain: &Domain) -> Value {
    let mut told =
        json!({ "name": name, "apexName": apex(name), "projectId": project, "verified": domain.is_verified });
    if !domain.is_verified {
        let record = format!("_vercel.{}", apex(name));
        told["verification"] = json!([{ "type": "TXT", "domain": record, "value": domain.proof, "reason": "pending_domain_verification" }]);
    }
    told
}

/// Whether a name leads to the service.
pub(super) fn config(account: &Account, name: &str) -> Reply {
    let leads_elsewhere = account.records.get(name).is_some_and(|to| to != "76.76.21.21");
    Reply::json(
        200,
        &json!({ "misconfigured": leads_elsewhere, "configuredBy": if leads_elsewhere { Value::Null } else { json!("A") },
            "recommendedIPv4": [{ "rank": 1, "value": ["76.76.21.21"] }],
            "recommendedCNAME": [{ "rank": 1, "value": "cname.vercel-dns.com." }] }),
    )
}

/// Gives a deployment a further name.
pub(super) fn alias(account: &mut Account, request: &Request, id: &str) -> Result<Reply, Refusal> {
    let body = request.json();
    let alias = body["alias"].as_str().ok_or_else(|| invalid("missing required property `alias`"))?;
    let deployment = account.deployments.get(id).ok_or_else(|| refused(404, "not_found", "Deployment not found"))?;
    if !deployment.is_ready {
        return Err(refused(400, "deployment_not_ready", "The deployment is not ready"));
    }
    let project = deployment.project.clone();
    let owner = account.projects.values().find(|known| known.domains.contains_key(alias)).map(|known| known.id.clone());
    if owner.is_some_and(|owner| owner != project) {
        return Err(refused(403, "alias_in_use", &format!("The alias {alias} belongs to another project")));
    }
    let uid = account.next_id("als");
    Ok(Reply::json(200, &json!({ "uid": uid, "alias": alias })))
}

//! The upload that makes a version of a Worker: metadata, modules, and the token that says which assets belong to it.

use super::account::Account;
use super::envelope::Refusal;
use super::multipart;
use super::rules;
use super::serving::{Manner, Release};
use super::workers::{Code, Version};
use crate::hosts::message::Request;
use serde_json::Value;
use std::collections::BTreeMap;

const CONFIG: [&str; 6] =
    ["html_handling", "not_found_handling", "run_worker_first", "_headers", "_redirects", "base_path"];
const RULES: usize = 100;
const LONGEST_TAG: usize = 100;

/// Reads the form of a version.
pub(super) fn version(account: &mut Account, request: &Request, name: &str) -> Result<Version, Refusal> {
    let parts = multipart::parts(request)?;
    let metadata = parts.iter().find(|part| part.name == "metadata");
    let metadata = metadata.ok_or_else(|| Refusal::bad("the form has no `metadata`"))?.text()?;
    let metadata: Value =
        serde_json::from_str(metadata).map_err(|fault| Refusal::bad(format!("`metadata`: {fault}")))?;
    if metadata["compatibility_date"].as_str().is_none_or(|date| date.parse::<jiff::civil::Date>().is_err()) {
        return Err(Refusal::bad("`compatibility_date` is missing"));
    }
    let token = metadata["assets"]["jwt"].as_str();
    let claims = account.mint.read(token, "complete", account.now)?;
    let (worker, session) = (account.workers.get(name), claims["session"].as_str().unwrap_or_default());
    let stocked = worker.and_then(|worker| Some((worker.sessions.get(session)?.files.clone(), &worker.stock)));
    let (files, stock) = stocked.ok_or_else(|| Refusal::bad("the token belongs to another Worker"))?;
    stock.check(&files)?;
    let config = metadata["assets"]["config"].clone();
    let note = |key: &str| metadata["annotations"][key].as_str().unwrap_or_default().to_owned();
    let (tag, message) = (note("workers/tag"), note("workers/message"));
    if tag.len() > LONGEST_TAG {
        return Err(Refusal::bad("`workers/tag` is longer than 100 bytes"));
    }
    let modules: BTreeMap<_, _> = parts
        .iter()
        .filter(|part| part.name != "metadata")
        .map(|part| (part.name.clone(), part.bytes.clone()))
        .collect();
    let code = code(&metadata, &config, modules)?;
    let release = release(&config, files)?;
    Ok(Version { id: account.next_id(), created: account.now, tag, message, release, config, code })
}

fn release(config: &Value, files: BTreeMap<String, String>) -> Result<Release, Refusal> {
    let empty = serde_json::Map::new();
    if let Some(strange) = config.as_object().unwrap_or(&empty).keys().find(|key| !CONFIG.contains(&key.as_str())) {
        return Err(Refusal::bad(format!("`assets.config` has no key `{strange}`")));
    }
    let word = |key: &str, usual: &'static str| config[key].as_str().unwrap_or(usual).to_owned();
    let (html, missing) = (word("html_handling", "auto-trailing-slash"), word("not_found_handling", "none"));
    // The others exist; the double serves only what hectare and the usual settings of wrangler ask for.
    if html != "auto-trailing-slash" || !["none", "404-page"].contains(&missing.as_str()) {
        return Err(Refusal::bad(format!("the double does not know `{html}` with `{missing}`")));
    }
    let (redirects, wrong) = rules::redirects(config["_redirects"].as_str().unwrap_or_default());
    if let Some(line) = wrong.first() {
        return Err(Refusal::new(400, 100_324, format!("Invalid _redirects configuration: `{line}`")));
    }
    let (headers, wrong) = rules::headers(config["_headers"].as_str().unwrap_or_default());
    if let Some(line) = wrong.first() {
        return Err(Refusal::new(400, 100_325, format!("Invalid _headers configuration: `{line}`")));
    }
    let not_found_pages = missing == "404-page";
    Ok(Release { manner: Manner::Worker, files, redirects, headers, not_found_pages })
}

fn code(metadata: &Value, config: &Value, modules: BTreeMap<String, Vec<u8>>) -> Result<Option<Code>, Refusal> {
    let first = match &config["run_worker_first"] {
        Value::Null | Value::Bool(false) => Vec::new(),
        Value::Bool(true) => vec!["/*".to_owned()],
        Value::Array(rules) => rules.iter().map(|rule| rule.as_str().unwrap_or_default().to_owned()).collect(),
        other => return Err(Refusal::bad(format!("`run_worker_first` is {other}"))),
    };
    let sound = |rule: &String| rule.len() <= RULES && (rule.starts_with('/') || rule.starts_with("!/"));
    if first.len() > RULES
        || !first.iter().all(sound)
        || (!first.is_empty() && first.iter().all(|rule| rule.starts_with('!')))
    {
        return Err(Refusal::bad("`run_worker_first` holds a rule that is none"));
    }
    let Some(main) = metadata["main_module"].as_str() else {
        let alone = first.is_empty() && modules.is_empty();
        return if alone { Ok(None) } else { Err(Refusal::bad("`main_module` is missing")) };
    };
    if !modules.contains_key(main) {
        return Err(Refusal::bad(format!("the form has no module `{main}`")));
    }
    let bound =
        metadata["bindings"].as_array().is_some_and(|all| all.iter().any(|binding| binding["type"] == "assets"));
    if !bound {
        return Err(Refusal::bad("a script with assets needs a binding of the type `assets`"));
    }
    Ok(Some(Code { main: main.to_owned(), modules, first }))
}

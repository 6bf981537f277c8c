//! Upload sessions of Workers: the host says in which calls it wants the files that it has not.

use super::account::Account;
use super::envelope::{Outcome, Refusal};
use super::multipart;
use super::stock::{LARGEST, is_key};
use crate::hosts::message::Request;
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What a client said it would upload.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// `/path` to key.
    pub(super) files: BTreeMap<String, String>,
    sizes: BTreeMap<String, u64>,
    missing: BTreeSet<String>,
}

const LONGEST: i64 = 3600;
const BUCKET_FILES: usize = 1000;
const BUCKET_BYTES: u64 = 25 << 20;

/// Opens a session.
pub(super) fn begin(account: &mut Account, request: &Request, script: &str) -> Outcome {
    let body = request.json();
    let wished = body["manifest"].as_object().ok_or_else(|| Refusal::bad("`manifest` is missing"))?;
    if wished.len() > account.most_files {
        return Err(Refusal::new(400, 100_328, format!("{} files, the most is {}", wished.len(), account.most_files)));
    }
    let (mut files, mut sizes) = (BTreeMap::new(), BTreeMap::new());
    for (path, entry) in wished {
        let (Some(hash), Some(size)) = (entry["hash"].as_str(), entry["size"].as_u64()) else {
            return Err(Refusal::bad(format!("`{path}` needs `hash` and `size`")));
        };
        if !path.starts_with('/') || !is_key(hash) {
            return Err(Refusal::bad(format!("`{path}` with the hash `{hash}` is no entry of a manifest")));
        }
        if size > LARGEST as u64 {
            return Err(Refusal::new(413, 10_021, format!("`{path}` has {size} bytes, the most is {LARGEST}")));
        }
        files.insert(path.clone(), hash.to_owned());
        sizes.insert(hash.to_owned(), size);
    }
    let worker = account.workers.entry(script.to_owned()).or_default();
    let missing: BTreeSet<_> = sizes.keys().filter(|key| !worker.stock.blobs.contains_key(*key)).cloned().collect();
    let (buckets, done) = (buckets(&missing, &sizes), missing.is_empty());
    let id = account.next_id();
    let worker = account.workers.entry(script.to_owned()).or_default();
    worker.sessions.insert(id.clone(), Session { files, sizes, missing });
    Ok(json!({ "jwt": token(account, if done { "complete" } else { "session" }, script, &id), "buckets": buckets }))
}

fn buckets(missing: &BTreeSet<String>, sizes: &BTreeMap<String, u64>) -> Vec<Vec<String>> {
    let (mut all, mut bytes) = (Vec::<Vec<String>>::new(), 0);
    for key in missing {
        let fits = all.last().is_some_and(|last| last.len() < BUCKET_FILES) && bytes + sizes[key] <= BUCKET_BYTES;
        if !fits {
            all.push(Vec::new());
            bytes = 0;
        }
        bytes += sizes[key];
        all.last_mut().unwrap().push(key.clone());
    }
    all
}

fn token(account: &Account, kind: &str, script: &str, session: &str) -> String {
    let claims = json!({ "kind": kind, "script": script, "session": session });
    account.mint.issue(claims, account.now + SignedDuration::from_secs(LONGEST))
}

/// Takes in the files of one call; the call that completes the session is answered with another token.
pub(super) fn take(account: &mut Account, request: &Request) -> Outcome {
    let claims = account.mint.read(request.bearer(), "session", account.now)?;
    let (script, id) = (claims["script"].as_str().unwrap().to_owned(), claims["session"].as_str().unwrap().to_owned());
    if request.parameter("base64") != Some("true") {
        return Err(Refusal::bad("`base64=true` is missing"));
    }
    let worker = account.workers.get_mut(&script).ok_or_else(|| Refusal::missing("a session"))?;
    let mut session = worker.sessions.get(&id).cloned().ok_or_else(|| Refusal::missing("a session"))?;
    let mut stock = worker.stock.clone();
    for part in multipart::parts(request)? {
        let Some(size) = session.sizes.get(&part.name) else {
            return Err(Refusal::bad(format!("{} was not announced", part.name)));
        };
        if part.filename.as_deref() != Some(part.name.as_str()) {
            return Err(Refusal::bad(format!("{} has another file name", part.name)));
        }
        let kind = part.kind.as_deref().filter(|kind| *kind != "application/null");
        let taken = stock.take(&part.name, part.text()?, kind)?;
        if taken as u64 != *size {
            return Err(Refusal::bad(format!("{} has {taken} bytes, {size} were announced", part.name)));
        }
        session.missing.remove(&part.name);
    }
    let done = session.missing.is_empty();
    (worker.stock, worker.sessions) = (stock, std::mem::take(&mut worker.sessions));
    worker.sessions.insert(id.clone(), session);
    Ok(if done { json!({ "jwt": token(account, "complete", &script, &id) }) } else { Value::Null })
}

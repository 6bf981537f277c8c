//! Files that are sent.

use super::account::{Account, Stored};
use super::envelope::{Refusal, refused};
use super::walls::Counted;
use crate::hosts::message::{Reply, Request};
use jiff::Timestamp;
use serde_json::json;
use sha1::{Digest, Sha1};

/// Takes a file; the same answer whether it is new or not.
pub(super) fn take(account: &mut Account, request: &Request, now: Timestamp) -> Result<Reply, Refusal> {
    if request.method != "POST" {
        return Err(refused(405, "method_unknown", "The method is not allowed here"));
    }
    let header = |names: [&str; 2]| names.into_iter().find_map(|name| request.header(name));
    let digest = header(["x-now-digest", "x-vercel-digest"]).unwrap_or_default();
    let is_digest =
        digest.len() == 40 && digest.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if !is_digest {
        return Err(refused(400, "bad_request", "The header `x-vercel-digest` is missing or invalid"));
    }
    if request.header("content-length").is_none() {
        return Err(refused(400, "bad_request", "The length of the file is not known"));
    }
    account.walls.count(Counted::Upload, now)?;
    if header(["x-now-size", "x-vercel-size"]).is_some_and(|size| size != request.body.len().to_string()) {
        return Err(refused(400, "bad_request", "File size is not valid"));
    }
    if digest != sha1(&request.body) {
        return Err(refused(400, "bad_request", "Digest is not valid"));
    }
    let stored = account.files.entry(digest.to_owned());
    stored.or_insert_with(|| Stored { bytes: request.body.clone().into(), sent: 0 }).sent += 1;
    Ok(Reply::json(200, &json!({ "urls": [] })))
}

/// The name of a content.
pub(crate) fn sha1(bytes: &[u8]) -> String {
    Sha1::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

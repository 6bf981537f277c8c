//! How the API words its answers: every one is wrapped, and names a ray by which support finds it.

use crate::hosts::message::Reply;
use serde_json::{Value, json};

/// What a call comes to: a result, or why not.
pub(super) type Outcome = Result<Value, Refusal>;

/// Why a call was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// In the words of the API.
    Said { status: u16, code: u32, message: String },
    /// A token for assets that has run out; the one answer that is no JSON.
    Expired,
}

impl Refusal {
    pub(super) fn new(status: u16, code: u32, message: impl Into<String>) -> Self {
        Self::Said { status, code, message: message.into() }
    }

    /// Something about the request itself is wrong.
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(400, 10_021, message)
    }

    pub(super) fn missing(what: &str) -> Self {
        Self::new(404, 7003, format!("Could not route to {what}, perhaps your object identifier is invalid?"))
    }

    pub(super) fn reply(self) -> Reply {
        match self {
            Self::Expired => Reply::text(403, "Expired JWT"),
            Self::Said { status, code, message } => refused(status, code, &message),
        }
    }
}

/// A failure in the API's words.
pub(super) fn refused(status: u16, code: u32, message: &str) -> Reply {
    let errors = json!([{ "code": code, "message": message }]);
    Reply::json(status, &json!({ "result": null, "success": false, "errors": errors, "messages": [] }))
}

/// A result in the API's wrapping. A result that is a page of a list brings what is known about the list.
pub(super) fn wrapped(result: Value) -> Reply {
    let mut envelope = json!({ "success": true, "errors": [], "messages": [] });
    match result.get("paged") {
        Some(parts) => (envelope["result"], envelope["result_info"]) = (parts[0].clone(), parts[1].clone()),
        None => envelope["result"] = result,
    }
    Reply::json(200, &envelope)
}

/// One page of a list, as `page` and `per_page` ask for it.
pub(super) fn page(all: &[Value], page: usize, per_page: usize) -> Value {
    let shown: Vec<_> = all.iter().skip((page - 1) * per_page).take(per_page).cloned().collect();
    let pages = all.len().div_ceil(per_page);
    let info = json!({ "page": page, "per_page": per_page, "count": shown.len(), "total_count": all.len(), "total_pages": pages });
    json!({ "paged": [shown, info] })
}

//! How refusals are worded.

use crate::hosts::message::Reply;
use serde_json::{Value, json};

/// What is not done, and why.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    status: u16,
    error: Value,
    after: Option<i64>,
}

/// A refusal with a code and a message.
pub(super) fn refused(status: u16, code: &str, message: &str) -> Refusal {
    Refusal { status, error: json!({ "code": code, "message": message }), after: None }
}

/// A request that does not fit the description of the API.
pub(super) fn invalid(message: &str) -> Refusal {
    refused(400, "bad_request", &format!("Invalid request: {message}"))
}

impl Refusal {
    /// The same with more to it.
    #[must_use]
    pub(super) fn with(mut self, key: &str, value: Value) -> Self {
        self.error[key] = value;
        self
    }

    /// To be asked again after so many seconds.
    #[must_use]
    pub(super) fn after(self, seconds: i64) -> Self {
        Self { after: Some(seconds), ..self }
    }

    pub(super) fn reply(self) -> Reply {
        let reply = Reply::json(self.status, &json!({ "error": self.error }));
        match self.after {
            Some(seconds) => reply.with("retry-after", seconds.to_string()),
            None => reply,
        }
    }
}

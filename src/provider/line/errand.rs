//! What is asked of a host.

use super::Lane;
use crate::world::{Bytes, Method, Secret};
use serde::Serialize;

/// One thing to be asked of a host, as often as it takes.
#[derive(Debug, Clone)]
pub struct Errand {
    /// What it is for, as the end of "cannot …".
    pub(super) doing: String,
    pub(super) method: Method,
    /// Below the address of the host's API, with its query.
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Bytes,
    pub(super) lane: Lane,
    pub(super) urgent: bool,
    pub(super) pass: Option<Secret>,
}

/// Whether asking twice is the same as asking once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// It is: what is lost is asked again.
    Repeatable,
    /// It is not: after a lost answer, the host has to be asked what happened.
    Once,
}

impl Errand {
    /// An errand to `path`, which lies below the address of the host's API. `doing` says what for, as the end of "cannot …".
    pub fn new(doing: impl Into<String>, method: Method, path: &str) -> Self {
        let path = format!("/{}", path.trim_start_matches('/'));
        let (doing, headers, body) = (doing.into(), Vec::new(), Bytes::new());
        Self { doing, method, path, headers, body, lane: Lane::Requests, urgent: false, pass: None }
    }

    /// What it is for, as the end of "cannot …".
    pub fn doing(&self) -> &str {
        &self.doing
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Takes bytes along.
    #[must_use]
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), ..self }
    }

    /// Takes a value along as JSON.
    #[must_use]
    pub fn json(self, value: &impl Serialize) -> Self {
        // What cannot be written as JSON are maps whose keys are no names; no host is sent one.
        let body = serde_json::to_vec(value).unwrap_or_default();
        self.with("content-type", "application/json").body(body)
    }

    /// Says what it counts as at the host.
    #[must_use]
    pub fn counts_as(self, lane: Lane) -> Self {
        Self { lane, ..self }
    }

    /// It may use the reserve: something that visitors see is going back.
    #[must_use]
    pub fn urgent(self) -> Self {
        Self { urgent: true, ..self }
    }

    /// Shows this instead of the account's token.
    #[must_use]
    pub fn pass(self, pass: Secret) -> Self {
        Self { pass: Some(pass), ..self }
    }
}

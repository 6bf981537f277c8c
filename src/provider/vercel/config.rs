//! `config.json` of the Build Output API, version 3, as it is written.

use serde::Serialize;
use std::collections::BTreeMap;

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Config {
    version: u8,
    pub(super) routes: Vec<Step>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) overrides: BTreeMap<String, Override>,
}

/// A step in answering a request; the first one that fits decides, unless it says `continue`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(super) enum Step {
    /// What follows is asked at another moment: after looking for a file, or when there is none.
    Phase {
        /// Its name.
        handle: &'static str,
    },
    /// Something that is done for the requests that fit.
    Route(Box<Route>),
}

/// What is done for which requests.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Route {
    pub(super) src: String,
    /// Unless it is said, upper and lower case are the same to Vercel.
    pub(super) case_sensitive: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) has: Option<[Condition; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dest: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) headers: BTreeMap<String, String>,
    #[serde(rename = "continue", skip_serializing_if = "std::ops::Not::not")]
    pub(super) continues: bool,
}

/// What else has to hold of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Condition {
    #[serde(rename = "type")]
    kind: &'static str,
    value: String,
}

/// What is said about a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Override {
    /// The address that it is served at, without a slash in front, instead of its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) content_type: Option<&'static str>,
}

/// The longest `src` that is taken.
pub(super) const LONGEST_SRC: usize = 4_096;

impl Config {
    pub(super) fn new(routes: Vec<Step>, overrides: BTreeMap<String, Override>) -> Self {
        Self { version: 3, routes, overrides }
    }
}

impl Step {
    pub(super) fn phase(handle: &'static str) -> Self {
        Self::Phase { handle }
    }

    /// Sends visitors of the paths that fit `src` to another address.
    pub(super) fn redirect(src: String, status: u16, to: String) -> Self {
        let headers = BTreeMap::from([("Location".to_owned(), to)]);
        Self::Route(Box::new(Route { status: Some(status), headers, ..Route::of(src) }))
    }
}

impl Route {
    /// A route that does nothing yet for the paths that fit `src`.
    pub(super) fn of(src: String) -> Self {
        Self { src, case_sensitive: true, ..Self::default() }
    }
}

impl Condition {
    /// The request is for a host name that fits.
    pub(super) fn host(value: String) -> Self {
        Self { kind: "host", value }
    }
}

//! What Vercel says, as far as anything depends on it.

use serde::Deserialize;
use serde_json::{Map, Value};

/// A deployment. A list calls some things otherwise than a single answer does, and often by both names.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Deployment {
    id: Option<String>,
    uid: Option<String>,
    #[serde(default)]
    pub(super) project_id: String,
    pub(super) url: Option<String>,
    ready_state: Option<String>,
    state: Option<String>,
    pub(super) ready_substate: Option<String>,
    #[serde(default)]
    meta: Map<String, Value>,
    created: Option<i64>,
    created_at: Option<i64>,
    pub(super) error_message: Option<String>,
    pub(super) alias_error: Option<Trouble>,
}

/// What went wrong.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Trouble {
    #[serde(default)]
    pub(super) message: String,
}

/// A page of a list.
#[derive(Debug, Deserialize)]
pub(super) struct Listing {
    pub(super) deployments: Vec<Deployment>,
    #[serde(default)]
    pub(super) pagination: Pagination,
}

/// Where the next page begins.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Pagination {
    pub(super) next: Option<i64>,
}

/// A project.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Project {
    pub(super) id: String,
    #[serde(default)]
    pub(super) targets: Option<Targets>,
    pub(super) last_alias_request: Option<Switch>,
}

/// What a project shows.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Targets {
    pub(super) production: Option<Deployment>,
}

/// A change of what a project shows.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Switch {
    pub(super) job_status: String,
    pub(super) to_deployment_id: String,
}

/// A refusal.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Refusal {
    #[serde(default)]
    pub(super) error: Error,
}

/// Why.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Error {
    #[serde(default)]
    pub(super) code: String,
    #[serde(default)]
    pub(super) missing: Vec<String>,
    /// In seconds.
    pub(super) retry_after: Option<u32>,
}

/// A domain of a project.
#[derive(Debug, Deserialize)]
pub(super) struct Domain {
    pub(super) verified: bool,
    #[serde(default)]
    pub(super) verification: Vec<Proof>,
}

/// A record that proves whose a domain is.
#[derive(Debug, Deserialize)]
pub(super) struct Proof {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) domain: String,
    pub(super) value: String,
}

/// Whether a domain leads to Vercel.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Leading {
    #[serde(default)]
    pub(super) misconfigured: bool,
    #[serde(default, rename = "recommendedIPv4")]
    pub(super) addresses: Vec<Recommended<Vec<String>>>,
    #[serde(default, rename = "recommendedCNAME")]
    pub(super) names: Vec<Recommended<String>>,
}

/// Something to be entered in the DNS.
#[derive(Debug, Deserialize)]
pub(super) struct Recommended<T> {
    pub(super) value: T,
}

/// What hectare tells Vercel about a deployment for visitors: the label of its parcel.
pub(super) const LABEL: &str = "hectare";

/// The same about one for a preview: the name of the preview, and the label.
pub(super) const PREVIEW: &str = "hectarePreview";
pub(super) const PREVIEWED: &str = "hectarePreviewed";

impl Deployment {
    /// A deployment as it was told of before.
    pub(super) fn known(id: String, project_id: String, url: Option<String>, state: String, created: i64) -> Self {
        Self {
            id: Some(id),
            uid: None,
            project_id,
            url,
            ready_state: Some(state),
            state: None,
            ready_substate: None,
            meta: Map::new(),
            created: Some(created),
            created_at: None,
            error_message: None,
            alias_error: None,
        }
    }

    pub(super) fn id(&self) -> &str {
        self.id.as_deref().or(self.uid.as_deref()).unwrap_or_default()
    }

    pub(super) fn state(&self) -> &str {
        self.ready_state.as_deref().or(self.state.as_deref()).unwrap_or_default()
    }

    /// When it was asked for, in milliseconds since 1970.
    pub(super) fn created(&self) -> i64 {
        self.created.or(self.created_at).unwrap_or_default()
    }

    pub(super) fn label(&self) -> Option<&str> {
        self.told(LABEL)
    }

    /// What it was told under this name.
    pub(super) fn told(&self, mark: &str) -> Option<&str> {
        self.meta.get(mark)?.as_str()
    }

    /// Where it can be seen on its own.
    pub(super) fn address(&self) -> Option<String> {
        self.url.as_ref().map(|host| format!("https://{host}"))
    }
}

impl Project {
    /// What its domains show.
    pub(super) fn live(&self) -> Option<&Deployment> {
        self.targets.as_ref()?.production.as_ref()
    }
}

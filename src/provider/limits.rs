//! What a host allows, as its own pages said on a certain day.

use crate::model::{HostPlan, TargetKind};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// The numbers; what is not limited is none.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct HostLimits {
    /// The day on which the host's pages said so.
    pub since: toml::value::Date,
    /// Which pages.
    pub source: String,
    /// Files in one parcel.
    pub files: Option<u64>,
    /// Bytes of one file.
    pub file_bytes: Option<u64>,
    /// Parcels of one account.
    pub parcels: Option<u64>,
    /// Host names of one parcel.
    pub hosts: Option<u64>,
    /// Requests of one account.
    #[serde(default)]
    pub requests: Vec<Window>,
    /// Deployments of one account.
    #[serde(default)]
    pub deployments: Vec<Window>,
    /// Files that one account may send.
    #[serde(default)]
    pub uploads: Vec<Window>,
    /// Host names that one account may add or remove.
    #[serde(default)]
    pub host_changes: Vec<Window>,
}

/// So many within a time, whenever it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(from = "(u64, u64)")]
pub struct Window {
    /// How many.
    pub most: u64,
    /// Within which time.
    pub within: Duration,
}

impl From<(u64, u64)> for Window {
    fn from((most, seconds): (u64, u64)) -> Self {
        Self { most, within: Duration::from_secs(seconds) }
    }
}

/// Kind of host → plan → numbers.
type Tables = BTreeMap<String, BTreeMap<String, HostLimits>>;

impl HostLimits {
    /// What a host of this kind allows in this plan; of a plan that it does not have, what it allows in the plan that most people
    /// have.
    pub fn of(kind: TargetKind, plan: Option<HostPlan>) -> Option<Self> {
        let mut tables: Tables = toml::from_str(include_str!("limits.toml")).ok()?;
        let mut plans = tables.remove(kind.name())?;
        let plan = plan.unwrap_or(kind.usual_plan());
        plans.remove(plan.name()).or_else(|| plans.remove(kind.usual_plan().name()))
    }

    /// What one of so many machines may use of it while all of them do.
    #[must_use]
    pub fn shared_by(mut self, machines: u64) -> Self {
        let windows = [&mut self.requests, &mut self.deployments, &mut self.uploads, &mut self.host_changes];
        for window in windows.into_iter().flatten() {
            window.most = (window.most / machines.max(1)).max(1);
        }
        self
    }
}

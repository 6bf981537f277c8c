//! An account at the host, as its books show it.

use super::pages::Project;
use super::tokens::Mint;
use super::workers::Worker;
use super::zones::Zone;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Everything that one account has.
#[derive(Debug)]
pub(crate) struct Account {
    pub(super) id: String,
    /// The moment of the call that is being answered.
    pub(super) now: Timestamp,
    pub(super) mint: Mint,
    pub(crate) projects: BTreeMap<String, Project>,
    pub(crate) workers: BTreeMap<String, Worker>,
    /// By their names.
    pub(crate) zones: BTreeMap<String, Zone>,
    /// The Workers that whole hosts lead to.
    pub(crate) hosts: BTreeMap<String, String>,
    /// Whether somebody chose a name at `workers.dev`.
    pub(crate) has_subdomain: bool,
    pub(super) most_projects: usize,
    pub(super) most_workers: usize,
    pub(super) most_files: usize,
    /// How long tokens for the assets of Pages live, in seconds.
    pub(super) tokens_live: i64,
    /// How often a new deployment is told as unfinished.
    pub(super) settles_after: usize,
    /// Whether the next deployment fails after it was taken in.
    pub(super) fails_next: bool,
    /// Hosts whose visitors get an error, whatever was deployed.
    pub(crate) ill: BTreeSet<String>,
    /// Workers whose versions from this number on answer with an error.
    pub(crate) ill_from: BTreeMap<String, usize>,
    /// How many visitors there were.
    pub(super) visits: u64,
    ids: u64,
}

impl Account {
    /// A paid account in which there is nothing yet.
    pub(super) fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            now: Timestamp::UNIX_EPOCH,
            mint: Mint::new(),
            projects: BTreeMap::new(),
            workers: BTreeMap::new(),
            zones: BTreeMap::new(),
            hosts: BTreeMap::new(),
            has_subdomain: true,
            most_projects: 100,
            most_workers: 500,
            most_files: 100_000,
            tokens_live: 600,
            settles_after: 0,
            fails_next: false,
            ill: BTreeSet::new(),
            ill_from: BTreeMap::new(),
            visits: 0,
            ids: 0,
        }
    }

    /// Whether the next deployment is taken in, and fails.
    pub(crate) fn fail_next(&mut self, fails: bool) {
        self.fails_next = fails;
    }

    /// A new deployment is told as unfinished so many times.
    pub(crate) fn settle_after(&mut self, times: usize) {
        self.settles_after = times;
    }

    /// An id that nothing else has.
    pub(super) fn next_id(&mut self) -> String {
        self.ids += 1;
        let hex = blake3::hash(&self.ids.to_le_bytes()).to_hex();
        format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[12..15], &hex[15..18], &hex[18..30])
    }

    pub(super) fn asset_token(&self, project: &str) -> String {
        let claims = json!({ "kind": "pages", "project": project, "max_file_count_allowed": self.most_files });
        self.mint.issue(claims, self.now + SignedDuration::from_secs(self.tokens_live))
    }

    /// The zone that a host belongs to.
    pub(super) fn zone_of(&self, host: &str) -> Option<&Zone> {
        self.zones.values().find(|zone| zone.holds(host))
    }

    /// Whether a name is known to lead to a place.
    pub(super) fn points_at(&self, host: &str, target: &str) -> bool {
        self.zone_of(host).is_some_and(|zone| zone.records.values().any(|record| record.leads(host, target)))
    }

    /// Whether something answers for a host already.
    pub(super) fn is_taken(&self, host: &str) -> bool {
        self.hosts.contains_key(host) || self.projects.values().any(|project| project.domains.contains(host))
    }
}

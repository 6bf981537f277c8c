//! What a team has: files, projects and deployments.

use super::TEAM;
use super::output::Site;
use super::walls::{Plan, Walls};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A team's belongings.
#[derive(Debug)]
pub(crate) struct Account {
    /// Every content by its SHA-1.
    pub(crate) files: BTreeMap<String, Stored>,
    /// By id.
    pub(crate) projects: BTreeMap<String, Project>,
    /// By id.
    pub(crate) deployments: BTreeMap<String, Deployment>,
    /// Records in the DNS of the world, by name: what somebody entered there to prove that a domain is theirs.
    pub(crate) records: BTreeMap<String, String>,
    /// Domains that belong to somebody else.
    pub(crate) foreign: Vec<String>,
    pub(crate) walls: Walls,
    /// How long it takes until a deployment is ready, and until a switch is done.
    pub(crate) pace: SignedDuration,
    pub(crate) plan: Plan,
    given: u64,
}

/// A content.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) bytes: Arc<[u8]>,
    /// How often it was sent.
    pub(crate) sent: usize,
}

/// A project.
#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) created: Timestamp,
    /// The deployment that its domains show.
    pub(crate) live: Option<String>,
    /// All that were shown before, the latest last.
    pub(crate) past: Vec<String>,
    /// Whether a production deployment is shown as soon as it is ready. A rollback ends that, a promotion begins it again.
    pub(crate) assigns: bool,
    pub(crate) domains: BTreeMap<String, Domain>,
    pub(crate) switch: Option<Switch>,
}

/// A domain of a project.
#[derive(Debug, Clone)]
pub(crate) struct Domain {
    pub(crate) is_verified: bool,
    /// What the record `_vercel` has to say.
    pub(crate) proof: String,
}

/// A change of what is shown.
#[derive(Debug, Clone)]
pub(crate) struct Switch {
    pub(crate) to: String,
    pub(crate) is_rollback: bool,
    pub(crate) asked: Timestamp,
    pub(crate) is_done: bool,
}

/// A deployment.
#[derive(Debug)]
pub(crate) struct Deployment {
    pub(crate) id: String,
    pub(crate) project: String,
    /// The host name that shows it and nothing else.
    pub(crate) url: String,
    pub(crate) created: Timestamp,
    pub(crate) is_production: bool,
    /// Whether the domains of its project are to follow.
    pub(crate) assigns: bool,
    pub(crate) meta: BTreeMap<String, String>,
    /// The site in it, or why it cannot be served.
    pub(crate) site: Result<Site, String>,
    pub(crate) is_ready: bool,
    /// Since when the domains of its project show it, or showed it first.
    pub(crate) assigned: Option<Timestamp>,
}

impl Account {
    pub(super) fn new(plan: Plan) -> Self {
        Self {
            files: BTreeMap::new(),
            projects: BTreeMap::new(),
            deployments: BTreeMap::new(),
            records: BTreeMap::new(),
            foreign: Vec::new(),
            walls: Walls::new(plan),
            pace: SignedDuration::from_millis(50),
            plan,
            given: 0,
        }
    }

    /// An id that nothing else has.
    pub(super) fn next_id(&mut self, kind: &str) -> String {
        self.given += 1;
        let digest = blake3::hash(&self.given.to_le_bytes()).to_hex();
        format!("{kind}_{}", &digest[..24])
    }

    /// Lets happen what was to happen by now.
    pub(super) fn settle(&mut self, now: Timestamp) {
        let pace = self.pace;
        for deployment in self.deployments.values_mut().filter(|deployment| !deployment.is_ready) {
            if deployment.created + pace > now || deployment.site.is_err() {
                continue;
            }
            deployment.is_ready = true;
            let Some(project) = self.projects.get_mut(&deployment.project) else { continue };
            if deployment.is_production && deployment.assigns && project.assigns {
                project.show(deployment, now);
            }
        }
        for project in self.projects.values_mut() {
            let due = project.switch.clone().filter(|switch| !switch.is_done && switch.asked + pace <= now);
            let Some(Switch { to, is_rollback, .. }) = due else { continue };
            if let Some(deployment) = self.deployments.get_mut(&to) {
                project.show(deployment, now);
                project.assigns = !is_rollback;
            }
            project.switch.iter_mut().for_each(|switch| switch.is_done = true);
        }
    }

    /// The project with this id or name.
    pub(crate) fn project(&self, key: &str) -> Option<&Project> {
        self.projects.get(key).or_else(|| self.projects.values().find(|project| project.name == key))
    }

    /// The deployment that visitors of a host name see.
    pub(crate) fn shown_at(&self, host: &str) -> Option<&Deployment> {
        if let Some(deployment) = self.deployments.values().find(|deployment| deployment.url == host) {
            return Some(deployment).filter(|deployment| deployment.is_ready);
        }
        let owns = |project: &&Project| {
            let is_own = host.strip_suffix(".vercel.app") == Some(project.name.as_str());
            is_own || project.domains.get(host).is_some_and(|domain| domain.is_verified)
        };
        let live = self.projects.values().find(owns)?.live.as_ref()?;
        self.deployments.get(live)
    }

    pub(super) fn user(&self) -> Value {
        json!({ "user": { "id": "user_1", "uid": "user_1", "email": "operator@example.com", "name": "Operator",
            "username": "operator", "version": "northstar", "defaultTeamId": TEAM, "limited": false } })
    }

    pub(super) fn team(&self) -> Value {
        json!({ "id": TEAM, "slug": "fleet", "name": "Fleet", "createdAt": 1, "membership": { "role": "OWNER" } })
    }
}

impl Project {
    pub(super) fn show(&mut self, deployment: &mut Deployment, now: Timestamp) {
        if let Some(before) = self.live.replace(deployment.id.clone()).filter(|before| *before != deployment.id) {
            self.past.push(before);
        }
        deployment.assigned = Some(now);
    }
}

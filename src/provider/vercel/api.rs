//! Vercel's API, one function for each thing that is asked of it.

use super::told::{Deployment, Domain, LABEL, Leading, Listing, Project, Refusal};
use crate::model::{Hex, Label};
use crate::provider::line::{Class, Errand, Lane, Line, refusal, words};
use crate::provider::{FaultKind, HostFault, MOST_PAGES, endless};
use crate::world::{Answer, Method};
use jiff::{SignedDuration, Timestamp};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// The API under one account.
pub(super) struct Api {
    line: Line,
    team: Option<String>,
}

/// What came of the wish for a deployment.
pub(super) enum Wish {
    Granted(Box<Deployment>),
    /// The host lacks these contents.
    Lacking(Vec<Hex<20>>),
    /// The answer was lost.
    Unknown(HostFault),
}

/// The longest list.
const PAGE: &str = "100";

impl Api {
    pub(super) fn new(line: Line, team: Option<String>) -> Self {
        Self { line, team }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.line.clock().now()
    }

    pub(super) fn rest(&self, span: Duration) {
        self.line.clock().rest(span);
    }

    /// Whether so many uploads are possible at once.
    pub(super) fn has_room_for(&self, uploads: u64) -> bool {
        let now = self.now();
        self.line.budget().outlook(Lane::Uploads, uploads, now).is_ok_and(|moment| moment <= now)
    }

    /// Sends a content.
    pub(super) fn send(&self, doing: &str, sha: Hex<20>, bytes: Vec<u8>) -> Result<(), HostFault> {
        let errand = self.errand(doing, Method::Post, "/v2/files", &[]);
        let errand = errand
            .with("content-type", "application/octet-stream")
            .with("x-vercel-digest", sha.to_string())
            .with("x-vercel-size", bytes.len().to_string());
        let answer = self.line.ask(&errand.counts_as(Lane::Uploads).body(bytes), Class::Repeatable)?;
        self.accepted(doing, &answer)
    }

    /// Asks for a deployment that no domain follows yet.
    pub(super) fn deploy(&self, doing: &str, body: &Value) -> Result<Wish, HostFault> {
        let pairs = [("prebuilt", "1"), ("skipAutoDetectionConfirmation", "1")];
        let errand = self.errand(doing, Method::Post, "/v13/deployments", &pairs).json(body);
        let answer = match self.line.ask(&errand.counts_as(Lane::Deployments), Class::Once) {
            Ok(answer) => answer,
            Err(fault) if fault.kind == FaultKind::Unknown => return Ok(Wish::Unknown(fault)),
            Err(fault) => return Err(fault),
        };
        let error = error(&answer);
        if answer.status == 400 && error.code == "missing_files" {
            let missing = error.missing.iter().map(|sha| Hex::parse(sha)).collect::<Option<Vec<_>>>();
            return missing
                .filter(|missing| !missing.is_empty())
                .map(Wish::Lacking)
                .ok_or_else(|| nonsense(doing, &answer));
        }
        self.read(doing, &answer).map(|deployment| Wish::Granted(Box::new(deployment)))
    }

    /// The deployment of a project that was asked for with this label.
    pub(super) fn labelled(&self, doing: &str, project: &str, label: Label) -> Result<Option<Deployment>, HostFault> {
        self.marked(doing, project, &[(LABEL, label.to_string())])
    }

    /// The deployment of a project that was told all of this when it was asked for.
    pub(super) fn marked(
        &self,
        doing: &str,
        project: &str,
        marks: &[(&str, String)],
    ) -> Result<Option<Deployment>, HostFault> {
        let keys: Vec<String> = marks.iter().map(|(key, _)| format!("meta-{key}")).collect();
        let mut pairs = vec![("app", project)];
        pairs.extend(keys.iter().zip(marks).map(|(key, (_, value))| (key.as_str(), value.as_str())));
        let found = self.deployments(doing, &pairs)?;
        let fits = |deployment: &Deployment| {
            let is_lost = matches!(deployment.state(), "ERROR" | "CANCELED" | "DELETED");
            !is_lost && marks.iter().all(|(key, value)| deployment.told(key) == Some(value.as_str()))
        };
        Ok(found.into_iter().find(fits))
    }

    /// All deployments of which this holds, the newest first.
    pub(super) fn deployments(&self, doing: &str, pairs: &[(&str, &str)]) -> Result<Vec<Deployment>, HostFault> {
        let (mut all, mut until): (Vec<Deployment>, Option<String>) = (Vec::new(), None);
        let mut known = BTreeSet::new();
        for _ in 0..MOST_PAGES {
            let mut pairs = pairs.to_vec();
            pairs.push(("limit", PAGE));
            pairs.extend(until.as_deref().map(|until| ("until", until)));
            let answer =
                self.line.ask(&self.errand(doing, Method::Get, "/v6/deployments", &pairs), Class::Repeatable)?;
            if answer.status == 404 {
                return Ok(all);
            }
            let page: Listing = self.read(doing, &answer)?;
            let is_new = |deployment: &Deployment| known.insert(deployment.id().to_owned());
            let new: Vec<Deployment> = page.deployments.into_iter().filter(is_new).collect();
            let next = page.pagination.next.filter(|_| !new.is_empty());
            all.extend(new);
            match next {
                Some(next) => until = Some(next.to_string()),
                None => return Ok(all),
            }
        }
        Err(endless(doing))
    }

    pub(super) fn delete(&self, doing: &str, deployment: &str) -> Result<(), HostFault> {
        let errand = self.errand(doing, Method::Delete, &format!("/v13/deployments/{deployment}"), &[]);
        let answer = self.line.ask(&errand, Class::Repeatable)?;
        if answer.status == 404 { Ok(()) } else { self.accepted(doing, &answer) }
    }

    /// Makes a project if there is none of that name.
    pub(super) fn make_project(&self, doing: &str, name: &str) -> Result<(), HostFault> {
        let body = json!({ "name": name, "framework": null });
        let errand = self.errand(doing, Method::Post, "/v11/projects", &[]).json(&body);
        let answer = self.line.ask(&errand, Class::Repeatable)?;
        if answer.status == 409 { Ok(()) } else { self.accepted(doing, &answer) }
    }

    /// A project with what it shows; `urgent` if something is going back.
    pub(super) fn project(&self, doing: &str, name: &str, urgent: bool) -> Result<Option<Project>, HostFault> {
        let errand = self.errand(doing, Method::Get, &format!("/v9/projects/{name}"), &[("rollbackInfo", "true")]);
        let errand = if urgent { errand.urgent() } else { errand };
        let answer = self.line.ask(&errand, Class::Repeatable)?;
        if answer.status == 404 { Ok(None) } else { self.read(doing, &answer).map(Some) }
    }

    /// Has a project show a deployment; not if another switch is under way, or it is shown already. Asking twice does no harm.
    pub(super) fn promote(&self, doing: &str, project: &str, deployment: &str) -> Result<bool, HostFault> {
        let path = format!("/v10/projects/{project}/promote/{deployment}");
        let errand = self.errand(doing, Method::Post, &path, &[]).json(&json!({}));
        let answer = self.line.ask(&errand, Class::Repeatable)?;
        if answer.status == 409 { Ok(false) } else { self.accepted(doing, &answer).map(|()| true) }
    }

    /// Has a project show a deployment that it showed before, under the same conditions. One that the host does not show again is as good
    /// as gone.
    pub(super) fn roll_back(&self, doing: &str, project: &str, deployment: &str) -> Result<bool, HostFault> {
        let path = format!("/v9/projects/{project}/rollback/{deployment}");
        let errand = self.errand(doing, Method::Post, &path, &[]).json(&json!({}));
        let answer = self.line.ask(&errand.urgent(), Class::Repeatable)?;
        match answer.status {
            409 => Ok(false),
            // It lies further back than the plan allows, was deleted, or cannot be gone back to.
            402 | 404 | 410 | 422 => Err(HostFault { kind: FaultKind::NoSuch, ..self.refused(doing, &answer) }),
            _ => self.accepted(doing, &answer).map(|()| true),
        }
    }

    /// Adds a domain to a project; the same if it is there already.
    pub(super) fn add_domain(&self, doing: &str, project: &str, host: &str) -> Result<Domain, HostFault> {
        let path = format!("/v10/projects/{project}/domains");
        let errand = self.errand(doing, Method::Post, &path, &[]).json(&json!({ "name": host }));
        let answer = self.line.ask(&errand.counts_as(Lane::Hosts), Class::Repeatable)?;
        if answer.is_success() {
            return self.read(doing, &answer);
        }
        let known = self.line.ask(
            &self.errand(doing, Method::Get, &format!("/v9/projects/{project}/domains/{host}"), &[]),
            Class::Repeatable,
        )?;
        if known.is_success() { self.read(doing, &known) } else { Err(self.refused(doing, &answer)) }
    }

    /// Asks the host to look for the proof that a domain is ours; whether it found it.
    pub(super) fn verify_domain(&self, doing: &str, project: &str, host: &str) -> Result<bool, HostFault> {
        let path = format!("/v9/projects/{project}/domains/{host}/verify");
        let answer = self.line.ask(&self.errand(doing, Method::Post, &path, &[]), Class::Repeatable)?;
        match answer.status {
            400 => Ok(false),
            _ => self.read::<Domain>(doing, &answer).map(|domain| domain.verified),
        }
    }

    /// Whether a domain leads to the host.
    pub(super) fn leading(&self, doing: &str, host: &str) -> Result<Leading, HostFault> {
        let errand = self.errand(doing, Method::Get, &format!("/v6/domains/{host}/config"), &[]);
        self.read(doing, &self.line.ask(&errand, Class::Repeatable)?)
    }

    pub(super) fn remove_domain(&self, doing: &str, project: &str, host: &str) -> Result<(), HostFault> {
        let path = format!("/v9/projects/{project}/domains/{host}");
        let errand = self.errand(doing, Method::Delete, &path, &[]).counts_as(Lane::Hosts);
        let answer = self.line.ask(&errand, Class::Repeatable)?;
        if answer.status == 404 { Ok(()) } else { self.accepted(doing, &answer) }
    }

    fn errand(&self, doing: &str, method: Method, path: &str, pairs: &[(&str, &str)]) -> Errand {
        // People know the name of a team from its address; its id is found in its settings.
        let team = self.team.as_deref().map(|team| (if team.starts_with("team_") { "teamId" } else { "slug" }, team));
        let pairs = team.iter().chain(pairs).map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>();
        let path = if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) };
        Errand::new(doing, method, &path)
    }

    fn accepted(&self, doing: &str, answer: &Answer) -> Result<(), HostFault> {
        if answer.is_success() { Ok(()) } else { Err(self.refused(doing, answer)) }
    }

    fn read<T: DeserializeOwned>(&self, doing: &str, answer: &Answer) -> Result<T, HostFault> {
        self.accepted(doing, answer)?;
        serde_json::from_slice(&answer.body).map_err(|_| nonsense(doing, answer))
    }

    /// A refusal; a limit of the plan says in its body when it ends.
    fn refused(&self, doing: &str, answer: &Answer) -> HostFault {
        let fault = refusal(doing, answer, words(answer));
        let until = error(answer).retry_after.map(|after| self.now() + SignedDuration::from_secs(after.into()));
        match fault.kind {
            FaultKind::Wall(None) => HostFault { kind: FaultKind::Wall(until), ..fault },
            _ => fault,
        }
    }
}

fn error(answer: &Answer) -> super::told::Error {
    let refusal: Option<Refusal> = serde_json::from_slice(&answer.body).ok();
    refusal.unwrap_or_default().error
}

fn nonsense(doing: &str, answer: &Answer) -> HostFault {
    HostFault::new(FaultKind::Nonsense, doing, words(answer))
}

//! What the domains of a project show: promotion and rollback, with what a rollback does to later deployments.

use super::account::{Account, Switch};
use super::envelope::{Refusal, invalid, refused};
use super::walls::{Counted, Plan};
use crate::hosts::message::Reply;
use jiff::Timestamp;
use serde_json::{Value, json};

/// Begins to show a deployment.
pub(super) fn promote(account: &mut Account, project: &str, id: &str, now: Timestamp) -> Result<Reply, Refusal> {
    begin(account, project, id, false, now)
}

/// Begins to show a deployment that was shown before. From then on later ones are not shown by themselves.
pub(super) fn rollback(account: &mut Account, project: &str, id: &str, now: Timestamp) -> Result<Reply, Refusal> {
    let known = account.project(project).ok_or_else(|| refused(404, "not_found", "Project not found"))?;
    if !known.past.iter().any(|past| past == id) {
        return Err(refused(422, "not_rollback_candidate", "The deployment was never shown, or is shown now"));
    }
    if account.plan == Plan::Hobby && known.past.last().map(String::as_str) != Some(id) {
        let message = "To roll back further than the previous production deployment, upgrade to pro";
        return Err(refused(402, "payment_required", message));
    }
    begin(account, project, id, true, now)
}

fn begin(account: &mut Account, project: &str, id: &str, is_rollback: bool, now: Timestamp) -> Result<Reply, Refusal> {
    let project = account.project(project).ok_or_else(|| refused(404, "not_found", "Project not found"))?.id.clone();
    let deployment = account.deployments.get(id).filter(|deployment| deployment.project == project);
    let deployment = deployment.ok_or_else(|| refused(404, "not_found", "Deployment not found"))?;
    if !deployment.is_production {
        return Err(invalid("the deployment is not for production"));
    }
    if !deployment.is_ready {
        return Err(invalid("the deployment is not ready"));
    }
    account.walls.count(Counted::Switch, now)?;
    let known = account.projects.get_mut(&project).unwrap();
    if known.switch.as_ref().is_some_and(|switch| !switch.is_done) {
        return Err(refused(409, "conflict", "Another promotion or rollback is under way"));
    }
    if known.live.as_deref() == Some(id) {
        return Err(refused(409, "conflict", "The deployment is the current production deployment already"));
    }
    known.switch = Some(Switch { to: id.to_owned(), is_rollback, asked: now, is_done: false });
    Ok(Reply::json(201, &json!({})))
}

/// The last change, as a project tells of it.
pub(super) fn told(switch: &Switch) -> Value {
    json!({
        "fromDeploymentId": null, "toDeploymentId": switch.to,
        "jobStatus": if switch.is_done { "succeeded" } else { "in-progress" },
        "requestedAt": switch.asked.as_millisecond(), "type": if switch.is_rollback { "rollback" } else { "promote" },
    })
}

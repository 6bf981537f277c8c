//! Pages: a project for each site. Files are sent to the project, then a deployment is made of them by naming them.

use super::answer::Said;
use super::api::{Api, ROUNDS};
use super::batch::batches;
use super::form::Form;
use super::pass::Pass;
use super::{HEADERS, REDIRECTS, by_key, domains, rules, shown};
use crate::model::{Good, Label, Parcel, ParcelName, PreviewName, Receipt, Release, Sighting};
use crate::provider::line::{Class, Errand, Lane};
use crate::provider::{
    Attachment, Doubt, FaultKind, HostFault, MOST_PAGES, Provider, Upload, Wares, endless, labelled,
};
use crate::world::Method;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Cloudflare Pages under one account.
pub struct Pages {
    pub(super) api: Api,
}

/// The branch that projects made here show to visitors.
const BRANCH: &str = "main";

/// How often a new token is fetched for one call.
const RENEWALS: usize = 3;

/// The project is there already.
const EXISTS: u64 = 8_000_002;

/// What is sent along when the deployment is made.
#[derive(Serialize, Deserialize)]
struct Sealed {
    redirects: String,
    headers: String,
}

/// How far a deployment got.
enum Stage {
    Done,
    Underway,
    Failed,
}

impl Pages {
    /// Pages under the account of `api`.
    pub fn new(api: Api) -> Self {
        Self { api }
    }

    pub(super) fn project(&self, doing: &str, method: Method, parcel: &ParcelName, rest: &str) -> Errand {
        self.api.errand(doing, method, &format!("pages/projects/{parcel}{rest}"))
    }

    /// A token to send files to the project, which is made if there is none.
    fn pass(&self, parcel: &ParcelName) -> Result<Pass, HostFault> {
        let doing = format!("get a token for the files of `{parcel}`");
        let errand = self.project(&doing, Method::Get, parcel, "/upload-token");
        if let Some(result) = self.api.find(&errand)? {
            return Pass::of(&doing, &result);
        }
        let wish = json!({ "name": parcel.as_str(), "production_branch": BRANCH });
        let making = format!("make the project `{parcel}`");
        let make = self.api.errand(&making, Method::Post, "pages/projects").json(&wish);
        match self.api.exchange(&make, Class::Repeatable)? {
            Said::Refused(refusal) if refusal.code != EXISTS => return Err(refusal.fault),
            _ => {}
        }
        Pass::of(&doing, &self.api.ask(&errand, Class::Repeatable)?)
    }

    /// Asks with the token for files, and fetches another one when it is out of date.
    fn with_pass(
        &self,
        parcel: &ParcelName,
        pass: &mut Pass,
        errand: &Errand,
        class: Class,
    ) -> Result<Value, HostFault> {
        let mut renewals = 0;
        loop {
            if pass.is_old(self.api.now()) && renewals == 0 {
                *pass = self.pass(parcel)?;
            }
            match self.api.exchange(&errand.clone().pass(pass.secret.clone()), class)? {
                Said::Refused(refusal) if refusal.is_of_pass() && renewals < RENEWALS => {
                    *pass = self.pass(parcel)?;
                    renewals += 1;
                }
                Said::Refused(refusal) => return Err(refusal.fault),
                Said::Done(result) => return Ok(result),
            }
        }
    }

    /// Which of these keys the project lacks.
    fn missing(&self, parcel: &ParcelName, pass: &mut Pass, keys: &[&str]) -> Result<Vec<String>, HostFault> {
        let doing = format!("ask which files of `{parcel}` are missing");
        let errand = Errand::new(&doing, Method::Post, "pages/assets/check-missing").json(&json!({ "hashes": keys }));
        let result = self.with_pass(parcel, pass, &errand, Class::Repeatable)?;
        let keys = result.as_array().map(|keys| keys.iter().filter_map(Value::as_str).map(str::to_owned).collect());
        keys.ok_or_else(|| HostFault::new(FaultKind::Nonsense, doing, "the answer holds no list"))
    }

    /// Sends a batch. After a lost answer the project is asked what it has got of it.
    fn send(
        &self,
        parcel: &ParcelName,
        pass: &mut Pass,
        batch: Vec<(String, &Good)>,
        wares: &dyn Wares,
    ) -> Result<(), HostFault> {
        let doing = format!("send {} files of `{parcel}`", batch.len());
        let mut left = batch;
        for round in 0..ROUNDS {
            let errand = Errand::new(&doing, Method::Post, "pages/assets/upload");
            let errand = errand.with("content-type", "application/json").body(packed(&left, wares)?);
            match self.with_pass(parcel, pass, &errand, Class::Once) {
                Ok(_) => {
                    left.iter().for_each(|(_, good)| wares.arrived(good));
                    return Ok(());
                }
                Err(fault) if fault.kind == FaultKind::Unknown => self.api.rest(round),
                Err(fault) => return Err(fault),
            }
            let keys: Vec<&str> = left.iter().map(|(key, _)| key.as_str()).collect();
            let missing = self.missing(parcel, pass, &keys)?;
            left.iter().filter(|(key, _)| !missing.contains(key)).for_each(|(_, good)| wares.arrived(good));
            left.retain(|(key, _)| missing.contains(key));
            if left.is_empty() {
                return Ok(());
            }
        }
        Err(HostFault::new(FaultKind::Busy, doing, "every answer was lost"))
    }

    /// Makes a deployment, which visitors see from then on unless it is for another branch than theirs.
    pub(super) fn create(
        &self,
        parcel: &Parcel,
        upload: &Upload,
        branch: Option<&PreviewName>,
    ) -> Result<Value, HostFault> {
        let (release, doing) = (only(parcel)?, format!("deploy `{}`", parcel.name));
        let sealed: Sealed = serde_json::from_str(&upload.pass)
            .map_err(|_| HostFault::new(FaultKind::Nonsense, &*doing, "it was not uploaded before"))?;
        let manifest: Map<String, Value> =
            shown(release).map(|(path, good)| (format!("/{path}"), json!(good.keys.cloudflare.to_string()))).collect();
        // Without a branch it is that of the visitors, whatever the project calls it.
        let form = Form::default()
            .field("manifest", Value::Object(manifest).to_string())
            .field("commit_hash", parcel.label.to_string())
            .field("commit_message", format!("hectare: {}", parcel.name))
            .field("commit_dirty", "false");
        let form = branch.iter().fold(form, |form, branch| form.field("branch", branch.as_str()));
        let rules = [(HEADERS, sealed.headers), (REDIRECTS, sealed.redirects)];
        let rules = rules.into_iter().filter(|(_, text)| !text.is_empty());
        let form = rules.fold(form, |form, (name, text)| form.file(name, "application/octet-stream", text));
        let errand = self.project(&doing, Method::Post, &parcel.name, "/deployments").counts_as(Lane::Deployments);
        self.api.ask(&form.sent_by(errand), Class::Once)
    }

    /// The newest deployments of `production` or `preview`, but for those that failed.
    pub(super) fn newest(
        &self,
        parcel: &ParcelName,
        environment: &str,
    ) -> Result<impl Iterator<Item = Value> + use<>, HostFault> {
        let doing = format!("ask for the deployments of `{parcel}`");
        let path = format!("/deployments?env={environment}&page=1");
        let found = self.api.find(&self.project(&doing, Method::Get, parcel, &path))?.unwrap_or_default();
        let found = found.as_array().cloned().unwrap_or_default();
        Ok(found.into_iter().filter(|deployment| !matches!(stage(deployment), Stage::Failed)))
    }

    fn receipt(&self, parcel: &Parcel, deployment: Value) -> Result<Receipt, HostFault> {
        let deployment = self.settled(parcel, deployment)?;
        let address = deployment["url"].as_str().map(str::to_owned);
        Ok(Receipt::of(parcel, deployment["id"].as_str().unwrap_or_default(), address, self.api.now()))
    }

    /// Waits until the host has done what it took on; the deployment as it is then.
    pub(super) fn settled(&self, parcel: &Parcel, mut deployment: Value) -> Result<Value, HostFault> {
        let doing = format!("deploy `{}`", parcel.name);
        let id = deployment["id"].as_str().unwrap_or_default().to_owned();
        if id.is_empty() {
            return Err(HostFault::new(FaultKind::Nonsense, doing, "the answer names no deployment"));
        }
        let path = format!("/deployments/{id}");
        for round in 0..ROUNDS {
            match stage(&deployment) {
                Stage::Done => return Ok(deployment),
                Stage::Failed => {
                    let said = self.last_words(&parcel.name, &path);
                    return Err(HostFault::new(FaultKind::Rejected, doing, said));
                }
                Stage::Underway if round > 0 => self.api.rest(round - 1),
                Stage::Underway => {}
            }
            deployment = self.api.ask(&self.project(&doing, Method::Get, &parcel.name, &path), Class::Repeatable)?;
        }
        Err(HostFault::new(FaultKind::Unknown, doing, format!("the host has not finished the deployment {id}")))
    }

    /// Why a deployment failed.
    fn last_words(&self, parcel: &ParcelName, path: &str) -> String {
        let errand = self.project("read the log of a deployment", Method::Get, parcel, &format!("{path}/history/logs"));
        let log = self.api.ask(&errand, Class::Repeatable).unwrap_or_default();
        let line = log["data"].as_array().and_then(|lines| lines.last()?["line"].as_str().map(str::to_owned));
        line.unwrap_or_else(|| "the host does not say why it failed".to_owned())
    }
}

impl Provider for Pages {
    fn live(&self, parcel: &ParcelName) -> Result<Option<Sighting>, HostFault> {
        let errand = self.project(&format!("ask what `{parcel}` shows"), Method::Get, parcel, "");
        let live = self.api.find(&errand)?.map(|mut project| project["canonical_deployment"].take());
        Ok(live.and_then(|live| {
            Some(Sighting {
                deployment: live["id"].as_str()?.to_owned(),
                label: told(&live).and_then(Label::parse),
                address: live["url"].as_str().map(str::to_owned),
                at: live["created_on"].as_str().and_then(|at| at.parse().ok()),
                to_all: true,
            })
        }))
    }

    fn upload(&self, parcel: &Parcel, wares: &dyn Wares, _before: Option<&Receipt>) -> Result<Upload, HostFault> {
        let release = only(parcel)?;
        let (redirects, headers) = (rules(release, REDIRECTS, wares)?, rules(release, HEADERS, wares)?);
        let mut pass = self.pass(&parcel.name)?;
        let goods = by_key(shown(release).map(|(_, good)| good));
        let keys: Vec<&str> = goods.keys().map(String::as_str).collect();
        let missing = self.missing(&parcel.name, &mut pass, &keys)?;
        // A host may name what nobody asked about; there is nothing to send for it.
        let lacking: Vec<_> = missing.into_iter().filter_map(|key| Some((key.clone(), *goods.get(&key)?))).collect();
        let mut upload = Upload { files: lacking.len(), ..Upload::default() };
        upload.bytes = lacking.iter().map(|(_, good)| good.len).sum();
        for batch in batches(lacking) {
            if wares.is_stopped() {
                return Err(HostFault::new(FaultKind::Stopped, format!("send the files of `{}`", parcel.name), ""));
            }
            self.send(&parcel.name, &mut pass, batch, wares)?;
        }
        let doing = format!("say which files `{}` needs", parcel.name);
        let errand = Errand::new(doing, Method::Post, "pages/assets/upsert-hashes").json(&json!({ "hashes": keys }));
        self.with_pass(&parcel.name, &mut pass, &errand, Class::Repeatable)?;
        upload.pass = json!(Sealed { redirects, headers }).to_string();
        Ok(upload)
    }

    fn activate(&self, parcel: &Parcel, upload: &Upload, doubt: Doubt) -> Result<Receipt, HostFault> {
        let mut doubt = doubt;
        for round in 0..ROUNDS {
            if doubt == Doubt::MayHaveHappened
                && let Some(deployment) = labelled(self.newest(&parcel.name, "production")?, parcel.label, told)
            {
                return self.receipt(parcel, deployment);
            }
            match self.create(parcel, upload, None) {
                Ok(deployment) => return self.receipt(parcel, deployment),
                Err(fault) if fault.kind == FaultKind::Unknown => doubt = Doubt::MayHaveHappened,
                Err(fault) => return Err(fault),
            }
            // What was on its way when the line broke may still arrive.
            self.api.rest(round);
        }
        Err(HostFault::new(FaultKind::Unknown, format!("deploy `{}`", parcel.name), "every answer was lost"))
    }

    fn rollback(&self, parcel: &ParcelName, to: &Receipt) -> Result<Receipt, HostFault> {
        let path = format!("/deployments/{}/rollback", to.deployment);
        let errand = self.project(&format!("roll `{parcel}` back"), Method::Post, parcel, &path).urgent();
        self.api.ask(&errand, Class::Repeatable)?;
        Ok(Receipt { at: self.api.now(), ..to.clone() })
    }

    fn retain(&self, parcel: &ParcelName, keep: &[Receipt]) -> Result<usize, HostFault> {
        let Some(live) = self.live(parcel)? else { return Ok(0) };
        let kept = |id: &str| id == live.deployment || keep.iter().any(|receipt| receipt.deployment == id);
        let (mut gone, doing) = (0, format!("delete old deployments of `{parcel}`"));
        // Previews end with what they were made for.
        let all = self.all(&doing, parcel, "production")?;
        for id in all.iter().filter_map(|deployment| deployment["id"].as_str()).filter(|id| !kept(id)) {
            let path = format!("/deployments/{id}?force=true");
            gone += usize::from(self.api.find(&self.project(&doing, Method::Delete, parcel, &path))?.is_some());
        }
        Ok(gone)
    }

    fn attach(&self, parcel: &ParcelName, host: &str) -> Result<Attachment, HostFault> {
        domains::attach_to_project(&self.api, parcel, host)
    }

    fn detach(&self, parcel: &ParcelName, host: &str) -> Result<(), HostFault> {
        domains::detach_from_project(&self.api, parcel, host)
    }
}

impl Pages {
    /// All deployments of `production` or `preview`, the newest first; none of a project that does not exist.
    pub(super) fn all(&self, doing: &str, parcel: &ParcelName, environment: &str) -> Result<Vec<Value>, HostFault> {
        let (mut all, mut known) = (Vec::new(), BTreeSet::new());
        for page in 1..=MOST_PAGES {
            let path = format!("/deployments?env={environment}&page={page}");
            let mut shown = self.api.find(&self.project(doing, Method::Get, parcel, &path))?.unwrap_or_default();
            let shown = shown.as_array_mut().map(std::mem::take).unwrap_or_default();
            let is_new = |deployment: &Value| known.insert(deployment["id"].as_str().unwrap_or_default().to_owned());
            let new: Vec<Value> = shown.into_iter().filter(is_new).collect();
            if new.is_empty() {
                return Ok(all);
            }
            all.extend(new);
        }
        Err(endless(doing))
    }
}

/// The one site of a project.
fn only(parcel: &Parcel) -> Result<&Release, HostFault> {
    let mut stalls = parcel.stalls.values();
    match (stalls.next(), stalls.next()) {
        (Some(stall), None) => Ok(&stall.release),
        _ => {
            let said = format!("a project holds one site, not {}", parcel.stalls.len());
            Err(HostFault::new(FaultKind::Rejected, format!("deploy `{}`", parcel.name), said))
        }
    }
}

/// The label that a deployment was told.
pub(super) fn told(deployment: &Value) -> Option<&str> {
    deployment["deployment_trigger"]["metadata"]["commit_hash"].as_str()
}

fn stage(deployment: &Value) -> Stage {
    let stage = &deployment["latest_stage"];
    match (stage["name"].as_str(), stage["status"].as_str()) {
        (_, Some("failure" | "canceled")) => Stage::Failed,
        (Some("deploy"), Some("success")) => Stage::Done,
        _ => Stage::Underway,
    }
}

/// A batch as it travels.
fn packed(batch: &[(String, &Good)], wares: &dyn Wares) -> Result<String, HostFault> {
    let mut body = String::from("[");
    for (at, (key, good)) in batch.iter().enumerate() {
        // Pages adds the character set by itself.
        let kind = good.media.mime().split(';').next().unwrap_or_default();
        body.push_str(if at == 0 { "" } else { "," });
        body.push_str(&format!(
            "{{\"key\":\"{key}\",\"metadata\":{{\"contentType\":\"{kind}\"}},\"base64\":true,\"value\":\""
        ));
        STANDARD.encode_string(wares.bytes(good)?, &mut body);
        body.push_str("\"}");
    }
    body.push(']');
    Ok(body)
}

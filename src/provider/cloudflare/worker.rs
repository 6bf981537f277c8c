//! Workers with static assets: one for each site, or one for many sites with a small script that tells them apart.
//!
//! A session says which files are missing and in which groups they are wanted; the last group is answered with a token that stands for
//! all files; one more call makes a version of them and shows it.

use super::answer::Said;
use super::api::{Api, ROUNDS};
use super::form::Form;
use super::pass::Pass;
use super::{HEADERS, REDIRECTS, by_key, domains, pack, rules, shown, stand_in};
use crate::model::{Good, Label, Parcel, ParcelName, Receipt, Sighting};
use crate::provider::line::{Class, Errand, Lane};
use crate::provider::{Attachment, Doubt, FaultKind, Gradual, HostFault, Provider, Upload, Wares};
use crate::world::{Method, Secret};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Cloudflare Workers under one account.
pub struct Worker {
    pub(super) api: Api,
    holds: Holds,
    /// How many percent of visitors see a new version, one after the other, before all do.
    pub(super) shares: Vec<u8>,
}

/// What a Worker holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Site,
    Pack,
    /// One site, for those who were told where.
    Preview,
}

/// Everything that a version of a Worker is made of.
pub(super) struct Outfit {
    /// The files by their addresses, each of which begins with a slash.
    pub(super) files: BTreeMap<String, Good>,
    /// How the files are served.
    pub(super) config: Value,
    /// The modules of the script by their names, the one that is run first.
    pub(super) modules: Vec<(String, String)>,
}

/// What is sent along when the version is made.
#[derive(Serialize, Deserialize)]
struct Sealed {
    /// The token that stands for all files.
    jwt: String,
    config: Value,
    modules: Vec<(String, String)>,
}

/// The behaviour of the runtime that hectare was tried with.
const COMPATIBILITY: &str = "2026-01-01";

/// How often another session is begun because the token of one was refused.
const RENEWALS: u32 = 3;

/// Where the API shows the label of a version.
const TAG: &str = "workers/tag";
pub(super) const MESSAGE: &str = "workers/message";

impl Worker {
    /// A Worker for each site, under the account of `api`.
    pub fn for_sites(api: Api) -> Self {
        Self { api, holds: Holds::Site, shares: Vec::new() }
    }

    /// The same, with a new version shown to so many percent of visitors first, one after the other.
    #[must_use]
    pub fn gradually(self, shares: Vec<u8>) -> Self {
        Self { shares, ..self }
    }

    /// A Worker for each pack of sites.
    pub fn for_packs(api: Api) -> Self {
        Self { api, holds: Holds::Pack, shares: Vec::new() }
    }

    /// A Worker for each preview of a site.
    pub fn for_previews(api: Api) -> Self {
        Self { api, holds: Holds::Preview, shares: Vec::new() }
    }

    pub(super) fn script(&self, doing: &str, method: Method, parcel: &ParcelName, rest: &str) -> Errand {
        self.api.errand(doing, method, &format!("workers/scripts/{parcel}{rest}"))
    }

    fn outfit(&self, parcel: &Parcel, wares: &dyn Wares) -> Result<Outfit, HostFault> {
        match self.holds {
            Holds::Site => alone(parcel, wares),
            Holds::Pack => pack::outfit(parcel, wares),
            Holds::Preview => alone(parcel, wares).map(stand_in::unlisted),
        }
    }

    /// Sends what is missing until a session has nothing more to ask for; the token that stands for all files.
    fn fill(
        &self,
        parcel: &ParcelName,
        outfit: &Outfit,
        wares: &dyn Wares,
        sent: &mut Upload,
    ) -> Result<Secret, HostFault> {
        let doing = format!("send the files of `{parcel}`");
        let goods = by_key(outfit.files.values());
        let entry = |(path, good): (&String, &Good)| {
            (path.clone(), json!({ "hash": good.keys.cloudflare.to_string(), "size": good.len }))
        };
        let manifest: serde_json::Map<String, Value> = outfit.files.iter().map(entry).collect();
        let begin = self.script(&doing, Method::Post, parcel, "/assets-upload-session");
        let begin = begin.json(&json!({ "manifest": manifest }));
        let mut refusals = 0;
        for round in 0..ROUNDS {
            let session = self.api.ask(&begin, Class::Repeatable)?;
            let mut pass = Pass::of(&doing, &session)?;
            let mut done = true;
            let groups = session["buckets"].as_array();
            let groups = groups.ok_or_else(|| {
                HostFault::new(FaultKind::Nonsense, &*doing, "the answer does not say what is missing")
            })?;
            for bucket in groups {
                if wares.is_stopped() {
                    return Err(HostFault::new(FaultKind::Stopped, doing, ""));
                }
                let keys = bucket.as_array().map(Vec::as_slice).unwrap_or_default().iter().filter_map(Value::as_str);
                let batch: Vec<_> = keys.filter_map(|key| Some((key, *goods.get(key)?))).collect();
                done = match self.send(&doing, &pass, &batch, wares)? {
                    Sent::Lost => false,
                    Sent::Refused(fault) if refusals == RENEWALS => return Err(fault),
                    Sent::Refused(_) => {
                        refusals += 1;
                        false
                    }
                    Sent::Taken(last) => {
                        sent.files += batch.len();
                        sent.bytes += batch.iter().map(|(_, good)| good.len).sum::<u64>();
                        pass = last.unwrap_or(pass);
                        true
                    }
                };
                if !done {
                    break;
                }
            }
            if done {
                return Ok(pass.secret);
            }
            // Another session tells what has arrived.
            self.api.rest(round);
        }
        Err(HostFault::new(FaultKind::Busy, doing, "every answer was lost"))
    }

    /// Sends the files of one group.
    fn send(&self, doing: &str, pass: &Pass, batch: &[(&str, &Good)], wares: &dyn Wares) -> Result<Sent, HostFault> {
        let mut form = Form::default();
        for (key, good) in batch {
            form = form.file(key, good.media.mime(), STANDARD.encode(wares.bytes(good)?));
        }
        let errand = form.sent_by(self.api.errand(doing, Method::Post, "workers/assets/upload?base64=true"));
        let result = match self.api.exchange(&errand.pass(pass.secret.clone()), Class::Once) {
            Ok(Said::Done(result)) => result,
            Ok(Said::Refused(refusal)) if refusal.is_of_pass() => return Ok(Sent::Refused(refusal.fault)),
            Ok(Said::Refused(refusal)) => return Err(refusal.fault),
            Err(fault) if fault.kind == FaultKind::Unknown => return Ok(Sent::Lost),
            Err(fault) => return Err(fault),
        };
        batch.iter().for_each(|(_, good)| wares.arrived(good));
        Ok(Sent::Taken(result["jwt"].is_string().then(|| Pass::of(doing, &result)).transpose()?))
    }

    /// What a version is made of.
    pub(super) fn form(&self, doing: &str, parcel: &Parcel, upload: &Upload) -> Result<Form, HostFault> {
        let nonsense = |said: &str| HostFault::new(FaultKind::Nonsense, doing, said);
        let sealed: Sealed = serde_json::from_str(&upload.pass).map_err(|_| nonsense("it was not uploaded before"))?;
        let mut metadata = json!({
            "assets": { "jwt": sealed.jwt, "config": sealed.config },
            "compatibility_date": COMPATIBILITY,
            "annotations": { TAG: parcel.label.to_string(), MESSAGE: self.message(&parcel.name) },
        });
        if let Some((main, _)) = sealed.modules.first() {
            metadata["main_module"] = json!(main);
            metadata["bindings"] = json!([{ "name": pack::ASSETS, "type": "assets" }]);
        }
        let form = Form::default().field("metadata", metadata.to_string());
        let add = |form: Form, (name, text): (String, String)| form.file(&name, "application/javascript+module", text);
        Ok(sealed.modules.into_iter().fold(form, add))
    }

    /// What the host is told about a version, for people; and whoever ends a preview knows it by that.
    fn message(&self, parcel: &ParcelName) -> String {
        match self.holds {
            Holds::Site | Holds::Pack => format!("hectare: {parcel}"),
            Holds::Preview => stand_in::message(parcel),
        }
    }

    /// Makes a version of what was uploaded, and shows it.
    fn put(&self, parcel: &Parcel, upload: &Upload) -> Result<String, HostFault> {
        let doing = format!("deploy `{}`", parcel.name);
        let errand = self.script(&doing, Method::Put, &parcel.name, "").counts_as(Lane::Deployments);
        let errand = self.form(&doing, parcel, upload)?.sent_by(errand);
        let result = self.api.ask(&errand, Class::Once)?;
        let nonsense = || HostFault::new(FaultKind::Nonsense, &*doing, "the answer names no version");
        result["deployment_id"].as_str().map(hyphenated).ok_or_else(nonsense)
    }

    /// Lets visitors see versions, each with the share in percent of them that do.
    pub(super) fn deploy(&self, parcel: &ParcelName, versions: &[(&str, u8)], why: &str) -> Errand {
        let version = |(id, share): &(&str, u8)| json!({ "version_id": id, "percentage": share });
        let body = json!({ "strategy": "percentage", "versions": versions.iter().map(version).collect::<Vec<_>>(),
            "annotations": { MESSAGE: format!("hectare: {why}") } });
        self.script(&format!("deploy `{parcel}`"), Method::Post, parcel, "/deployments").json(&body)
    }

    /// The version that most visitors see, as the API tells it, and whether all of them do.
    pub(super) fn version(&self, parcel: &ParcelName) -> Result<Option<(Value, bool)>, HostFault> {
        let doing = format!("ask what `{parcel}` shows");
        let found = self.api.find(&self.script(&doing, Method::Get, parcel, "/deployments"))?.unwrap_or_default();
        let share = |version: &&Value| (version["percentage"].as_f64().unwrap_or_default() * 1000.0) as u64;
        let versions = found["deployments"][0]["versions"].as_array().map(Vec::as_slice).unwrap_or_default();
        let Some(most) = versions.iter().max_by_key(share) else { return Ok(None) };
        let Some(id) = most["version_id"].as_str() else { return Ok(None) };
        let version = self.api.find(&self.script(&doing, Method::Get, parcel, &format!("/versions/{id}")))?;
        Ok(version.map(|version| (version, share(&most) >= 100_000)))
    }
}

/// What became of a group of files.
enum Sent {
    /// It was taken; the token that stands for all files, if it was the last.
    Taken(Option<Pass>),
    /// Nobody knows.
    Lost,
    /// The token of the session is no longer valid.
    Refused(HostFault),
}

impl Provider for Worker {
    fn live(&self, parcel: &ParcelName) -> Result<Option<Sighting>, HostFault> {
        Ok(self.version(parcel)?.and_then(|(version, to_all)| {
            Some(Sighting {
                deployment: version["id"].as_str()?.to_owned(),
                label: told(&version).and_then(Label::parse),
                address: None,
                at: version["metadata"]["created_on"].as_str().and_then(|at| at.parse().ok()),
                to_all,
            })
        }))
    }

    fn upload(&self, parcel: &Parcel, wares: &dyn Wares, _before: Option<&Receipt>) -> Result<Upload, HostFault> {
        let outfit = self.outfit(parcel, wares)?;
        let mut upload = Upload::default();
        let jwt = self.fill(&parcel.name, &outfit, wares, &mut upload)?.reveal().to_owned();
        upload.pass = json!(Sealed { jwt, config: outfit.config, modules: outfit.modules }).to_string();
        Ok(upload)
    }

    fn activate(&self, parcel: &Parcel, upload: &Upload, doubt: Doubt) -> Result<Receipt, HostFault> {
        let mut doubt = doubt;
        for round in 0..ROUNDS {
            if doubt == Doubt::MayHaveHappened {
                let version = self.version(&parcel.name)?;
                let ours = version
                    .map(|(version, _)| version)
                    .filter(|version| told(version).and_then(Label::parse) == Some(parcel.label));
                if let Some(id) = ours.as_ref().and_then(|version| version["id"].as_str()) {
                    return Ok(Receipt::of(parcel, id, None, self.api.now()));
                }
            }
            match self.put(parcel, upload) {
                Ok(version) => return Ok(Receipt::of(parcel, version, None, self.api.now())),
                Err(fault) if fault.kind == FaultKind::Unknown => doubt = Doubt::MayHaveHappened,
                Err(fault) => return Err(fault),
            }
            // What was on its way when the line broke may still arrive.
            self.api.rest(round);
        }
        Err(HostFault::new(FaultKind::Unknown, format!("deploy `{}`", parcel.name), "every answer was lost"))
    }

    fn rollback(&self, parcel: &ParcelName, to: &Receipt) -> Result<Receipt, HostFault> {
        let errand = self.deploy(parcel, &[(&to.deployment, 100)], &format!("back to {}", to.label));
        self.api.ask(&errand.urgent(), Class::Repeatable)?;
        Ok(Receipt { at: self.api.now(), ..to.clone() })
    }

    /// Old versions of Workers cannot be deleted; the host lets go of them by itself.
    fn retain(&self, _parcel: &ParcelName, _keep: &[Receipt]) -> Result<usize, HostFault> {
        Ok(0)
    }

    fn attach(&self, parcel: &ParcelName, host: &str) -> Result<Attachment, HostFault> {
        match self.holds {
            Holds::Site | Holds::Preview => domains::attach_to_worker(&self.api, parcel, host),
            Holds::Pack => domains::route_to_worker(&self.api, parcel, host),
        }
    }

    fn lead_over(&self, from: &ParcelName, to: &ParcelName, host: &str) -> Result<Attachment, HostFault> {
        if self.holds != Holds::Pack {
            self.detach(from, host)?;
        }
        // The route of a pack is led to another one by a single call.
        self.attach(to, host)
    }

    fn detach(&self, parcel: &ParcelName, host: &str) -> Result<(), HostFault> {
        match self.holds {
            Holds::Site | Holds::Preview => domains::detach_from_worker(&self.api, parcel, host),
            Holds::Pack => domains::unroute(&self.api, parcel, host),
        }
    }

    fn gradual(&self) -> Option<&dyn Gradual> {
        (!self.shares.is_empty()).then_some(self)
    }
}

/// A Worker that is one site.
fn alone(parcel: &Parcel, wares: &dyn Wares) -> Result<Outfit, HostFault> {
    let mut stalls = parcel.stalls.values();
    let (Some(stall), None) = (stalls.next(), stalls.next()) else {
        let said = format!("this Worker holds one site, not {}", parcel.stalls.len());
        return Err(HostFault::new(FaultKind::Rejected, format!("deploy `{}`", parcel.name), said));
    };
    let release = &stall.release;
    let mut config = json!({ "html_handling": "auto-trailing-slash", "not_found_handling": "404-page" });
    for name in [HEADERS, REDIRECTS] {
        let text = rules(release, name, wares)?;
        if !text.is_empty() {
            config[name] = json!(text);
        }
    }
    let files = shown(release).map(|(path, good)| (format!("/{path}"), *good)).collect();
    Ok(Outfit { files, config, modules: Vec::new() })
}

pub(super) fn told(version: &Value) -> Option<&str> {
    version["annotations"][TAG].as_str()
}

/// Some answers name versions without hyphens, others take them only with.
fn hyphenated(id: &str) -> String {
    let parts = [id.get(..8), id.get(8..12), id.get(12..16), id.get(16..20), id.get(20..)];
    let parts: Option<Vec<&str>> = parts.into_iter().collect();
    parts.filter(|_| id.len() == 32).map_or_else(|| id.to_owned(), |parts| parts.join("-"))
}

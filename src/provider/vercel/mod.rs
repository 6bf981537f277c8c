//! Vercel: a project per site.
//!
//! A parcel is deployed as the output of a build, so that nothing is built there and everything about it is ours. It is deployed without
//! a domain that follows, and promoted when it is ready: what visitors see changes in that one step. After a rollback, Vercel lets no
//! later deployment be shown by itself until one is promoted; since every deployment here is promoted, that changes nothing.

mod api;
mod archive;
mod config;
mod headers;
mod output;
mod pages;
mod place;
mod preview;
mod stock;
mod told;
mod upload;
mod watch;

use super::line::{Line, Patience};
use super::{Attachment, Doubt, FaultKind, HostFault, Provider, Upload, Wares};
use crate::model::{Label, Parcel, ParcelName, Receipt, Release, Sighting, unpoisoned};
use crate::world::Notebook;
use api::Api;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::Duration;
use stock::Stock;
use told::{Deployment, Leading, Project};
pub use upload::is_archived;
use upload::{Purpose, Sending};
use watch::Watch;

/// How long a switch may take, and how often one looks.
const LONGEST_SWITCH: i64 = 3 * 60;
const LOOK: Duration = Duration::from_millis(250);

/// The hour's deployments may be used up; the plan has said how long that takes. A day's are not waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(2 * 60 * 60);

/// An account at Vercel.
pub struct Vercel {
    api: Api,
    stock: Stock,
    watch: Watch,
}

/// Where it is kept what an account is known to have.
#[derive(Debug)]
pub struct Notes {
    /// Contents that the host confirmed.
    pub held: Notebook,
    /// Parcels that are being sent.
    pub begun: Notebook,
}

impl Vercel {
    /// The account of this team, or that of the token, behind `line`.
    pub fn new(line: Line, team: Option<String>, notes: Notes) -> Self {
        let stock = Stock::new(notes.held, notes.begun);
        let line = line.patient(Patience { wait: LONGEST_WAIT, ..Patience::default() });
        Self { api: Api::new(line, team), stock, watch: Watch::default() }
    }

    /// The same for previews.
    #[must_use]
    pub fn for_previews(self) -> Self {
        Self { watch: Watch::of("preview"), ..self }
    }

    fn known_project(&self, doing: &str, name: &ParcelName, urgent: bool) -> Result<Project, HostFault> {
        let project = self.api.project(doing, name.as_str(), urgent)?;
        project.ok_or_else(|| HostFault::new(FaultKind::NoSuch, doing, format!("there is no project `{name}`")))
    }

    /// Has a project show `deployment` by what `ask` asks for, and waits until it does.
    fn switch(
        &self,
        doing: &str,
        name: &ParcelName,
        deployment: &str,
        ask: impl Fn(&str) -> Result<bool, HostFault>,
    ) -> Result<(), HostFault> {
        let over = self.api.now().as_second() + LONGEST_SWITCH;
        let mut is_asked = false;
        loop {
            let project = self.known_project(doing, name, true)?;
            let is_live = project.live().is_some_and(|live| live.id() == deployment);
            let last = project.last_alias_request.as_ref().filter(|switch| switch.to_deployment_id == deployment);
            match last.map(|switch| switch.job_status.as_str()) {
                Some("pending" | "in-progress") => {}
                _ if is_live => return Ok(()),
                Some("failed") if is_asked => {
                    return Err(HostFault::new(FaultKind::Rejected, doing, "not all domains could be switched"));
                }
                _ if is_asked => {}
                // Refused means that another switch is under way: it is asked for again after that.
                _ => is_asked = ask(&project.id)?,
            }
            if self.api.now().as_second() > over {
                return Err(HostFault::new(FaultKind::Unknown, doing, "the switch has taken three minutes"));
            }
            self.api.rest(LOOK);
        }
    }
}

impl Provider for Vercel {
    fn live(&self, parcel: &ParcelName) -> Result<Option<Sighting>, HostFault> {
        let project = self.api.project(&format!("ask what `{parcel}` shows"), parcel.as_str(), false)?;
        let sighting = |live: &Deployment| Sighting {
            deployment: live.id().to_owned(),
            label: live.label().and_then(Label::parse),
            address: live.address(),
            at: Timestamp::from_millisecond(live.created()).ok(),
            to_all: true,
        };
        Ok(project.as_ref().and_then(Project::live).map(sighting))
    }

    fn upload(&self, parcel: &Parcel, wares: &dyn Wares, before: Option<&Receipt>) -> Result<Upload, HostFault> {
        let doing = format!("deploy `{}`", parcel.name);
        let release = the_only(parcel, &doing)?;
        if before.is_none() {
            self.api.make_project(&doing, parcel.name.as_str())?;
        }
        let purpose = Purpose::Visitors { is_live: before.is_some() };
        let sending = Sending { vercel: self, parcel, wares, doing, purpose, sent: Mutex::default() };
        let deployment = sending.run(release)?;
        let sent = unpoisoned(sending.sent.into_inner());
        let pass = serde_json::to_string(&Pass::of(&deployment)).unwrap_or_default();
        Ok(Upload { pass, ..sent })
    }

    fn activate(&self, parcel: &Parcel, upload: &Upload, doubt: Doubt) -> Result<Receipt, HostFault> {
        let doing = format!("switch `{}`", parcel.name);
        let staged = match serde_json::from_str::<Pass>(&upload.pass) {
            Ok(pass) => pass.deployment(),
            Err(_) => {
                let known = self.api.labelled(&doing, parcel.name.as_str(), parcel.label)?;
                known.ok_or_else(|| HostFault::new(FaultKind::NoSuch, &*doing, "it was not uploaded"))?
            }
        };
        let promote = |project: &str| self.api.promote(&doing, project, staged.id());
        let ready = self.watch.until(&self.api, &doing, &staged, |seen| seen.state() == "READY")?;
        if doubt == Doubt::None && promote(&ready.project_id)? {
            // Many are waited for with one list.
            self.watch.until(&self.api, &doing, &ready, |seen| seen.ready_substate.as_deref() == Some("PROMOTED"))?;
        } else {
            self.switch(&doing, &parcel.name, staged.id(), promote)?;
        }
        Ok(Receipt::of(parcel, staged.id(), staged.address(), self.api.now()))
    }

    fn rollback(&self, parcel: &ParcelName, to: &Receipt) -> Result<Receipt, HostFault> {
        let doing = format!("roll `{parcel}` back");
        self.switch(&doing, parcel, &to.deployment, |project| self.api.roll_back(&doing, project, &to.deployment))?;
        Ok(Receipt { at: self.api.now(), ..to.clone() })
    }

    fn retain(&self, parcel: &ParcelName, keep: &[Receipt]) -> Result<usize, HostFault> {
        let doing = format!("delete old deployments of `{parcel}`");
        let Some(project) = self.api.project(&doing, parcel.as_str(), false)? else { return Ok(0) };
        let kept: BTreeSet<&str> =
            keep.iter().map(|receipt| receipt.deployment.as_str()).chain(project.live().map(Deployment::id)).collect();
        let all = self.api.deployments(&doing, &[("projectId", &project.id), ("target", "production")])?;
        // What others deployed is theirs.
        let old = all.iter().filter(|known| known.label().is_some() && !kept.contains(known.id()));
        let mut gone = 0;
        for deployment in old {
            self.api.delete(&doing, deployment.id())?;
            gone += 1;
        }
        Ok(gone)
    }

    fn attach(&self, parcel: &ParcelName, host: &str) -> Result<Attachment, HostFault> {
        let doing = format!("attach `{host}` to `{parcel}`");
        let domain = self.api.add_domain(&doing, parcel.as_str(), host)?;
        if !domain.verified && !self.api.verify_domain(&doing, parcel.as_str(), host)? {
            let records = domain.verification.iter().map(|proof| {
                format!("a {} record for `{}` with the value `{}`", proof.kind, proof.domain, proof.value)
            });
            let records = records.collect::<Vec<_>>().join(" and ");
            return Ok(Attachment::Pending(format!("Vercel wants to see that `{host}` is yours: enter {records}")));
        }
        let leading = self.api.leading(&doing, host)?;
        Ok(if leading.misconfigured { Attachment::Pending(wanted(host, &leading)) } else { Attachment::Active })
    }

    fn detach(&self, parcel: &ParcelName, host: &str) -> Result<(), HostFault> {
        self.api.remove_domain(&format!("detach `{host}` from `{parcel}`"), parcel.as_str(), host)
    }
}

/// What is carried from an upload to the switch.
#[derive(serde::Serialize, serde::Deserialize)]
struct Pass {
    deployment: String,
    project: String,
    address: Option<String>,
    state: String,
    created: i64,
}

impl Pass {
    fn of(deployment: &Deployment) -> Self {
        Self {
            deployment: deployment.id().to_owned(),
            project: deployment.project_id.clone(),
            address: deployment.url.clone(),
            state: deployment.state().to_owned(),
            created: deployment.created(),
        }
    }

    fn deployment(self) -> Deployment {
        Deployment::known(self.deployment, self.project, self.address, self.state, self.created)
    }
}

/// The release of the one site in a parcel.
fn the_only<'a>(parcel: &'a Parcel, doing: &str) -> Result<&'a Release, HostFault> {
    let mut stalls = parcel.stalls.values();
    match (stalls.next(), stalls.next()) {
        (Some(stall), None) => Ok(&stall.release),
        _ => Err(HostFault::new(FaultKind::Rejected, doing, "a project shows one site")),
    }
}

/// What has to be entered in the DNS for a domain to lead to Vercel.
fn wanted(host: &str, leading: &Leading) -> String {
    let address = leading.addresses.first().and_then(|known| known.value.first());
    let name = leading.names.first().map(|known| known.value.trim_end_matches('.'));
    let is_apex = host.matches('.').count() == 1;
    match (address, name) {
        (Some(address), _) if is_apex => format!("`{host}` leads elsewhere: enter an A record with `{address}`"),
        (_, Some(name)) => format!("`{host}` leads elsewhere: enter a CNAME record with `{name}`"),
        (Some(address), None) => format!("`{host}` leads elsewhere: enter an A record with `{address}`"),
        (None, None) => format!("`{host}` leads elsewhere"),
    }
}

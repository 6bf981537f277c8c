//! A new version of a Worker that some visitors see first.
//!
//! The version is made without being shown; then deployments share the visitors out between it and the old one, and the last one gives it
//! all of them. A header lets a visitor see a version of the present deployment for sure, whatever its share.

use super::api::ROUNDS;
use super::worker::{Worker, told};
use crate::model::{Parcel, Receipt};
use crate::provider::line::{Class, Lane};
use crate::provider::{FaultKind, Gradual, HostFault, Trial, Upload, labelled};
use crate::world::Method;
use serde_json::Value;

/// The header that names a version for each Worker.
const OVERRIDES: &str = "cloudflare-workers-version-overrides";

impl Worker {
    /// The version that was made under the parcel's label.
    fn made(&self, parcel: &Parcel) -> Result<Option<Trial>, HostFault> {
        let doing = format!("look for a version of `{}`", parcel.name);
        let errand = self.script(&doing, Method::Get, &parcel.name, "/versions?deployable=true");
        let found = self.api.find(&errand)?.unwrap_or_default();
        let versions = found["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        Ok(labelled(versions, parcel.label, |version| told(version)).and_then(|version| trial(parcel, version)))
    }
}

impl Gradual for Worker {
    fn shares(&self) -> &[u8] {
        &self.shares
    }

    fn prepare(&self, parcel: &Parcel, upload: &Upload) -> Result<Trial, HostFault> {
        let doing = format!("make a version of `{}`", parcel.name);
        let fault = |kind: FaultKind, said: &str| HostFault::new(kind, &*doing, said);
        if !parcel.name.as_str().starts_with(|first: char| first.is_ascii_lowercase()) {
            let said = "its name does not begin with a letter, so that nobody could look at it before all visitors see it; ship \
                        it to a target without `gradual`";
            return Err(fault(FaultKind::Rejected, said));
        }
        let errand = self.script(&doing, Method::Post, &parcel.name, "/versions?bindings_inherit=strict");
        let errand = self.form(&doing, parcel, upload)?.sent_by(errand);
        for round in 0..ROUNDS {
            match self.api.ask(&errand, Class::Once) {
                Ok(version) => {
                    return trial(parcel, &version)
                        .ok_or_else(|| fault(FaultKind::Nonsense, "the answer names no version"));
                }
                Err(lost) if lost.kind == FaultKind::Unknown => {}
                Err(other) => return Err(other),
            }
            // What was on its way when the line broke may still arrive.
            self.api.rest(round);
            if let Some(trial) = self.made(parcel)? {
                return Ok(trial);
            }
        }
        // Nobody sees a version that was only made.
        Err(fault(FaultKind::Busy, "every answer was lost"))
    }

    fn share(&self, parcel: &Parcel, trial: &Trial, before: &Receipt, percent: u8) -> Result<(), HostFault> {
        let versions = [(before.deployment.as_str(), 100 - percent.min(100)), (&trial.deployment, percent.min(100))];
        let errand = self.deploy(&parcel.name, &versions, &format!("{percent} % see {}", parcel.label));
        self.api.ask(&errand, Class::Repeatable).map(drop)
    }

    fn complete(&self, parcel: &Parcel, trial: &Trial) -> Result<Receipt, HostFault> {
        let errand = self.deploy(&parcel.name, &[(&trial.deployment, 100)], &format!("all see {}", parcel.label));
        self.api.ask(&errand.counts_as(Lane::Deployments), Class::Repeatable)?;
        Ok(Receipt::of(parcel, trial.deployment.clone(), None, self.api.now()))
    }
}

/// A version as something that visitors can be shown.
fn trial(parcel: &Parcel, version: &Value) -> Option<Trial> {
    let deployment = version["id"].as_str()?.to_owned();
    let header = (OVERRIDES.to_owned(), format!("{}=\"{deployment}\"", parcel.name));
    Some(Trial { deployment, header })
}

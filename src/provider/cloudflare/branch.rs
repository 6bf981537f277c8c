//! Previews at Pages: deployments of another branch than the one that visitors see.
//!
//! The host gives every branch an address of its own. Only projects that are there are shown: one that a preview made would stay behind.

use super::api::ROUNDS;
use super::pages::{Pages, told};
use crate::model::{Label, Parcel, ParcelName, PreviewName};
use crate::provider::{FaultKind, HostFault, Previews, Provider, Showing, Wares};
use crate::world::Method;
use serde_json::Value;

impl Previews for Pages {
    fn show(&self, parcel: &Parcel, preview: &PreviewName, wares: &dyn Wares) -> Result<Showing, HostFault> {
        let doing = format!("show the preview `{preview}` of `{}`", parcel.name);
        let Some(project) = self.api.find(&self.project(&doing, Method::Get, &parcel.name, ""))? else {
            return Ok(Showing::Never("it has no project at Pages before it is shipped for the first time".to_owned()));
        };
        // Whatever is deployed for this branch is live at once.
        if project["production_branch"].as_str().is_none_or(|branch| branch == preview.as_str()) {
            return Ok(Showing::Never(format!("visitors of its project see the branch `{preview}`")));
        }
        let mut upload = None;
        for round in 0..ROUNDS {
            // What is older is no longer seen at the address of the branch.
            let known = self.newest(&parcel.name, "preview")?.find(|known| is_of(known, preview));
            if let Some(known) = known.filter(|known| told(known).and_then(Label::parse) == Some(parcel.label)) {
                return self.settled(parcel, known).map(|settled| Showing::At(address(&settled)));
            }
            let sent = match upload.take() {
                Some(sent) => sent,
                None => self.upload(parcel, wares, None)?,
            };
            match self.create(parcel, &sent, Some(preview)) {
                Ok(made) => return self.settled(parcel, made).map(|settled| Showing::At(address(&settled))),
                Err(fault) if fault.kind == FaultKind::Unknown => self.api.rest(round),
                Err(fault) => return Err(fault),
            }
            upload = Some(sent);
        }
        Err(HostFault::new(FaultKind::Unknown, doing, "every answer was lost"))
    }

    fn end(&self, preview: &PreviewName, sites: &[ParcelName]) -> Result<usize, HostFault> {
        let mut gone = 0;
        for site in sites {
            let doing = format!("take the preview `{preview}` of `{site}` away");
            for deployment in self.all(&doing, site, "preview")? {
                // What others deployed is theirs.
                let is_ours = is_of(&deployment, preview) && told(&deployment).and_then(Label::parse).is_some();
                let Some(id) = deployment["id"].as_str().filter(|_| is_ours) else { continue };
                let path = format!("/deployments/{id}?force=true");
                gone += usize::from(self.api.find(&self.project(&doing, Method::Delete, site, &path))?.is_some());
            }
        }
        Ok(gone)
    }
}

fn is_of(deployment: &Value, preview: &PreviewName) -> bool {
    deployment["deployment_trigger"]["metadata"]["branch"] == preview.as_str()
}

/// The address of the branch, which stays the same from deployment to deployment; or that of this deployment alone.
fn address(deployment: &Value) -> String {
    deployment["aliases"][0].as_str().or(deployment["url"].as_str()).unwrap_or_default().to_owned()
}

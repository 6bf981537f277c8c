//! Previews at Vercel: deployments that are for nobody's domains, each with an address of its own.
//!
//! The first deployment of a project is shown to its visitors whatever was asked for, so that only projects are previewed that are live.

use super::told::PREVIEW;
use super::upload::{Purpose, Sending};
use super::{Vercel, the_only};
use crate::model::{Parcel, ParcelName, PreviewName};
use crate::provider::{FaultKind, HostFault, Previews, Showing, Wares};
use std::sync::Mutex;

impl Previews for Vercel {
    fn show(&self, parcel: &Parcel, preview: &PreviewName, wares: &dyn Wares) -> Result<Showing, HostFault> {
        let doing = format!("show the preview `{preview}` of `{}`", parcel.name);
        let release = the_only(parcel, &doing)?;
        let project = self.api.project(&doing, parcel.name.as_str(), false)?;
        if project.is_none_or(|project| project.live().is_none()) {
            let says = "it is not live at Vercel yet, where the first deployment is shown to visitors";
            return Ok(Showing::Never(says.to_owned()));
        }
        let purpose = Purpose::Preview(preview);
        let sending = Sending { vercel: self, parcel, wares, doing, purpose, sent: Mutex::default() };
        let deployment = sending.run(release)?;
        let ready = self.watch.until(&self.api, &sending.doing, &deployment, |seen| seen.state() == "READY")?;
        let address = ready.address().or_else(|| deployment.address());
        let nowhere = || HostFault::new(FaultKind::Nonsense, &*sending.doing, "the answer names no address");
        address.map(Showing::At).ok_or_else(nowhere)
    }

    fn end(&self, preview: &PreviewName, _sites: &[ParcelName]) -> Result<usize, HostFault> {
        let doing = format!("take the preview `{preview}` away");
        let mark = format!("meta-{PREVIEW}");
        let all = self.api.deployments(&doing, &[(&mark, preview.as_str()), ("target", "preview")])?;
        let ours: Vec<_> = all.iter().filter(|known| known.told(PREVIEW) == Some(preview.as_str())).collect();
        for deployment in &ours {
            self.api.delete(&doing, deployment.id())?;
        }
        Ok(ours.len())
    }
}

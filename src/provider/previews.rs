//! Hosts that show a proposal beside what is live.
//!
//! Purpose: a parcel of one site and the name of a preview go in, an address comes out at which nothing else is seen. Whatever is live stays
//! as it is, nothing is led there, and nothing is made that outlives the preview: what a name stands for can be taken away as a whole.

use super::{Doubt, HostFault, Provider, Wares};
use crate::model::{Parcel, ParcelName, PreviewName};

/// A host that shows previews.
pub trait Previews: Send + Sync {
    /// Shows a site under the name `preview`. Safe to repeat; the same again changes nothing.
    fn show(&self, parcel: &Parcel, preview: &PreviewName, wares: &dyn Wares) -> Result<Showing, HostFault>;

    /// Takes away what is shown under the name, of these sites where they have to be named to the host; how much that was. Safe to repeat.
    fn end(&self, preview: &PreviewName, sites: &[ParcelName]) -> Result<usize, HostFault>;
}

/// What came of a preview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Showing {
    /// It is seen at this address.
    At(String),
    /// The host cannot show it without touching more than it should, and why.
    Never(String),
}

/// A place of its own for one preview, in a folder or bucket that is served to browsers by someone else.
pub(super) struct Aside<Place> {
    pub(super) place: Place,
    /// At which addresses its sites are seen.
    pub(super) pattern: String,
}

/// A place that can be emptied.
pub(super) trait Clearable {
    /// Takes away everything in it; how many sites that were.
    fn clear(&self) -> Result<usize, HostFault>;
}

impl<Place: Provider + Clearable> Previews for Aside<Place> {
    fn show(&self, parcel: &Parcel, preview: &PreviewName, wares: &dyn Wares) -> Result<Showing, HostFault> {
        let before = self.place.live(&parcel.name)?;
        if before.is_none_or(|before| before.label != Some(parcel.label)) {
            let upload = self.place.upload(parcel, wares, None)?;
            self.place.activate(parcel, &upload, Doubt::None)?;
        }
        Ok(Showing::At(preview.address(&self.pattern, parcel.name.as_str())))
    }

    fn end(&self, _preview: &PreviewName, _sites: &[ParcelName]) -> Result<usize, HostFault> {
        self.place.clear()
    }
}

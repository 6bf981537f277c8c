//! Finished sites as shipping sees them: what a build put into the output folder.

use super::output::Output;
use crate::deploy::Yard;
use crate::diag::{Code, Diagnostic, Place};
use crate::model::{Manifest, OutPath, SiteId};
use crate::world::Files;

/// No file that is published is larger.
const MOST_BYTES: u64 = 5 << 30;

impl Yard for Output {
    fn manifest(&self, site: &SiteId) -> Result<Manifest, Diagnostic> {
        self.delivered(site).ok_or_else(|| {
            let message = format!("nobody knows what lies in `{}/{site}`", self.shown);
            let hint = "`hectare build --clean` makes the site again, and notes what it consists of";
            Diagnostic::error(Code::Differs, message).at(Place::file(format!("{}/{site}", self.shown))).hint(hint)
        })
    }

    fn bytes(&self, site: &SiteId, path: &OutPath) -> Result<Vec<u8>, Diagnostic> {
        self.out.read(&format!("{site}/{path}"), MOST_BYTES).map_err(|fault| fault.on(&Yard::shown(self, site, path)))
    }

    fn shown(&self, site: &SiteId, path: &OutPath) -> String {
        format!("{}/{site}/{path}", self.shown)
    }
}

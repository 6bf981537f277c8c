//! The lines of front matter that name what is not there.

use super::Library;
use crate::diag::{Diagnostic, Place};
use crate::model::{PageId, Site};
use std::sync::Arc;

impl Library<'_> {
    /// Templates that pages name; `missing` says what is wrong with a name that leads to none.
    pub fn check_templates(&self, site: &Site, missing: &dyn Fn(&str) -> Option<Diagnostic>) -> Vec<Diagnostic> {
        let check = |id: PageId| {
            let fault = missing(site.page(id).template.as_deref()?)?;
            Some(self.placed(fault, site, id, "template"))
        };
        site.ids().filter_map(check).collect()
    }

    /// The fault with the line that sets `key`: on the page, or in a section above that hands it down. Files are read again to show
    /// it, since mistakes are rare.
    pub(super) fn placed(&self, fault: Diagnostic, site: &Site, id: PageId, key: &str) -> Diagnostic {
        let pages = std::iter::successors(Some(id), |below| site.page(*below).parent);
        let files: Vec<_> = pages.filter_map(|id| Some(Arc::clone(&site.page(id).source.as_ref()?.file))).collect();
        let line = |file: &Arc<str>| {
            let bytes = self.files.read(file, site.spec.settings.limits.source_bytes).ok()?;
            let place = Place::key(Arc::clone(file), &String::from_utf8_lossy(&bytes), key);
            place.text.contains(key).then_some(place)
        };
        match files.iter().find_map(line).or_else(|| files.first().cloned().map(Place::file)) {
            Some(place) => fault.at(place),
            None => fault,
        }
    }
}

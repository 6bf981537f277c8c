//! What a text loads from other hosts.

use super::manuscript::Manuscript;
use super::write::Writer;
use crate::diag::uninvited;
use crate::model::{Guest, Site};
use std::ops::Range;

impl<'a> Writer<'a> {
    /// Reports what HTML of the author, at `span` of the manuscript, loads from hosts that the site's policy does not allow.
    pub(super) fn report_guests(&mut self, span: Range<usize>, manuscript: &Manuscript<'_>) {
        let Some(site) = self.site().filter(|_| self.context.raw_html) else { return };
        for guest in Guest::all_in(&manuscript.text[span.clone()]) {
            let at = span.start + guest.span.start..span.start + guest.span.end;
            if let Some(diagnostic) = uninvited(&guest, &site.spec.settings) {
                self.report(diagnostic, manuscript.origins(at));
            }
        }
    }

    /// Reports one guest, whose address stands at `origin` of the body.
    pub(super) fn report_guest(&mut self, guest: &Guest, origin: Range<usize>) {
        let diagnostic = self.site().and_then(|site| uninvited(guest, &site.spec.settings));
        if let Some(diagnostic) = diagnostic {
            self.report(diagnostic, origin);
        }
    }

    fn site(&self) -> Option<&'a Site> {
        self.context.home.map(|home| home.site)
    }
}

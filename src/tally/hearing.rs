//! A job, as one hears of it while it runs.

use super::{End, Job, Site, Work};
use crate::diag::{Diagnostic, group};
use crate::event::{Arrival, Event, Shipped, SiteOutcome, Summary, Voyage};
use crate::model::{Cost, Fleet};
use std::collections::BTreeMap;
use std::time::Duration;

/// Everything that was heard so far.
#[derive(Debug, Default)]
pub struct Hearing {
    sites: BTreeMap<String, End>,
    addresses: BTreeMap<String, String>,
    work: Work,
    cost: Option<Cost>,
    run: Option<String>,
    found: Vec<(Option<String>, Diagnostic)>,
}

impl Hearing {
    /// Hears what work announces.
    pub fn hear(&mut self, event: &Event) {
        match event {
            Event::SiteFinished { site, outcome } => self.site(site, outcome),
            Event::ParcelShipped(shipped) => self.parcel(shipped),
            Event::RunStarted { .. }
            | Event::ShippingStarted { .. }
            | Event::FileSent { .. }
            | Event::TransferStarted { .. }
            | Event::Transferred { .. }
            | Event::TransferEnded
            | Event::PreviewsStarted { .. }
            | Event::SitePreviewed(_) => {}
        }
    }

    /// Hears what is wrong before or outside of the work.
    pub fn complaint(&mut self, found: &[Diagnostic]) {
        self.found.extend(found.iter().map(|found| (None, found.clone())));
    }

    /// Hears which sites there are, and where visitors find them.
    pub fn fleet(&mut self, fleet: &Fleet) {
        let address = |spec: &std::sync::Arc<crate::model::SiteSpec>| (spec.id.to_string(), spec.base_url.to_string());
        self.addresses = fleet.sites.iter().map(address).collect();
    }

    /// Hears how a build ended.
    pub fn built(&mut self, summary: &Summary) {
        let Summary { skipped, pages, rendered, written, removed, .. } = *summary;
        self.work = Work { skipped, pages, rendered, written, removed, ..self.work };
    }

    /// Hears what a plan costs.
    pub fn planned(&mut self, cost: &Cost) {
        self.cost = Some(cost.clone());
    }

    /// Hears how shipping ended.
    pub fn landed(&mut self, voyage: &Voyage) {
        self.run = Some(voyage.run.clone());
        voyage.shipped.iter().filter(|shipped| shipped.arrival == Arrival::Stopped).for_each(|one| self.parcel(one));
        self.complaint(voyage.stopped.as_slice());
        self.complaint(voyage.unkept.as_slice());
    }

    /// The job that this was.
    pub fn end(self, name: String, verb: &str, exit: u8, took: Duration) -> Job {
        let Self { sites, mut addresses, work, cost, run, found } = self;
        let site = |(id, end): (String, End)| {
            let address = addresses.remove(&id);
            (id, Site { end, address })
        };
        let sites = sites.into_iter().map(site).collect();
        Job { name, verb: verb.to_owned(), exit, took, sites, work, cost, run, found: group(found) }
    }

    fn site(&mut self, site: &str, outcome: &SiteOutcome) {
        let end = match outcome.built {
            None => End::Failed,
            Some(built) if built.is_kept() => End::Unchanged,
            Some(_) => End::Built,
        };
        self.sites.insert(site.to_owned(), end);
        self.about(site, &outcome.diagnostics);
    }

    fn parcel(&mut self, shipped: &Shipped) {
        self.work.uploads += shipped.files;
        self.work.bytes += shipped.bytes;
        let went_back = shipped.arrival == Arrival::WentBack && !shipped.back.is_empty();
        for site in &shipped.sites {
            // Of a pack, only the sites that did not show what they should go back; of all else, what was found is about all of it.
            let is_live = went_back && !shipped.back.contains(site);
            self.sites.insert(site.to_string(), if is_live { End::Live } else { shipped.arrival.into() });
            self.about(site.as_str(), if is_live { &[] } else { &shipped.diagnostics });
        }
    }

    fn about(&mut self, site: &str, found: &[Diagnostic]) {
        self.found.extend(found.iter().map(|found| (Some(site.to_owned()), found.clone())));
    }
}

//! What there is to tell of shipping.

use super::News;
use crate::event::{Arrival, Voyage};
use crate::model::{Need, Occasion, Plan, SiteId};
use jiff::Timestamp;

/// A run or plan of which there is something to tell.
#[derive(Debug, Clone)]
pub struct About {
    /// The name of the fleet.
    pub fleet: String,
    /// The name of the run or plan.
    pub run: String,
    /// What time it is.
    pub at: Timestamp,
}

impl About {
    /// A run begins that is to change these sites.
    pub fn started(self, sites: &[SiteId]) -> News {
        let headline = format!("{} on the way", are(sites.len()));
        self.news(Occasion::Started, headline, Vec::new(), named(sites))
    }

    /// A run is over that had to leave something out for the reason `left`: which sites went back, if any did, and how it ended.
    pub fn ended(self, voyage: &Voyage, left: Option<&str>) -> Vec<News> {
        let back: Vec<SiteId> = voyage.shipped.iter().flat_map(|shipped| shipped.back.clone()).collect();
        let (all, live) = (voyage.shipped.len(), voyage.count(Arrival::Live));
        let some = |arrival: Arrival, what: &str| {
            let count = voyage.count(arrival);
            (count > 0).then(|| (what.to_owned(), count.to_string()))
        };
        let facts = [
            Some(("live".to_owned(), live.to_string())),
            some(Arrival::WentBack, "went back"),
            some(Arrival::Failed, "failed"),
            some(Arrival::Unknown, "unknown"),
            some(Arrival::Stopped, "not begun"),
            Some(("took".to_owned(), format!("{:.1} s", voyage.took.as_secs_f64()))),
        ];
        let facts: Vec<_> = facts.into_iter().flatten().collect();
        let gone_back = (!back.is_empty()).then(|| {
            let headline = match back.len() {
                1 => "1 site shows again what it showed before".to_owned(),
                many => format!("{many} sites show again what they showed before"),
            };
            self.clone().news(Occasion::RolledBack, headline, facts.clone(), named(&back))
        });
        let own = voyage.stopped.iter().chain(&voyage.unkept).map(|why| why.message.as_str());
        let (occasion, headline) = match own.chain(left).next() {
            Some(why) => (Occasion::Failed, format!("{live} of {all} parcels live: {why}")),
            None if voyage.is_well() => (Occasion::Finished, format!("{live} of {all} parcels live")),
            None => (Occasion::Failed, format!("{live} of {all} parcels live; not all went well")),
        };
        gone_back.into_iter().chain([self.news(occasion, headline, facts, Vec::new())]).collect()
    }

    /// A plan waits for someone.
    pub fn waits(self, plan: &Plan) -> News {
        let sites: Vec<SiteId> = plan.changes().map(|change| change.site.clone()).collect();
        let asks = plan.asks.iter().filter(|ask| ask.needs == Need::Approval);
        let facts = asks.map(|ask| (ask.rule.to_owned(), ask.says.clone())).collect();
        let headline = format!("a plan needs an approval: {} to change", are(sites.len()));
        self.news(Occasion::ApprovalNeeded, headline, facts, named(&sites))
    }

    /// A run ended before anything was shipped.
    pub fn stopped(self, why: &str) -> News {
        self.news(Occasion::Failed, why.to_owned(), Vec::new(), Vec::new())
    }

    fn news(self, occasion: Occasion, headline: String, facts: Vec<(String, String)>, sites: Vec<String>) -> News {
        let Self { fleet, run, at } = self;
        News { occasion, fleet, run, at, headline, facts, sites }
    }
}

fn are(sites: usize) -> String {
    if sites == 1 { "1 site is".to_owned() } else { format!("{sites} sites are") }
}

fn named(sites: &[SiteId]) -> Vec<String> {
    sites.iter().map(SiteId::to_string).collect()
}

//! What a plan allows: so many of something in so much time, whenever that begins. Who goes beyond is refused in the words of the service.

use super::envelope::{Refusal, refused};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::collections::{BTreeMap, VecDeque};

/// What the team pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plan {
    Hobby,
    Pro,
    Enterprise,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Counted {
    /// A deployment that is asked for, whether or not its files are there.
    Deployment,
    /// A file that is sent.
    Upload,
    /// A deployment that is looked at.
    Look,
    /// A list of deployments.
    List,
    /// A promotion or rollback.
    Switch,
    /// A domain that is added to a project, changed or removed.
    Domain,
    /// A deployment that is deleted.
    Deletion,
}

const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// What was counted when.
#[derive(Debug)]
pub(crate) struct Walls {
    plan: Plan,
    counted: BTreeMap<Counted, VecDeque<Timestamp>>,
    /// How often somebody was refused.
    pub(crate) hits: usize,
}

impl Plan {
    fn is_paid(self) -> bool {
        self != Self::Hobby
    }

    /// How many in how many seconds, with the name that the service has for it.
    fn windows(self, counted: Counted) -> Vec<(usize, i64, &'static str)> {
        let of = |hobby, pro, enterprise| match self {
            Self::Hobby => hobby,
            Self::Pro => pro,
            Self::Enterprise => enterprise,
        };
        match counted {
            Counted::Deployment => vec![
                (of(60, 120, 300), 5 * MINUTE, "per-five-minutes"),
                (of(100, 450, 1_800), HOUR, "per-hour"),
                (of(100, 6_000, 24_000), DAY, "per-day"),
            ],
            Counted::Upload => vec![(of(5_000, 40_000, 80_000), DAY, "")],
            Counted::Look => vec![(of(500, 500, 2_000), MINUTE, "deployment-get")],
            Counted::List => vec![(1_000, MINUTE, "deployments-list")],
            Counted::Switch => vec![(500, MINUTE, "production-switch")],
            Counted::Domain => vec![(100, MINUTE, "project-domain")],
            Counted::Deletion => vec![(200, 10 * MINUTE, "deployment-delete")],
        }
    }
}

impl Walls {
    pub(super) fn new(plan: Plan) -> Self {
        Self { plan, counted: BTreeMap::new(), hits: 0 }
    }

    /// Counts one, or refuses it.
    pub(super) fn count(&mut self, counted: Counted, now: Timestamp) -> Result<(), Refusal> {
        let moments = self.counted.entry(counted).or_default();
        for (most, seconds, name) in self.plan.windows(counted) {
            let since = now - SignedDuration::from_secs(seconds);
            let first = moments.iter().position(|moment| *moment > since).unwrap_or(moments.len());
            if moments.len() - first >= most {
                let opens = moments[moments.len() - most] + SignedDuration::from_secs(seconds);
                self.hits += 1;
                let wait = opens.duration_since(now).as_secs() + 1;
                return Err(self.plan.refusal(counted, most, name, wait));
            }
        }
        moments.push_back(now);
        Ok(())
    }

    /// The most that were counted in any time of so many seconds.
    pub(crate) fn busiest(&self, counted: Counted, seconds: i64) -> usize {
        let Some(moments) = self.counted.get(&counted) else { return 0 };
        let until = |from: &Timestamp| *from + SignedDuration::from_secs(seconds);
        let within = |at: usize| moments.iter().skip(at).take_while(|moment| **moment < until(&moments[at])).count();
        (0..moments.len()).map(within).max().unwrap_or(0)
    }
}

impl Plan {
    fn refusal(self, counted: Counted, most: usize, name: &str, wait: i64) -> Refusal {
        let paid = if self.is_paid() { "paid" } else { "free" };
        match counted {
            // The message speaks of a day whichever window it is.
            Counted::Deployment => {
                let code = format!("api-deployments-{paid}-{name}");
                let message =
                    format!("Resource is limited - try again in 24 hours (more than {most}, code: \"{code}\").");
                refused(402, &code, &message).with("retryAfter", json!(wait))
            }
            Counted::Upload => {
                let name = format!("api-upload-{paid}");
                let message =
                    format!("Too many requests - try again in 24 hours (more than {most}, code: \"{name}\").");
                refused(429, "rate_limited", &message).with("name", json!(name)).after(wait)
            }
            _ => {
                let limit = json!({ "total": most, "remaining": 0, "reset": wait, "resetMs": wait * 1_000 });
                let message = format!("Too many requests ({name})");
                refused(429, "rate_limited", &message).with("limit", limit).after(wait)
            }
        }
    }
}

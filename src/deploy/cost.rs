//! What hosting costs in a month, by a dated table of prices.

use super::pace::metered;
use crate::model::{HostPlan, Money, Target, TargetKind};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The price of one kind of host in one plan.
#[derive(Debug, Clone, Default, Deserialize)]
struct Price {
    since: Option<toml::value::Date>,
    source: String,
    #[serde(default)]
    monthly: Amount,
    #[serde(default)]
    included: u64,
    #[serde(default)]
    million: Amount,
    #[serde(default)]
    per_view: u64,
}

/// An amount as it is written: `5.00`.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(try_from = "String")]
struct Amount(Money);

impl TryFrom<String> for Amount {
    type Error = std::num::ParseIntError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (dollars, cents) = text.split_once('.').unwrap_or((&text, "0"));
        Ok(Self(Money::dollars(dollars.parse()?, cents.parse()?)))
    }
}

/// Kind of host → plan → price.
type Tables = BTreeMap<String, BTreeMap<String, Price>>;

/// The price of a target; none if there is none.
fn price(kind: TargetKind, plan: Option<HostPlan>) -> Price {
    let mut tables: Tables = toml::from_str(include_str!("prices.toml")).unwrap_or_default();
    let mut plans = tables.remove(kind.name()).unwrap_or_default();
    let plan = plan.unwrap_or(kind.usual_plan());
    plans.remove(plan.name()).or_else(|| plans.remove(kind.usual_plan().name())).unwrap_or_default()
}

/// What people pay as one account: targets of one host and account pay once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Account {
    host: &'static str,
    account: Option<String>,
}

fn account(target: &Target) -> Account {
    let host = match target.kind {
        TargetKind::CloudflarePages | TargetKind::CloudflareWorker | TargetKind::CloudflarePack => "cloudflare",
        TargetKind::Vercel => "vercel",
        TargetKind::S3 => "s3",
        TargetKind::Folder => "folder",
    };
    Account { host, account: target.account.clone() }
}

/// What a month costs if so many sites lie at each target, and each has `views` page views.
pub fn monthly<'a>(targets: impl Iterator<Item = (&'a Target, usize)>, views: u64) -> Money {
    let mut fixed: BTreeMap<Account, Money> = BTreeMap::new();
    let mut requests: BTreeMap<Account, (u64, Price)> = BTreeMap::new();
    for (target, sites) in targets.filter(|(_, sites)| *sites > 0) {
        let price = price(target.kind, target.plan);
        let paid = fixed.entry(account(target)).or_default();
        *paid = (*paid).max(price.monthly.0);
        let counted = sites as u64 * views * price.per_view;
        if counted > 0 {
            requests.entry(account(target)).or_insert((0, price)).0 += counted;
        }
    }
    let traffic = requests.values().map(|(count, price)| metered(*count, price.included, price.million.0));
    fixed.into_values().sum::<Money>() + traffic.sum()
}

/// Where a price was found, and when.
pub fn price_source(kind: TargetKind, plan: Option<HostPlan>) -> String {
    let price = price(kind, plan);
    match price.since {
        Some(since) => format!("{} ({since})", price.source),
        None => price.source,
    }
}

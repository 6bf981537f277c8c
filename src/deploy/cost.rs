//! What hosting costs in a month, and what a run costs, by a dated table of prices.

use super::pace::metered;
use crate::model::{Charge, DepotKind, Effort, Fleet, Money, Shipment, Target, TargetKind};
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
    #[serde(default)]
    writes: Amount,
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

/// What hosts charge.
pub struct Prices {
    /// Kind of host → plan → price.
    tables: BTreeMap<String, BTreeMap<String, Price>>,
    /// Where buckets are reached whose target does not say so, if it is not Amazon.
    endpoint: Option<String>,
}

impl Prices {
    /// The prices of the table; at `endpoint` buckets are reached whose target does not say where.
    pub fn new(endpoint: Option<String>) -> Self {
        Self { tables: toml::from_str(include_str!("prices.toml")).unwrap_or_default(), endpoint }
    }

    /// The price of a target; none if there is none.
    fn of(&self, target: &Target) -> Price {
        let usual = target.kind.usual_plan();
        match target.kind {
            TargetKind::S3 => self.of_bucket(target.api.as_deref()),
            kind => self.named(kind, &[target.plan.unwrap_or(usual).name(), usual.name()]),
        }
    }

    /// The price of a bucket that is reached at this address, or at the usual one.
    fn of_bucket(&self, api: Option<&str>) -> Price {
        self.named(TargetKind::S3, &[service(api.or(self.endpoint.as_deref()))])
    }

    /// What stands in the table under the first of these names that it has.
    fn named(&self, kind: TargetKind, names: &[&str]) -> Price {
        let prices = self.tables.get(kind.name());
        names.iter().find_map(|name| prices?.get(*name)).cloned().unwrap_or_default()
    }

    /// What a month costs if so many sites lie at each target, and each has `views` page views.
    pub fn monthly<'a>(&self, targets: impl Iterator<Item = (&'a Target, usize)>, views: u64) -> Money {
        let mut fixed: BTreeMap<Account, Money> = BTreeMap::new();
        let mut requests: BTreeMap<Account, (u64, Price)> = BTreeMap::new();
        for (target, sites) in targets.filter(|(_, sites)| *sites > 0) {
            let price = self.of(target);
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
    pub fn source(&self, target: &Target) -> String {
        let price = self.of(target);
        match price.since {
            Some(since) => format!("{} ({since})", price.source),
            None => price.source,
        }
    }
}

/// Whose bucket it is, by the address of the service.
fn service(api: Option<&str>) -> &'static str {
    let host = api.map(|api| api.split_once("://").map_or(api, |(_, rest)| rest));
    let host = host.map(|host| host.split(['/', ':']).next().unwrap_or_default());
    match host {
        None => "amazon",
        Some(host) if host.ends_with(".amazonaws.com") => "amazon",
        Some(host) if host.ends_with(".r2.cloudflarestorage.com") => "r2",
        Some(_) => "paid",
    }
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

/// What hosts charge for the work of a run: the price of a million requests that write, wherever there is one.
pub(super) struct Tariff {
    targets: BTreeMap<String, Money>,
    /// The key that names the bucket of the ledger.
    ledger: Option<(&'static str, Money)>,
}

impl Tariff {
    pub(super) fn of(fleet: &Fleet, prices: &Prices) -> Self {
        let charged = |price: Price| Some(price.writes.0).filter(|million| million.micros > 0);
        let at = |(name, target): (&String, &Target)| Some((name.clone(), charged(prices.of(target))?));
        let bucket = fleet.ledger().filter(|depot| depot.kind() == DepotKind::S3);
        let ledger = bucket.and_then(|depot| Some((depot.key, charged(prices.of_bucket(None))?)));
        Self { targets: fleet.targets.iter().filter_map(at).collect(), ledger }
    }

    /// What is charged for a shipment of `changes` sites.
    pub(super) fn cost(&self, target: &str, effort: Effort, changes: usize) -> Money {
        let at_host = self.targets.get(target).map(|million| metered(effort.writes, 0, *million));
        let kept = self.ledger.map(|(_, million)| metered(kept(effort, changes), 0, million));
        at_host.into_iter().chain(kept).sum()
    }

    /// All that is charged for these shipments, place by place.
    pub(super) fn charges(&self, shipments: &[Shipment]) -> Vec<Charge> {
        let of = |target: &str| -> u64 {
            shipments.iter().filter(|ship| ship.target == target).map(|ship| ship.effort.writes).sum()
        };
        let hosts = self.targets.iter().map(|(target, million)| (target.as_str(), of(target), *million));
        let kept = || shipments.iter().map(|ship| kept(ship.effort, ship.changes.len())).sum::<u64>();
        let ledger = self.ledger.map(|(key, million)| (key, kept(), million));
        let charge = |(place, writes, million): (&str, u64, Money)| Charge { place: place.to_owned(), writes, million };
        hosts.chain(ledger).filter(|(_, writes, _)| *writes > 0).map(charge).collect()
    }
}

/// What is written into the ledger for a shipment, at most: contents, a release for each site, the intent twice, receipt and state.
fn kept(effort: Effort, changes: usize) -> u64 {
    if effort.deployments == 0 { 0 } else { effort.uploads + changes as u64 + 4 }
}

//! Host names: which of them a site answers to, and how they are led to the parcel that shows it.
//!
//! A name is never taken from a site before another one shows what is to be seen there, and what `sites.toml` names no more stays led
//! to where it was: nothing is taken from visitors because a line is missing.

use super::berths::hosts;
use super::ship::{Pending, Way};
use crate::diag::{Code, Diagnostic};
use crate::model::{Berth, Digest, ParcelName, Receipt, SiteId, Stall};
use crate::provider::Attachment;
use std::collections::{BTreeMap, BTreeSet};

impl Way<'_> {
    /// The host names that a site answers to here, the one of its address first: those it has, and those that were led here for it
    /// before, unless another site has them now.
    pub(super) fn hosts_of(&self, site: &SiteId) -> Vec<String> {
        let specs = self.shipping.specs;
        let mut names = specs.get(site).map(|spec| hosts(spec)).unwrap_or_default();
        let is_of_others =
            |host: &String| specs.iter().any(|(other, spec)| other != site && hosts(spec).contains(host));
        let led = self.before.iter().flat_map(|before| {
            let told = before.receipt.hosts.get(site).into_iter().flatten();
            told.filter(|host| before.hosts.contains(*host))
        });
        let earlier: Vec<&String> = led.filter(|host| !names.contains(host) && !is_of_others(host)).collect();
        names.extend(earlier.into_iter().cloned());
        names
    }

    /// Whether what a receipt says answers to all host names as it should, where the host has to know them.
    pub(super) fn answers(&self, receipt: &Receipt) -> bool {
        let target = self.shipping.targets.get(&self.berth.target);
        let told = |site: &SiteId| receipt.hosts.get(site).cloned().unwrap_or_default();
        let wanted = |site: &SiteId| self.hosts_of(site).into_iter().collect::<BTreeSet<String>>();
        !target.is_some_and(|target| target.kind.tells_hosts_apart())
            || receipt.sites.keys().all(|site| wanted(site) == told(site))
    }

    /// The host names that lead here for sites which are not among these.
    pub(super) fn names_beside(&self, sites: &BTreeMap<SiteId, Digest>) -> Vec<String> {
        let Some(standing) = &self.before else { return Vec::new() };
        let is_of = |host: &String, stays: bool| {
            standing.receipt.hosts.iter().any(|(site, hosts)| sites.contains_key(site) == stays && hosts.contains(host))
        };
        let is_gone = |host: &&String| sites.is_empty() || (is_of(host, false) && !is_of(host, true));
        standing.hosts.iter().filter(is_gone).cloned().collect()
    }

    /// Names that sites answered to before, where nobody answers to them now: they answer to them again.
    pub(super) fn give_back(&self, stalls: &mut BTreeMap<SiteId, Stall>) {
        let told: BTreeSet<String> = stalls.values().flat_map(|stall| stall.hosts.clone()).collect();
        for (site, hosts) in self.before.iter().flat_map(|before| &before.receipt.hosts) {
            let free = hosts.iter().filter(|host| !told.contains(*host)).cloned();
            if let Some(stall) = stalls.get_mut(site) {
                stall.hosts.extend(free);
            }
        }
    }

    /// The release of a site that is to leave for another parcel, as long as visitors would miss it.
    pub(super) fn still_here(&self, site: &SiteId, to: &ParcelName) -> Option<Digest> {
        let before = self.before.as_ref()?;
        let there = Berth { target: self.berth.target.clone(), parcel: to.clone() };
        let there = self.shipping.ledger.standing(&there).filter(|there| there.is_at(self.location));
        let is_there = there.is_some_and(|there| there.receipt.sites.contains_key(site));
        let leads = self.shipping.ledger.standing(&self.berth).is_some_and(|here| here.leads(site));
        before.receipt.sites.get(site).copied().filter(|_| !is_there || leads)
    }

    /// Leads host names here, wherever they lead now; what the host still waits for is said, and asked for again by the next run.
    pub(super) fn attach(&self, hosts: &[String]) -> Result<Pending, Diagnostic> {
        let mut pending = Pending::new();
        for host in hosts {
            let from = self.led_from(host);
            let led = match &from {
                Some(from) => self.provider.lead_over(from, &self.berth.parcel, host),
                None => self.provider.attach(&self.berth.parcel, host),
            };
            match led.map_err(|fault| self.told(&fault))? {
                Attachment::Active => {}
                Attachment::Pending(said) => {
                    let message = format!("`{host}` is not yet led to `{}`: {said}", self.berth);
                    let hint = "the host goes on by itself; `hectare health` tells when visitors see the site";
                    pending.insert(host.clone(), Diagnostic::warning(Code::HostPending, message).hint(hint));
                }
                Attachment::NoZone(zone) => {
                    let message =
                        format!("`{host}` cannot be led to `{}`: the host does not know the zone `{zone}`", self.berth);
                    let hint = "add the zone to the account at the host, then deploy again";
                    pending.insert(host.clone(), Diagnostic::warning(Code::HostPending, message).hint(hint));
                    continue;
                }
            }
            self.keep_led(host, from.as_ref(), &self.berth.parcel)?;
        }
        Ok(pending)
    }

    /// Leads host names here no longer. One that another parcel answers to, as it moved here from there, is led back.
    pub(super) fn detach(&self, hosts: &[String]) -> Result<(), Diagnostic> {
        let (here, target) = (&self.berth.parcel, &self.berth.target);
        for host in hosts {
            match self.shipping.ledger.look(|live| live.answering(target, self.location, host, here).cloned()) {
                Some(before) => {
                    self.provider.lead_over(here, &before, host).map_err(|fault| self.told(&fault))?;
                    self.keep_led(host, Some(here), &before)?;
                }
                None => {
                    self.provider.detach(here, host).map_err(|fault| self.told(&fault))?;
                    self.shipping.ledger.amend(&self.berth, |standing| {
                        standing.hosts.remove(host);
                    })?;
                }
            }
        }
        Ok(())
    }

    /// The other parcel of the target that a host name leads to, as far as the ledger knows.
    fn led_from(&self, host: &str) -> Option<ParcelName> {
        let Berth { target, parcel } = &self.berth;
        self.shipping
            .ledger
            .look(|live| live.led(target, self.location, host).filter(|other| *other != parcel).cloned())
    }

    /// Keeps that a host name leads to another parcel than before.
    fn keep_led(&self, host: &str, from: Option<&ParcelName>, to: &ParcelName) -> Result<(), Diagnostic> {
        let berth = |parcel: &ParcelName| Berth { target: self.berth.target.clone(), parcel: parcel.clone() };
        self.shipping.ledger.amend(&berth(to), |standing| standing.led(host))?;
        match from {
            Some(from) => self.shipping.ledger.amend(&berth(from), |standing| {
                standing.hosts.remove(host);
            }),
            None => Ok(()),
        }
    }
}

//! One parcel's way: intent, upload, switch, receipt, host names, health; and back, if it shows what it should not.

use super::apply::Shipping;
use super::ledger::{Kept, Store};
use super::rounds;
use crate::diag::{Code, Diagnostic, Severity};
use crate::event::{Arrival, Event, Shipped};
use crate::health::{Shows, Unwell, Visit};
use crate::model::{
    Berth, Digest, Good, Intent, Label, Parcel, Receipt, Release, Shipment, SiteId, Stall, Standing, Step, Vitals,
};
use crate::provider::{Attachment, Doubt, Fault, HostFault, Provider, Upload, Wares};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// A lost answer is asked about this many times before the outcome counts as unknown.
const QUESTIONS: usize = 3;

/// Slower or heavier by less than this is nothing that a visitor notices.
const NOTICED: Vitals = Vitals { millis: 100, bytes: 20_000 };

/// A site that seems slower than before is looked at again after each of these pauses: a single slow answer says more about the way
/// to the host, or a cache that is still empty, than about the site.
const SECOND_LOOKS: [Duration; 3] = [Duration::from_millis(250), Duration::from_millis(500), Duration::from_secs(1)];

/// Sites that go back, and what is wrong with each.
type Failing = BTreeMap<SiteId, Diagnostic>;

/// Host names that do not lead to the parcel yet, and what the host says about each.
type Pending = BTreeMap<String, Diagnostic>;

/// What is seen of one site.
pub(super) enum Seen {
    /// It is not to be looked at.
    Nothing,
    /// It shows what it should, and answers like this.
    Well(Vitals),
    /// Its name does not lead here yet, there was no time, or nobody knows any more what it should show, which says nothing about its
    /// release.
    TooEarly(Diagnostic),
    /// It does not show what it should.
    Unwell(Diagnostic),
}

/// What a look at the sites of a parcel came to.
#[derive(Default)]
struct Looked {
    failing: Failing,
    /// What is said about sites that stay: nobody can see them yet, or they were slow for a moment.
    told: Vec<Diagnostic>,
}

/// One parcel on its way.
pub(super) struct Voyage<'a> {
    shipping: &'a Shipping<'a>,
    provider: &'a dyn Provider,
    berth: Berth,
    before: Option<Standing>,
}

/// Ships one parcel of a plan.
pub(super) fn ship(shipping: &Shipping<'_>, shipment: &Shipment) -> Shipped {
    let berth = Berth { target: shipment.target.clone(), parcel: shipment.parcel.clone() };
    let sites = shipment.changes.iter().map(|change| change.site.clone()).collect();
    let mut shipped = Shipped::new(berth.clone(), sites, Arrival::Failed);
    let Some(provider) = shipping.providers.get(&berth.target) else { return shipped };
    let before = shipping.ledger.standing(&berth);
    let voyage = Voyage { shipping, provider: provider.as_ref(), berth, before };
    let (arrival, found) = match voyage.go(shipment, &mut shipped) {
        Ok(end) => end,
        Err((arrival, fault)) => (arrival, vec![fault]),
    };
    shipped.arrival = arrival;
    shipped.diagnostics.extend(found);
    shipped
}

impl<'a> Voyage<'a> {
    /// A way to the berth that has nothing to do with a plan.
    pub(super) fn to(shipping: &'a Shipping<'a>, provider: &'a dyn Provider, berth: Berth) -> Self {
        let before = shipping.ledger.standing(&berth);
        Self { shipping, provider, berth, before }
    }

    fn go(
        &self,
        shipment: &Shipment,
        shipped: &mut Shipped,
    ) -> Result<(Arrival, Vec<Diagnostic>), (Arrival, Diagnostic)> {
        let failed = |fault| (Arrival::Failed, fault);
        let stalls = self.stalls(shipment).map_err(failed)?;
        let same = |standing: &&Standing| {
            standing.receipt.sites.len() == stalls.len()
                && stalls.iter().all(|(site, stall)| standing.receipt.sites.get(site) == Some(&stall.release.id))
        };
        if self.before.as_ref().filter(same).is_none() {
            let sent = self.switch(stalls.clone())?;
            (shipped.files, shipped.bytes) = (sent.files, sent.bytes);
        }
        let pending = self.attach(&shipment.hosts).map_err(failed)?;
        let looked = self.examine(shipment, &stalls, &pending).map_err(failed)?;
        let told = pending.into_values().chain(looked.told);
        if looked.failing.is_empty() {
            let left = self.let_go().map_err(failed)?;
            return Ok((Arrival::Live, told.chain(left).collect()));
        }
        if let Err((arrival, stuck)) = self.back(shipment, stalls, &looked.failing) {
            return Ok((arrival, told.chain(looked.failing.into_values()).chain([stuck]).collect()));
        }
        shipped.back = looked.failing.keys().cloned().collect();
        let failing = looked.failing.into_iter().map(|(site, wrong)| wrong.note(self.fate(&site), None));
        Ok((Arrival::WentBack, told.chain(failing).collect()))
    }

    /// What became of a site that went back.
    fn fate(&self, site: &SiteId) -> String {
        match self.before.as_ref().and_then(|before| before.receipt.sites.get(site)) {
            Some(release) => format!("it is back on its old release `{}`", release.short()),
            None => "it was not live before, and is not any more".to_owned(),
        }
    }

    /// What each site of the parcel will show.
    fn stalls(&self, shipment: &Shipment) -> Result<BTreeMap<SiteId, Stall>, Diagnostic> {
        let mut stalls = BTreeMap::new();
        for change in &shipment.changes {
            let release = self.shipping.releases.get(&change.site).cloned();
            let release = release.map_or_else(|| self.kept(&change.site, change.to), Ok)?;
            stalls.insert(change.site.clone(), self.stall(&change.site, release));
        }
        for (site, release) in &shipment.staying {
            stalls.insert(site.clone(), self.stall(site, self.kept(site, *release)?));
        }
        Ok(stalls)
    }

    pub(super) fn stall(&self, site: &SiteId, release: Arc<Release>) -> Stall {
        let hosts = self.shipping.specs.get(site).map(|spec| super::berths::hosts(spec)).unwrap_or_default();
        Stall { release, hosts }
    }

    /// A release of the past.
    pub(super) fn kept(&self, site: &SiteId, id: Digest) -> Result<Arc<Release>, Diagnostic> {
        let release = self.shipping.ledger.release(site, id)?;
        release.map(Arc::new).ok_or_else(|| {
            let message = format!("the release `{}` of `{site}` is not kept", id.short());
            Diagnostic::error(Code::ReleaseDamaged, message).hint("build and deploy the site anew")
        })
    }

    /// Uploads and switches, and keeps the receipt; what was sent.
    fn switch(&self, stalls: BTreeMap<SiteId, Stall>) -> Result<Upload, (Arrival, Diagnostic)> {
        let before = self.before.as_ref().map(|standing| &standing.receipt);
        let parcel = Parcel::new(self.berth.parcel.clone(), self.berth.target.clone(), stalls, before);
        self.intend(parcel.label, parcel.sites(), Step::Uploading)?;
        let wares = Hold { store: self.shipping.ledger.store(), shipping: self.shipping };
        let upload = match self.provider.upload(&parcel, &wares, before) {
            Ok(upload) => upload,
            Err(fault) => return Err(self.nothing_came_of_it(&fault)),
        };
        self.intend(parcel.label, parcel.sites(), Step::Switching)?;
        let receipt = asked(|doubt| self.provider.activate(&parcel, &upload, doubt));
        let receipt = receipt.or_else(|fault| self.confirmed(fault, parcel.label, parcel.sites()));
        self.record(&receipt.map_err(|fault| self.nothing_came_of_it(&fault))?)?;
        Ok(upload)
    }

    fn intend(&self, label: Label, sites: BTreeMap<SiteId, Digest>, step: Step) -> Result<(), (Arrival, Diagnostic)> {
        let intent = Intent {
            berth: self.berth.clone(),
            run: self.shipping.run.clone(),
            step,
            label,
            sites,
            at: self.shipping.clock.now(),
        };
        self.shipping.ledger.intend(&intent).map_err(|fault| (Arrival::Failed, fault))
    }

    /// What the host shows, where it may have switched before something went wrong. Whoever cannot be asked has not denied it.
    fn confirmed(&self, fault: HostFault, label: Label, sites: BTreeMap<SiteId, Digest>) -> Result<Receipt, HostFault> {
        if matches!(fault.fault, Fault::NoSuch | Fault::Rejected | Fault::Stopped) {
            return Err(fault);
        }
        match self.provider.live(&self.berth.parcel) {
            Ok(Some(live)) if live.label == Some(label) => {
                let now = || self.shipping.clock.now();
                Ok(Receipt::seen(self.berth.parcel.clone(), live, label, sites, now))
            }
            Ok(_) => Err(fault),
            Err(_) => Err(HostFault { fault: Fault::Unknown, ..fault }),
        }
    }

    /// Takes the intent back, unless nobody knows whether it came true.
    fn nothing_came_of_it(&self, fault: &HostFault) -> (Arrival, Diagnostic) {
        let told = self.told(fault);
        let arrival = match fault.fault {
            Fault::Unknown => return (Arrival::Unknown, told),
            Fault::Stopped => Arrival::Stopped,
            _ => Arrival::Failed,
        };
        match self.shipping.ledger.forget(&self.berth) {
            Ok(()) => (arrival, told),
            Err(trouble) => (arrival, trouble),
        }
    }

    fn told(&self, fault: &HostFault) -> Diagnostic {
        fault.diagnostic(&self.berth.target)
    }

    pub(super) fn record(&self, receipt: &Receipt) -> Result<(), (Arrival, Diagnostic)> {
        let kept = self.shipping.ledger.record(&self.berth, &self.shipping.run, receipt, |_| {});
        // The host has switched, and the intent is still there: the next run asks about it.
        kept.map_err(|fault| (Arrival::Unknown, fault))
    }

    /// Leads host names here; what the host still waits for is said, and asked for again by the next run.
    fn attach(&self, hosts: &[String]) -> Result<Pending, Diagnostic> {
        let mut pending = Pending::new();
        for host in hosts {
            match self.provider.attach(&self.berth.parcel, host).map_err(|fault| self.told(&fault))? {
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
            self.shipping.ledger.amend(&self.berth, |standing| {
                standing.hosts.insert(host.clone());
            })?;
        }
        Ok(pending)
    }

    /// Looks at every site that changed.
    fn examine(
        &self,
        shipment: &Shipment,
        stalls: &BTreeMap<SiteId, Stall>,
        pending: &Pending,
    ) -> Result<Looked, Diagnostic> {
        let mut looked = Looked::default();
        for site in shipment.changes.iter().map(|change| &change.site) {
            let Some(stall) = stalls.get(site) else { continue };
            // The host itself says that its visitors do not get here yet.
            if !self.was_well(site) && stall.hosts.iter().any(|host| pending.contains_key(host)) {
                continue;
            }
            let (seen, slow) = self.look_closely(site, &stall.release);
            match seen {
                Seen::Nothing => {}
                Seen::Well(vitals) => match self.worse(site, vitals) {
                    Some(worse) => drop(looked.failing.insert(site.clone(), worse)),
                    None => {
                        looked.told.extend(slow.map(|first| slow_at_first(site, first, vitals)));
                        self.answered(site, vitals)?;
                    }
                },
                Seen::TooEarly(warning) => looked.told.push(warning),
                Seen::Unwell(wrong) => drop(looked.failing.insert(site.clone(), wrong)),
            }
        }
        Ok(looked)
    }

    /// Looks at a site, and again while it seems slower than before; the fastest look counts. Also how it answered at first, if that
    /// was slower.
    fn look_closely(&self, site: &SiteId, release: &Release) -> (Seen, Option<Vitals>) {
        let (mut seen, mut slow) = (self.look(site, release), None);
        for pause in SECOND_LOOKS {
            let Seen::Well(best) = seen else { break };
            if self.slower(site, best).is_none() {
                break;
            }
            slow = slow.or(Some(best));
            self.shipping.clock.rest(pause);
            seen = match self.look(site, release) {
                Seen::Well(again) => Seen::Well(Vitals { millis: again.millis.min(best.millis), ..again }),
                other => other,
            };
        }
        (seen, slow)
    }

    /// Looks at a site.
    pub(super) fn look(&self, site: &SiteId, release: &Release) -> Seen {
        let at = self.berth.target.as_str();
        let (Some(spec), Some(target)) = (self.shipping.specs.get(site), self.shipping.targets.get(at)) else {
            return Seen::Nothing;
        };
        let redirects = match rounds::redirects(self.shipping.ledger, release, target) {
            Ok(redirects) => redirects,
            Err(fault) => return Seen::TooEarly(Diagnostic { severity: Severity::Warning, ..fault }),
        };
        match self.shipping.health.look(&Visit { spec, release, target, at, redirects: redirects.as_deref() }) {
            Ok(vitals) => vitals.map_or(Seen::Nothing, Seen::Well),
            // Hosts were not given the time that they need.
            Err(unwell) if (self.shipping.stopped)() => Seen::TooEarly(cut_short(site, unwell)),
            Err(unwell) if self.is_too_early(site, unwell.shows) => Seen::TooEarly(too_early(site, unwell)),
            Err(unwell) => Seen::Unwell(unwell.diagnostic),
        }
    }

    /// Keeps how a site answers.
    pub(super) fn answered(&self, site: &SiteId, vitals: Vitals) -> Result<(), Diagnostic> {
        self.shipping.ledger.amend(&self.berth, |standing| {
            standing.vitals.insert(site.clone(), vitals);
        })
    }

    /// Whether the site showed here once what it should.
    fn was_well(&self, site: &SiteId) -> bool {
        self.before.as_ref().is_some_and(|before| before.vitals.contains_key(site))
    }

    /// Whether what is wrong with a site says nothing about its release: its name does not lead here yet. An address at which someone
    /// else answers is no place for a first release.
    fn is_too_early(&self, site: &SiteId, shows: Shows) -> bool {
        let is_first = || self.before.as_ref().is_none_or(|before| !before.receipt.sites.contains_key(site));
        match shows {
            Shows::Nothing => !self.was_well(site),
            Shows::SomethingElse => !self.was_well(site) && !is_first(),
            Shows::Itself => false,
        }
    }

    /// Whether a site got so much slower or heavier that visitors notice.
    fn worse(&self, site: &SiteId, now: Vitals) -> Option<Diagnostic> {
        self.slower(site, now).or_else(|| self.heavier(site, now))
    }

    fn slower(&self, site: &SiteId, now: Vitals) -> Option<Diagnostic> {
        let (before, now) = (self.before.as_ref()?.vitals.get(site)?.millis, now.millis);
        let what = || format!("slower ({now} ms instead of {before} ms)");
        is_worse(now, before, self.shipping.policy.stop_slower, NOTICED.millis)
            .then(|| got_worse(site, &what(), "stop_slower"))
    }

    fn heavier(&self, site: &SiteId, now: Vitals) -> Option<Diagnostic> {
        let (before, now) = (self.before.as_ref()?.vitals.get(site)?.bytes, now.bytes);
        let what = || format!("heavier ({now} bytes instead of {before})");
        is_worse(now, before, self.shipping.policy.stop_heavier, NOTICED.bytes)
            .then(|| got_worse(site, &what(), "stop_heavier"))
    }

    /// Lets the host let go of old deployments, now and then: it costs requests that a site which just went live does not need. What
    /// goes wrong is a warning, as nobody sees it.
    fn let_go(&self) -> Result<Option<Diagnostic>, Diagnostic> {
        let keep = self.shipping.policy.keep;
        let count = self.before.as_ref().map_or(0, |before| before.count + 1);
        if count <= keep as u64 || !count.is_multiple_of(keep as u64) {
            return Ok(None);
        }
        let history = self.shipping.ledger.history(&self.berth)?;
        let kept: Vec<Receipt> = history.into_iter().rev().take(keep).map(|past| past.receipt).collect();
        let fault = self.provider.retain(&self.berth.parcel, &kept).err();
        Ok(fault.map(|fault| Diagnostic { severity: Severity::Warning, ..self.told(&fault) }))
    }

    /// Sets failing sites back to what they showed before; sites that showed nothing before show nothing again.
    fn back(
        &self,
        shipment: &Shipment,
        mut stalls: BTreeMap<SiteId, Stall>,
        failing: &Failing,
    ) -> Result<(), (Arrival, Diagnostic)> {
        let stuck = |fault: Diagnostic| (Arrival::Failed, fault);
        let Some(before) = &self.before else { return self.withdraw(&shipment.hosts).map_err(stuck) };
        let is_new = |site: &&SiteId| !before.receipt.sites.contains_key(*site);
        let mut gone: Vec<String> = failing
            .keys()
            .filter(is_new)
            .filter_map(|site| stalls.get(site))
            .flat_map(|stall| stall.hosts.clone())
            .collect();
        gone.retain(|host| shipment.hosts.contains(host));
        if shipment.changes.iter().all(|change| failing.contains_key(&change.site)) {
            self.back_to(&before.receipt)?;
            return self.detach(&gone).map_err(stuck);
        }
        for site in failing.keys() {
            match before.receipt.sites.get(site) {
                Some(release) => {
                    let kept = self.kept(site, *release).map_err(stuck)?;
                    stalls.insert(site.clone(), self.stall(site, kept));
                }
                None => drop(stalls.remove(site)),
            }
        }
        Voyage::to(self.shipping, self.provider, self.berth.clone()).switch(stalls)?;
        self.detach(&gone).map_err(stuck)
    }

    /// Shows again what a receipt of the past says; if the host has let go of it, it is shipped anew from what is kept.
    pub(super) fn back_to(&self, past: &Receipt) -> Result<(), (Arrival, Diagnostic)> {
        self.intend(past.label, past.sites.clone(), Step::Switching)?;
        let receipt = asked(|_| self.provider.rollback(&self.berth.parcel, past));
        match receipt.or_else(|fault| self.confirmed(fault, past.label, past.sites.clone())) {
            Ok(receipt) => self.record(&receipt),
            Err(fault) if fault.fault == Fault::NoSuch => self.reship(&past.sites).map(drop),
            Err(fault) => Err(self.nothing_came_of_it(&fault)),
        }
    }

    /// Ships these releases from what is kept.
    pub(super) fn reship(&self, sites: &BTreeMap<SiteId, Digest>) -> Result<(), (Arrival, Diagnostic)> {
        let stall = |(site, id): (&SiteId, &Digest)| Ok((site.clone(), self.stall(site, self.kept(site, *id)?)));
        let stalls =
            sites.iter().map(stall).collect::<Result<_, Diagnostic>>().map_err(|fault| (Arrival::Failed, fault))?;
        Voyage::to(self.shipping, self.provider, self.berth.clone()).switch(stalls).map(drop)
    }

    /// Leads host names here no longer.
    fn detach(&self, hosts: &[String]) -> Result<(), Diagnostic> {
        for host in hosts {
            self.provider.detach(&self.berth.parcel, host).map_err(|fault| self.told(&fault))?;
            self.shipping.ledger.amend(&self.berth, |standing| {
                standing.hosts.remove(host);
            })?;
        }
        Ok(())
    }

    /// Takes a first release away from visitors.
    pub(super) fn withdraw(&self, hosts: &[String]) -> Result<(), Diagnostic> {
        self.detach(hosts)?;
        self.provider.withdraw(&self.berth.parcel).map_err(|fault| self.told(&fault))?;
        self.shipping.ledger.vacate(&self.berth)
    }
}

/// Has a host switch. If an answer is lost, it is asked again, until it says what became of it or nobody can tell.
fn asked(mut switch: impl FnMut(Doubt) -> Result<Receipt, HostFault>) -> Result<Receipt, HostFault> {
    let mut answer = switch(Doubt::None);
    let is_lost = |answer: &Result<Receipt, HostFault>| matches!(answer, Err(fault) if fault.fault == Fault::Unknown);
    if !is_lost(&answer) {
        return answer;
    }
    for _ in 0..QUESTIONS {
        answer = switch(Doubt::MayHaveHappened);
        if !is_lost(&answer) {
            break;
        }
    }
    answer.map_err(|fault| match fault.fault {
        Fault::NoSuch | Fault::Rejected => fault,
        _ => HostFault { fault: Fault::Unknown, ..fault },
    })
}

/// Whether something grew by more than this part of it, in percent, and so much that visitors notice.
fn is_worse(now: u64, before: u64, part: u64, noticed: u64) -> bool {
    now > before + noticed && now * 100 > before * (100 + part)
}

fn got_worse(site: &SiteId, what: &str, key: &str) -> Diagnostic {
    let message = format!("`{site}` answers with pages that are {what} than before");
    let hint = format!("look at what changed, or raise `{key}` in `[policy]`");
    Diagnostic::error(Code::Unhealthy, message).hint(hint)
}

fn slow_at_first(site: &SiteId, first: Vitals, later: Vitals) -> Diagnostic {
    let message = format!(
        "`{site}` was slow right after its switch: {} ms, and {} ms a little later",
        first.millis, later.millis
    );
    Diagnostic::warning(Code::Unhealthy, message).hint("it stays live; `hectare health` tells how it answers now")
}

fn too_early(site: &SiteId, unwell: Unwell) -> Diagnostic {
    let message = format!("`{site}` is shipped, but its address does not lead to it yet");
    let hint =
        "`hectare health` tells when it does; if it never will, give the target another `health_via`, or `\"off\"`";
    let warning = Diagnostic::warning(Code::HostPending, message).hint(hint);
    Diagnostic { notes: unwell.diagnostic.notes, ..warning }
}

fn cut_short(site: &SiteId, unwell: Unwell) -> Diagnostic {
    let message = format!("`{site}` is shipped, but the run was stopped before it was seen well");
    let warning = Diagnostic::warning(Code::Unhealthy, message).hint("`hectare health` tells whether it is");
    Diagnostic { notes: unwell.diagnostic.notes, ..warning }
}

/// The bytes of a parcel, from what is kept.
struct Hold<'a> {
    store: Store<'a>,
    shipping: &'a Shipping<'a>,
}

impl Wares for Hold<'_> {
    fn bytes(&self, good: &Good) -> Result<Vec<u8>, HostFault> {
        let fault = |said: &str| HostFault::new(Fault::Rejected, "send a file that is kept", said);
        match self.store.get(good.digest) {
            Ok(Kept::Whole(bytes)) => Ok(bytes),
            Ok(Kept::Damaged) => Err(fault("it is damaged; `hectare cache verify` finds all that are")),
            Ok(Kept::Missing) => Err(fault("it is gone; build and deploy the site anew")),
            Err(trouble) => Err(fault(&trouble.message)),
        }
    }

    fn arrived(&self, good: &Good) {
        self.shipping.listener.tell(&Event::FileSent { bytes: good.len });
    }

    fn is_stopped(&self) -> bool {
        (self.shipping.stopped)()
    }
}

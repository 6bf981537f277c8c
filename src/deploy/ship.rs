//! One parcel's way: intent, upload, switch, receipt, host names, health; and back, if it shows what it should not.

use super::apply::Shipping;
use super::goods::Hold;
use super::gradually::Rollout;
use super::halt::Halt;
use super::ledger::Past;
use super::look::Failing;
use crate::diag::{Code, Diagnostic, Severity};
use crate::event::{Arrival, Shipped};
use crate::model::{
    Aim, Berth, Course, Digest, Intent, Parcel, Receipt, Release, Shipment, SiteId, Stall, Standing, Step, Target,
};
use crate::provider::{Doubt, FaultKind, HostFault, Provider, Upload};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A lost answer is asked about this many times before the outcome counts as unknown.
const QUESTIONS: usize = 3;

/// Host names that do not lead to the parcel yet, and what the host says about each.
pub(super) type Pending = BTreeMap<String, Diagnostic>;

/// One parcel on its way.
pub(super) struct Way<'a> {
    pub(super) shipping: &'a Shipping<'a>,
    pub(super) provider: &'a dyn Provider,
    pub(super) berth: Berth,
    pub(super) before: Option<Standing>,
    /// The run that it belongs to.
    run: String,
    /// Which way it goes.
    course: Course,
    /// Where the target leads to.
    pub(super) location: Option<Digest>,
    /// Sites that are looked at after the switch, each with the release that it showed before, if it showed any.
    pub(super) fresh: BTreeMap<SiteId, Option<Digest>>,
}

/// What a switch came to.
struct Switched {
    sent: Upload,
    /// Sites that showed some visitors what they should not, so that all visitors see what they saw before.
    failing: Failing,
}

/// Ships one parcel of a plan.
pub(super) fn ship(shipping: &Shipping<'_>, run: &str, shipment: &Shipment) -> Shipped {
    let berth = shipment.berth();
    let sites = shipment.changes.iter().map(|change| change.site.clone()).collect();
    let mut shipped = Shipped::new(berth.clone(), sites, Arrival::Failed);
    let Some(provider) = shipping.providers.get(&berth.target) else { return shipped };
    let fresh = shipment.changes.iter().map(|change| (change.site.clone(), change.from)).collect();
    let way = Way { fresh, ..Way::to(shipping, run, provider.as_ref(), berth) };
    let (arrival, found) = match way.go(shipment, &mut shipped) {
        Ok(end) => end,
        Err(Halt { arrival, why }) => (arrival, vec![why]),
    };
    shipped.arrival = arrival;
    shipped.diagnostics.extend(found);
    shipped
}

impl<'a> Way<'a> {
    /// A way to the berth that has nothing to do with a plan.
    pub(super) fn to(shipping: &'a Shipping<'a>, run: &str, provider: &'a dyn Provider, berth: Berth) -> Self {
        let location = shipping.targets.get(&berth.target).map(Target::location);
        // What is live where the target led to before says nothing about where it leads to now.
        let before = shipping.ledger.standing(&berth).filter(|standing| standing.is_at(location));
        let (run, fresh, course) = (run.to_owned(), BTreeMap::new(), Course::Onward);
        Self { shipping, provider, berth, before, run, course, location, fresh }
    }

    /// The rest of a way that a run left open when it died after its switch.
    pub(super) fn left(
        shipping: &'a Shipping<'a>,
        provider: &'a dyn Provider,
        berth: Berth,
        standing: &Standing,
    ) -> Self {
        let fresh = standing.unseen.clone();
        let sites = super::catch_up::set_back(&standing.receipt.sites, &fresh);
        let receipt = Receipt { sites, ..standing.receipt.clone() };
        let before = (!receipt.sites.is_empty()).then(|| Standing { receipt, ..standing.clone() });
        Self { before, fresh, ..Self::to(shipping, &standing.run, provider, berth) }
    }

    /// The same way, gone back because someone wished it.
    pub(super) fn wished_back(self) -> Self {
        Self { course: Course::TakenBack, ..self }
    }

    /// The way back, from what is live now.
    fn homeward(&self) -> Self {
        let course = if self.course == Course::TakenBack { Course::TakenBack } else { Course::Back };
        Self { course, ..Self::to(self.shipping, &self.run, self.provider, self.berth.clone()) }
    }

    fn go(&self, shipment: &Shipment, shipped: &mut Shipped) -> Result<(Arrival, Vec<Diagnostic>), Halt> {
        let stalls = self.stalls(shipment)?;
        let same = |standing: &&Standing| {
            standing.receipt.sites.len() == stalls.len()
                && stalls.iter().all(|(site, stall)| standing.receipt.sites.get(site) == Some(&stall.release.id))
                && self.answers(&standing.receipt)
        };
        if self.before.as_ref().filter(same).is_none() {
            let Switched { sent, failing } = self.switch(stalls.clone())?;
            (shipped.files, shipped.bytes) = (sent.files, sent.bytes);
            if !failing.is_empty() {
                shipped.back = failing.keys().cloned().collect();
                let tried = |(site, wrong): (SiteId, Diagnostic)| wrong.note(self.fate(&site), None);
                return Ok((Arrival::WentBack, failing.into_iter().map(tried).collect()));
            }
        }
        let pending = self.attach(&shipment.hosts)?;
        let looked = self.examine(&stalls, &pending)?;
        let told = pending.into_values().chain(looked.told);
        if looked.failing.is_empty() {
            let left = self.let_go()?;
            return Ok((Arrival::Live, told.chain(left).collect()));
        }
        if let Err(Halt { arrival, why }) = self.back(shipment, stalls, &looked.failing) {
            return Ok((arrival, told.chain(looked.failing.into_values()).chain([why]).collect()));
        }
        shipped.back = looked.failing.keys().cloned().collect();
        let failing = looked.failing.into_iter().map(|(site, wrong)| wrong.note(self.fate(&site), None));
        Ok((Arrival::WentBack, told.chain(failing).collect()))
    }

    /// What became of a site that went back.
    pub(super) fn fate(&self, site: &SiteId) -> String {
        match self.before.as_ref().and_then(|before| before.receipt.sites.get(site)) {
            Some(release) => format!("it is back on its old release `{}`", release.short()),
            None => "it was not live before, and is not any more".to_owned(),
        }
    }

    /// What each site of the parcel will show.
    fn stalls(&self, shipment: &Shipment) -> Result<BTreeMap<SiteId, Stall>, Diagnostic> {
        let mut stalls = BTreeMap::new();
        for change in &shipment.changes {
            let release = self.shipping.fresh.and_then(|fresh| fresh.releases.get(&change.site)).cloned();
            let release = release.map_or_else(|| self.kept(&change.site, change.to), Ok)?;
            stalls.insert(change.site.clone(), self.stall(&change.site, release));
        }
        let staying = shipment.staying.iter().map(|(site, release)| (site, *release));
        let leaving = shipment.leaving.iter().filter_map(|(site, to)| Some((site, self.still_here(site, to)?)));
        for (site, release) in staying.chain(leaving) {
            stalls.insert(site.clone(), self.stall(site, self.kept(site, release)?));
        }
        Ok(stalls)
    }

    pub(super) fn stall(&self, site: &SiteId, release: Arc<Release>) -> Stall {
        Stall { release, hosts: self.hosts_of(site) }
    }

    /// A release of the past.
    pub(super) fn kept(&self, site: &SiteId, id: Digest) -> Result<Arc<Release>, Diagnostic> {
        let release = self.shipping.ledger.release(site, id)?;
        release.map(Arc::new).ok_or_else(|| {
            let message = format!("the release `{}` of `{site}` is not kept", id.short());
            Diagnostic::error(Code::ReleaseDamaged, message).hint("build and deploy the site anew")
        })
    }

    /// Uploads and switches, and keeps the receipt.
    fn switch(&self, stalls: BTreeMap<SiteId, Stall>) -> Result<Switched, Halt> {
        let before = self.before.as_ref().map(|standing| &standing.receipt);
        let parcel = Parcel::new(self.berth.parcel.clone(), self.berth.target.clone(), stalls, before);
        let parcel = parcel.at(self.location);
        self.intend(Aim::of(&parcel), Step::Uploading)?;
        let wares = Hold::of(self.shipping);
        let upload = match self.provider.upload(&parcel, &wares, before) {
            Ok(upload) => upload,
            Err(fault) => return Err(self.nothing_came_of_it(&fault)),
        };
        self.intend(Aim::of(&parcel), Step::Switching)?;
        let receipt = match (self.provider.gradual(), before) {
            (Some(gradual), Some(before)) if !self.fresh.is_empty() => {
                match self.gradually(gradual, &parcel, &upload, before)? {
                    Rollout::Complete(receipt) => Ok(receipt),
                    Rollout::TakenBack(failing) => return Ok(Switched { sent: upload, failing }),
                }
            }
            _ => {
                // A run that ended in the middle of it may have had the host begin, which may not be over yet.
                let is_in_doubt = self.shipping.ledger.is_in_doubt(&self.berth, parcel.label);
                let first = if is_in_doubt { Doubt::MayHaveHappened } else { Doubt::None };
                asked(first, |doubt| self.provider.activate(&parcel, &upload, doubt))
            }
        };
        let receipt = receipt.or_else(|fault| self.confirmed(fault, Aim::of(&parcel)));
        self.record(&receipt.map_err(|fault| self.undecided(fault))?)?;
        Ok(Switched { sent: upload, failing: Failing::new() })
    }

    fn intend(&self, aim: Aim, step: Step) -> Result<(), Halt> {
        let Aim { label, sites, hosts, location, .. } = aim;
        let intent = Intent {
            berth: self.berth.clone(),
            run: self.run.clone(),
            step,
            label,
            sites,
            hosts,
            unseen: self.fresh.clone(),
            course: self.course,
            location,
            at: self.shipping.clock.now(),
        };
        Ok(self.shipping.ledger.intend(&intent)?)
    }

    /// What the host shows, where it may have switched before something went wrong. Whoever cannot be asked has not denied it.
    pub(super) fn confirmed(&self, fault: HostFault, aim: Aim) -> Result<Receipt, HostFault> {
        if matches!(fault.kind, FaultKind::NoSuch | FaultKind::Rejected | FaultKind::Stopped) {
            return Err(fault);
        }
        match self.provider.live(&self.berth.parcel) {
            Ok(Some(live)) if live.label == Some(aim.label) && live.to_all => {
                Ok(Receipt::seen(live, aim, || self.shipping.clock.now()))
            }
            Ok(_) => Err(fault),
            Err(_) => Err(HostFault { kind: FaultKind::Unknown, ..fault }),
        }
    }

    /// Takes the intent back, unless nobody knows whether it came true.
    pub(super) fn nothing_came_of_it(&self, fault: &HostFault) -> Halt {
        let told = self.told(fault);
        let arrival = match fault.kind {
            FaultKind::Unknown => return Halt::new(Arrival::Unknown, told),
            FaultKind::Stopped => Arrival::Stopped,
            _ => Arrival::Failed,
        };
        let why = self.shipping.ledger.forget(&self.berth).err().unwrap_or(told);
        Halt::new(arrival, why)
    }

    /// The same after the switch was begun: whoever was stopped from asking what came of it does not know.
    pub(super) fn undecided(&self, fault: HostFault) -> Halt {
        let fault = match fault.kind {
            FaultKind::Stopped => {
                let said = "the run was stopped before the host said what came of it".to_owned();
                HostFault { kind: FaultKind::Unknown, said, ..fault }
            }
            _ => fault,
        };
        self.nothing_came_of_it(&fault)
    }

    pub(super) fn told(&self, fault: &HostFault) -> Diagnostic {
        fault.diagnostic(&self.berth.target)
    }

    fn record(&self, receipt: &Receipt) -> Result<(), Halt> {
        let past = Past { run: self.run.clone(), course: self.course, receipt: receipt.clone() };
        let kept = self.shipping.ledger.record(&self.berth, &past, |standing| {
            standing.unseen.extend(self.fresh.clone());
        });
        // The host has switched, and the intent is still there: the next run asks about it.
        kept.map_err(|fault| Halt::new(Arrival::Unknown, fault))
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
    fn back(&self, shipment: &Shipment, mut stalls: BTreeMap<SiteId, Stall>, failing: &Failing) -> Result<(), Halt> {
        let Some(before) = &self.before else { return Ok(self.withdraw(&shipment.hosts)?) };
        let is_new = |site: &&SiteId| !before.receipt.sites.contains_key(*site);
        let mut gone: Vec<String> = failing
            .keys()
            .filter(is_new)
            .filter_map(|site| stalls.get(site))
            .flat_map(|stall| stall.hosts.clone())
            .collect();
        gone.retain(|host| shipment.hosts.contains(host));
        if shipment.changes.iter().all(|change| failing.contains_key(&change.site)) {
            self.homeward().back_to(&before.receipt)?;
            return Ok(self.detach(&gone)?);
        }
        for site in failing.keys() {
            match before.receipt.sites.get(site) {
                Some(release) => {
                    let kept = self.kept(site, *release)?;
                    stalls.insert(site.clone(), self.stall(site, kept));
                }
                None => drop(stalls.remove(site)),
            }
        }
        self.give_back(&mut stalls);
        self.homeward().switch(stalls)?;
        Ok(self.detach(&gone)?)
    }

    /// Shows these releases again, and no others. Host names of sites that are not among them lead here no longer.
    pub(super) fn show(&self, sites: &BTreeMap<SiteId, Digest>) -> Result<(), Halt> {
        let way = self.homeward();
        let gone = way.names_beside(sites);
        if sites.is_empty() {
            return Ok(way.withdraw(&gone)?);
        }
        let history = self.shipping.ledger.history(&self.berth)?;
        let is_here = |past: &&Past| self.location.is_none_or(|location| past.receipt.is_at(location));
        let shows = |past: &&Past| past.receipt.sites == *sites && way.answers(&past.receipt);
        match history.iter().rev().filter(is_here).find(shows) {
            Some(past) => way.back_to(&past.receipt)?,
            None => way.reship(sites)?,
        }
        Ok(way.detach(&gone)?)
    }

    /// Shows again what a receipt of the past says; if the host has let go of it, it is shipped anew from what is kept.
    fn back_to(&self, past: &Receipt) -> Result<(), Halt> {
        self.intend(past.again(self.location), Step::Switching)?;
        let receipt = asked(Doubt::None, |_| self.provider.rollback(&self.berth.parcel, past));
        match receipt.or_else(|fault| self.confirmed(fault, past.again(self.location))) {
            Ok(receipt) => self.record(&receipt),
            Err(fault) if fault.kind == FaultKind::NoSuch => self.reship(&past.sites).map(drop),
            Err(fault) => Err(self.undecided(fault)),
        }
    }

    /// Ships these releases from what is kept.
    fn reship(&self, sites: &BTreeMap<SiteId, Digest>) -> Result<(), Halt> {
        let stall = |(site, id): (&SiteId, &Digest)| Ok((site.clone(), self.stall(site, self.kept(site, *id)?)));
        let stalls = sites.iter().map(stall).collect::<Result<_, Diagnostic>>()?;
        self.homeward().switch(stalls).map(drop)
    }

    /// Takes a first release away from visitors.
    fn withdraw(&self, hosts: &[String]) -> Result<(), Diagnostic> {
        self.detach(hosts)?;
        self.provider.withdraw(&self.berth.parcel).map_err(|fault| self.told(&fault))?;
        self.shipping.ledger.vacate(&self.berth)
    }
}

/// Has a host switch. If an answer is lost, it is asked again, until it says what became of it or nobody can tell.
pub(super) fn asked(
    first: Doubt,
    mut switch: impl FnMut(Doubt) -> Result<Receipt, HostFault>,
) -> Result<Receipt, HostFault> {
    let mut answer = switch(first);
    let is_lost =
        |answer: &Result<Receipt, HostFault>| matches!(answer, Err(fault) if fault.kind == FaultKind::Unknown);
    if !is_lost(&answer) {
        return answer;
    }
    for _ in 0..QUESTIONS {
        answer = switch(Doubt::MayHaveHappened);
        if !is_lost(&answer) {
            break;
        }
    }
    answer.map_err(|fault| match fault.kind {
        FaultKind::NoSuch | FaultKind::Rejected => fault,
        _ => HostFault { kind: FaultKind::Unknown, ..fault },
    })
}

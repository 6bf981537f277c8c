//! A look at the sites of a parcel after its switch: whether they show what they should, as fast and as light as before.

use super::rounds;
use super::ship::{Pending, Way};
use crate::diag::{Code, Diagnostic, Severity};
use crate::health::{Shows, Unwell, Visit};
use crate::model::{Release, SiteId, Stall, Vitals};
use crate::provider::Trial;
use std::collections::BTreeMap;
use std::time::Duration;

/// Slower or heavier by less than this is nothing that a visitor notices.
const NOTICED: Vitals = Vitals { millis: 100, bytes: 20_000 };

/// A site that seems slower than before is looked at again after each of these pauses: a single slow answer says more about the way
/// to the host, or a cache that is still empty, than about the site.
const SECOND_LOOKS: [Duration; 3] = [Duration::from_millis(250), Duration::from_millis(500), Duration::from_secs(1)];

/// Sites that go back, and what is wrong with each.
pub(super) type Failing = BTreeMap<SiteId, Diagnostic>;

/// A header's name and value.
type Header = (String, String);

/// What is seen of one site.
pub(super) enum Seen {
    /// It is not to be looked at.
    Nothing,
    /// It shows what it should, and answers like this.
    Well(Vitals),
    /// Its name does not lead here yet, or nobody knows any more what it should show, which says nothing about its release.
    TooEarly(Diagnostic),
    /// There was no time for a look.
    CutShort(Diagnostic),
    /// It does not show what it should.
    Unwell(Diagnostic),
}

/// What a look at the sites of a parcel came to.
#[derive(Default)]
pub(super) struct Looked {
    pub(super) failing: Failing,
    /// What is said about sites that stay: nobody can see them yet, or they were slow for a moment.
    pub(super) told: Vec<Diagnostic>,
}

impl Way<'_> {
    /// Looks at every site that was switched, and keeps of which that was done; of those that fail it is kept when they went back.
    pub(super) fn examine(&self, stalls: &BTreeMap<SiteId, Stall>, pending: &Pending) -> Result<Looked, Diagnostic> {
        let mut looked = Looked::default();
        for site in self.fresh.keys() {
            let Some(stall) = stalls.get(site) else { continue };
            // The host itself says that its visitors do not get here yet.
            if !self.was_well(site) && stall.hosts.iter().any(|host| pending.contains_key(host)) {
                self.looked_at(site, None)?;
                continue;
            }
            let (seen, slow) = self.look_closely(site, &stall.release, None);
            match seen {
                Seen::Nothing => self.looked_at(site, None)?,
                Seen::Well(vitals) => match self.worse(site, vitals) {
                    Some(worse) => drop(looked.failing.insert(site.clone(), worse)),
                    None => {
                        looked.told.extend(slow.map(|first| slow_at_first(site, first, vitals)));
                        self.looked_at(site, Some(vitals))?;
                    }
                },
                Seen::TooEarly(warning) => {
                    looked.told.push(warning);
                    self.looked_at(site, None)?;
                }
                Seen::CutShort(warning) => looked.told.push(warning),
                Seen::Unwell(wrong) => drop(looked.failing.insert(site.clone(), wrong)),
            }
        }
        Ok(looked)
    }

    /// Looks at what some visitors see already: what is wrong with each site, or nothing if there was no time.
    pub(super) fn try_out(&self, stalls: &BTreeMap<SiteId, Stall>, trial: &Trial) -> Option<Failing> {
        let mut failing = Failing::new();
        for site in self.fresh.keys() {
            let Some(stall) = stalls.get(site) else { continue };
            match self.look_closely(site, &stall.release, Some(&trial.header)).0 {
                Seen::Nothing | Seen::TooEarly(_) => {}
                Seen::CutShort(_) => return None,
                Seen::Well(vitals) => failing.extend(self.worse(site, vitals).map(|worse| (site.clone(), worse))),
                Seen::Unwell(wrong) => drop(failing.insert(site.clone(), wrong)),
            }
        }
        Some(failing)
    }

    /// Looks at a site, and again while it seems slower than before; the fastest look counts. Also how it answered at first, if that
    /// was slower.
    fn look_closely(&self, site: &SiteId, release: &Release, header: Option<&Header>) -> (Seen, Option<Vitals>) {
        let (mut seen, mut slow) = (self.look(site, release, header), None);
        for pause in SECOND_LOOKS {
            let Seen::Well(best) = seen else { break };
            if self.slower(site, best).is_none() {
                break;
            }
            slow = slow.or(Some(best));
            self.shipping.clock.rest(pause);
            seen = match self.look(site, release, header) {
                Seen::Well(again) => Seen::Well(Vitals { millis: again.millis.min(best.millis), ..again }),
                other => other,
            };
        }
        (seen, slow)
    }

    /// Looks at a site; with a header, as those visitors see it whom the host shows what the header names.
    pub(super) fn look(&self, site: &SiteId, release: &Release, header: Option<&Header>) -> Seen {
        let at = self.berth.target.as_str();
        let (Some(spec), Some(target)) = (self.shipping.specs.get(site), self.shipping.targets.get(at)) else {
            return Seen::Nothing;
        };
        let redirects = match rounds::redirects(self.shipping.ledger, release, target) {
            Ok(redirects) => redirects,
            Err(fault) => return Seen::TooEarly(Diagnostic { severity: Severity::Warning, ..fault }),
        };
        let redirects = redirects.as_deref();
        match self.shipping.health.look(&Visit { spec, release, target, at, redirects, header }) {
            Ok(vitals) => vitals.map_or(Seen::Nothing, Seen::Well),
            // Hosts were not given the time that they need.
            Err(unwell) if (self.shipping.stopped)() => Seen::CutShort(cut_short(site, unwell)),
            Err(unwell) if self.is_too_early(site, unwell.shows) => Seen::TooEarly(too_early(site, unwell)),
            Err(unwell) => Seen::Unwell(unwell.diagnostic),
        }
    }

    /// Keeps that a site was looked at, and how it answers if it did.
    pub(super) fn looked_at(&self, site: &SiteId, vitals: Option<Vitals>) -> Result<(), Diagnostic> {
        self.shipping.ledger.amend(&self.berth, |standing| {
            standing.unseen.remove(site);
            standing.vitals.extend(vitals.map(|vitals| (site.clone(), vitals)));
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
    let warning = Diagnostic::warning(Code::Unhealthy, message).hint("the next `hectare deploy` looks at it");
    Diagnostic { notes: unwell.diagnostic.notes, ..warning }
}

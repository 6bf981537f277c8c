//! Finished sites are shown under the name of a preview, beside what is live: no plan, no ledger, no approval.

use super::berths::To;
use super::crew;
use super::press::{Pressed, Yard};
use crate::diag::Diagnostic;
use crate::event::{Event, Listener, Previewed, Sight};
use crate::model::{
    Digest, Fleet, Good, MARKER, OutPath, Parcel, ParcelName, PreviewName, Release, SiteId, SiteSpec, Stall,
};
use crate::provider::{FaultKind, HostFault, Previews, Showing, Wares};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What previews are made with.
pub struct Previewing<'a> {
    /// What the preview is called.
    pub name: &'a PreviewName,
    /// The fleet.
    pub fleet: &'a Fleet,
    /// Which of its targets shows a site.
    pub to: To<'a>,
    /// The hosts behind the targets that can show previews.
    pub hosts: &'a BTreeMap<String, Box<dyn Previews>>,
    /// Where finished sites lie.
    pub yard: &'a dyn Yard,
    /// What was made of them.
    pub pressed: &'a Pressed,
    /// Who hears of each.
    pub listener: &'a dyn Listener,
    /// Asked before each site and file whether to go on.
    pub stopped: &'a (dyn Fn() -> bool + Sync),
}

/// Shows as many of the sites as `[ci]` allows, the first ones; what became of each, in their order.
pub fn preview(previewing: &Previewing<'_>, sites: &[Arc<SiteSpec>]) -> Vec<Previewed> {
    let most = previewing.fleet.ci.previews;
    let (shown, left) = sites.split_at(most.min(sites.len()));
    previewing.listener.tell(&Event::PreviewsStarted { sites: shown.len() });
    let seen = crew::map(shown, previewing.fleet.policy.in_flight, |spec| {
        let previewed = Previewed { site: spec.id.clone(), sight: previewing.sight(spec) };
        previewing.listener.tell(&Event::SitePreviewed(previewed.clone()));
        previewed
    });
    let beyond = |spec: &Arc<SiteSpec>| {
        let says = format!("`previews` of `[ci]` allows {most} at once");
        Previewed { site: spec.id.clone(), sight: Sight::Never(says) }
    };
    seen.into_iter().chain(left.iter().map(beyond)).collect()
}

impl Previewing<'_> {
    fn sight(&self, spec: &Arc<SiteSpec>) -> Sight {
        let Some(target) = self.to.of(spec) else { return Sight::Never("it is shipped nowhere".to_owned()) };
        let Some(host) = self.hosts.get(target) else {
            return Sight::Never(format!("`previews` of `[targets.{target}]` does not say where they are seen"));
        };
        if let Some(fault) = self.pressed.faults.get(&spec.id) {
            return Sight::Failed(fault.clone());
        }
        let Some(release) = self.pressed.releases.get(&spec.id) else {
            return Sight::Never("it could not be built".to_owned());
        };
        if (self.stopped)() {
            return Sight::Never("the run was stopped".to_owned());
        }
        let stall = Stall { release: Arc::clone(release), hosts: Vec::new() };
        let (name, stalls) = (ParcelName::from(spec.id.clone()), BTreeMap::from([(spec.id.clone(), stall)]));
        let parcel = Parcel::new(name, target.to_owned(), stalls, None);
        match host.show(&parcel, self.name, &Deck::of(self, release)) {
            Ok(Showing::At(address)) => Sight::At(address),
            Ok(Showing::Never(why)) => Sight::Never(why),
            Err(fault) => Sight::Failed(fault.diagnostic(target)),
        }
    }
}

/// The bytes of one site, from where it was built.
struct Deck<'a> {
    previewing: &'a Previewing<'a>,
    site: &'a SiteId,
    paths: BTreeMap<Digest, &'a OutPath>,
    marker: (Digest, Vec<u8>),
}

impl<'a> Deck<'a> {
    fn of(previewing: &'a Previewing<'a>, release: &'a Release) -> Self {
        let files = release.files.iter().filter(|(path, _)| path.as_str() != MARKER);
        let paths = files.map(|(path, good)| (good.digest, path)).collect();
        let marker = release.marker();
        Self { previewing, site: &release.site, paths, marker: (Digest::of(&marker), marker) }
    }
}

impl Wares for Deck<'_> {
    fn bytes(&self, good: &Good) -> Result<Vec<u8>, HostFault> {
        let gone = |said: String| HostFault::new(FaultKind::Rejected, "send a finished file", said);
        let (marker, bytes) = &self.marker;
        if good.digest == *marker {
            return Ok(bytes.clone());
        }
        let path = self.paths.get(&good.digest).ok_or_else(|| gone("the site has no such file".to_owned()))?;
        let bytes = self.previewing.yard.bytes(self.site, path).map_err(|fault| gone(fault.message))?;
        match Digest::of(&bytes) == good.digest {
            true => Ok(bytes),
            false => Err(gone(format!("someone changed `{}` meanwhile", self.previewing.yard.shown(self.site, path)))),
        }
    }

    fn arrived(&self, good: &Good) {
        self.previewing.listener.tell(&Event::FileSent { bytes: good.len });
    }

    fn is_stopped(&self) -> bool {
        (self.previewing.stopped)()
    }
}

/// Takes away what hosts show under the name of a preview, of these sites; how much was there, and what went wrong.
pub fn end_preview(
    name: &PreviewName,
    hosts: &BTreeMap<String, Box<dyn Previews>>,
    sites: &BTreeMap<String, Vec<ParcelName>>,
) -> (usize, Vec<Diagnostic>) {
    let (mut gone, mut faults) = (0, Vec::new());
    for (target, host) in hosts {
        match host.end(name, sites.get(target).map(Vec::as_slice).unwrap_or_default()) {
            Ok(some) => gone += some,
            Err(fault) => faults.push(fault.diagnostic(target)),
        }
    }
    (gone, faults)
}

//! Vercel: what is promised of it, checked in the books of its double.

mod applying;
mod domains;
mod failing;
mod serving;
mod shipping;
mod through;
mod walls;

use crate::hosts::clock::Clock;
use crate::hosts::faults::Faults;
use crate::hosts::message::Reply;
use crate::hosts::server::Server;
use crate::hosts::vercel::{Plan, TEAM, TOKEN, Vercel as Double};
use hectare::model::{
    Digest, Good, HostKeys, HostPlan, Manifest, ManifestEntry, Media, OutPath, Parcel, ParcelName, Receipt, Release,
    SiteId, Stall, TargetKind,
};
use hectare::provider::line::{Budget, Line, Outside};
use hectare::provider::{Doubt, Fault, HostFault, HostLimits, Notes, Provider, Vercel, Wares};
use hectare::world::{Dice, Keeper, Notebook, Online, Stop, Token, WallClock};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;

/// The double, and a folder that hectare keeps its notes in.
struct Stage {
    double: Arc<Double>,
    server: Server,
    notes: TempDir,
    speed: u32,
    plan: Plan,
}

impl Stage {
    fn new(plan: Plan, speed: u32, faults: Faults) -> Self {
        let (double, server) = Double::new(plan).at(Clock::fast(speed)).open(faults);
        Self { double, server, notes: TempDir::new().unwrap(), speed, plan }
    }

    fn quiet() -> Self {
        Self::new(Plan::Pro, 20, Faults::none())
    }

    /// The host as a new process of hectare sees it.
    fn host(&self) -> Vercel {
        let plan = match self.plan {
            Plan::Hobby => HostPlan::Hobby,
            Plan::Pro => HostPlan::Pro,
            Plan::Enterprise => HostPlan::Enterprise,
        };
        let limits = HostLimits::of(TargetKind::Vercel, Some(plan)).unwrap();
        let note = |name: &str| Notebook::at(&self.notes.path().join(name));
        let token = self.notes.path().join("token");
        fs::write(&token, TOKEN).unwrap();
        let stop = Stop::new();
        let outside = Outside {
            web: Arc::new(Online::open().unwrap()),
            clock: Arc::new(WallClock::new(self.speed, stop.clone())),
            dice: Arc::new(Dice::loaded(1)),
            stop,
        };
        let budget = Arc::new(Budget::new(&limits, note("budget")));
        let token = Arc::new(Token::kept_by(Keeper::File(token)));
        let line = Line::new(outside, &self.server.url(), Some(token), budget);
        Vercel::new(line, limits, Some(TEAM.to_owned()), Notes { held: note("held"), begun: note("begun") })
    }

    /// What a visitor of a host name gets.
    fn visit(&self, host: &str, path: &str) -> Reply {
        self.double.visit(host, path)
    }

    fn page(&self, host: &str, path: &str) -> String {
        String::from_utf8(self.visit(host, path).body).unwrap()
    }

    /// How often something was asked for.
    fn count(&self, method: &str, path: &str) -> usize {
        self.server.book().iter().filter(|entry| entry.method == method && entry.path.contains(path)).count()
    }
}

/// A parcel with its bytes.
struct Freight {
    parcel: Parcel,
    bytes: BTreeMap<Digest, Vec<u8>>,
}

impl Freight {
    /// One site of these files, in the place of `before`.
    fn new(site: &str, files: &[(&str, &str)], before: Option<&Receipt>) -> Self {
        let site = SiteId::parse(site).unwrap();
        let (mut entries, mut bytes) = (BTreeMap::new(), BTreeMap::new());
        for (path, text) in files {
            let (path, digest) = (OutPath::parse(path).unwrap(), Digest::of(text.as_bytes()));
            let media = Media::of_extension(&path.extension());
            bytes.insert(digest, text.as_bytes().to_vec());
            entries.insert(path, ManifestEntry { digest, len: text.len() as u64, media });
        }
        let parts = entries.iter().flat_map(|(path, entry)| [path.as_str().as_bytes(), entry.digest.as_bytes()]);
        let id = Digest::of_parts(parts);
        let manifest = Manifest { site: site.clone(), id, entries };
        let keys = |path: &OutPath, entry: &ManifestEntry| Ok::<_, ()>(HostKeys::of(path, &bytes[&entry.digest]));
        let release = Release::of(&manifest, keys).unwrap();
        let marker = release.marker();
        bytes.insert(Digest::of(&marker), marker);
        let stall = Stall { release: Arc::new(release), hosts: Vec::new() };
        let stalls = BTreeMap::from([(site.clone(), stall)]);
        Self { parcel: Parcel::new(ParcelName::from(site), "vercel".to_owned(), stalls, before), bytes }
    }

    fn name(&self) -> &ParcelName {
        &self.parcel.name
    }

    /// Brings it to the host, and switches.
    fn ship(&self, host: &Vercel, before: Option<&Receipt>) -> Result<Receipt, HostFault> {
        let upload = host.upload(&self.parcel, self, before)?;
        host.activate(&self.parcel, &upload, Doubt::None)
    }
}

impl Wares for Freight {
    fn bytes(&self, good: &Good) -> Result<Vec<u8>, HostFault> {
        Ok(self.bytes[&good.digest].clone())
    }
}

/// A file that does not exist any more is no obstacle.
fn forget(place: &Path) {
    drop(fs::remove_file(place));
}

#[track_caller]
fn fault<T>(outcome: Result<T, HostFault>) -> (Fault, String) {
    let fault = outcome.err().expect("a fault");
    (fault.fault, fault.said)
}

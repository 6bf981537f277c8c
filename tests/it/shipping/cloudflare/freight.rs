//! Small sites, parcels of them, and the way to a double.

use crate::hosts::cloudflare::{ACCOUNT, Cloudflare, TOKEN};
use crate::hosts::faults::Faults;
use crate::hosts::server::Server;
use hectare::model::{
    Digest, Good, HostKeys, Manifest, ManifestEntry, Media, OutPath, Parcel, ParcelName, Receipt, Release, SiteId,
    Stall, TargetKind,
};
use hectare::provider::cloudflare::{Api, Pages, Worker, verdict};
use hectare::provider::line::{Budget, Line, Outside, Patience};
use hectare::provider::{Doubt, Fault, HostFault, HostLimits, Provider, Wares};
use hectare::world::{Dice, Keeper, Notebook, Online, Stop, Token, WallClock};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

/// Files that wait to be shipped.
#[derive(Default)]
pub(crate) struct Goods {
    bytes: BTreeMap<Digest, Vec<u8>>,
    arrived: Mutex<Vec<Digest>>,
}

impl Goods {
    /// What was told to have arrived, each as often as it was told.
    pub(crate) fn arrived(&self) -> Vec<Digest> {
        self.arrived.lock().unwrap().clone()
    }

    /// A site of these files, with the marker.
    pub(crate) fn site(&mut self, id: &str, files: &[(&str, &str)]) -> (SiteId, Stall) {
        let site = SiteId::parse(id).unwrap();
        let mut entries = BTreeMap::new();
        for (path, text) in files {
            let (path, bytes) = (OutPath::parse(path).unwrap(), text.as_bytes().to_vec());
            let (digest, media) = (Digest::of(&bytes), Media::of_extension(&path.extension()));
            entries.insert(path, ManifestEntry { digest, len: bytes.len() as u64, media });
            self.bytes.insert(digest, bytes);
        }
        let parts = entries.iter().flat_map(|(path, entry)| [path.as_str().as_bytes(), entry.digest.as_bytes()]);
        let manifest = Manifest { site: site.clone(), id: Digest::of_parts(parts), entries };
        let keys = |path: &OutPath, entry: &ManifestEntry| Ok::<_, ()>(HostKeys::of(path, &self.bytes[&entry.digest]));
        let release = Release::of(&manifest, keys).unwrap();
        let marker = release.marker();
        self.bytes.insert(Digest::of(&marker), marker);
        (site, Stall { release: Arc::new(release), hosts: vec![format!("{id}.example")] })
    }

    /// A parcel with one site in it, of the same name.
    pub(crate) fn parcel(&mut self, id: &str, files: &[(&str, &str)], before: Option<&Receipt>) -> Parcel {
        let stalls = BTreeMap::from([self.site(id, files)]);
        Parcel::new(ParcelName::parse(id).unwrap(), "cf".into(), stalls, before)
    }
}

impl Wares for Goods {
    fn bytes(&self, good: &Good) -> Result<Vec<u8>, HostFault> {
        let found = self.bytes.get(&good.digest).cloned();
        found.ok_or_else(|| HostFault::new(Fault::Rejected, "read a file", "nobody has it"))
    }

    fn arrived(&self, good: &Good) {
        self.arrived.lock().unwrap().push(good.digest);
    }
}

/// A double, and how one gets there.
pub(crate) struct Way {
    pub(crate) double: Arc<Cloudflare>,
    pub(crate) server: Server,
    token: TempDir,
    budget: Arc<Budget>,
    limits: HostLimits,
    speed: u32,
}

impl Way {
    pub(crate) fn to(double: Cloudflare, faults: Faults) -> Self {
        let (double, server) = double.open(faults);
        let token = TempDir::new().unwrap();
        fs::write(token.path().join("token"), TOKEN).unwrap();
        let limits = HostLimits::of(TargetKind::CloudflarePages, None).unwrap();
        let budget = Arc::new(Budget::new(&limits, Notebook::in_memory()));
        Self { double, server, token, budget, limits, speed: 1 }
    }

    /// Waits pass so many times faster.
    pub(crate) fn faster(self, speed: u32) -> Self {
        Self { speed, ..self }
    }

    fn api(&self) -> Api {
        let stop = Stop::new();
        let clock = Arc::new(WallClock::new(self.speed, stop.clone()));
        let outside = Outside { web: Arc::new(Online::open().unwrap()), clock, dice: Arc::new(Dice::loaded(7)), stop };
        let token = Token::kept_by(Keeper::File(self.token.path().join("token")));
        let url = format!("{}/client/v4", self.server.url());
        let patience = Patience { wait: Duration::from_secs(60), ..Patience::default() };
        let line = Line::new(outside, &url, Some(Arc::new(token)), Arc::clone(&self.budget));
        Api::new(line.judged_by(verdict).patient(patience), ACCOUNT)
    }

    pub(crate) fn pages(&self) -> Pages {
        Pages::new(self.api(), self.limits.clone())
    }

    pub(crate) fn worker(&self) -> Worker {
        Worker::for_sites(self.api(), self.limits.clone())
    }

    pub(crate) fn pack(&self) -> Worker {
        Worker::for_packs(self.api(), self.limits.clone())
    }

    /// What was asked of the API since this was last looked at, as `POST upload`.
    pub(crate) fn asked(&self) -> Vec<String> {
        let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        self.server.new_book().iter().map(|entry| format!("{} {}", entry.method, last(&entry.path))).collect()
    }
}

/// Uploads a parcel and shows it.
#[track_caller]
pub(crate) fn ship(host: &dyn Provider, parcel: &Parcel, goods: &Goods) -> Receipt {
    let upload = host.upload(parcel, goods, None).unwrap();
    host.activate(parcel, &upload, Doubt::None).unwrap()
}

/// The digests of all files that a host was given, each once.
pub(crate) fn digests<'a>(releases: impl IntoIterator<Item = &'a Release>) -> BTreeSet<Digest> {
    let shown = |path: &OutPath| !["_redirects", "_headers"].contains(&path.as_str());
    let files = releases.into_iter().flat_map(|release| &release.files).filter(|(path, _)| shown(path));
    files.map(|(_, good)| good.digest).collect()
}

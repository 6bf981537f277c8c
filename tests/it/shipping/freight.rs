//! Small sites, and parcels of them that wait to be shipped.

use hectare::model::{
    Digest, Good, HostKeys, Manifest, ManifestEntry, Media, OutPath, Parcel, ParcelName, Receipt, Release, SiteId,
    Stall,
};
use hectare::provider::{Doubt, FaultKind, HostFault, Provider, Wares};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// Files that wait to be shipped.
#[derive(Default)]
pub(crate) struct Goods {
    bytes: BTreeMap<Digest, Vec<u8>>,
    arrived: Mutex<Vec<Digest>>,
    stopped: AtomicBool,
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
        Parcel::new(ParcelName::parse(id).unwrap(), "host".into(), stalls, before)
    }
}

impl Wares for Goods {
    fn bytes(&self, good: &Good) -> Result<Vec<u8>, HostFault> {
        let found = self.bytes.get(&good.digest).cloned();
        found.ok_or_else(|| HostFault::new(FaultKind::Rejected, "read a file", "nobody has it"))
    }

    fn arrived(&self, good: &Good) {
        self.arrived.lock().unwrap().push(good.digest);
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

/// A site in a parcel of its own, with its files.
pub(crate) struct Freight {
    pub(crate) parcel: Parcel,
    pub(crate) goods: Goods,
}

impl Freight {
    /// A site of these files, in the place of `before`.
    pub(crate) fn new(site: &str, files: &[(&str, &str)], before: Option<&Receipt>) -> Self {
        let mut goods = Goods::default();
        Self { parcel: goods.parcel(site, files, before), goods }
    }

    pub(crate) fn name(&self) -> &ParcelName {
        &self.parcel.name
    }

    /// Someone wants the run to end.
    pub(crate) fn stop(&self) {
        self.goods.stopped.store(true, Ordering::Relaxed);
    }

    /// Brings it to the host, and switches.
    pub(crate) fn ship(&self, host: &dyn Provider, before: Option<&Receipt>) -> Result<Receipt, HostFault> {
        let upload = host.upload(&self.parcel, &self.goods, before)?;
        host.activate(&self.parcel, &upload, Doubt::None)
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

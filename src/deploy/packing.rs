//! Which sites share a pack.
//!
//! A pure function of what is live and what there is: sites stay where they are as long as they fit, so that a change to one site never
//! makes others move; new sites go where there is room, the largest first.

use crate::model::{ParcelName, SiteId};
use std::collections::{BTreeMap, BTreeSet};

/// How much a pack may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Files.
    pub files: usize,
    /// Host names.
    pub hosts: usize,
    /// Sites: what a bad deployment of a pack can break at most.
    pub sites: usize,
}

/// What a site takes of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Its files.
    pub files: usize,
    /// Its host names.
    pub hosts: usize,
}

/// Room is kept free in every pack, so that sites can grow where they are: one part of so many.
const SLACK: usize = 5;

/// The pack of each site. A site that no pack can hold has none.
pub fn pack(
    sites: &BTreeMap<SiteId, Size>,
    live: &BTreeMap<SiteId, ParcelName>,
    room: Room,
) -> BTreeMap<SiteId, ParcelName> {
    let mut packs: BTreeMap<ParcelName, Fill> = BTreeMap::new();
    let mut placed = BTreeMap::new();
    let mut homeless: Vec<(&SiteId, Size)> = Vec::new();
    // The smallest first: if a pack overflows it is the site that outgrew it that leaves.
    let mut settled: Vec<(&SiteId, Size)> = sites.iter().map(|(site, size)| (site, *size)).collect();
    settled.sort_by_key(|(site, size)| (size.files, *site));
    for (site, size) in settled {
        match live.get(site) {
            Some(pack) if packs.entry(pack.clone()).or_default().takes(size, room) => {
                placed.insert(site.clone(), pack.clone());
            }
            _ => homeless.push((site, size)),
        }
    }
    homeless.sort_by_key(|(site, size)| (std::cmp::Reverse(size.files), *site));
    // A pack that a site leaves takes none in, so that whatever moves is taken in before it is let go.
    let left: BTreeSet<&ParcelName> = homeless.iter().filter_map(|(site, _)| live.get(*site)).collect();
    let kept_free = Room { files: room.files - room.files / SLACK, ..room };
    for (site, size) in homeless {
        let mut found = packs.iter_mut().filter(|(name, _)| !left.contains(name));
        let found = found.find_map(|(name, fill)| fill.takes(size, kept_free).then(|| name.clone()));
        let pack = found.or_else(|| {
            let (name, mut fill) = (free_name(&packs)?, Fill::default());
            let fits = fill.takes(size, room);
            fits.then(|| packs.insert(name.clone(), fill));
            fits.then_some(name)
        });
        placed.extend(pack.map(|pack| (site.clone(), pack)));
    }
    placed
}

/// What a pack holds so far.
#[derive(Debug, Clone, Copy, Default)]
struct Fill {
    files: usize,
    hosts: usize,
    sites: usize,
}

impl Fill {
    /// Takes a site in if there is room.
    fn takes(&mut self, size: Size, room: Room) -> bool {
        let next = Self { files: self.files + size.files, hosts: self.hosts + size.hosts, sites: self.sites + 1 };
        let fits = next.files <= room.files && next.hosts <= room.hosts && next.sites <= room.sites;
        if fits {
            *self = next;
        }
        fits
    }
}

/// `pack-001` and so on; names of packs that became empty are used again.
fn free_name(packs: &BTreeMap<ParcelName, Fill>) -> Option<ParcelName> {
    let names = (1..=packs.len() + 1).filter_map(|number| ParcelName::parse(&format!("pack-{number:03}")).ok());
    names.into_iter().find(|name| !packs.contains_key(name))
}

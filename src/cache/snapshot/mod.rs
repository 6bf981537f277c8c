//! A large site as it was made last, so that an edit of one text does not mean reading ten thousand.
//!
//! What is kept is the tree with everything that its pages say about themselves, what was found out about their texts, what was said,
//! and what was delivered. It is believed only if the record of the site names it, and that record counts only while nothing but texts
//! changed. What an edit changes is kept beside it, since writing all of it again takes longer than the edit.

mod page;
mod sequel;
pub(super) mod store;
mod text;
mod value;

pub use sequel::{Sequel, relink};
pub use store::{Keeping, LARGE, Remembered, Snapshots};

use super::blind_spot::{BlindSpot, Edge};
use super::packed::Packed;
use super::record::Told;
use crate::diag::Diagnostic;
use crate::markdown::{Anchor, Settled};
use crate::model::{
    Asset, Body, Conditions, Digest, Dimensions, Manifest, ManifestEntry, Media, OutPath, Page, PageId, PagesByKey,
    Site, SiteSpec, Taxonomy, Term, Text,
};
use crate::render::Transcript;
use crate::world::{beside, spread, spread_works};
use page::KeptPage;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use text::KeptText;
use value::{Fields, fields, table};

/// What is known of a large site when it is made.
pub struct Portrait<'a> {
    /// The site, with its texts.
    pub site: &'a Site,
    /// The layers that override files of its theme.
    pub overrides: &'a [String],
    /// What was delivered.
    pub manifest: &'a Manifest,
    /// What was said before its texts were written.
    pub before: &'a [Diagnostic],
    /// What was found in its texts.
    pub settled: &'a Settled,
    /// What was said afterwards.
    pub after: &'a [Diagnostic],
    /// The pages that its feeds show.
    pub in_feeds: &'a BTreeSet<PageId>,
}

/// What is known of it again, besides the site, whose texts are not there yet.
pub struct Snapshot<'a> {
    /// The layers that override files of its theme.
    pub overrides: Vec<String>,
    /// What lies in its folder.
    pub entries: BTreeMap<OutPath, ManifestEntry>,
    /// What was said before its texts were written.
    pub before: Vec<Diagnostic>,
    /// What was found in its texts.
    pub settled: Settled,
    /// What was said afterwards.
    pub after: Vec<Diagnostic>,
    /// The pages that its feeds show.
    pub in_feeds: BTreeSet<PageId>,
    /// For each page, the pages that link to it.
    pub backlinks: Vec<Vec<PageId>>,
    /// What its pages asked.
    pub transcript: Transcript,
    /// What became of it since it was kept as a whole.
    pub sequel: Sequel,
    texts: Vec<Packed<'a>>,
    overlooked: Option<BlindSpot>,
}

/// A site as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept<'a> {
    overrides: Vec<String>,
    /// Pages in runs, which are opened side by side.
    #[serde(borrow)]
    pages: Vec<Packed<'a>>,
    /// Texts one by one, since few of them are ever needed.
    #[serde(borrow)]
    texts: Vec<Packed<'a>>,
    #[serde(borrow)]
    taxonomies: Vec<KeptTaxonomy<'a>>,
    /// Pages by keys that are not their own.
    keys: Vec<(&'a str, PageId)>,
    #[serde(borrow)]
    data: Fields<'a>,
    #[serde(borrow)]
    assets: Vec<KeptAsset<'a>>,
    conditions: Conditions,
    backlinks: Vec<Vec<PageId>>,
    entries: Vec<KeptEntry<'a>>,
    before: Vec<Told>,
    said: Vec<(PageId, Vec<Told>)>,
    anchors: Vec<KeptAnchor>,
    after: Vec<Told>,
    in_feeds: BTreeSet<PageId>,
}

/// A taxonomy.
#[derive(Serialize, Deserialize)]
struct KeptTaxonomy<'a> {
    /// Its place in the settings.
    place: usize,
    page: PageId,
    #[serde(borrow)]
    terms: Vec<(&'a str, PageId)>,
}

/// A published file without its bytes.
#[derive(Serialize, Deserialize)]
struct KeptAsset<'a> {
    key: &'a str,
    out: &'a str,
    len: u64,
    digest: Digest,
    media: &'a str,
    integrity: Option<&'a str>,
    dimensions: Option<Dimensions>,
}

/// A file that was delivered: its path, digest, size and type.
type KeptEntry<'a> = (&'a str, Digest, u64, &'a str);

/// A link to a heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct KeptAnchor {
    from: PageId,
    target: PageId,
    id: String,
    dead: Option<Told>,
}

/// Pages in a run.
const RUN: usize = 64;

/// Packs a site.
fn pack(portrait: &Portrait<'_>) -> Packed<'static> {
    let Portrait { site, overrides, manifest, before, settled, after, in_feeds } = portrait;
    let runs: Vec<&[Page]> = site.pages.chunks(RUN).collect();
    let pack_run = |run: &&[Page]| Packed::of(&run.iter().map(KeptPage::of).collect::<Vec<_>>());
    let told = |said: &[Diagnostic]| said.iter().map(Told::of).collect::<Vec<_>>();
    Packed::of(&Kept {
        overrides: overrides.to_vec(),
        pages: spread_works(&runs, pack_run),
        texts: spread(&site.texts, |text| Packed::of(&KeptText::of(text))),
        taxonomies: site.taxonomies.iter().filter_map(|taxonomy| KeptTaxonomy::of(site, taxonomy)).collect(),
        keys: other_keys(site),
        data: fields(&site.data),
        assets: site.assets.iter().map(|(key, asset)| KeptAsset::of(key, asset)).collect(),
        conditions: site.conditions.clone(),
        backlinks: site.backlinks.clone(),
        entries: manifest.entries.iter().map(|(path, entry)| kept_entry(path, entry)).collect(),
        before: told(before),
        said: settled.said.iter().map(|(page, said)| (*page, told(said))).collect(),
        anchors: settled.anchors.iter().map(KeptAnchor::of).collect(),
        after: told(after),
        in_feeds: (*in_feeds).clone(),
    })
}

fn other_keys(site: &Site) -> Vec<(&str, PageId)> {
    let known = site.by_key.in_order().filter_map(|key| Some((key, site.by_key.get(key)?)));
    known.filter(|(key, id)| *site.page(*id).key != **key).collect()
}

fn kept_entry<'a>(path: &'a OutPath, entry: &ManifestEntry) -> KeptEntry<'a> {
    (path.as_str(), entry.digest, entry.len, entry.media.mime())
}

/// Opens what was packed for the site that is described by `spec`, and adds what became of it since.
fn open<'a>(
    packed: &'a [u8],
    transcript: Transcript,
    sequel: Sequel,
    spec: &Arc<SiteSpec>,
) -> Option<(Site, Snapshot<'a>)> {
    let kept: Kept<'a> = postcard::from_bytes(packed).ok()?;
    let (pages, entries) = beside(|| open_pages(&kept.pages), || open_entries(&kept.entries));
    let (pages, entries) = (pages?, entries?);
    let keys = pages.iter().map(|page| Arc::clone(&page.key)).zip((0..).map(PageId));
    let mut by_key: PagesByKey = keys.collect();
    kept.keys.into_iter().for_each(|(key, id)| by_key.add(key.into(), id));
    let retold = |told: &[Told]| told.iter().map(Told::retold).collect::<Option<Vec<_>>>();
    let said = kept.said.iter().map(|(page, said)| Some((*page, retold(said)?))).collect::<Option<_>>()?;
    let taxonomies = kept.taxonomies.into_iter().map(|taxonomy| taxonomy.open(spec));
    let site = Site {
        spec: Arc::clone(spec),
        pages,
        texts: Vec::new(),
        backlinks: Vec::new(),
        taxonomies: taxonomies.collect::<Option<_>>()?,
        by_key,
        data: table(kept.data),
        files: Vec::new(),
        assets: kept.assets.into_iter().map(KeptAsset::open).collect::<Option<_>>()?,
        conditions: kept.conditions,
    };
    let snapshot = Snapshot {
        overrides: kept.overrides,
        entries,
        before: retold(&kept.before)?,
        settled: Settled { said, anchors: kept.anchors.iter().map(KeptAnchor::anchor).collect::<Option<_>>()? },
        after: retold(&kept.after)?,
        in_feeds: kept.in_feeds,
        backlinks: kept.backlinks,
        transcript,
        sequel: Sequel::default(),
        texts: kept.texts,
        overlooked: None,
    };
    Some((site, snapshot.after(sequel)?))
}

fn open_pages(runs: &[Packed<'_>]) -> Option<Vec<Page>> {
    let open = |run: &Packed<'_>| {
        let pages: Vec<KeptPage<'_>> = postcard::from_bytes(&run.0).ok()?;
        pages.into_iter().map(KeptPage::page).collect::<Option<Vec<_>>>()
    };
    let runs = spread_works(runs, open).into_iter().collect::<Option<Vec<_>>>()?;
    Some(runs.into_iter().flatten().collect())
}

fn open_entries(entries: &[KeptEntry<'_>]) -> Option<BTreeMap<OutPath, ManifestEntry>> {
    let open = |(path, digest, len, mime): &KeptEntry<'_>| {
        Some((OutPath::parse(path).ok()?, ManifestEntry { digest: *digest, len: *len, media: Media::of_mime(mime) }))
    };
    spread(entries, open).into_iter().collect()
}

impl<'a> KeptTaxonomy<'a> {
    fn of(site: &Site, taxonomy: &'a Taxonomy) -> Option<Self> {
        let place = site.spec.settings.taxonomies.iter().position(|spec| *spec == taxonomy.spec)?;
        let terms = taxonomy.terms.iter().map(|term| (&*term.name, term.page)).collect();
        Some(Self { place, page: taxonomy.page, terms })
    }

    fn open(self, spec: &SiteSpec) -> Option<Taxonomy> {
        let Self { place, page, terms } = self;
        let terms = terms.into_iter().map(|(name, page)| Term { name: name.into(), page }).collect();
        Some(Taxonomy { spec: spec.settings.taxonomies.get(place)?.clone(), page, terms })
    }
}

impl<'a> KeptAsset<'a> {
    fn of(key: &'a str, asset: &'a Asset) -> Self {
        let (out, media, integrity) = (asset.out.as_str(), asset.media.mime(), asset.integrity.as_deref());
        let (len, digest, dimensions) = (asset.body.len(), asset.digest, asset.dimensions);
        Self { key, out, len, digest, media, integrity, dimensions }
    }

    fn open(self) -> Option<(Arc<str>, Arc<Asset>)> {
        let (media, integrity) = (Media::of_mime(self.media), self.integrity.map(Arc::from));
        let (out, body, digest) = (OutPath::parse(self.out).ok()?, Body::Sent { len: self.len }, self.digest);
        Some((self.key.into(), Arc::new(Asset { out, body, digest, media, integrity, dimensions: self.dimensions })))
    }
}

impl KeptAnchor {
    fn of(anchor: &Anchor) -> Self {
        let Anchor { from, target, id, dead } = anchor;
        Self { from: *from, target: *target, id: id.clone(), dead: dead.as_ref().map(Told::of) }
    }

    fn anchor(&self) -> Option<Anchor> {
        let dead = match &self.dead {
            Some(told) => Some(told.retold()?),
            None => None,
        };
        Some(Anchor { from: self.from, target: self.target, id: self.id.clone(), dead })
    }
}

impl Snapshot<'_> {
    /// The same with a blind spot.
    #[must_use]
    fn overlooking(self, overlooked: Option<BlindSpot>) -> Self {
        let transcript = self.transcript.overlooking(overlooked.and_then(BlindSpot::topic));
        Self { transcript, overlooked, ..self }
    }

    /// Whether this is seen of what edited texts change elsewhere; only tests want that something is not.
    pub fn sees(&self, edge: Edge) -> bool {
        self.overlooked != Some(BlindSpot::Edits(edge))
    }

    /// What is known of the text of a page.
    pub fn text(&self, id: PageId) -> Option<Text> {
        self.sequel.text(id).or_else(|| self.first_text(id))
    }

    fn first_text(&self, id: PageId) -> Option<Text> {
        self.texts.get(id.index())?.open().map(|text: KeptText<'_>| text.text())
    }
}

//! Where snapshots lie: a file for each large site, beside the index, and another one for what was edited since.

use super::{Portrait, Sequel, Snapshot, open, pack};
use crate::cache::blind_spot::BlindSpot;
use crate::cache::header;
use crate::cache::packed::Packed;
use crate::cache::seal::{Seal, Sealing};
use crate::model::{Digest, Site, SiteId, SiteSpec, unpoisoned};
use crate::render::Transcript;
use crate::world::{Files, Trees};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// The folder of these files, below that of the index.
pub(in crate::cache) const FOLDER: &str = "pages";
/// The folder of what was edited since.
pub(in crate::cache) const EDITS: &str = "edits";
/// No site comes near this.
pub(in crate::cache) const MOST_BYTES: u64 = 1 << 30;

/// The snapshots of the large sites of a fleet.
pub struct Snapshots<'a> {
    /// The files of the cache.
    files: &'a dyn Files,
    /// The same for writing.
    trees: &'a dyn Trees,
    /// What the index is called.
    index: String,
    /// A site with more pages than this is a large one.
    above: usize,
    /// Whether they are to be believed.
    is_believed: bool,
    overlooked: Option<BlindSpot>,
    /// For each site that was delivered in this run, whether it has a file now.
    delivered: Mutex<BTreeMap<SiteId, bool>>,
}

/// Sites of so many pages are made in a few dozen milliseconds: finding out which pages have to be made would save nearly nothing of
/// that, and cost a file for each of them.
pub const LARGE: usize = 300;

/// What is known of a large site.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::cache) struct Pages<'a> {
    seal: Seal,
    pub(in crate::cache) transcript: Transcript,
    #[serde(borrow)]
    site: Packed<'a>,
}

/// What is known of it since its texts were edited.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::cache) struct Edits {
    /// The digest of the file that it goes with.
    first: Digest,
    seal: Seal,
    pub(in crate::cache) sequel: Sequel,
}

/// A large site that is to be kept.
pub struct Keeping {
    site: Packed<'static>,
    transcript: Transcript,
}

/// The files about a large site, whose contents are the last that were kept of it.
pub struct Remembered {
    file: Vec<u8>,
    edits: Option<Edits>,
    overlooked: Option<BlindSpot>,
}

impl<'a> Pages<'a> {
    /// Opens a file of the cache, and tells its digest; none if it is damaged or of another program.
    pub(in crate::cache) fn open(file: &'a [u8]) -> Option<(Digest, Self)> {
        let (digest, contents) = header::contents(file)?;
        Some((digest, postcard::from_bytes(contents).ok()?))
    }
}

impl Edits {
    /// The same for a file of edits.
    pub(in crate::cache) fn open(file: &[u8]) -> Option<(Digest, Self)> {
        let (digest, contents) = header::contents(file)?;
        Some((digest, postcard::from_bytes(contents).ok()?))
    }
}

impl Keeping {
    /// What is to be kept of a site whose pages asked what is in `transcript`.
    pub fn of(portrait: &Portrait<'_>, transcript: Transcript) -> Self {
        Self { site: pack(portrait), transcript }
    }
}

impl Remembered {
    /// The site, which is described by `spec`, and what else is known of it; none if nothing can be made of what was kept.
    pub fn open(&self, spec: &Arc<SiteSpec>) -> Option<(Site, Snapshot<'_>)> {
        let sequel = self.edits.as_ref().map(|edits| edits.sequel.clone()).unwrap_or_default();
        let (_, contents) = header::split(&self.file)?;
        let Pages { transcript, site, .. } = postcard::from_bytes(contents).ok()?;
        let (site, snapshot) = open(site.borrowed()?, transcript, sequel, spec)?;
        Some((site, snapshot.overlooking(self.overlooked)))
    }
}

impl<'a> Snapshots<'a> {
    /// Those of sites with more pages than `above`, which lie beside the file `index` of the cache.
    pub fn new<T: Files + Trees>(files: &'a T, index: String, above: usize) -> Self {
        Self { files, trees: files, index, above, is_believed: true, overlooked: None, delivered: Mutex::default() }
    }

    /// The same that is written anew, whatever it holds.
    #[must_use]
    pub fn disbelieved(self) -> Self {
        Self { is_believed: false, ..self }
    }

    /// The same with a blind spot.
    #[must_use]
    pub fn overlooking(self, overlooked: BlindSpot) -> Self {
        Self { overlooked: Some(overlooked), ..self }
    }

    /// What the pages of a site of so many pages asked, whose output looks as `sealing` tells; none if it is not a large one.
    pub fn recall(&self, site: &SiteId, pages: usize, sealing: &Sealing<'_>) -> Option<Transcript> {
        let known = || {
            let file = self.read(FOLDER, site)?;
            let (digest, pages) = Pages::open(&file)?;
            let edits = self.edits(site).map(|(_, edits)| edits).filter(|edits| edits.first == digest);
            let last = edits.as_ref().map_or(pages.seal, |edits| edits.seal);
            let transcript = last.holds(site, sealing).then_some(pages.transcript)?;
            Some(match edits {
                Some(edits) => edits.sequel.transcript_of(transcript),
                None => transcript,
            })
        };
        (pages > self.above)
            .then(|| known().unwrap_or_default().overlooking(self.overlooked.and_then(BlindSpot::topic)))
    }

    /// What is known of a site, if the last that was kept of it has the digest `kept`.
    pub fn remember(&self, site: &SiteId, kept: Digest) -> Option<Remembered> {
        let (file, edits) = (self.read(FOLDER, site)?, self.edits(site));
        let (digest, _) = header::contents(&file)?;
        let edits = match edits.filter(|(last, edits)| *last == kept && edits.first == digest) {
            None if digest != kept => return None,
            edits => edits.map(|(_, edits)| edits),
        };
        Some(Remembered { file, edits, overlooked: self.overlooked })
    }

    fn edits(&self, site: &SiteId) -> Option<(Digest, Edits)> {
        Edits::open(&self.read(EDITS, site)?)
    }

    fn read(&self, folder: &str, site: &SiteId) -> Option<Vec<u8>> {
        let is_believed = self.is_believed;
        is_believed.then(|| self.files.read(&self.name(folder, site), MOST_BYTES).ok()).flatten()
    }

    /// Keeps what is known now of a site that was delivered, and returns the digest of that. Without it, only the next build takes longer.
    pub fn keep(&self, site: &SiteId, known: Option<(Keeping, Seal)>) -> Option<Digest> {
        let kept = known.and_then(|(Keeping { site: packed, transcript }, seal)| {
            let pages = Pages { seal, transcript, site: packed };
            self.save(FOLDER, site, &pages)
        });
        unpoisoned(self.delivered.lock()).insert(site.clone(), kept.is_some());
        let _ = self.trees.discard(&self.name(EDITS, site));
        kept
    }

    /// Keeps what was edited of a site since the file was written that `remembered` is about.
    pub fn keep_edits(&self, site: &SiteId, remembered: &Remembered, sequel: Sequel, seal: Seal) -> Option<Digest> {
        let first = header::split(&remembered.file)?.0;
        self.save(EDITS, site, &Edits { first, seal, sequel })
    }

    fn save(&self, folder: &str, site: &SiteId, contents: &impl Serialize) -> Option<Digest> {
        let contents = postcard::to_stdvec(contents).ok()?;
        header::save(self.trees, &self.name(folder, site), &contents).ok()
    }

    /// Whether a site of so many pages is a large one.
    pub fn is_large(&self, pages: usize) -> bool {
        pages > self.above
    }

    /// Removes files of sites that are no longer large, or no longer there.
    pub(in crate::cache) fn tidy(&self, is_there: impl Fn(&SiteId) -> bool) {
        let delivered = unpoisoned(self.delivered.lock());
        for folder in [FOLDER, EDITS] {
            let entries = self.files.walk(folder).unwrap_or_default();
            let names = entries.iter().filter_map(|entry| entry.path.strip_suffix(self.suffix()));
            let sites = names.filter_map(|name| SiteId::parse(name).ok());
            for site in sites.filter(|site| !is_there(site) || delivered.get(site) == Some(&false)) {
                // One that cannot be removed is not believed either: the output of its site looks different now.
                let _ = self.trees.discard(&self.name(folder, &site));
            }
        }
    }

    fn name(&self, folder: &str, site: &SiteId) -> String {
        format!("{folder}/{site}{}", self.suffix())
    }

    /// What distinguishes the index from those for other output folders.
    fn suffix(&self) -> &str {
        self.index.strip_prefix("index").unwrap_or_default()
    }
}

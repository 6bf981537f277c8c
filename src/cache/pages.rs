//! What is kept of a large site: a file for each, beside the index, and another one for what was edited since.

use super::blind_spot::BlindSpot;
use super::header;
use super::packed::Packed;
use super::seal::{Seal, Sealing};
use super::snapshot::{self, Portrait, Sequel, Snapshot};
use crate::model::{Digest, Site, SiteId, SiteSpec, unpoisoned};
use crate::render::Transcript;
use crate::world::{Files, Trees};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// The folder of these files, below that of the index.
pub(super) const FOLDER: &str = "pages";
/// The folder of what was edited since.
pub(super) const EDITS: &str = "edits";
/// No site comes near this.
pub(super) const MOST_BYTES: u64 = 1 << 30;

/// Where it is kept what large sites are.
pub struct Drawer<'a> {
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
}

/// Sites of so many pages are made in a few dozen milliseconds: finding out which pages have to be made would save nearly nothing of
/// that, and cost a file for each of them.
pub const LARGE: usize = 300;

/// What is known of a large site.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Pages<'a> {
    seal: Seal,
    pub(super) transcript: Transcript,
    #[serde(borrow)]
    site: Packed<'a>,
}

/// What is known of it since its texts were edited.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Edits {
    /// The digest of the file that it goes with.
    first: Digest,
    seal: Seal,
    pub(super) sequel: Sequel,
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

/// The large sites of a run.
pub(super) struct Large<'a> {
    drawer: Drawer<'a>,
    /// For each site that was delivered, whether it has a file now.
    delivered: Mutex<BTreeMap<SiteId, bool>>,
}

impl<'a> Drawer<'a> {
    /// The files of the cache beside `index`, in which everything is kept about sites with more pages than `above`.
    pub fn new<T: Files + Trees>(files: &'a T, index: String, above: usize) -> Self {
        Self { files, trees: files, index, above, is_believed: true, overlooked: None }
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
}

impl<'a> Pages<'a> {
    /// Opens a file of the cache, and tells its digest; none if it is damaged or of another program.
    pub(super) fn open(file: &'a [u8]) -> Option<(Digest, Self)> {
        let (digest, contents) = header::contents(file)?;
        Some((digest, postcard::from_bytes(contents).ok()?))
    }
}

impl Edits {
    /// The same for a file of edits.
    pub(super) fn open(file: &[u8]) -> Option<(Digest, Self)> {
        let (digest, contents) = header::contents(file)?;
        Some((digest, postcard::from_bytes(contents).ok()?))
    }
}

impl Keeping {
    /// What is to be kept of a site whose pages asked what is in `transcript`.
    pub fn of(portrait: &Portrait<'_>, transcript: Transcript) -> Self {
        Self { site: snapshot::pack(portrait), transcript }
    }
}

impl Remembered {
    /// The site, which is described by `spec`, and what else is known of it; none if nothing can be made of what was kept.
    pub fn open(&self, spec: &Arc<SiteSpec>) -> Option<(Site, Snapshot<'_>)> {
        let sequel = self.edits.as_ref().map(|edits| edits.sequel.clone()).unwrap_or_default();
        let (_, contents) = header::split(&self.file)?;
        let Pages { transcript, site, .. } = postcard::from_bytes(contents).ok()?;
        let (site, snapshot) = snapshot::open(site.borrowed()?, transcript, sequel, spec)?;
        Some((site, snapshot.overlooking(self.overlooked)))
    }
}

impl<'a> Large<'a> {
    pub(super) fn new(drawer: Drawer<'a>) -> Self {
        Self { drawer, delivered: Mutex::default() }
    }

    /// What the pages of a site of so many pages asked, whose output looks as `sealing` tells; none if it is not a large one.
    pub(super) fn recall(&self, site: &SiteId, pages: usize, sealing: &Sealing<'_>) -> Option<Transcript> {
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
        (pages > self.drawer.above)
            .then(|| known().unwrap_or_default().overlooking(self.drawer.overlooked.and_then(BlindSpot::topic)))
    }

    /// What is known of a site, if the last that was kept of it has the digest `kept`.
    pub(super) fn remember(&self, site: &SiteId, kept: Digest) -> Option<Remembered> {
        let (file, edits) = (self.read(FOLDER, site)?, self.edits(site));
        let (digest, _) = header::contents(&file)?;
        let edits = match edits.filter(|(last, edits)| *last == kept && edits.first == digest) {
            None if digest != kept => return None,
            edits => edits.map(|(_, edits)| edits),
        };
        Some(Remembered { file, edits, overlooked: self.drawer.overlooked })
    }

    fn edits(&self, site: &SiteId) -> Option<(Digest, Edits)> {
        Edits::open(&self.read(EDITS, site)?)
    }

    fn read(&self, folder: &str, site: &SiteId) -> Option<Vec<u8>> {
        let is_believed = self.drawer.is_believed;
        is_believed.then(|| self.drawer.files.read(&self.name(folder, site), MOST_BYTES).ok()).flatten()
    }

    /// Keeps what is known now of a site that was delivered, and returns the digest of that. Without it, only the next build takes longer.
    pub(super) fn keep(&self, site: &SiteId, known: Option<(Keeping, Seal)>) -> Option<Digest> {
        let kept = known.and_then(|(Keeping { site: packed, transcript }, seal)| {
            let pages = Pages { seal, transcript, site: packed };
            self.save(FOLDER, site, &pages)
        });
        unpoisoned(self.delivered.lock()).insert(site.clone(), kept.is_some());
        let _ = self.drawer.trees.discard(&self.name(EDITS, site));
        kept
    }

    /// Keeps what was edited of a site since the file was written that `remembered` is about.
    pub(super) fn keep_edits(
        &self,
        site: &SiteId,
        remembered: &Remembered,
        sequel: Sequel,
        seal: Seal,
    ) -> Option<Digest> {
        let first = header::split(&remembered.file)?.0;
        self.save(EDITS, site, &Edits { first, seal, sequel })
    }

    fn save(&self, folder: &str, site: &SiteId, contents: &impl Serialize) -> Option<Digest> {
        let contents = postcard::to_stdvec(contents).ok()?;
        header::save(self.drawer.trees, &self.name(folder, site), &contents).ok()
    }

    /// Whether a site of so many pages is a large one.
    pub(super) fn is_large(&self, pages: usize) -> bool {
        pages > self.drawer.above
    }

    /// Removes files of sites that are no longer large, or no longer there.
    pub(super) fn tidy(&self, is_there: impl Fn(&SiteId) -> bool) {
        let delivered = unpoisoned(self.delivered.lock());
        for folder in [FOLDER, EDITS] {
            let entries = self.drawer.files.walk(folder).unwrap_or_default();
            let names = entries.iter().filter_map(|entry| entry.path.strip_suffix(self.suffix()));
            let sites = names.filter_map(|name| SiteId::parse(name).ok());
            for site in sites.filter(|site| !is_there(site) || delivered.get(site) == Some(&false)) {
                // One that cannot be removed is not believed either: the output of its site looks different now.
                let _ = self.drawer.trees.discard(&self.name(folder, &site));
            }
        }
    }

    fn name(&self, folder: &str, site: &SiteId) -> String {
        format!("{folder}/{site}{}", self.suffix())
    }

    /// What distinguishes the index from those for other output folders.
    fn suffix(&self) -> &str {
        self.drawer.index.strip_prefix("index").unwrap_or_default()
    }
}

//! What is kept of the pages of a large site: a file for each, beside the index.

use super::header;
use crate::model::{Digest, SiteId};
use crate::render::Transcript;
use crate::world::{Depth, Files, Trees};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// The folder of these files, below that of the index.
pub(super) const FOLDER: &str = "pages";
/// No site comes near this.
const MOST_BYTES: u64 = 1 << 30;

/// Where it is kept what pages of large sites asked.
pub struct Drawer<'a> {
    /// The files of the cache.
    pub files: &'a dyn Files,
    /// The same for writing.
    pub trees: &'a dyn Trees,
    /// Whether they are to be believed.
    pub is_believed: bool,
    /// What the index is called.
    pub index: String,
    /// A site with more pages than this is a large one.
    pub above: usize,
    /// Questions of this topic are overlooked. Only tests want that, to see whether it would be found.
    pub overlooked: Option<&'static str>,
}

/// Sites of so many pages are made in a few dozen milliseconds: finding out which pages have to be made would save nearly nothing of
/// that, and cost a file for each of them.
pub const LARGE: usize = 300;

/// What is known of a large site.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Pages {
    /// How its output looked when it was delivered, and how closely that was looked at.
    seal: Digest,
    is_sealed_deeply: bool,
    pub(super) transcript: Transcript,
}

/// The large sites of a run.
pub(super) struct Large<'a> {
    drawer: Drawer<'a>,
    /// For each site that was delivered, whether it has a file now.
    delivered: Mutex<BTreeMap<SiteId, bool>>,
}

impl Pages {
    /// Reads a file of the cache; none if it is damaged or of another program.
    pub(super) fn read(files: &dyn Files, name: &str) -> Option<Self> {
        let bytes = files.read(name, MOST_BYTES).ok()?;
        header::contents(&bytes).and_then(|contents| postcard::from_bytes(contents).ok())
    }
}

impl<'a> Large<'a> {
    pub(super) fn new(drawer: Drawer<'a>) -> Self {
        Self { drawer, delivered: Mutex::default() }
    }

    /// What is known of a site of so many pages, whose output looks as `seal` tells; none if it is not a large one.
    pub(super) fn recall(
        &self,
        site: &SiteId,
        pages: usize,
        seal: &dyn Fn(Depth) -> Option<Digest>,
    ) -> Option<Transcript> {
        let known = || {
            let known = Pages::read(self.drawer.files, &self.name(site)).filter(|_| self.drawer.is_believed)?;
            let depth = if known.is_sealed_deeply { Depth::Everything } else { Depth::Folder };
            (seal(depth) == Some(known.seal)).then_some(known.transcript)
        };
        (pages > self.drawer.above).then(|| known().unwrap_or_default().overlooking(self.drawer.overlooked))
    }

    /// Keeps what is known now of a site that was delivered. Without it, only the next build takes longer.
    pub(super) fn keep(&self, site: &SiteId, known: Option<(Transcript, (Depth, Digest))>) {
        let kept = known.map(|(transcript, (depth, seal))| {
            let is_sealed_deeply = depth == Depth::Everything;
            let contents = postcard::to_stdvec(&Pages { seal, is_sealed_deeply, transcript }).unwrap_or_default();
            header::save(self.drawer.trees, &self.name(site), &contents)
        });
        let has_file = kept.is_some_and(|saved| saved.is_ok());
        self.delivered.lock().unwrap_or_else(PoisonError::into_inner).insert(site.clone(), has_file);
    }

    /// Removes files of sites that are no longer large, or no longer there.
    pub(super) fn tidy(&self, is_there: impl Fn(&SiteId) -> bool) {
        let delivered = self.delivered.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = self.drawer.files.walk(FOLDER).unwrap_or_default();
        let names = entries.iter().filter_map(|entry| entry.path.strip_suffix(self.suffix()));
        let sites = names.filter_map(|name| SiteId::parse(name).ok());
        for site in sites.filter(|site| !is_there(site) || delivered.get(site) == Some(&false)) {
            // One that cannot be removed is not believed either: the output of its site looks different now.
            let _ = self.drawer.trees.discard(&self.name(&site));
        }
    }

    fn name(&self, site: &SiteId) -> String {
        format!("{FOLDER}/{site}{}", self.suffix())
    }

    /// What distinguishes the index from those for other output folders.
    fn suffix(&self) -> &str {
        self.drawer.index.strip_prefix("index").unwrap_or_default()
    }
}

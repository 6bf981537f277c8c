//! What became of a large site since it was kept as a whole.

use super::text::KeptText;
use super::{KeptAnchor, Snapshot};
use crate::cache::record::Told;
use crate::markdown::Settled;
use crate::model::{Artifact, Digest, OutPath, PageId, Text};
use crate::render::{Addendum, Transcript};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Texts that were edited, and what that changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequel {
    pages: BTreeMap<PageId, Edited>,
    addendum: Addendum,
    /// Files that differ: their digests and sizes.
    entries: BTreeMap<String, (Digest, u64)>,
}

/// A page whose text was written anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Edited {
    text: KeptText<'static>,
    said: Vec<Told>,
    anchors: Vec<KeptAnchor>,
}

impl Sequel {
    /// Takes note of a page whose text was written anew.
    pub fn edit(&mut self, page: PageId, text: &Text, settled: &Settled) {
        let said = settled.said.iter().filter(|(about, _)| *about == page).flat_map(|(_, said)| said);
        let anchors = settled.anchors.iter().filter(|anchor| anchor.from == page);
        let (said, anchors) = (said.map(Told::of).collect(), anchors.map(KeptAnchor::of).collect());
        self.pages.insert(page, Edited { text: KeptText::of(text).into_owned(), said, anchors });
    }

    /// Takes note of what was printed anew.
    pub fn print(&mut self, addendum: Addendum) {
        self.addendum = addendum.following(std::mem::take(&mut self.addendum));
    }

    /// Takes note of files that differ.
    pub fn deliver<'f>(&mut self, files: impl Iterator<Item = (&'f OutPath, &'f Artifact)>) {
        let entries = files.map(|(path, artifact)| (path.to_string(), (artifact.digest, artifact.body.len())));
        self.entries.extend(entries);
    }

    /// What the pages asked that asked what is in `before` then.
    pub(in crate::cache) fn transcript_of(&self, before: Transcript) -> Transcript {
        before.after(&self.addendum)
    }

    /// How many texts and sheets it is about.
    pub fn size(&self) -> usize {
        self.pages.len() + self.addendum.sheets()
    }

    /// The text of a page that was written anew.
    pub(super) fn text(&self, page: PageId) -> Option<Text> {
        self.pages.get(&page).map(|edited| edited.text.clone().text())
    }
}

impl Snapshot<'_> {
    /// The site after what became of it.
    pub(super) fn after(mut self, sequel: Sequel) -> Option<Self> {
        for (page, edited) in &sequel.pages {
            let (before, after) = (self.first_text(*page)?, edited.text.clone().text());
            relink(&mut self.backlinks, *page, &before.links, &after.links);
            let said = edited.said.iter().map(Told::retold).collect::<Option<Vec<_>>>()?;
            let anchors = edited.anchors.iter().map(KeptAnchor::anchor).collect::<Option<Vec<_>>>()?;
            self.settled.replace(*page, said, anchors);
        }
        for (path, (digest, len)) in &sequel.entries {
            let entry = self.entries.get_mut(&OutPath::parse(path).ok()?)?;
            (entry.digest, entry.len) = (*digest, *len);
        }
        self.transcript = self.transcript.after(&sequel.addendum);
        Some(Self { sequel, ..self })
    }
}

/// Takes note that a page links to other pages now; those that link to a page stand in their order.
pub fn relink(backlinks: &mut [Vec<PageId>], from: PageId, before: &[PageId], after: &[PageId]) {
    let linked = |links: &[PageId]| links.iter().copied().filter(|to| *to != from).collect::<Vec<_>>();
    for to in linked(before) {
        backlinks[to.index()].retain(|other| *other != from);
    }
    for to in linked(after) {
        let known = &mut backlinks[to.index()];
        known.insert(known.partition_point(|other| *other < from), from);
    }
}

//! One folder that sites are made of: every file below it, with a digest of what it holds.

use crate::event::{ChangeKind, FileChange};
use crate::model::{Digest, Digester};
use crate::world::{Entry, EntryKind, Facts, FileFault, Files, Strange, Surveyed, spread};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// A folder as it was when this run looked at it.
#[derive(Debug)]
pub(super) struct Listing {
    /// Its path from the root of the repository.
    name: String,
    is_folder: bool,
    files: Vec<Listed>,
    fault: Option<FileFault>,
    /// Whether the run before saw exactly the same, long enough after the last change to be sure.
    is_settled: bool,
    /// Whether something in it changed while this run was reading it.
    moved: AtomicBool,
    digest: OnceLock<Option<Digest>>,
}

/// A file of a folder.
#[derive(Debug)]
struct Listed {
    entry: Entry,
    facts: Facts,
    /// What it holds, as far as anyone has looked.
    digest: OnceLock<Digest>,
}

/// A folder as it is kept for the next run.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Stored<'a> {
    is_folder: bool,
    digest: Digest,
    #[serde(borrow)]
    files: Vec<StoredFile<'a>>,
}

/// A file of a folder as it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct StoredFile<'a> {
    path: &'a str,
    kind: EntryKind,
    facts: Facts,
    digest: Digest,
    /// Whether its last change was so long ago that any later one shows in its facts.
    is_settled: bool,
}

/// Two changes within a tick of the coarsest clock of a file system look like one.
const COARSEST_TICK: SignedDuration = SignedDuration::from_secs(3);

impl Stored<'_> {
    /// Whether it holds what has this digest.
    pub(super) fn is(&self, digest: Digest) -> bool {
        self.digest == digest
    }
}

impl StoredFile<'_> {
    fn is_still(&self, seen: &Surveyed) -> bool {
        self.is_settled && self.facts == seen.facts && self.is_called(&seen.entry)
    }

    fn is_called(&self, entry: &Entry) -> bool {
        self.kind == entry.kind && self.path == entry.path
    }
}

impl Listed {
    fn stored(&self, looked_at: Timestamp) -> Option<StoredFile<'_>> {
        let Self { entry: Entry { path, kind }, facts, digest } = self;
        let is_settled = is_settled(facts, looked_at);
        Some(StoredFile { path, kind: *kind, facts: *facts, digest: *digest.get()?, is_settled })
    }
}

impl Listing {
    /// Looks at the folder `name`. Files that are as they were in `before` are not read again.
    pub(super) fn look(files: &dyn Files, name: &str, before: Option<&Stored<'_>>) -> Self {
        let (seen, fault) = match files.survey(name) {
            Ok(seen) => (seen, None),
            Err(fault) => (Vec::new(), Some(fault)),
        };
        let is_folder = !seen.is_empty() || files.is_folder(name);
        let is_settled = fault.is_none()
            && before.is_some_and(|before| {
                before.is_folder == is_folder
                    && before.files.len() == seen.len()
                    && before.files.iter().zip(&seen).all(|(before, seen)| before.is_still(seen))
            });
        let digest = match before.filter(|_| is_settled) {
            Some(before) => OnceLock::from(Some(before.digest)),
            None => OnceLock::new(),
        };
        let files = recognise(seen, before);
        Self { name: name.to_owned(), is_folder, files, fault, is_settled, moved: AtomicBool::new(false), digest }
    }

    /// Whether the run before saw exactly the same.
    pub(super) fn is_settled(&self) -> bool {
        self.is_settled
    }

    /// What a walk through `folder`, which is the folder itself or lies in it, finds.
    pub(super) fn walk(&self, folder: &str) -> Result<Vec<Entry>, FileFault> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        let Some(below) = folder[self.name.len()..].strip_prefix('/').filter(|below| !below.is_empty()) else {
            return Ok(self.files.iter().map(|file| file.entry.clone()).collect());
        };
        let inside = |file: &Listed| {
            let path = file.entry.path.strip_prefix(below)?.strip_prefix('/')?;
            Some(Entry { path: path.to_owned(), kind: file.entry.kind })
        };
        Ok(self.files.iter().filter_map(inside).collect())
    }

    /// Takes note of what a file held when it was read.
    pub(super) fn note(&self, path: &str, digest: Digest) {
        let known = self.find(path).map(|file| *file.digest.get_or_init(|| digest));
        if known != Some(digest) {
            self.moved.store(true, Ordering::Relaxed);
        }
    }

    fn find(&self, path: &str) -> Option<&Listed> {
        let below = path.get(self.name.len() + 1..)?;
        let at = self.files.binary_search_by(|file| file.entry.path.as_str().cmp(below)).ok()?;
        self.files.get(at)
    }

    /// A digest of everything in the folder. None if it changed while it was read: nobody knows then what was made of what.
    pub(super) fn digest(&self, files: &dyn Files) -> Option<Digest> {
        let digest = self.digest.get_or_init(|| {
            let digests = spread(&self.files, |file| *file.digest.get_or_init(|| content(files, &self.name, file)));
            let parts = self.files.iter().zip(&digests).flat_map(|(file, digest)| {
                [file.entry.path.as_bytes(), kind(file.entry.kind), digest.as_bytes().as_slice()]
            });
            let is_folder: &[u8] = if self.is_folder { b"folder" } else { b"nothing" };
            self.fault.is_none().then(|| Digest::of_parts(std::iter::once(is_folder).chain(parts)))
        });
        digest.filter(|_| !self.moved.load(Ordering::Relaxed))
    }

    /// The files that hold something else than in `before`, if nothing else happened to the folder.
    pub(super) fn edited(&self, files: &dyn Files, before: &Stored<'_>) -> Option<Vec<String>> {
        let is_same =
            self.fault.is_none() && self.is_folder == before.is_folder && self.files.len() == before.files.len();
        let pairs = || self.files.iter().zip(&before.files);
        if !is_same || !pairs().all(|(file, before)| before.is_called(&file.entry)) {
            return None;
        }
        let is_edited = |file: &Listed, before: &StoredFile<'_>| {
            *file.digest.get_or_init(|| content(files, &self.name, file)) != before.digest
        };
        let edited = pairs().filter(|(file, before)| is_edited(file, before));
        Some(edited.map(|(file, _)| file.entry.below(&self.name)).collect())
    }

    /// What happened to its files since they were as in `before`.
    pub(super) fn changes(&self, files: &dyn Files, before: Option<&Stored<'_>>) -> Vec<FileChange> {
        let known = before.map(|before| before.files.as_slice()).unwrap_or_default();
        let mut known: BTreeMap<&str, &StoredFile<'_>> = known.iter().map(|file| (file.path, file)).collect();
        let mut changes = Vec::new();
        for file in &self.files {
            let digest = *file.digest.get_or_init(|| content(files, &self.name, file));
            let kind = match known.remove(file.entry.path.as_str()) {
                Some(before) if before.digest == digest && before.kind == file.entry.kind => continue,
                Some(_) => ChangeKind::Edited,
                None => ChangeKind::Added,
            };
            changes.push(FileChange { file: file.entry.below(&self.name), kind });
        }
        let gone =
            known.keys().map(|path| FileChange { file: format!("{}/{path}", self.name), kind: ChangeKind::Removed });
        changes.extend(gone);
        changes.sort();
        changes
    }

    /// The folder in the form in which it is kept; none if nothing certain is known.
    pub(super) fn store(&self, files: &dyn Files, looked_at: Timestamp) -> Option<Vec<u8>> {
        let digest = self.digest(files)?;
        let files = self.files.iter().map(|file| file.stored(looked_at)).collect::<Option<Vec<_>>>()?;
        postcard::to_stdvec(&Stored { is_folder: self.is_folder, digest, files }).ok()
    }
}

/// Whether the last change lies so far back that any later one shows in the facts.
pub(super) fn is_settled(facts: &Facts, looked_at: Timestamp) -> bool {
    let recent = i64::try_from((looked_at - COARSEST_TICK).as_nanosecond()).unwrap_or(i64::MAX);
    facts.modified < recent && facts.changed < recent
}

/// What was found, with the digests of files that are as they were.
fn recognise(seen: Vec<Surveyed>, before: Option<&Stored<'_>>) -> Vec<Listed> {
    let mut known = before.map(|before| before.files.as_slice()).unwrap_or_default().iter().peekable();
    let recognise = |Surveyed { entry, facts }: Surveyed| {
        while known.next_if(|known| known.path < entry.path.as_str()).is_some() {}
        let same = known.peek().filter(|known| known.is_settled && known.facts == facts && known.is_called(&entry));
        let digest = same.map_or_else(OnceLock::new, |same| OnceLock::from(same.digest));
        Listed { entry, facts, digest }
    };
    seen.into_iter().map(recognise).collect()
}

/// A digest of what a file holds, or of why it cannot be told.
fn content(files: &dyn Files, folder: &str, file: &Listed) -> Digest {
    let mut digester = Digester::default();
    match files.copy(&file.entry.below(folder), &mut digester) {
        Ok(()) => digester.digest(),
        Err(fault) => Digest::of(fault.to_string().as_bytes()),
    }
}

fn kind(kind: EntryKind) -> &'static [u8] {
    match kind {
        EntryKind::File => b"file",
        EntryKind::Strange(Strange::LeadsOut) => b"leads out",
        EntryKind::Strange(Strange::Loop) => b"loop",
        EntryKind::Strange(Strange::Dangling) => b"dangling",
        EntryKind::Strange(Strange::Device) => b"device",
        EntryKind::Strange(Strange::Name) => b"name",
        EntryKind::Strange(Strange::Forbidden) => b"forbidden",
    }
}

//! The repository as the makers of sites see it, every look at it noted.

use super::listing::{Listing, is_settled};
use super::manifest_file::ManifestFile;
use super::past::Past;
use crate::event::FileChange;
use crate::model::{Digest, Digester, Folders, unpoisoned};
use crate::world::{Entry, Facts, FileFault, Files, spread};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};

/// Files that remember what was read of them. A folder that sites are made of is looked at once in a run.
pub struct Sources<'a> {
    files: &'a dyn Files,
    past: &'a Past,
    /// The folders that hold content layers and themes.
    shelves: [String; 2],
    looked_at: Timestamp,
    listings: RwLock<BTreeMap<String, Arc<Listing>>>,
    strayed: AtomicBool,
}

impl<'a> Sources<'a> {
    /// The layers and themes in `folders`, of which `past` may know how they were; `looked_at` is the present moment.
    pub fn new(files: &'a dyn Files, folders: &Folders, past: &'a Past, looked_at: Timestamp) -> Self {
        let shelves = [&folders.content, &folders.themes].map(|folder| format!("{folder}/"));
        let (listings, strayed) = (RwLock::default(), AtomicBool::new(false));
        Self { files, past, shelves, looked_at, listings, strayed }
    }

    /// Looks at every folder that the run before knew. Returns whether all of them are as they were.
    pub(super) fn look(&self) -> bool {
        let names: Vec<&str> = self.past.listings().collect();
        spread(&names, |name| self.listing(name).is_settled()).into_iter().all(|settled| settled)
    }

    /// A digest of everything in one of the folders; none if that cannot be told.
    pub(super) fn digest(&self, name: &str) -> Option<Digest> {
        self.listing(name).digest(self.files).filter(|_| !self.strayed.load(Ordering::Relaxed))
    }

    /// Whether a folder is exactly as the run before saw it.
    pub(super) fn is_settled(&self, name: &str) -> bool {
        self.listing(name).is_settled()
    }

    /// Whether a file that the fleet was read from is as it was, and has been for long enough to be sure.
    pub(super) fn is_still(&self, file: &ManifestFile) -> bool {
        let is_same = self.files.facts(&file.path) == Some(file.facts);
        is_same && is_settled(&file.facts, self.looked_at)
    }

    /// What happened to the files of a folder since the run before.
    pub(super) fn changes(&self, name: &str) -> Vec<FileChange> {
        self.listing(name).changes(self.files, self.past.listing(name).as_ref())
    }

    /// The files of a folder that hold something else than when it had the digest `known`, if nothing else happened to it. A site that
    /// was not built for a while may know an older state than the one that is kept.
    pub(super) fn edited(&self, name: &str, known: Digest) -> Option<Vec<String>> {
        let before = self.past.listing(name).filter(|before| before.is(known))?;
        self.listing(name).edited(self.files, &before)
    }

    /// A folder in the form in which it is kept. What was known of it is forgotten: a large fleet would hold everything twice.
    pub(super) fn store(&self, name: &str) -> Option<Vec<u8>> {
        let listing = self.listing(name);
        unpoisoned(self.listings.write()).remove(name);
        listing.store(self.files, self.looked_at)
    }

    fn listing(&self, name: &str) -> Arc<Listing> {
        let known = unpoisoned(self.listings.read()).get(name).map(Arc::clone);
        known.unwrap_or_else(|| {
            let listing = Arc::new(Listing::look(self.files, name, self.past.listing(name).as_ref()));
            let mut listings = unpoisoned(self.listings.write());
            Arc::clone(listings.entry(name.to_owned()).or_insert(listing))
        })
    }

    /// The folder that a path lies in. A path outside of all folders makes the whole run uncertain, because nobody would look there
    /// the next time.
    fn home<'p>(&self, path: &'p str) -> Option<&'p str> {
        let shelf = self.shelves.iter().find(|shelf| path.starts_with(shelf.as_str()));
        let home = shelf.map(|shelf| match path[shelf.len()..].find('/') {
            Some(end) => &path[..shelf.len() + end],
            None => path,
        });
        // Only a mistake makes anyone list all layers or themes, to tell which name was meant; such a site is not kept.
        let is_shelf = self.shelves.iter().any(|shelf| shelf.strip_suffix('/') == Some(path));
        if home.is_none() && !is_shelf {
            self.strayed.store(true, Ordering::Relaxed);
        }
        home
    }

    /// The folder that is looked at for everything in `folder`.
    pub(super) fn home_of(&self, folder: &str) -> String {
        self.home(folder).unwrap_or(folder).to_owned()
    }

    fn note(&self, path: &str, digest: Digest) {
        if let Some(home) = self.home(path) {
            self.listing(home).note(path, digest);
        }
    }
}

impl Files for Sources<'_> {
    fn walk(&self, folder: &str) -> Result<Vec<Entry>, FileFault> {
        match self.home(folder) {
            Some(home) => self.listing(home).walk(folder),
            None => self.files.walk(folder),
        }
    }

    fn read(&self, path: &str, most: u64) -> Result<Vec<u8>, FileFault> {
        let bytes = self.files.read(path, most)?;
        self.note(path, Digest::of(&bytes));
        Ok(bytes)
    }

    fn copy(&self, path: &str, to: &mut dyn Write) -> Result<(), FileFault> {
        let mut passing = Passing { to, digester: Digester::default() };
        self.files.copy(path, &mut passing)?;
        self.note(path, passing.digester.digest());
        Ok(())
    }

    fn len(&self, path: &str) -> Option<u64> {
        self.home(path);
        self.files.len(path)
    }

    fn is_folder(&self, path: &str) -> bool {
        self.home(path);
        self.files.is_folder(path)
    }

    fn facts(&self, path: &str) -> Option<Facts> {
        self.home(path);
        self.files.facts(path)
    }
}

/// Digests what passes through.
struct Passing<'t> {
    to: &'t mut dyn Write,
    digester: Digester,
}

impl Write for Passing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.digester.write_all(&bytes[..written])?;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

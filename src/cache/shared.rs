//! What machines that make the same fleet tell each other: of what sites were made, and what came of it.
//!
//! Whoever made sites adds a file that is never changed, named by the moment and by the digest of what it holds; of two that know a site,
//! the later one counts. Nothing depends on it: what somebody else noted is believed only if all that the site is made of is the same
//! here, and without it the next run makes more sites than it has to.

use super::header;
use super::past::Past;
use super::record::Record;
use crate::event::{Event, Listener, Transfer};
use crate::model::Digest;
use crate::world::{Archive, ArchiveFault};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where it lies in the store.
const FOLDER: &str = "known";

/// With more files than this, they are written anew as one.
const MOST_FILES: usize = 12;

/// Files that are added while others are read may be put together under way: so often it is looked again.
const LOOKS: usize = 3;

/// What is known by all machines.
pub struct Shared<'a> {
    archive: &'a dyn Archive,
    /// Where this program's files lie: another one may make other sites of the same sources.
    folder: String,
}

type Records = BTreeMap<String, Record>;

impl<'a> Shared<'a> {
    /// What is kept in the store `archive`.
    pub fn new(archive: &'a dyn Archive) -> Self {
        let program = Digest::of(header::BUILD.as_bytes());
        Self { archive, folder: format!("{FOLDER}/{}", program.short()) }
    }

    /// What all machines know.
    pub fn read(&self, listener: &dyn Listener) -> Result<Past, ArchiveFault> {
        let mut looks = 0;
        loop {
            looks += 1;
            let paths = self.archive.list(&self.folder)?;
            listener.tell(&Event::TransferStarted { what: Transfer::Learning, files: paths.len(), bytes: 0 });
            let gathered = self.gather(&paths, &|bytes| listener.tell(&Event::Transferred { bytes }));
            listener.tell(&Event::TransferEnded);
            let (sites, is_whole) = gathered?;
            if is_whole || looks == LOOKS {
                let sites = sites.into_iter().map(|(site, record)| (site, Arc::new(record))).collect();
                return Ok(Past { sites, ..Past::default() });
            }
        }
    }

    /// What these files hold together, and whether none of them is gone.
    fn gather(&self, paths: &[String], told: &dyn Fn(u64)) -> Result<(Records, bool), ArchiveFault> {
        let (mut sites, mut is_whole) = (Records::new(), true);
        for path in paths {
            let found = self.archive.get(path)?;
            told(found.as_ref().map_or(0, |(bytes, _)| bytes.len() as u64));
            match found {
                Some((bytes, _)) => sites.extend(self.records(path, &bytes).unwrap_or_default()),
                None => is_whole = false,
            }
        }
        Ok((sites, is_whole))
    }

    /// Adds what `past` knows of those of the sites that are `new`.
    pub fn add(&self, past: &Past, new: &dyn Fn(&str) -> bool, now: Timestamp) -> Result<(), ArchiveFault> {
        let known = past.sites.iter().filter(|(site, _)| new(site));
        let known: BTreeMap<&String, &Record> = known.map(|(site, record)| (site, &**record)).collect();
        if known.is_empty() {
            return Ok(());
        }
        let contents = header::sign(&postcard::to_stdvec(&known).unwrap_or_default());
        self.archive.add(&self.path(now, &contents), &contents)?;
        let paths = self.archive.list(&self.folder)?;
        if paths.len() > MOST_FILES { self.put_together(&paths) } else { Ok(()) }
    }

    /// Writes files anew as one. It is called like the latest of them, so that whatever is added meanwhile counts more.
    fn put_together(&self, paths: &[String]) -> Result<(), ArchiveFault> {
        let (sites, _) = self.gather(paths, &|_| {})?;
        let contents = header::sign(&postcard::to_stdvec(&sites).unwrap_or_default());
        let latest = paths.iter().filter_map(|path| self.moment(path)).max().unwrap_or_default();
        let together = self.path(latest, &contents);
        self.archive.add(&together, &contents)?;
        paths.iter().filter(|path| **path != together).try_for_each(|path| self.archive.remove(path))
    }

    /// Takes away what other versions of hectare left; how many files that were.
    pub fn tidy(&self) -> Result<usize, ArchiveFault> {
        let all = self.archive.list(FOLDER)?;
        let foreign: Vec<&String> = all.iter().filter(|path| !path.starts_with(&format!("{}/", self.folder))).collect();
        foreign.iter().try_for_each(|path| self.archive.remove(path))?;
        Ok(foreign.len())
    }

    /// In order of the moments, and the same for the same contents.
    fn path(&self, moment: Timestamp, contents: &[u8]) -> String {
        format!("{}/{:020}-{}", self.folder, moment.as_microsecond(), Digest::of(contents))
    }

    fn moment(&self, path: &str) -> Option<Timestamp> {
        let (moment, _) = self.name(path)?.split_once('-')?;
        Timestamp::from_microsecond(moment.parse().ok()?).ok()
    }

    fn name<'p>(&self, path: &'p str) -> Option<&'p str> {
        path.strip_prefix(&self.folder)?.strip_prefix('/')
    }

    /// What a file holds; none if it is not what its name says.
    fn records(&self, path: &str, bytes: &[u8]) -> Option<Records> {
        let (_, digest) = self.name(path)?.split_once('-')?;
        let is_whole = Digest::of(bytes).to_string() == digest;
        is_whole.then(|| postcard::from_bytes(header::contents(bytes)?.1).ok()).flatten()
    }
}

//! Noticing that files change.
//!
//! What editors do when they save is many small changes at once: whoever asks is told when they are over, or when they have gone
//! on for so long that it is better to begin. What cannot be known is told as "everything": too many changes at once, a folder
//! that vanished or was put in the place of another.

use notify::event::{CreateKind, EventKind, ModifyKind};
use notify::{Config, Event, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Silence after which a save is over.
const QUIET: Duration = Duration::from_millis(8);

/// The longest wait for silence.
const LONGEST: Duration = Duration::from_millis(200);

/// A file may have been put into a new folder before the system began to watch that folder.
const SECOND_LOOK: Duration = Duration::from_millis(250);

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changes {
    /// Nobody knows; anything may have.
    Everything,
    /// These files and folders, by their paths from the root.
    Paths(BTreeSet<String>),
}

/// A folder to be watched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// Its path from the root; empty for the root itself.
    pub folder: String,
    /// Whether everything below it is watched, too.
    pub deep: bool,
}

/// Watches folders below a root.
pub struct Watcher {
    system: RecommendedWatcher,
    news: Receiver<News>,
    is_news: Arc<AtomicBool>,
    root: PathBuf,
    spots: BTreeMap<Spot, Option<Identity>>,
    /// Paths that will be told again, and when.
    again: Option<(Instant, BTreeSet<String>)>,
    is_lost: bool,
}

/// What makes a folder the same folder: a device and a number on it.
type Identity = (u64, u64);

/// One thing that the system said.
enum News {
    Lost,
    /// `is_name` says that something came, went, or is called something else.
    Changed {
        paths: Vec<String>,
        is_folder: bool,
        is_name: bool,
    },
}

impl Watcher {
    /// A watcher below `root` that keeps quiet about paths which `is_idle` names.
    pub fn new(root: &Path, is_idle: impl Fn(&str) -> bool + Send + 'static) -> Result<Self, String> {
        let root = fs::canonicalize(root).map_err(|error| super::disk::plain(&error))?;
        let (sender, news) = channel();
        let is_news = Arc::new(AtomicBool::new(false));
        let (base, flag) = (root.clone(), Arc::clone(&is_news));
        let hear = move |said: notify::Result<Event>| {
            if let Some(heard) = heard(said, &base, &is_idle)
                && sender.send(heard).is_ok()
            {
                flag.store(true, Ordering::Relaxed);
            }
        };
        let system = RecommendedWatcher::new(hear, Config::default()).map_err(|error| error.to_string())?;
        Ok(Self { system, news, is_news, root, spots: BTreeMap::new(), again: None, is_lost: false })
    }

    /// Watches these folders and no others; those that do not exist yet are watched when they do. Fails if the system has no
    /// room for another watch.
    pub fn watch(&mut self, spots: impl IntoIterator<Item = Spot>) -> Result<(), String> {
        let wanted: BTreeSet<Spot> = spots.into_iter().collect();
        let leaving: Vec<Spot> = self.spots.keys().filter(|spot| !wanted.contains(spot)).cloned().collect();
        for spot in leaving {
            self.spots.remove(&spot);
            let _ = self.system.unwatch(&self.root.join(&spot.folder));
        }
        for spot in wanted {
            self.spots.entry(spot).or_insert(None);
        }
        self.renew().map(drop)
    }

    /// A flag that is up while something was heard that nobody was told yet.
    pub fn news(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.is_news)
    }

    /// Waits for a change for at most `patience`, then for the end of it.
    pub fn next(&mut self, patience: Duration) -> Option<Changes> {
        let due = self.again.as_ref().map(|(due, _)| due.saturating_duration_since(Instant::now()));
        let first = self.news.recv_timeout(due.map_or(patience, |due| due.min(patience))).ok();
        let mut paths = BTreeSet::new();
        if let Some(first) = first {
            let latest = Instant::now() + LONGEST;
            self.take(first, &mut paths);
            while let Ok(more) = self.news.recv_timeout(QUIET.min(latest.saturating_duration_since(Instant::now()))) {
                self.take(more, &mut paths);
            }
        }
        self.is_news.store(false, Ordering::Relaxed);
        while let Ok(more) = self.news.try_recv() {
            self.take(more, &mut paths);
        }
        if let Some((_, again)) = self.again.take_if(|(due, _)| *due <= Instant::now()) {
            paths.extend(again);
        }
        let is_moved = self.renew().unwrap_or(false);
        if std::mem::take(&mut self.is_lost) || is_moved {
            Some(Changes::Everything)
        } else {
            Some(Changes::Paths(paths)).filter(|changes| *changes != Changes::Paths(BTreeSet::new()))
        }
    }

    fn take(&mut self, news: News, into: &mut BTreeSet<String>) {
        match news {
            News::Lost => self.is_lost = true,
            News::Changed { paths, is_folder, is_name } => {
                if is_name {
                    paths.iter().for_each(|path| self.forget(path));
                }
                if is_folder {
                    let (_, again) = self.again.get_or_insert_with(|| (Instant::now() + SECOND_LOOK, BTreeSet::new()));
                    again.extend(paths.iter().cloned());
                }
                into.extend(paths);
            }
        }
    }

    /// A folder that was away for a moment may be the same as before, and yet not be watched any more.
    fn forget(&mut self, path: &str) {
        let lies_in =
            |folder: &str| folder.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        self.spots.iter_mut().filter(|(spot, _)| lies_in(&spot.folder)).for_each(|(_, known)| *known = None);
    }

    /// Watches what is not watched yet, or is another folder by now; tells whether any was.
    fn renew(&mut self) -> Result<bool, String> {
        let mut is_moved = false;
        for (spot, known) in &mut self.spots {
            let place = self.root.join(&spot.folder);
            let there = identity(&place);
            if there == *known {
                continue;
            }
            is_moved = true;
            let _ = self.system.unwatch(&place);
            *known = None;
            let mode = if spot.deep { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive };
            if there.is_some() {
                match self.system.watch(&place, mode) {
                    Ok(()) => *known = there,
                    Err(error) if is_gone(&error) => {}
                    Err(error) => return Err(words(&error)),
                }
            }
        }
        Ok(is_moved)
    }
}

fn identity(place: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(place).ok().filter(fs::Metadata::is_dir).map(|facts| (facts.dev(), facts.ino()))
}

fn is_gone(error: &notify::Error) -> bool {
    match &error.kind {
        notify::ErrorKind::PathNotFound => true,
        notify::ErrorKind::Io(error) => error.kind() == std::io::ErrorKind::NotFound,
        _ => false,
    }
}

fn words(error: &notify::Error) -> String {
    match &error.kind {
        notify::ErrorKind::MaxFilesWatch => "the system watches as many folders as it may".to_owned(),
        notify::ErrorKind::Io(error) => super::disk::plain(error),
        _ => error.to_string(),
    }
}

/// What of it concerns anybody: reading a file is no change.
fn heard(said: notify::Result<Event>, root: &Path, is_idle: &impl Fn(&str) -> bool) -> Option<News> {
    let Ok(event) = said else { return Some(News::Lost) };
    if event.need_rescan() {
        return Some(News::Lost);
    }
    if matches!(event.kind, EventKind::Access(_)) {
        return None;
    }
    let below = |path: &PathBuf| Some(path.strip_prefix(root).ok()?.to_str()?.to_owned());
    let paths: Vec<String> = event.paths.iter().filter_map(below).filter(|path| !is_idle(path)).collect();
    let is_folder =
        matches!(event.kind, EventKind::Create(CreateKind::Folder) | EventKind::Modify(ModifyKind::Name(_)))
            && event.paths.iter().any(|path| path.is_dir());
    let is_name =
        matches!(event.kind, EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(ModifyKind::Name(_)));
    (!paths.is_empty()).then_some(News::Changed { paths, is_folder, is_name })
}

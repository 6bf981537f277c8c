//! A fleet that is shipped again and again while somebody watches; the one place where it is said what has to hold meanwhile.
//!
//! 1. Every site shows one whole release at any moment, and never nothing again.
//! 2. The ledger never claims what the host denies: whatever it is not sure of, it says so.
//! 3. Nothing is sent twice.
//! 4. There are no more deployments than parcels that changed.
//! 5. Nobody runs into a limit of the host that could be foreseen.
//! 6. What befalls one site is nothing to the others: all that are to arrive do.
//! 7. Nothing hangs for more than half a minute.
//! 8. Whoever is told to come back later does not come back sooner.
//! 9. The token goes nowhere but to its host: not to others, not into messages, and into nothing that is kept.
//!
//! All of this is looked up at the host, in the books of its double; of what hectare says of itself, only the ledger is read, to be
//! compared with them.

use super::port::{Port, site};
use crate::farm::{Farm, Run};
use crate::hosts::faults::{Faults, Mishap, Wait};
use crate::hosts::message::{Reply, Request};
use crate::hosts::server::{Entry, Host, Server};
use crate::tree::Tree;
use hectare::deploy::{FOLDER, Ledger};
use hectare::model::{Digest, Step, TargetKind};
use hectare::world::Vault;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// A fleet at a port, from its first day on.
pub(super) struct Watched {
    pub(super) port: Arc<Port>,
    pub(super) farm: Farm,
    sites: usize,
    /// The finished fleet of each day.
    days: Vec<Tree>,
    sampler: Option<Sampler>,
    /// Where redirects lead.
    elsewhere: Server,
    /// All that processes said.
    said: String,
}

/// When a process is killed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Moment {
    /// After so many requests.
    Asked(usize),
    /// After so much time.
    Passed(Duration),
}

impl Watched {
    /// So many sites, of which nothing is built yet.
    pub(super) fn begin(port: Port, sites: usize) -> Self {
        let port = Arc::new(port);
        let about = "+++\ntitle = \"About\"\n+++\nUs.\n";
        let farm = (0..sites)
            .fold(port.farm(), |farm, at| farm.site(&site(at)).page(&format!("{}/about.md", site(at)), about));
        let elsewhere = Server::start(Arc::new(Stranger), Faults::none());
        port.server().into_iter().for_each(|server| server.set_elsewhere(&elsewhere.url()));
        let sampler = Some(Sampler::start(Arc::clone(&port), sites));
        Self { port, farm, sites, days: Vec::new(), sampler, elsewhere, said: String::new() }
    }

    /// Changes every site, and builds them.
    pub(super) fn next_day(mut self) -> Self {
        let day = self.days.len();
        let text = |at: usize| format!("+++\ntitle = \"Home\"\n+++\nDay {day} of {}.\n", site(at));
        let page = |farm: Farm, at: usize| farm.page(&format!("{}/_index.md", site(at)), &text(at));
        self.farm = (0..self.sites).fold(self.farm, page);
        let built = self.farm.run("build").ends(0).dist;
        self.days.push(built);
        self
    }

    /// Ships what is built, to the end of the process.
    pub(super) fn deploy(&mut self) -> Run {
        let run = self.process().output().unwrap();
        let run = self.farm.finished(&run);
        self.said.push_str(&format!("{}{}", run.stdout, run.stderr));
        self.is_truthful();
        run
    }

    /// A process that ships what is built. The clock of each begins at the present moment, so that what an earlier one noted of the
    /// host's limits lies in the future: it is forgotten, but for what Vercel is known to have, which is noted there, too.
    fn process(&self) -> Command {
        if self.port.kind != TargetKind::Vercel {
            drop(fs::remove_dir_all(self.farm.place(".hectare/limits")));
        }
        self.farm.command(&format!("deploy --clock-speed {}", self.port.speed))
    }

    /// Ships what is built, and is killed at some moment; whether it was not over by then.
    pub(super) fn is_killed(&mut self, at: Moment) -> bool {
        let (before, began) = (self.port.asked(), Instant::now());
        let mut child = self.process().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let is_due = || match at {
            Moment::Asked(many) => self.port.asked() - before >= many,
            Moment::Passed(time) => began.elapsed() >= time,
        };
        while !is_due() && child.try_wait().unwrap().is_none() {
            thread::sleep(Duration::from_micros(200));
        }
        child.kill().unwrap();
        let was_at_work = child.wait().unwrap().code().is_none();
        // What was on its way to the host when the process died still arrives.
        thread::sleep(Duration::from_millis(30));
        self.is_truthful();
        was_at_work
    }

    /// The second of the nine, while no process is at work.
    #[track_caller]
    fn is_truthful(&self) {
        let (kind, vault) = (self.port.kind, Vault::new(self.farm.place(FOLDER)));
        let ledger = Ledger::open(&vault).unwrap();
        let intents = ledger.intents().unwrap();
        let live = ledger.live().berths;
        let mut parcels: BTreeSet<String> = self.port.parcels().into_iter().collect();
        parcels.extend(live.keys().map(|berth| berth.parcel.to_string()));
        for parcel in parcels {
            let claimed = live.iter().find(|(berth, _)| berth.parcel.as_str() == parcel);
            let claimed = claimed.map(|(_, standing)| standing.receipt.deployment.as_str());
            let shown = self.port.shown(&parcel);
            let intent = intents.iter().find(|intent| intent.berth.parcel.as_str() == parcel);
            let is_open = intent.is_some_and(|intent| {
                let is_it = shown.as_ref().is_some_and(|(_, label)| *label == intent.label.to_string());
                intent.step == Step::Switching && is_it
            });
            let shown = shown.as_ref().map(|(deployment, _)| deployment.as_str());
            assert!(
                claimed == shown || is_open,
                "{kind:?}: of `{parcel}`, {claimed:?} is claimed, {shown:?} is shown: {intent:?}"
            );
        }
    }

    /// Everything of today is live, nothing is left to be done, and every parcel was deployed once a day.
    #[track_caller]
    pub(super) fn has_arrived(&mut self) {
        let (kind, today) = (self.port.kind, self.days.last().unwrap());
        for at in 0..self.sites {
            let built = today.below(&site(at));
            for path in built.paths().into_iter().filter(|path| is_visited(path)) {
                let seen = self.port.visit(&site(at), path);
                assert_eq!(seen.as_deref(), Some(built.bytes(path)), "{kind:?}: {path} of {}", site(at));
            }
        }
        for parcel in self.port.parcels() {
            assert_eq!(self.port.deployments(&parcel), self.days.len(), "{kind:?}: deployments of {parcel}");
        }
        let asked = self.port.asked();
        let run = self.deploy().ends(0);
        assert!(run.stdout.contains("nothing changes"), "{kind:?}: {}", run.stdout);
        assert_eq!(self.port.asked(), asked, "{kind:?}: nothing changed, nothing is asked");
    }

    /// Looks back on all of it.
    #[track_caller]
    pub(super) fn end(mut self) {
        let kind = self.port.kind;
        self.sampler.take().unwrap().end(&self.days, self.sites).unwrap_or_else(|wrong| panic!("{kind:?}: {wrong}"));
        assert_eq!(self.port.taken_again(), 0, "{kind:?}: {:?}", self.port.taken());
        let many: Vec<_> = self.port.parcels().iter().map(|parcel| self.port.deployments(parcel)).collect();
        assert!(many.iter().all(|many| *many <= self.days.len()), "{kind:?}: deployments {many:?}");
        let book = self.port.book();
        assert_eq!(self.port.walls(), 0, "{kind:?}: a limit was run into");
        let hangs = self.port.server().map(Server::hangs).unwrap_or_default();
        assert!(hangs.iter().all(|hang| *hang <= Duration::from_secs(30)), "{kind:?}: {hangs:?}");
        assert_eq!(too_soon(&book, self.port.speed), None, "{kind:?}: someone came back too soon");
        assert_eq!(self.elsewhere.asked(), 0, "{kind:?}: someone followed a redirect");
        self.keeps_its_secret();
    }

    #[track_caller]
    fn keeps_its_secret(&self) {
        let Some(secret) = self.port.secret() else { return };
        assert!(!self.said.contains(secret), "the token was said");
        let holds = |bytes: &[u8]| bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
        for folder in [".hectare", "dist"] {
            let kept = Tree::read(&self.farm.place(folder));
            let found = kept.paths().into_iter().find(|path| holds(kept.bytes(path)));
            assert_eq!(found, None, "the token is kept in `{folder}`");
        }
    }
}

/// The call that was made again before its host wanted to see it again.
pub(super) fn too_soon(book: &[Entry], speed: u32) -> Option<String> {
    let mut closed: BTreeMap<(&str, &str, &str, Digest), Duration> = BTreeMap::new();
    for entry in book {
        let call = (entry.method.as_str(), entry.path.as_str(), entry.query.as_str(), entry.body);
        if closed.get(&call).is_some_and(|until| entry.at < *until) {
            return Some(format!("{} {} at {:?}", entry.method, entry.path, entry.at));
        }
        let wait = match entry.mishap {
            Some(Mishap::Throttled(wait) | Mishap::Unavailable(wait)) => match wait {
                Wait::Seconds(seconds) => seconds,
                // Dates have whole seconds: up to one of them is over when the date is written.
                Wait::Date(seconds) => seconds - 1,
                Wait::Unsaid | Wait::Garbage => 0,
            },
            _ => 0,
        };
        closed.insert(call, entry.at + Duration::from_secs(wait) / speed);
    }
    None
}

/// Takes whatever comes.
pub(super) struct Stranger;

impl Host for Stranger {
    fn answer(&self, _: &Request) -> Reply {
        Reply::empty(200)
    }
}

/// Whether visitors are shown the file under its own name.
fn is_visited(path: &str) -> bool {
    !path.starts_with('_') && !path.ends_with("404.html")
}

/// A visitor who looks at all sites again and again.
struct Sampler {
    is_over: Arc<AtomicBool>,
    seen: Arc<Mutex<Seen>>,
    thread: Option<JoinHandle<()>>,
}

/// What was seen.
#[derive(Default)]
struct Seen {
    looks: usize,
    /// Site and marker → path → what it held.
    releases: BTreeMap<(String, String), BTreeMap<String, BTreeSet<Digest>>>,
    /// Sites that showed something, and then nothing.
    lost: BTreeSet<String>,
}

const PAGES: [&str; 4] = ["index.html", "about/index.html", "sitemap.xml", "robots.txt"];

impl Sampler {
    fn start(port: Arc<Port>, sites: usize) -> Self {
        let (is_over, seen) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Seen::default())));
        let (ends, notes) = (Arc::clone(&is_over), Arc::clone(&seen));
        let thread = thread::spawn(move || {
            let mut alive = BTreeSet::new();
            for look in 0.. {
                if ends.load(Ordering::Relaxed) {
                    return;
                }
                // Coprime steps: all sites get their turn with all pages.
                let (id, path) = (site(look * 7 % sites), PAGES[look / 3 % PAGES.len()]);
                Seen::look(&mut notes.lock().unwrap(), &port, &id, path, &mut alive);
                thread::sleep(Duration::from_millis(5));
            }
        });
        Self { is_over, seen, thread: Some(thread) }
    }

    fn end(mut self, days: &[Tree], sites: usize) -> Result<(), String> {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().map_err(|_| "the visitor fell ill".to_owned())?;
        let seen = self.seen.lock().unwrap();
        assert!(sites < 2 || seen.looks > 20, "only {} looks", seen.looks);
        seen.verdict(days)
    }
}

impl Drop for Sampler {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}

impl Seen {
    /// Looks at a page between two looks at the marker: if that stays the same, the page belongs to its release.
    fn look(&mut self, port: &Port, site: &str, path: &str, alive: &mut BTreeSet<String>) {
        let marker = || port.visit(site, ".well-known/hectare.json");
        let before = marker();
        let page = port.visit(site, path);
        self.looks += 1;
        let Some(before) = before else {
            if alive.contains(site) {
                self.lost.insert(site.to_owned());
            }
            return;
        };
        alive.insert(site.to_owned());
        if marker().as_ref() == Some(&before) {
            let release = (site.to_owned(), String::from_utf8(before).unwrap());
            let digest = Digest::of(&page.unwrap_or_default());
            self.releases.entry(release).or_default().entry(path.to_owned()).or_default().insert(digest);
        }
    }

    fn verdict(&self, days: &[Tree]) -> Result<(), String> {
        if let Some(site) = self.lost.first() {
            return Err(format!("`{site}` showed nothing although it was live"));
        }
        for ((site, marker), pages) in &self.releases {
            let is_whole = |day: &Tree| {
                let day = day.below(site);
                let count = format!("\"files\":{}", day.paths().len());
                marker.contains(&count)
                    && pages.iter().all(|(path, seen)| *seen == BTreeSet::from([Digest::of(day.bytes(path))]))
            };
            if !days.iter().any(is_whole) {
                return Err(format!("`{site}` showed a mixture: {marker} {:?}", pages.keys()));
            }
        }
        Ok(())
    }
}

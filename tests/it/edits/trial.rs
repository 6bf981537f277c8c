//! One sequence of edits on a disk, judged after every step.

use super::drive::{Driver, Program};
use super::edit::{Edit, Kind, Run, Step};
use super::oracle::{self, Clean, wrong_records};
use super::outcome::Outcome;
use super::place::{Place, Sites};
use super::repository;
use super::sources::{Change, Sources};
use super::watch;
use crate::chance::Dice;
use hectare::model::Digest;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::iter::Sum;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// A repository and what happens to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Case {
    /// What it once found.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) found: String,
    /// The seed of the repository.
    pub(crate) repository: u64,
    /// Whether so much time passes before each edit that files count as old.
    #[serde(default)]
    pub(crate) is_slow: bool,
    /// Whether a preview runs all the time, and is what is judged.
    #[serde(default)]
    pub(crate) is_watched: bool,
    pub(crate) edits: Vec<Edit>,
}

/// What sequences came to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) steps: usize,
    /// Steps after which all sites were built.
    pub(crate) good: usize,
    /// Trees that were compared with one of a clean build.
    pub(crate) compared: usize,
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::default(), |sum, tally| Self {
            steps: sum.steps + tally.steps,
            good: sum.good + tally.good,
            compared: sum.compared + tally.compared,
        })
    }
}

impl Case {
    /// A sequence of so many edits that follows from a seed.
    pub(crate) fn any(seed: u64, edits: usize) -> Self {
        let mut dice = Dice::new(seed);
        Self {
            found: String::new(),
            repository: seed,
            is_slow: false,
            is_watched: false,
            edits: (0..edits).map(|_| Edit::any(&mut dice)).collect(),
        }
    }

    /// Goes through all edits with the program; says which one did not end as it should.
    pub(crate) fn run(&self) -> Result<Tally, String> {
        if self.is_watched {
            return watch::run(self);
        }
        let as_nobody = self.edits.iter().any(|edit| edit.kind == Kind::Lock);
        let program = Program { as_nobody, by_page: (self.repository / 2).is_multiple_of(2) };
        self.run_with(program, Box::new(program))
    }

    /// The same with another driver.
    pub(crate) fn run_with(&self, program: Program, driver: Box<dyn Driver>) -> Result<Tally, String> {
        let is_old = self.repository.is_multiple_of(2);
        let mut trial = Trial::new(Sources::new(repository::any(self.repository)), is_old, program, driver);
        trial.is_slow = self.is_slow;
        let mut tally = Tally::default();
        for (at, edit) in self.edits.iter().enumerate() {
            if self.is_slow {
                trial.grow_old()?;
            }
            let step = edit.plan(&trial.sources);
            let is_last = at + 1 == self.edits.len();
            trial.is_thorough = is_last || at % 4 == 0;
            self.told(at, &step, || trial.step(&step))?;
            tally.steps += 1;
            tally.good += usize::from(trial.is_good);
        }
        tally.compared = trial.compared;
        trial.compare_programs().map(|()| tally)
    }
}

impl Case {
    /// Takes a step; says which one it was if it is wrong.
    pub(crate) fn told(&self, at: usize, step: &Step, take: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
        let done = catch_unwind(AssertUnwindSafe(take)).unwrap_or_else(|panic| Err(words(panic.as_ref())));
        let (edit, edits) = (self.edits[at], self.edits.len());
        done.map_err(|wrong| format!("edit {} of {edits}, {edit:?}\n{step:?}\n{wrong}", at + 1))
    }
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}

/// After so long, a file that changes differs from what it was by any clock.
const REST: Duration = Duration::from_millis(3_100);

/// A repository between two steps.
pub(crate) struct Trial {
    pub(crate) place: Place,
    pub(crate) sources: Sources,
    /// For accidents: builds that are killed, disturbed, or for some sites only.
    program: Program,
    /// Brings the finished sites up to date.
    driver: Box<dyn Driver>,
    /// The finished sites.
    pub(crate) sites: Sites,
    /// The last clean build, and of which sources.
    clean: Option<(Digest, Clean)>,
    /// Sites of which what hectare remembers was damaged.
    suspects: BTreeSet<String>,
    /// How long a build takes.
    pace: Duration,
    /// Whether files are long at rest when only some sites are built.
    is_slow: bool,
    /// Whether a step is followed by a build that has nothing to do.
    pub(crate) is_thorough: bool,
    /// Whether all sites were built by the last step.
    pub(crate) is_good: bool,
    pub(crate) compared: usize,
}

impl Trial {
    /// Builds a repository for the first time.
    pub(crate) fn new(sources: Sources, is_old: bool, program: Program, driver: Box<dyn Driver>) -> Self {
        let mut trial = Self {
            place: Place::new(&sources.files, is_old),
            sources,
            program,
            driver,
            sites: Sites::new(),
            clean: None,
            suspects: BTreeSet::new(),
            pace: Duration::from_millis(30),
            is_slow: false,
            is_thorough: true,
            is_good: true,
            compared: 0,
        };
        let watch = Instant::now();
        trial.driver.settle(&trial.place, &trial.sources.now());
        trial.pace = watch.elapsed();
        trial.sites = trial.place.sites();
        trial.place.keep_state();
        trial
    }

    /// Makes changes, builds, judges.
    pub(crate) fn step(&mut self, step: &Step) -> Result<(), String> {
        step.changes.iter().for_each(|change| self.apply(change));
        match &step.run {
            Run::Plain => {}
            Run::Subset(seed) => {
                if self.is_slow {
                    std::thread::sleep(REST);
                }
                self.build_subset(*seed)?;
            }
            Run::Killed(seed) => self.kill(*seed)?,
            // Killed, and then something else is edited: what lies there is still known to be hectare's.
            Run::Abandoned(seed) => return self.kill(*seed),
            Run::During(changes, seed) => self.edit_during(changes, *seed),
            Run::Twice => self.build_twice()?,
        }
        let made = self.driver.settle(&self.place, &self.sources.now());
        self.judge(&made, &|_| true)?;
        self.is_good = made.is_good();
        if self.is_good {
            self.sources.is_good();
        }
        self.place.keep_state();
        if self.is_thorough { self.build_again(&made) } else { Ok(()) }
    }

    /// Time passes until a file that changes now differs from what it was by any clock. Nothing else happens meanwhile.
    fn grow_old(&mut self) -> Result<(), String> {
        std::thread::sleep(REST);
        let made = self.driver.settle(&self.place, &self.sources.now());
        self.judge(&made, &|_| true)?;
        self.build_again(&made)
    }

    fn apply(&mut self, change: &Change) {
        self.place.apply(change);
        self.sources.apply(change);
        match change {
            Change::State(..) => self.suspects.extend(self.sites.keys().cloned()),
            Change::Output(..) => self.sites = self.place.sites(),
            _ => {}
        }
    }

    /// What a clean build makes of the sources as they are.
    pub(crate) fn clean(&mut self) -> Clean {
        let digest = self.sources.digest();
        let known = self.clean.take().filter(|(of, _)| *of == digest).map(|(_, clean)| clean);
        let clean = known.unwrap_or_else(|| self.build_clean());
        self.clean = Some((digest, clean.clone()));
        clean
    }

    fn build_clean(&self) -> Clean {
        // Modes mean nothing to the library if root runs it.
        if self.sources.locked.is_empty() {
            Clean::in_memory(&self.place, &self.sources.now())
        } else {
            Clean::by_program(&self.place, &self.sources.now(), self.program)
        }
    }

    /// Judges what a build made of those sites that it was asked for.
    fn judge(&mut self, made: &Outcome, asked: &dyn Fn(&str) -> bool) -> Result<(), String> {
        let mut clean = self.clean();
        clean.outcome.sites.retain(|site, _| asked(site));
        clean.sites.retain(|site, _| asked(site));
        clean.outcome.remarks.retain(|remark| remark.site.is_empty() || asked(&remark.site));
        if clean.outcome.code != 2 {
            clean.outcome.code = i32::from(clean.outcome.sites.values().any(Option::is_none));
        }
        let mut after = self.place.sites();
        let left =
            oracle::Comparison { before: &self.sites, after: &after, made, clean: &clean, suspects: &self.suspects }
                .judge()?;
        let wrong = wrong_records(&self.place, &clean);
        if let Some(site) = wrong.difference(&self.suspects).next() {
            return Err(format!("{site}: what is remembered is not what lies in the folder"));
        }
        self.suspects.retain(|site| wrong.contains(site) || !clean.sites.contains_key(site));
        for (site, paths) in &left {
            self.place.clear(site, paths);
            after.get_mut(site).unwrap().retain(|path, _| !paths.contains(path));
        }
        self.sites = after;
        self.compared += 1;
        Ok(())
    }

    /// A build that has nothing to do does nothing, and says the same.
    fn build_again(&mut self, made: &Outcome) -> Result<(), String> {
        let before = self.place.times();
        let again = self.driver.settle(&self.place, &self.sources.now());
        let after = self.place.times();
        if again.touched != 0 || after != before {
            let moved: Vec<_> = after.iter().filter(|(path, time)| before.get(*path) != Some(*time)).collect();
            return Err(format!("a second build touched {} files: {moved:?}", again.touched));
        }
        let lasting = |outcome: &Outcome| {
            outcome.remarks.iter().filter(|remark| remark.is_of_sources()).cloned().collect::<Vec<_>>()
        };
        if (again.code, &again.sites) == (made.code, &made.sites) && lasting(&again) == lasting(made) {
            Ok(())
        } else {
            Err(format!("a second build says\n{again:#?}\nafter\n{made:#?}"))
        }
    }

    fn build_subset(&mut self, seed: u64) -> Result<(), String> {
        let clean = self.clean();
        let mut dice = Dice::new(seed);
        let sites: BTreeSet<&str> =
            clean.outcome.sites.keys().map(String::as_str).filter(|_| dice.once_in(2)).collect();
        if clean.outcome.code == 2 || sites.is_empty() {
            return Ok(());
        }
        let words: Vec<&str> = sites.iter().flat_map(|site| ["--site", site]).collect();
        let made = self.program.build(&self.place.root, &self.sources.now(), &words);
        self.judge(&made, &|site| sites.contains(site))
    }

    /// Kills a build at some point. Every folder is as it was or as it will be.
    fn kill(&mut self, seed: u64) -> Result<(), String> {
        let mut build = self.program.start(&self.place.root, &self.sources.now(), &[]);
        let share = (seed % 1000) as f64 / 900.0;
        if (seed / 1000).is_multiple_of(3) {
            std::thread::sleep(self.pace.mul_f64(share));
        } else {
            // Most of a build is reading; what may go wrong goes wrong while folders change places.
            while !self.place.is_preparing() && build.try_wait().unwrap().is_none() {}
            std::thread::sleep(Duration::from_millis(3).mul_f64(share));
        }
        build.kill().and_then(|()| build.wait()).unwrap();
        let (clean, found) = (self.clean(), self.place.sites());
        let names: BTreeSet<_> = found.keys().chain(self.sites.keys()).filter(|site| !site.starts_with('.')).collect();
        for site in names {
            let is_old = oracle::is_equal(found.get(site), self.sites.get(site));
            let is_new =
                clean.outcome.sites.get(site).is_some_and(Option::is_some) && self.is_new(site, &found, &clean);
            let is_on_its_way = || self.program.by_page && self.is_on_its_way(site, &found, &clean);
            if !is_old && !is_new && !is_on_its_way() {
                return Err(format!("{site}: after a kill, the folder is neither as it was nor as it will be"));
            }
        }
        self.sites = found;
        Ok(())
    }

    /// Whether a large site of which texts were edited holds nothing but whole files, some of them old and some new.
    fn is_on_its_way(&self, site: &str, found: &Sites, clean: &Clean) -> bool {
        let (Some(found), Some(old), Some(new)) = (found.get(site), self.sites.get(site), clean.sites.get(site)) else {
            return false;
        };
        found.keys().eq(old.keys())
            && found.iter().all(|(path, held)| [old, new].iter().any(|site| site.get(path) == Some(held)))
    }

    /// Whether a site is as a clean build makes it, but for files of which hectare cannot know that they are its own.
    fn is_new(&self, site: &str, found: &Sites, clean: &Clean) -> bool {
        let mut found = found.get(site).cloned().unwrap_or_default();
        let before = self.sites.get(site);
        let is_known = !self.suspects.contains(site);
        found.retain(|path, held| {
            is_known || clean.sites[site].contains_key(path) || before.and_then(|site| site.get(path)) != Some(&*held)
        });
        oracle::is_equal(Some(&found), clean.sites.get(site))
    }

    /// Whatever a build makes of sources that change under it, the next one puts it right.
    fn edit_during(&mut self, changes: &[Change], seed: u64) {
        let build = self.program.start(&self.place.root, &self.sources.now(), &[]);
        std::thread::sleep(self.pace.mul_f64((seed % 1000) as f64 / 1000.0));
        changes.iter().for_each(|change| self.apply(change));
        Program::finished(build);
        self.sites = self.place.sites();
    }

    /// Of two builds at once, one may be refused, and neither is in the other's way.
    fn build_twice(&mut self) -> Result<(), String> {
        let now = self.sources.now();
        let builds = [(); 2].map(|()| self.program.start(&self.place.root, &now, &[]));
        let outcomes = builds.map(Program::finished);
        let is_refused = |outcome: &&Outcome| outcome.remarks.iter().any(|remark| remark.code == "H0706");
        let Some(made) = outcomes.iter().find(|outcome| !is_refused(outcome)) else {
            return Err("two builds at once refuse each other".to_owned());
        };
        let clean = self.clean();
        for outcome in outcomes.iter().filter(|outcome| !is_refused(outcome)) {
            if outcome.code != clean.outcome.code {
                return Err(format!("one of two builds at once ends with {}", outcome.code));
            }
        }
        self.judge(made, &|_| true)
    }

    /// The oracle itself is right: the program makes of a copy what the library makes of the original.
    pub(crate) fn compare_programs(&mut self) -> Result<(), String> {
        let known = self.clean();
        let found = Clean::by_program(&self.place, &self.sources.now(), self.program);
        let is_equal = (&known.outcome.sites, &known.outcome.remarks, known.outcome.code)
            == (&found.outcome.sites, &found.outcome.remarks, found.outcome.code);
        if is_equal && known.sites == found.sites {
            Ok(())
        } else {
            Err(format!("program and library differ:\n{:#?}\n{:#?}", found.outcome, known.outcome))
        }
    }
}

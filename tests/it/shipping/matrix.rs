//! A run that is shared out: fresh machines side by side, one store, one host.

use super::port::{Port, site};
use crate::farm::{Farm, Run};
use crate::hosts::azurite::{ACCOUNT as CONTAINERS, Azurite, CONTAINER};
use crate::hosts::bucket::{BUCKET, Bucket, KEY, SECRET};
use crate::hosts::faults::{Faults, Mishap};
use crate::hosts::moto::Moto;
use crate::hosts::server::Server;
use hectare::model::TargetKind;
use serde_json::Value;
use std::process::{Child, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// What all machines reach.
struct Works {
    store: Store,
    host: Port,
    sites: usize,
    /// Where jobs leave their results, as artifacts are left.
    results: TempDir,
}

/// Where the machines' store lies.
enum Store {
    Double(Bucket),
    /// Somebody else's idea of the protocol.
    Foreign(Moto),
    /// A container at Azure.
    Azure(Azurite),
}

impl Store {
    /// How `sites.toml` names it.
    fn place(&self) -> String {
        match self {
            Self::Double(_) | Self::Foreign(_) => format!("s3://{BUCKET}/fleet"),
            Self::Azure(_) => format!("az://{CONTAINER}/sites"),
        }
    }

    /// What the environment of a machine says about it.
    fn environment(&self) -> [(&'static str, String); 3] {
        let amazon = |url: String| {
            [
                ("AWS_ENDPOINT_URL", url),
                ("AWS_ACCESS_KEY_ID", KEY.to_owned()),
                ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
            ]
        };
        match self {
            Self::Double(bucket) => amazon(bucket.server.url()),
            Self::Foreign(moto) => amazon(moto.url()),
            Self::Azure(azurite) => [
                ("AZURE_STORAGE_SERVICE_ENDPOINT", azurite.url()),
                ("AZURE_STORAGE_ACCOUNT", CONTAINERS.to_owned()),
                ("AZURE_STORAGE_KEY", Azurite::key()),
            ],
        }
    }
}

/// A job of a matrix, as the plan hands it out.
struct Job {
    name: String,
    sites: String,
}

const SITES: usize = 12;

impl Works {
    fn new(store: Faults) -> Self {
        Self::at(Store::Double(Bucket::start(store)))
    }

    fn at(store: Store) -> Self {
        let host = Port::open(TargetKind::CloudflarePages, Faults::none(), 1);
        Self { store, host, sites: SITES, results: TempDir::new().unwrap() }
    }

    /// So many sites that the account is asked as much as it may be, by clocks that run a hundred times as fast.
    fn full() -> Self {
        let host = Port::open(TargetKind::CloudflarePages, Faults::none(), 100);
        Self { host, sites: 100, ..Self::new(Faults::none()) }
    }

    fn server(&self) -> &Server {
        self.host.server().unwrap()
    }

    /// A machine with nothing but a fresh clone of the repository at the commit of this `day`.
    fn machine(&self, day: usize) -> Farm {
        let farm = self.host.farm();
        let head = format!("edition = \"2026\"\nstore = \"{}\"\n", self.store.place());
        let text = std::fs::read_to_string(farm.place("sites.toml")).unwrap();
        let farm = farm.file("sites.toml", text.replacen("edition = \"2026\"\n", &head, 1));
        let text = format!("+++\ntitle = \"Home\"\n+++\nDay {day}.\n");
        let farm =
            (0..self.sites).fold(farm, |farm, at| farm.site(&site(at)).page(&format!("{}/_index.md", site(at)), &text));
        self.store.environment().iter().fold(farm, |farm, (name, value)| farm.environment(name, value))
    }

    /// The matrix of the plan.
    fn plan(&self, day: usize) -> Vec<Job> {
        let run = self.machine(day).run("shards --count 4 --format json").ends(0);
        let plan: Value = serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap();
        let jobs = plan["matrix"]["include"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        jobs.iter().map(|job| Job { name: text(&job["shard"]), sites: text(&job["sites"]) }).collect()
    }

    fn start(&self, machine: &Farm, job: &Job, run: &str) -> Child {
        let list = machine.place("mine.txt");
        std::fs::write(&list, &job.sites).unwrap();
        let result = self.results.path().join(format!("{}.json", job.name));
        let words = format!(
            "deploy --sites-from mine.txt --run {run} --share 4 --clock-speed {} --result {}",
            self.host.speed,
            result.display()
        );
        machine.command(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// All jobs at once; how each ended.
    fn ship(&self, day: usize, run: &str) -> Vec<Run> {
        let jobs: Vec<(Farm, Job)> = self.plan(day).into_iter().map(|job| (self.machine(day), job)).collect();
        let children: Vec<Child> = jobs.iter().map(|(machine, job)| self.start(machine, job, run)).collect();
        let ended = children.into_iter().zip(&jobs);
        ended.map(|(child, (machine, _))| machine.finished(&child.wait_with_output().unwrap())).collect()
    }

    fn report(&self, words: &str) -> Run {
        self.machine(0).run(&format!("ci report {} {words}", self.results.path().display()))
    }

    /// Every site shows this day, was deployed so often, and nothing was sent twice.
    #[track_caller]
    fn shows(&self, day: usize, deployments: usize) {
        for at in 0..self.sites {
            assert_eq!(self.host.deployments(&site(at)), deployments, "{}", site(at));
        }
        assert_eq!(self.host.taken_again(), 0, "{:?}", self.host.taken());
        let run = self.machine(day).run("plan").ends(0);
        assert!(run.stdout.contains(&format!("nothing changes: {} sites", self.sites)), "{}{}", run.stdout, run.stderr);
    }
}

#[test]
fn jobs_share_a_run_and_the_report_has_all_of_it() {
    jobs_share_a_run(&Works::new(Faults::none()));
}

#[test]
fn a_store_of_somebody_else_does_as_well() {
    keeps_a_fleet(&Works::at(Store::Foreign(Moto::start())));
}

#[test]
fn a_container_at_azure_does_as_well() {
    keeps_a_fleet(&Works::at(Store::Azure(Azurite::start())));
}

fn keeps_a_fleet(works: &Works) {
    jobs_share_a_run(works);
    // What machines of before left is taken out, and what is live is all there.
    works.machine(1).run("cache gc").ends(0);
    works.machine(1).run("cache verify").ends(0);
    works.machine(1).run("rollback --run run-1").ends(0);
    works.shows(0, 2);
    assert!(works.plan(1).is_empty(), "no machine ships again what was taken back");
}

fn jobs_share_a_run(works: &Works) {
    for (day, deployments) in [(0, 1), (1, 2)] {
        for run in works.ship(day, &format!("run-{day}")) {
            run.ends(0);
        }
        works.shows(day, deployments);
        assert!(works.plan(day).is_empty());
    }
    let report = works.report("").ends(0);
    assert!(report.stdout.contains(&format!("{SITES} sites live")), "{}", report.stdout);
}

#[test]
fn jobs_that_share_an_account_stay_within_its_limits_together() {
    let works = Works::full();
    for run in works.ship(0, "7") {
        run.ends(0);
    }
    assert!(
        works.host.asked() > 1_200,
        "it took {} requests, and as many are allowed in five minutes",
        works.host.asked()
    );
    assert_eq!(works.host.walls(), 0);
    works.shows(0, 1);
}

#[test]
fn a_job_that_dies_is_missed_and_the_same_run_once_more_makes_up_for_it() {
    let works = Works::new(Faults::none());
    works.server().set_latency(Duration::from_millis(40));
    let jobs = works.plan(0);
    assert_eq!(jobs.len(), 4);
    let machines: Vec<Farm> = jobs.iter().map(|_| works.machine(0)).collect();
    let mut children: Vec<Child> =
        machines.iter().zip(&jobs).map(|(machine, job)| works.start(machine, job, "7")).collect();
    let before = works.host.asked();
    while works.host.asked() < before + 20 {
        std::thread::sleep(Duration::from_millis(5));
    }
    children[1].kill().unwrap();
    for (at, (child, machine)) in children.into_iter().zip(&machines).enumerate() {
        let run = machine.finished(&child.wait_with_output().unwrap());
        assert_eq!(run.code == 0, at != 1, "{}{}", run.stdout, run.stderr);
    }
    assert!(works.report("").ends(4).stdout.contains("1 shard died"));
    works.server().set_latency(Duration::ZERO);
    for run in works.ship(0, "7") {
        run.ends(0);
    }
    works.shows(0, 1);
}

#[test]
fn a_second_run_is_told_who_is_at_work_and_the_ledger_stays_right() {
    let works = Works::new(Faults::none());
    works.server().set_latency(Duration::from_millis(40));
    let jobs = works.plan(0);
    let machines: Vec<Farm> = jobs.iter().map(|_| works.machine(0)).collect();
    let children: Vec<Child> =
        machines.iter().zip(&jobs).map(|(machine, job)| works.start(machine, job, "7")).collect();
    while works.host.asked() < 20 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let other = works.machine(1).run("deploy --run 8").ends(2);
    assert!(
        other.stderr.contains("someone else is shipping this fleet") && other.stderr.contains("of run 7"),
        "{}",
        other.stderr
    );
    for (child, machine) in children.into_iter().zip(&machines) {
        machine.finished(&child.wait_with_output().unwrap()).ends(0);
    }
    works.shows(0, 1);
    works.machine(1).run("deploy --run 8").ends(0);
    works.shows(1, 2);
}

#[test]
fn a_store_that_stumbles_costs_time_and_nothing_else() {
    let works =
        Works::new(Faults::drawn(17, 0.05, &[Mishap::Broken, Mishap::AnswerLost, Mishap::CutAfter, Mishap::Slow]));
    for run in works.ship(0, "7") {
        run.ends(0);
    }
    works.shows(0, 1);
}

//! A hundred sites at once, while every tenth call goes wrong: all get there, and nothing is done twice.

use super::freight::{Goods, Way};
use crate::hosts::cloudflare::Cloudflare;
use crate::hosts::faults::{Faults, Mishap, Wait};
use hectare::model::Parcel;
use hectare::provider::{Doubt, HostFault, Provider};
use std::thread;
use std::time::{Duration, Instant};

const SITES: usize = 100;

/// Every kind of mishap but those that only cost time.
const KINDS: [Mishap; 13] = [
    Mishap::Broken,
    Mishap::Gateway,
    Mishap::Throttled(Wait::Unsaid),
    Mishap::Throttled(Wait::Garbage),
    Mishap::Unavailable(Wait::Seconds(1)),
    Mishap::Unavailable(Wait::Date(2)),
    Mishap::Unavailable(Wait::Unsaid),
    Mishap::CutBefore,
    Mishap::CutAfter,
    Mishap::AnswerLost,
    Mishap::AnswerCut,
    Mishap::AnswerGarbled,
    Mishap::Slow,
];

fn parcels(goods: &mut Goods) -> Vec<Parcel> {
    let parcel = |number: usize| {
        let (id, page) = (format!("site-{number}"), format!("<h1>{number}</h1>"));
        goods.parcel(&id, &[("index.html", &page), ("404.html", "<h1>None</h1>"), ("style.css", "a{}")], None)
    };
    (0..SITES).map(parcel).collect()
}

fn ship_all(host: &dyn Provider, parcels: &[Parcel], goods: &Goods) -> Vec<Result<(), HostFault>> {
    let ship = |parcel: &Parcel| {
        let upload = host.upload(parcel, goods, None)?;
        host.activate(parcel, &upload, Doubt::None).map(drop)
    };
    thread::scope(|scope| {
        let running: Vec<_> = parcels.iter().map(|parcel| scope.spawn(move || ship(parcel))).collect();
        running.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// Every tenth call goes wrong. `FAULTS_SEED` and `FAULTS_PERCENT` try other runs.
fn drawn(seed: u64) -> Way {
    let wish = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let (seed, percent) = (wish("FAULTS_SEED").unwrap_or(seed), wish("FAULTS_PERCENT").unwrap_or(10));
    let double = Cloudflare::new().allowing(1_000_000, 300);
    Way::to(double, Faults::drawn(seed, percent as f64 / 100.0, &KINDS)).faster(10)
}

#[test]
fn a_hundred_projects_get_there_at_ten_per_cent_faults_and_nothing_is_done_twice() {
    let mut goods = Goods::default();
    let (way, parcels) = (drawn(1), parcels(&mut goods));
    let failed: Vec<_> = ship_all(&way.pages(), &parcels, &goods).into_iter().filter_map(Result::err).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    let books = way.double.books();
    assert_eq!(books.projects.len(), SITES);
    for parcel in &parcels {
        let project = &books.projects[parcel.name.as_str()];
        assert_eq!(project.deployments.len(), 1, "{}", parcel.name);
        assert_eq!(project.live.as_ref(), Some(&project.deployments[0].id), "{}", parcel.name);
        assert!(project.stock.taken.values().all(|times| *times == 1), "{}", parcel.name);
    }
    let hit = way.server.book().iter().filter(|entry| entry.mishap.is_some()).count();
    assert!(hit > 40, "only {hit} calls went wrong");
}

#[test]
fn a_host_that_never_answers_is_given_up_and_asked_what_it_did() {
    for mishap in [Mishap::Hang, Mishap::HangAfter] {
        let mut goods = Goods::default();
        let (way, parcels) = (Way::to(Cloudflare::new(), Faults::none()).faster(10), parcels(&mut goods));
        for path in ["assets/upload", "/deployments"] {
            way.server.faults().order("POST", path, 1, mishap);
        }
        let began = Instant::now();
        assert!(ship_all(&way.pages(), &parcels[..1], &goods)[0].is_ok());
        // Two calls of 25 seconds on a clock that runs ten times as fast, and some time to look up what happened.
        assert!(began.elapsed() < Duration::from_secs(20), "{mishap:?} took {:?}", began.elapsed());
        let books = way.double.books();
        let project = &books.projects["site-0"];
        assert_eq!(project.deployments.len(), 1, "{mishap:?}");
        assert!(project.stock.taken.values().all(|times| *times == 1), "{mishap:?}");
    }
}

#[test]
fn a_hundred_workers_get_there_at_ten_per_cent_faults_and_nothing_is_done_twice() {
    let mut goods = Goods::default();
    let (way, parcels) = (drawn(2), parcels(&mut goods));
    let failed: Vec<_> = ship_all(&way.worker(), &parcels, &goods).into_iter().filter_map(Result::err).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    let books = way.double.books();
    for parcel in &parcels {
        let worker = &books.workers[parcel.name.as_str()];
        assert_eq!((worker.versions.len(), worker.deployments.len()), (1, 1), "{}", parcel.name);
        assert!(worker.stock.taken.values().all(|times| *times == 1), "{}", parcel.name);
    }
    let hit = way.server.book().iter().filter(|entry| entry.mishap.is_some()).count();
    assert!(hit > 20, "only {hit} calls went wrong");
}

//! Fleets that are shipped while calls go wrong by chance. The seed is new each time and is printed; `FAULTS_SEED` and `FAULTS_PERCENT`
//! try a run again, or a worse one.

use super::port::Port;
use super::watched::Watched;
use crate::chance::{seed, wish};
use crate::hosts::faults::{Faults, Mishap, Wait};
use hectare::model::TargetKind;
use std::thread;

/// Whatever can go wrong and pass.
const KINDS: [Mishap; 17] = [
    Mishap::Broken,
    Mishap::Gateway,
    Mishap::Throttled(Wait::Seconds(1)),
    Mishap::Throttled(Wait::Unsaid),
    Mishap::Throttled(Wait::Garbage),
    Mishap::Unavailable(Wait::Seconds(1)),
    Mishap::Unavailable(Wait::Seconds(30)),
    Mishap::Unavailable(Wait::Date(3)),
    Mishap::Unavailable(Wait::Unsaid),
    Mishap::CutBefore,
    Mishap::CutAfter,
    Mishap::AnswerLost,
    Mishap::AnswerCut,
    Mishap::AnswerGarbled,
    Mishap::Hang,
    Mishap::HangAfter,
    Mishap::Slow,
];

/// A fleet of so many sites at a host where so many calls of a hundred go wrong.
fn fleet(kind: TargetKind, sites: usize, percent: u64) -> Watched {
    let (seed, percent) = (seed("FAULTS_SEED"), wish("FAULTS_PERCENT", percent));
    eprintln!("{kind:?}: FAULTS_SEED={seed} FAULTS_PERCENT={percent}");
    Watched::begin(Port::open(kind, Faults::drawn(seed, percent as f64 / 100.0, &KINDS), 50), sites)
}

#[test]
fn a_hundred_projects_arrive_in_one_run_while_a_tenth_of_all_calls_goes_wrong() {
    let mut fleet = fleet(TargetKind::CloudflarePages, 100, 10).next_day();
    fleet.deploy().ends(0);
    fleet.has_arrived();
    let hit = fleet.port.book().iter().filter(|entry| entry.mishap.is_some()).count();
    assert!(hit > 60, "only {hit} calls went wrong");
    fleet.end();
}

#[test]
fn a_fleet_arrives_at_every_host_day_by_day_while_a_tenth_of_all_calls_goes_wrong() {
    thread::scope(|scope| {
        for kind in TargetKind::ALL.into_iter().filter(|kind| *kind != TargetKind::CloudflarePages) {
            scope.spawn(move || {
                let mut fleet = fleet(kind, 25, 10);
                for _ in 0..2 {
                    fleet = fleet.next_day();
                    fleet.deploy().ends(0);
                    fleet.has_arrived();
                }
                fleet.end();
            });
        }
    });
}

#[test]
fn whatever_does_not_arrive_while_a_fifth_goes_wrong_arrives_in_one_more_run() {
    let mut fleet = fleet(TargetKind::CloudflarePages, 100, 20).next_day();
    if fleet.deploy().code != 0 {
        fleet.deploy().ends(0);
    }
    fleet.has_arrived();
    fleet.end();
}

//! Going back is quick: one site within two seconds, all that a run changed within thirty, at hosts that take 50 ms for every answer.

use super::fleet::run_of;
use super::port::{Port, site};
use super::watched::Watched;
use hectare::model::TargetKind;
use std::fs;
use std::time::{Duration, Instant};

const SITES: usize = 100;
const LATENCY: Duration = Duration::from_millis(50);

/// Runs the program on the clock on the wall; how long it took, and the name of the run.
fn timed(fleet: &Watched, words: &str) -> (Duration, String) {
    // What was noted by a clock that ran ahead lies in the future.
    drop(fs::remove_dir_all(fleet.farm.place(".hectare/limits")));
    let began = Instant::now();
    let run = fleet.farm.run(words).ends(0);
    (began.elapsed(), run_of(&run))
}

fn home(fleet: &Watched, at: usize) -> String {
    String::from_utf8(fleet.port.visit(&site(at), "index.html").unwrap()).unwrap()
}

#[test]
fn a_site_is_back_within_two_seconds_and_a_run_of_a_hundred_within_thirty() {
    for kind in [TargetKind::CloudflarePages, TargetKind::CloudflarePack, TargetKind::Vercel, TargetKind::S3] {
        let mut fleet = Watched::begin(Port::generous(kind, 50), SITES).next_day();
        fleet.deploy().ends(0);
        fleet = fleet.next_day();
        let run = run_of(&fleet.deploy().ends(0));
        fleet.port.server().unwrap().set_latency(LATENCY);
        // Back, forth and back: a machine that is busy with something else for a moment says nothing about any of them.
        let (mut one, mut back) = (Duration::MAX, String::new());
        for day in ["Day 0", "Day 1", "Day 0"] {
            let words = if day == "Day 0" { site(7) } else { format!("--run {back}") };
            let (took, run) = timed(&fleet, &format!("rollback {words}"));
            assert!(home(&fleet, 7).contains(day) && home(&fleet, 8).contains("Day 1"), "{kind:?}: {day}");
            (one, back) = (one.min(took), run);
        }
        let (all, _) = timed(&fleet, &format!("rollback --run {run}"));
        assert!((0..SITES).all(|at| home(&fleet, at).contains("Day 0")), "{kind:?}");
        eprintln!("{}: one site {one:?}, a run of {SITES} {all:?}", kind.name());
        assert!(one < Duration::from_secs(2) && all < Duration::from_secs(30), "{kind:?}: {one:?}, {all:?}");
    }
}

//! Runs that are killed at any moment: the ledger is truthful whenever nobody is at work, and the next run brings everything to its end
//! without doing anything twice.

use super::port::Port;
use super::watched::{Moment, Watched};
use crate::chance::{Dice, seed, wish};
use hectare::model::TargetKind;
use std::time::{Duration, Instant};

const SITES: usize = 100;
const DAYS: usize = 3;

/// How long a day takes is known after the first one only.
const FIRST_GUESS: (usize, Duration) = (SITES * 8, Duration::from_millis(500));

#[test]
fn runs_that_are_killed_at_any_moment_are_made_up_for_by_the_next_one() {
    let (seed, wanted) = (seed("FAULTS_SEED"), wish("SHIPPING_KILLS", 2));
    eprintln!("FAULTS_SEED={seed} SHIPPING_KILLS={wanted}");
    let (mut dice, mut killed) = (Dice::new(seed), 0);
    while killed < wanted {
        let kind = *dice.one(&TargetKind::ALL);
        killed += live(kind, &mut dice, wanted - killed);
        eprintln!("{killed} killed, the last at {}", kind.name());
    }
}

/// The first days of a hundred sites, until so many of its runs were killed; how many were.
fn live(kind: TargetKind, dice: &mut Dice, most: u64) -> u64 {
    // A switch at Vercel has three minutes, which must be enough for a machine that is busy.
    let speed = if kind == TargetKind::Vercel { 50 } else { 200 };
    let mut fleet = Watched::begin(Port::generous(kind, speed), SITES);
    let (mut killed, (mut asks, mut takes)) = (0, FIRST_GUESS);
    for _ in 0..DAYS {
        fleet = fleet.next_day();
        let (asked, began) = (fleet.port.asked(), Instant::now());
        for _ in 0..=dice.below(2) {
            let moment = match fleet.port.server() {
                Some(_) => Moment::Asked(dice.below(asks)),
                None => Moment::Passed(takes.mul_f64(dice.below(100) as f64 / 100.0)),
            };
            killed += u64::from(fleet.is_killed(moment));
        }
        fleet.deploy().ends(0);
        (asks, takes) = (fleet.port.asked() - asked, began.elapsed());
        fleet.has_arrived();
        if killed >= most {
            break;
        }
    }
    fleet.end();
    killed
}

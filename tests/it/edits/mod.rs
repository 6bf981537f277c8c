//! Whatever happens to a repository between two builds, the next build makes what a clean one makes: bytes, modes, records,
//! exit code, messages. Sequences of edits are drawn at random, judged after every step, and cut down when one fails.

mod dice;
mod drive;
mod edit;
mod oracle;
mod outcome;
mod page;
mod place;
mod plan;
mod repository;
mod sources;
mod trial;

use dice::Dice;
use trial::{Case, Tally};

/// A number from the environment.
fn wish(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// A seed that nobody has seen before, unless one is asked for.
fn seed() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    wish("EDITS_SEED", Dice::new(now.as_nanos() as u64 ^ u64::from(std::process::id())).roll() % 1_000_000_000)
}

#[test]
fn any_sequence_of_edits_ends_as_a_clean_build() {
    let (seed, sequences) = (seed(), wish("EDITS_SEQUENCES", 50));
    eprintln!("EDITS_SEED={seed} EDITS_SEQUENCES={sequences}");
    let run = |thread: u64| -> Result<Tally, String> {
        let mut sum = Tally::default();
        for at in (thread..sequences).step_by(2) {
            let case = Case::any(seed + at, 20);
            let tally = case.run().map_err(|wrong| format!("EDITS_SEED={} EDITS_SEQUENCES=1\n{wrong}", seed + at))?;
            sum = Tally {
                steps: sum.steps + tally.steps,
                good: sum.good + tally.good,
                compared: sum.compared + tally.compared,
            };
        }
        Ok(sum)
    };
    let watch = std::time::Instant::now();
    let tallies = std::thread::scope(|scope| {
        [0, 1].map(|thread| scope.spawn(move || run(thread))).map(|thread| thread.join().unwrap())
    });
    for tally in tallies {
        match tally {
            Ok(tally) => eprintln!("{tally:?} in {:?}", watch.elapsed()),
            Err(wrong) => panic!("{wrong}"),
        }
    }
}

#[test]
fn every_repository_begins_without_a_mistake() {
    for seed in 0..40 {
        let files = hectare::world::Memory::new();
        repository::any(seed).into_iter().for_each(|(path, bytes)| files.put(path, bytes));
        let outcome = outcome::build(&files, &outcome::Shelf::default(), repository::START);
        assert!(outcome.is_good() && outcome.remarks.is_empty() && outcome.sites.len() == 4, "{seed}: {outcome:#?}");
    }
}

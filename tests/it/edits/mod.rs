//! Whatever happens to a repository between two builds, the next build makes what a clean one makes: bytes, modes, records,
//! exit code, messages. Sequences of edits are drawn at random, judged after every step, and cut down when one fails.

mod blind;
mod drive;
mod edit;
mod kinds;
mod manner;
mod memory;
mod oracle;
mod outcome;
mod page;
mod place;
mod plan;
mod repository;
mod shown;
mod shrink;
mod sources;
mod trial;
mod trusting;
mod watch;

use crate::chance::{Dice, wish};
use edit::{Edit, Kind};
use std::sync::atomic::{AtomicUsize, Ordering};
use trial::{Case, Tally};

/// Edits in a sequence.
const EDITS: usize = 20;

/// A seed that nobody has seen before, unless one is asked for.
fn seed() -> u64 {
    crate::chance::seed("EDITS_SEED")
}

/// Does numbered work on two threads; the first thing that is wrong ends the test.
fn on_two_threads(count: u64, work: impl Fn(u64) -> Result<Tally, String> + Sync) -> Tally {
    let half = |first: u64| {
        let tallies = (first..count).step_by(2).map(&work);
        tallies.sum::<Result<Tally, String>>()
    };
    let halves = std::thread::scope(|scope| {
        [0, 1].map(|first| scope.spawn(move || half(first))).map(|half| half.join().unwrap())
    });
    match halves.into_iter().sum::<Result<Tally, String>>() {
        Ok(tally) => tally,
        Err(wrong) => panic!("{wrong}"),
    }
}

/// Cuts a failing case down, keeps it, and says how to see it again.
fn report(name: &str, case: Case, wrong: String, fails: &dyn Fn(&Case) -> Option<String>) -> String {
    let (case, wrong) = shrink::shrunk(case, wrong, fails);
    let place = shrink::keep(name, &case);
    format!("{wrong}\n\nkept in {}, with {} edits", place.display(), case.edits.len())
}

#[test]
fn any_sequence_of_edits_ends_as_a_clean_build() {
    let (seed, sequences) = (seed(), wish("EDITS_SEQUENCES", 50));
    eprintln!("EDITS_SEED={seed} EDITS_SEQUENCES={sequences}");
    let watch = std::time::Instant::now();
    let tally = on_two_threads(sequences, |at| {
        let case = Case::any(seed + at, EDITS);
        let again = format!("EDITS_SEED={} EDITS_SEQUENCES=1", seed + at);
        case.run().map_err(|wrong| format!("{again}\n{}", report(&(seed + at).to_string(), case, wrong, &on_disk)))
    });
    eprintln!("{tally:?} in {:?}", watch.elapsed());
    assert!(sequences < 10 || tally.good * 2 > tally.steps, "most steps end with all sites built: {tally:?}");
}

#[test]
fn edits_of_files_that_are_long_at_rest_end_as_a_clean_build() {
    let (seed, sequences) = (seed(), wish("EDITS_SLOW", 12));
    eprintln!("EDITS_SEED={seed} EDITS_SLOW={sequences}");
    // Each of them mostly waits, so all of them can wait at the same time.
    let run = |at: u64| {
        let case = Case { is_slow: true, ..Case::any(seed + at, 4) };
        let again = format!("EDITS_SEED={} EDITS_SLOW=1", seed + at);
        case.run()
            .map_err(|wrong| format!("{again}\n{}", report(&format!("slow-{}", seed + at), case, wrong, &on_disk)))
    };
    let all = std::thread::scope(|scope| {
        let all: Vec<_> = (0..sequences).map(|at| scope.spawn(move || run(at))).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect::<Vec<_>>()
    });
    if let Err(wrong) = all.into_iter().sum::<Result<Tally, String>>() {
        panic!("{wrong}");
    }
}

#[test]
fn any_sequence_of_edits_is_soon_shown() {
    let (seed, sequences) = (seed(), wish("EDITS_WATCHED", 8));
    eprintln!("EDITS_SEED={seed} EDITS_WATCHED={sequences}");
    let watch = std::time::Instant::now();
    let tally = on_two_threads(sequences, |at| {
        let mut dice = Dice::new(seed + at);
        let edits = (0..EDITS).map(|_| Edit::noticed(&mut dice)).collect();
        let case = Case { found: String::new(), repository: seed + at, is_slow: false, is_watched: true, edits };
        let again = format!("EDITS_SEED={} EDITS_WATCHED=1", seed + at);
        let name = format!("watched-{}", seed + at);
        case.run().map_err(|wrong| format!("{again}\n{}", report(&name, case, wrong, &on_disk)))
    });
    eprintln!("{tally:?} in {:?}", watch.elapsed());
    assert!(sequences < 8 || tally.good * 2 > tally.steps, "most steps end with all sites built: {tally:?}");
}

#[test]
fn any_sequence_in_memory_ends_as_a_clean_build() {
    try_in_memory("memory", plain);
}

#[test]
fn any_sequence_in_memory_ends_as_a_clean_build_page_by_page() {
    try_in_memory("pages", by_page);
}

#[test]
fn any_sequence_of_texts_in_memory_ends_as_a_clean_build_and_leaves_the_other_pages() {
    let (seed, steps) = (seed(), wish("EDITS_STEPS", 1_000));
    eprintln!("EDITS_SEED={seed} EDITS_STEPS={steps}");
    let retouched = AtomicUsize::new(0);
    let begin = || -> Box<memory::Builder<'_>> {
        Box::new(|bench| {
            let before = bench.shelf.retouched.load(Ordering::Relaxed);
            let outcome = outcome::build_pages(&bench.files, &bench.shelf, &bench.now);
            retouched.fetch_add(bench.shelf.retouched.load(Ordering::Relaxed) - before, Ordering::Relaxed);
            outcome
        })
    };
    let found = memory::first_mismatch_among(Edit::of_a_text, &begin, seed, steps as usize / 2);
    assert!(found.is_none(), "{found:#?}");
    let retouched = retouched.into_inner();
    assert!(retouched * 4 > steps as usize, "{retouched} of {steps} sites were retouched");
}

fn try_in_memory(name: &str, begin: fn() -> Box<memory::Builder<'static>>) {
    let (seed, steps) = (seed(), wish("EDITS_STEPS", 1_000));
    eprintln!("EDITS_SEED={seed} EDITS_STEPS={steps}");
    on_two_threads(2, |half| {
        let found = memory::first_mismatch(&begin, seed + half, steps as usize / 2);
        found.map_or(Ok(Tally::default()), |found| {
            let fails = |case: &Case| memory::run(case, begin().as_mut()).err().map(|(_, wrong)| wrong);
            Err(report(&format!("{name}-{}", seed + half), found.case, found.wrong, &fails))
        })
    });
}

/// The library as it is.
fn plain() -> Box<memory::Builder<'static>> {
    Box::new(|bench| outcome::build(&bench.files, &bench.shelf, &bench.now))
}

/// The library as it is for large sites.
fn by_page() -> Box<memory::Builder<'static>> {
    Box::new(|bench| outcome::build_pages(&bench.files, &bench.shelf, &bench.now))
}

fn on_disk(case: &Case) -> Option<String> {
    case.run().err()
}

#[test]
fn what_was_once_found_stays_right() {
    for (name, case) in shrink::kept() {
        let in_memory = [plain(), by_page()].iter_mut().try_for_each(|builder| memory::run(&case, builder.as_mut()));
        let in_memory = in_memory.map_err(|(_, wrong)| wrong);
        if let Err(wrong) = in_memory.and_then(|()| case.run().map(drop)) {
            panic!("{name}: {}\n{wrong}", case.found);
        }
    }
}

#[test]
fn kills_leave_whole_sites() {
    let (seed, kills) = (seed(), wish("KILLS", 25));
    eprintln!("EDITS_SEED={seed} KILLS={kills}");
    on_two_threads(kills.div_ceil(5), |at| {
        let mut dice = Dice::new(seed + at);
        let mut kill = || Edit { kind: Kind::Kill, seed: dice.roll() };
        // A build that makes all pages anew is given up, then one of the pages leaves.
        let given_up = Edit { kind: Kind::Kill, seed: kill().seed / 12 * 12 + 9 };
        let leaving = Edit { kind: Kind::Delete, seed: kill().seed };
        let edits = vec![kill(), given_up, leaving, kill(), given_up, leaving, kill()];
        let case = Case { found: String::new(), repository: seed + at, is_slow: false, is_watched: false, edits };
        let again = format!("EDITS_SEED={} KILLS=5", seed + at);
        case.run()
            .map_err(|wrong| format!("{again}\n{}", report(&format!("kill-{}", seed + at), case, wrong, &on_disk)))
    });
}

#[test]
fn every_repository_begins_without_a_mistake() {
    for seed in 0..20 {
        let files = hectare::world::Memory::new();
        repository::any(seed).into_iter().for_each(|(path, bytes)| files.put(path, bytes));
        let outcome = outcome::build(&files, &outcome::Shelf::default(), repository::START);
        // That a date lies ahead is no mistake, and no remark any more when it has come.
        let is_clean = outcome.remarks.iter().all(|remark| remark.code == "H0211");
        assert!(outcome.is_good() && is_clean && outcome.sites.len() > 2, "{seed}: {outcome:#?}");
    }
}

#[test]
fn no_kind_of_edit_is_idle() {
    let mut idle = Edit::kinds();
    for seed in 0..60 {
        let mut sources = sources::Sources::new(repository::any(seed));
        let mut dice = Dice::new(seed);
        for edit in (0..8).map(|_| Edit::any(&mut dice)) {
            edit.plan(&sources).changes.iter().for_each(|change| sources.apply(change));
        }
        idle.retain(|kind| Edit { kind: *kind, seed: dice.roll() }.plan(&sources).changes.is_empty());
    }
    assert!(idle.is_empty(), "{idle:?} never find anything to do");
}

//! Measures whole builds against two floors on the same file system, in the same run.
//!
//! `cargo bench` prints every figure as a ratio; `cargo bench -- --quick` does the same on small fleets;
//! `--in DIR` does it on another file system, a name measures only the cases that hold it;
//! `cargo bench -- --write DIR SITES PAGES` writes a fleet to look at, or to give to another program.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a bench makes folders, prints figures, and stops when it cannot go on"
)]

mod fleet;
mod floor;
mod measure;

use fleet::Shape;
use measure::{Measured, median};
use std::path::{Path, PathBuf};

/// A fleet to measure, and how often.
struct Case {
    name: &'static str,
    shape: Shape,
    rounds: usize,
    /// The ratio to the bare loop that must hold.
    most: f64,
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let Some(at) = words.iter().position(|word| word == "--write") {
        let number = |word: &str| word.parse().expect("a number");
        let [dir, sites, pages] = &words[at + 1..at + 4] else { unreachable!("three words were taken") };
        fleet::write(Path::new(dir), &Shape { sites: number(sites), pages: number(pages), theme: "typical" });
        return;
    }
    let quick = words.iter().any(|word| word == "--quick");
    let place = words.iter().position(|word| word == "--in").and_then(|at| words.get(at + 1));
    let only = words.iter().find(|word| !word.starts_with("--") && Some(*word) != place);
    let bench = place.map_or(Path::new(env!("CARGO_TARGET_TMPDIR")), Path::new).join("farm-bench");
    let _ = std::fs::remove_dir_all(&bench);
    println!(
        "{:<24} {:>9} {:>9} {:>9} {:>11} {:>11} {:>8}",
        "", "hectare", "bare loop", "writes", "÷ bare loop", "÷ writes", "memory"
    );
    let cases = if quick { quick_cases() } else { full_cases() };
    let chosen = cases.iter().filter(|case| only.is_none_or(|name| case.name.contains(name.as_str())));
    let slow: Vec<&str> = chosen.filter(|case| !run(case, &bench)).map(|case| case.name).collect();
    let _ = std::fs::remove_dir_all(&bench);
    if !slow.is_empty() {
        println!("\nslower than they may be: {}", slow.join(", "));
        std::process::exit(1);
    }
}

fn full_cases() -> Vec<Case> {
    let case =
        |name, sites, pages, rounds| Case { name, shape: Shape { sites, pages, theme: "typical" }, rounds, most: 2.0 };
    let shipped =
        |name, sites, pages| Case { name, shape: Shape { sites, pages, theme: "journal" }, rounds: 3, most: 4.0 };
    vec![
        case("1500 sites × 20 pages", 1500, 20, 5),
        case("1 site × 10 000 pages", 1, 10_000, 5),
        case("500 sites × 20 pages", 500, 20, 3),
        case("5000 sites × 20 pages", 5000, 20, 3),
        shipped("journal: 1500 × 20", 1500, 20),
        shipped("journal: 1 × 10 000", 1, 10_000),
    ]
}

/// Small enough for every push; the bound is loose because a busy machine must not fail an honest change.
fn quick_cases() -> Vec<Case> {
    vec![
        Case {
            name: "150 sites × 20 pages",
            shape: Shape { sites: 150, pages: 20, theme: "typical" },
            rounds: 5,
            most: 3.5,
        },
        Case {
            name: "1 site × 1000 pages",
            shape: Shape { sites: 1, pages: 1000, theme: "typical" },
            rounds: 5,
            most: 3.5,
        },
    ]
}

/// Measures a case and prints its line; whether it is as fast as it must be.
fn run(case: &Case, bench: &Path) -> bool {
    let root = bench.join("fleet");
    let sources = fleet::write(&root, &case.shape);
    let mut rounds: [Vec<Measured>; 3] = Default::default();
    for round in 0..case.rounds {
        let out = |what: &str| -> PathBuf { bench.join(format!("{what}-{round}")) };
        rounds[0].push(measure::hectare(&root, &out("hectare")));
        let tree = floor::tree(&out("hectare"));
        rounds[1].push(floor::bare_loop(&sources, &tree, &out("bare")));
        rounds[2].push(floor::writes(&tree, &out("writes")));
    }
    let [hectare, bare, writes] = [0, 1, 2].map(|at| median(rounds[at].iter().map(|round| round.seconds)));
    let ratio =
        |floor: usize| median(rounds[0].iter().zip(&rounds[floor]).map(|(ours, floor)| ours.seconds / floor.seconds));
    let memory = rounds[0].iter().map(|round| round.peak_mib).fold(0.0, f64::max);
    println!(
        "{:<24} {hectare:>7.2} s {bare:>7.2} s {writes:>7.2} s {:>11.2} {:>11.2} {memory:>4.0} MiB",
        case.name,
        ratio(1),
        ratio(2)
    );
    let _ = std::fs::remove_dir_all(bench);
    ratio(1) <= case.most
}

//! Measures whole builds against two floors on the same file system, in the same run.
//!
//! `cargo bench` prints every figure as a ratio; `cargo bench -- --quick` does the same on small fleets;
//! `--in DIR` does it on another file system, a name measures only the cases that hold it;
//! `cargo bench -- --write DIR SITES PAGES` writes a fleet to look at, or to give to another program.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a bench makes folders, prints figures, and stops when it cannot go on"
)]

mod again;
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

/// What came of a case.
struct Figures {
    name: &'static str,
    seconds: f64,
    peak_mib: f64,
    is_fast: bool,
}

/// The case whose memory is judged, and the two that show how hectare grows.
const FLEET: &str = "1500 sites × 20 pages";
const FEW: &str = "500 sites × 20 pages";
const MANY: &str = "5000 sites × 20 pages";
/// The memory that `FLEET` may take: 250 MB.
const MOST_MIB: f64 = 250e6 / 1_048_576.0;
/// How much longer ten times as many sites may take, and how much more memory.
const MOST_GROWTH: (f64, f64) = (10.5, 1.3);

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
    let bench = place.map_or(Path::new(env!("CARGO_TARGET_TMPDIR")), Path::new).join("hectare-bench");
    let _ = std::fs::remove_dir_all(&bench);
    println!(
        "{:<24} {:>9} {:>9} {:>9} {:>11} {:>11} {:>8}",
        "", "hectare", "bare loop", "writes", "÷ bare loop", "÷ writes", "memory"
    );
    let cases = if quick { quick_cases() } else { full_cases() };
    let chosen = cases.iter().filter(|case| only.is_none_or(|name| case.name.contains(name.as_str())));
    let figures: Vec<Figures> = chosen.map(|case| run(case, &bench)).collect();
    let is_lean = only.is_some_and(|name| name != "again") || again::run(&bench, quick);
    let _ = std::fs::remove_dir_all(&bench);
    println!();
    let small = is_small(&figures);
    let steady = is_steady(&figures);
    let slow: Vec<&str> = figures.iter().filter(|figures| !figures.is_fast).map(|figures| figures.name).collect();
    if !slow.is_empty() {
        println!("slower than they may be: {}", slow.join(", "));
    }
    if !(slow.is_empty() && small && steady && is_lean) {
        std::process::exit(1);
    }
}

/// Says how much memory 1500 sites of 20 pages took; whether it is as little as it must be.
fn is_small(figures: &[Figures]) -> bool {
    let Some(fleet) = figures.iter().find(|figures| figures.name == FLEET) else { return true };
    println!("memory of {FLEET}: {:.0} MiB, at most {MOST_MIB:.0} MiB", fleet.peak_mib);
    fleet.peak_mib <= MOST_MIB
}

/// Says what ten times as many sites cost; whether it is as little as it must be.
fn is_steady(figures: &[Figures]) -> bool {
    let of = |name| figures.iter().find(|figures| figures.name == name);
    let (Some(few), Some(many)) = (of(FEW), of(MANY)) else { return true };
    let (time, memory) = (many.seconds / few.seconds, many.peak_mib / few.peak_mib);
    let (most_time, most_memory) = MOST_GROWTH;
    println!("500 → 5000 sites: time × {time:.2}, at most {most_time}; memory × {memory:.2}, at most {most_memory}");
    time <= most_time && memory <= most_memory
}

fn full_cases() -> Vec<Case> {
    let case =
        |name, sites, pages, rounds| Case { name, shape: Shape { sites, pages, theme: "typical" }, rounds, most: 2.0 };
    let shipped =
        |name, sites, pages| Case { name, shape: Shape { sites, pages, theme: "journal" }, rounds: 3, most: 4.0 };
    vec![
        case(FLEET, 1500, 20, 5),
        case("1 site × 10 000 pages", 1, 10_000, 5),
        case(FEW, 500, 20, 3),
        case(MANY, 5000, 20, 3),
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
            most: 5.0,
        },
        Case {
            name: "1 site × 1000 pages",
            shape: Shape { sites: 1, pages: 1000, theme: "typical" },
            rounds: 5,
            most: 5.0,
        },
    ]
}

/// Measures a case and prints its line.
fn run(case: &Case, bench: &Path) -> Figures {
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
    Figures { name: case.name, seconds: hectare, peak_mib: memory, is_fast: ratio(1) <= case.most }
}

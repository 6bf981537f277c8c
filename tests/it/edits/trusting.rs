//! The harness bites on a disk, too: drivers that trust what cannot be trusted are caught.

use super::drive::{Driver, Program};
use super::outcome::Outcome;
use super::place::Place;
use super::trial::Case;
use hectare::model::Digest;
use std::os::unix::fs::MetadataExt;

/// What a driver believes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// A file of the same size and time is the same file.
    SizeAndTime,
    /// What was put into `dist/` still lies there.
    Output,
}

/// Runs the program only if it sees a reason to.
struct Trusting {
    trust: Trust,
    program: Program,
    last: Option<(Digest, Outcome)>,
}

impl Driver for Trusting {
    fn settle(&mut self, place: &Place, now: &str) -> Outcome {
        let seen = self.trust.sees(place, now);
        if let Some((_, outcome)) = self.last.as_ref().filter(|(last, _)| *last == seen) {
            return Outcome { touched: 0, ..outcome.clone() };
        }
        let outcome = self.program.settle(place, now);
        self.last = Some((self.trust.sees(place, now), outcome.clone()));
        outcome
    }
}

impl Trust {
    /// Everything that this driver looks at before it builds.
    fn sees(self, place: &Place, now: &str) -> Digest {
        let files = walkdir::WalkDir::new(&place.root).sort_by_file_name().into_iter().filter_map(Result::ok);
        let files = files.filter(|entry| !entry.file_type().is_dir());
        let mut parts = vec![now.as_bytes().to_vec()];
        for entry in files {
            let below = entry.path().strip_prefix(&place.root).unwrap();
            let is_output = below.starts_with("dist");
            if is_output && self == Self::Output {
                continue;
            }
            parts.push(below.to_str().unwrap().as_bytes().to_vec());
            parts.push(match entry.metadata().unwrap() {
                facts if self == Self::SizeAndTime && !is_output => {
                    format!("{} {} {} {}", facts.len(), facts.mtime(), facts.mtime_nsec(), facts.mode()).into_bytes()
                }
                facts => [&std::fs::read(entry.path()).unwrap_or_default()[..], &facts.mode().to_le_bytes()].concat(),
            });
        }
        Digest::of_parts(parts.iter().map(Vec::as_slice))
    }
}

/// In which sequence of edits a driver is caught.
fn caught(trust: Trust) -> Option<(u64, String)> {
    (1..=25).find_map(|seed| {
        let program = Program::default();
        let case = Case::any(seed, super::EDITS);
        Some((seed, case.run_with(program, Box::new(Trusting { trust, program, last: None })).err()?))
    })
}

#[test]
fn trust_in_size_and_time_is_found() {
    let (sequence, wrong) = caught(Trust::SizeAndTime).unwrap();
    eprintln!("sequence {sequence}: {wrong}");
    assert!(wrong.contains("SameSizeAndTime"), "{wrong}");
}

#[test]
fn trust_in_the_output_is_found() {
    let (sequence, wrong) = caught(Trust::Output).unwrap();
    eprintln!("sequence {sequence}: {wrong}");
    assert!(wrong.contains("LostOutput"), "{wrong}");
}

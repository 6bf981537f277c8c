//! The same edits in memory: no processes, no disk, many more steps.

use super::edit::Edit;
use super::oracle::{self, Clean, sites_of};
use super::outcome::{Outcome, Shelf, build};
use super::repository;
use super::sources::{Change, Sources};
use super::trial::Case;
use crate::chance::Dice;
use hectare::world::Memory;
use std::collections::BTreeSet;

/// Edits after which a new repository is begun.
const SEQUENCE: usize = 20;

/// What a builder finds: the sources, and what it made of earlier ones.
pub(crate) struct Bench {
    /// The repository.
    pub(crate) files: Memory,
    /// Where the finished sites and what is remembered of them lie.
    pub(crate) shelf: Shelf,
    /// The moment of the build.
    pub(crate) now: String,
}

/// Someone who builds incrementally, whatever it keeps between two builds; a new one for each repository.
pub(crate) type Builder<'a> = dyn FnMut(&Bench) -> Outcome + 'a;

/// Begins a repository: a builder that knows nothing yet.
pub(crate) type Begin<'a> = dyn Fn() -> Box<Builder<'a>> + 'a;

/// A sequence that did not end as it should.
#[derive(Debug)]
pub(crate) struct Mismatch {
    /// How many steps it took to find it.
    pub(crate) steps: usize,
    /// The repository, and the edits up to the one that shows it.
    pub(crate) case: Case,
    pub(crate) wrong: String,
}

/// Goes through sequences of edits with builders from `begin` until one of them leaves anything else than a clean build
/// makes. None if `most` steps find nothing.
pub(crate) fn first_mismatch(begin: &Begin<'_>, seed: u64, most: usize) -> Option<Mismatch> {
    first_mismatch_among(Edit::in_memory, begin, seed, most)
}

/// The same with edits that are drawn in another way.
pub(crate) fn first_mismatch_among(
    draw: fn(&mut Dice) -> Edit,
    begin: &Begin<'_>,
    seed: u64,
    most: usize,
) -> Option<Mismatch> {
    let mut dice = Dice::new(seed);
    (0..most).step_by(SEQUENCE).find_map(|first| {
        let (repository, edits) = (dice.roll(), (0..SEQUENCE).map(|_| draw(&mut dice)).collect());
        let mut case = Case { found: String::new(), repository, is_slow: false, is_watched: false, edits };
        let (at, wrong) = run(&case, begin().as_mut()).err()?;
        case.edits.truncate(at);
        Some(Mismatch { steps: first + at, case, wrong })
    })
}

/// Goes through all edits; says at which one something was wrong, and what.
pub(crate) fn run(case: &Case, builder: &mut Builder<'_>) -> Result<(), (usize, String)> {
    let mut sources = Sources::new(repository::any(case.repository));
    let mut bench = Bench { files: Memory::new(), shelf: Shelf::default(), now: sources.now() };
    sources.files.iter().for_each(|(path, bytes)| bench.files.put(path.as_str(), bytes.as_slice()));
    builder(&bench);
    for (at, edit) in case.edits.iter().enumerate() {
        for change in edit.plan(&sources).changes {
            sources.apply(&change);
            follow(&bench.files, &sources, &change);
        }
        bench.now = sources.now();
        let made = judged(&bench, builder).map_err(|wrong| (at + 1, format!("{edit:?}: {wrong}")))?;
        if made.is_good() {
            sources.is_good();
        }
    }
    Ok(())
}

/// Builds and compares.
fn judged(bench: &Bench, builder: &mut Builder<'_>) -> Result<Outcome, String> {
    let before = sites_of(&bench.shelf.dist);
    let made = builder(bench);
    let (after, clean, suspects) = (sites_of(&bench.shelf.dist), clean(bench), BTreeSet::new());
    let comparison =
        oracle::Comparison { before: &before, after: &after, made: &made, clean: &clean, suspects: &suspects };
    comparison.judge()?;
    Ok(made)
}

fn clean(bench: &Bench) -> Clean {
    let shelf = Shelf::default();
    let outcome = build(&bench.files, &shelf, &bench.now);
    Clean { outcome, sites: sites_of(&shelf.dist) }
}

/// Brings the files in memory in line with the sources.
fn follow(files: &Memory, sources: &Sources, change: &Change) {
    match change {
        Change::Write(path, bytes) | Change::WriteUnseen(path, bytes) => files.put(path.as_str(), bytes.0.as_slice()),
        Change::Delete(path) | Change::Link(path, _) | Change::Folder(path) => files.remove(path),
        Change::Rename(..) => {
            files
                .snapshot()
                .keys()
                .filter(|path| !sources.files.contains_key(*path))
                .for_each(|path| files.remove(path));
            sources.files.iter().for_each(|(path, bytes)| files.put(path.as_str(), bytes.as_slice()));
        }
        _ => {}
    }
}

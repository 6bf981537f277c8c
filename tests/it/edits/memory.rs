//! The same edits in memory: no processes, no disk, many more steps.

use super::dice::Dice;
use super::edit::Edit;
use super::oracle::{self, Clean, sites_of};
use super::outcome::{Outcome, Shelf, build};
use super::repository;
use super::sources::{Change, Sources};
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

/// Goes through sequences of edits with builders from `begin` until one of them leaves anything else than a clean build
/// makes: after how many steps, and what is wrong. None if `most` steps find nothing.
pub(crate) fn first_mismatch<'a>(
    begin: &dyn Fn() -> Box<Builder<'a>>,
    seed: u64,
    most: usize,
) -> Option<(usize, String)> {
    let mut dice = Dice::new(seed);
    for first in (0..most).step_by(SEQUENCE) {
        let (repository, edits) = (dice.roll(), (0..SEQUENCE).map(|_| Edit::in_memory(&mut dice)));
        if let Err((at, wrong)) = sequence(begin().as_mut(), repository, &edits.collect::<Vec<_>>()) {
            return Some((first + at, format!("repository {repository}, {wrong}")));
        }
    }
    None
}

fn sequence(builder: &mut Builder<'_>, repository: u64, edits: &[Edit]) -> Result<(), (usize, String)> {
    let mut sources = Sources::new(repository::any(repository));
    let bench = Bench { files: Memory::new(), shelf: Shelf::default(), now: sources.now() };
    let mut bench = sources.files.iter().fold(bench, |bench, (path, bytes)| {
        bench.files.put(path.as_str(), bytes.as_slice());
        bench
    });
    builder(&bench);
    for (at, edit) in edits.iter().enumerate() {
        for change in edit.plan(&sources).changes {
            sources.apply(&change);
            follow(&bench.files, &sources, &change);
        }
        bench.now = sources.now();
        let before = sites_of(&bench.shelf.dist);
        let made = builder(&bench);
        let (after, clean) = (sites_of(&bench.shelf.dist), clean(&bench));
        let suspects = BTreeSet::new();
        let result =
            oracle::Comparison { before: &before, after: &after, made: &made, clean: &clean, suspects: &suspects };
        result.judge().map_err(|wrong| (at + 1, format!("edit {} of {edits:?}: {wrong}", at + 1)))?;
        if made.is_good() {
            sources.is_good();
        }
    }
    Ok(())
}

fn clean(bench: &Bench) -> Clean {
    let shelf = Shelf::default();
    let outcome = build(&bench.files, &shelf, &bench.now);
    Clean { outcome, sites: sites_of(&shelf.dist) }
}

/// Brings the files in memory in line with the sources.
fn follow(files: &Memory, sources: &Sources, change: &Change) {
    match change {
        Change::Write(path, bytes) => files.put(path.as_str(), bytes.as_slice()),
        Change::Delete(path) => files.remove(path),
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

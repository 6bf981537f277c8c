//! A sequence that fails is cut down until every edit of it is needed, and kept.

use super::trial::Case;
use std::fs;
use std::path::PathBuf;

/// The smallest case that still fails, as far as leaving out edits leads, and how it fails.
pub(crate) fn shrunk(case: Case, wrong: String, fails: &dyn Fn(&Case) -> Option<String>) -> (Case, String) {
    let (mut case, mut wrong) = (case, wrong);
    let mut size = case.edits.len().div_ceil(2);
    loop {
        let mut from = 0;
        while from < case.edits.len() {
            let mut smaller = case.clone();
            smaller.edits.drain(from..(from + size).min(case.edits.len()));
            match fails(&smaller) {
                Some(still) => (case, wrong) = (smaller, still),
                None => from += size,
            }
        }
        if size == 1 {
            return (case, wrong);
        }
        size = size.div_ceil(2);
    }
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/edits/regressions")
}

/// Keeps a case, so that it is tried again from now on.
pub(crate) fn keep(name: &str, case: &Case) -> PathBuf {
    let place = folder().join(format!("{name}.json"));
    fs::create_dir_all(folder()).unwrap();
    fs::write(&place, serde_json::to_string_pretty(case).unwrap() + "\n").unwrap();
    place
}

/// The cases that once failed, by name.
pub(crate) fn kept() -> Vec<(String, Case)> {
    let files = fs::read_dir(folder()).into_iter().flatten().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|ending| ending == "json"));
    let mut cases: Vec<_> = files
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, serde_json::from_slice(&fs::read(&path).unwrap()).unwrap())
        })
        .collect();
    cases.sort_by(|(one, _), (other, _)| one.cmp(other));
    cases
}

//! What no generator can be faster than: the bare loop, and writing the bytes.

use super::measure::Measured;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The files of a finished fleet: path below its folder, and size.
pub(crate) type Tree = Vec<(PathBuf, usize)>;

/// Looks at what was built.
pub(crate) fn tree(out: &Path) -> Tree {
    let files =
        walkdir::WalkDir::new(out).into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file());
    let size = |entry: &walkdir::DirEntry| entry.metadata().map_or(0, |facts| facts.len() as usize);
    let mut tree: Tree = files
        .map(|entry| (entry.path().strip_prefix(out).expect("it was found there").to_owned(), size(&entry)))
        .collect();
    tree.sort();
    tree
}

/// Reads each source, turns it into HTML, digests as many bytes as a generator writes, and writes them to the same tree.
pub(crate) fn bare_loop(sources: &[PathBuf], tree: &Tree, out: &Path) -> Measured {
    let mut html: Vec<&(PathBuf, usize)> = tree.iter().filter(|(path, _)| is_html(path)).collect();
    let others = tree.iter().filter(|(path, _)| !is_html(path));
    let surplus: Vec<&(PathBuf, usize)> =
        html.split_off(sources.len().min(html.len())).into_iter().chain(others).collect();
    let filler = filler(tree);
    timed(|| {
        make_folders(tree, out);
        sources.par_iter().zip(&html).for_each(|(source, (path, size))| {
            let text = fs::read_to_string(source).expect("the source can be read");
            let mut page = String::with_capacity(*size);
            pulldown_cmark::html::push_html(
                &mut page,
                pulldown_cmark::Parser::new_ext(&text, pulldown_cmark::Options::all()),
            );
            let mut bytes = page.into_bytes();
            bytes.resize(*size, b' ');
            std::hint::black_box(blake3::hash(&bytes));
            fs::write(out.join(path), &bytes).expect("the page can be written");
        });
        surplus.par_iter().for_each(|(path, size)| {
            std::hint::black_box(blake3::hash(&filler[..*size]));
            fs::write(out.join(path), &filler[..*size]).expect("the file can be written");
        });
    })
}

/// Writes the same bytes to the same tree, and nothing else.
pub(crate) fn writes(tree: &Tree, out: &Path) -> Measured {
    let filler = filler(tree);
    timed(|| {
        make_folders(tree, out);
        tree.par_iter()
            .for_each(|(path, size)| fs::write(out.join(path), &filler[..*size]).expect("the file can be written"));
    })
}

fn is_html(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "html")
}

fn filler(tree: &Tree) -> Vec<u8> {
    vec![b'x'; tree.iter().map(|(_, size)| *size).max().unwrap_or(0)]
}

/// All folders of a site on one thread, sites side by side.
fn make_folders(tree: &Tree, out: &Path) {
    let mut sites: BTreeMap<&OsStr, BTreeSet<&Path>> = BTreeMap::new();
    for folder in tree.iter().filter_map(|(path, _)| path.parent()) {
        sites.entry(folder.iter().next().unwrap_or_default()).or_default().insert(folder);
    }
    sites.par_iter().for_each(|(_, folders)| {
        folders.iter().for_each(|folder| fs::create_dir_all(out.join(folder)).expect("the folder can be made"));
    });
}

fn timed(work: impl FnOnce()) -> Measured {
    let start = Instant::now();
    work();
    Measured { seconds: start.elapsed().as_secs_f64(), peak_mib: 0.0 }
}

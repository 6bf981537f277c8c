//! What a folder that is replaced as a whole promises where files are copied into it.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use super::{
    Clock, Content, Disk, Files, Memory, Placed, Replaced, Stint, Stop, Stopwatch, TreeFault, Trees, Trouble, WallClock,
};
use crate::model::Digest;
use std::collections::BTreeMap;
use std::time::Duration;

/// Puts the page and the film of a site into `trees`; the film was read when it held `promised`.
fn publish(trees: &dyn Trees, sources: &dyn Files, promised: &str) -> Result<Replaced, TreeFault> {
    let stage = trees.begin("site", sources).unwrap();
    let film = Content::Copy { from: "content/film.mp4", digest: Digest::of(promised.as_bytes()) };
    stage.put(Placed { path: "index.html", content: Content::Bytes(b"a page") });
    stage.put(Placed { path: "films/film.mp4", content: film });
    stage.finish(&BTreeMap::new())
}

/// Does `check` with a place on a disk and with one in memory, each as a writer and as a reader of it.
fn in_both(check: impl Fn(&dyn Trees, &dyn Files)) {
    let folder = tempfile::tempdir().unwrap();
    let (disk, memory) = (Disk::new(folder.path().join("dist")), Memory::new());
    check(&disk, &disk);
    check(&memory, &memory);
}

fn films(film: &str) -> Memory {
    let sources = Memory::new();
    sources.put("content/film.mp4", film);
    sources
}

#[test]
fn a_file_that_is_what_it_was_when_it_was_read_is_copied_once() {
    in_both(|trees, files| {
        assert_eq!(publish(trees, &films("a film"), "a film"), Ok(Replaced { written: 2, ..Replaced::default() }));
        assert_eq!(files.read("site/films/film.mp4", 99).unwrap(), b"a film");
        assert_eq!(publish(trees, &films("a film"), "a film"), Ok(Replaced { kept: 2, ..Replaced::default() }));
        assert_eq!(publish(trees, &films("a tale"), "a tale").unwrap().written, 1);
        assert_eq!(files.read("site/films/film.mp4", 99).unwrap(), b"a tale");
    });
}

#[test]
fn a_file_that_changed_since_it_was_read_puts_nothing_in_place() {
    in_both(|trees, files| {
        for sources in [films("a tale"), films("longer than it was"), Memory::new()] {
            let fault = publish(trees, &sources, "a film").unwrap_err();
            assert_eq!((fault.path.as_str(), fault.trouble), ("content/film.mp4", Trouble::Changed));
            assert!(files.walk("").unwrap().is_empty(), "neither the site nor what was prepared");
        }
    });
}

#[test]
fn a_thread_that_rests_does_not_work() {
    let stint = Stint::of(Duration::from_millis(20));
    WallClock::new(1, Stop::new()).rest(Duration::from_millis(60));
    assert!(!stint.is_over(), "it rested");
    let watch = Stopwatch::start();
    while !stint.is_over() {
        assert!(watch.elapsed() < Duration::from_secs(20), "it works");
    }
}

#[test]
fn a_file_that_is_written_anew_touches_no_other() {
    in_both(|trees, files| {
        let save = |path, text: &str| trees.save(path, &[text.as_bytes()]).unwrap();
        save("index.new", "another");
        save("index.abc", "first");
        save("index.abc", "second");
        assert_eq!(files.read("index.abc", 99).unwrap(), b"second");
        assert_eq!(files.read("index.new", 99).unwrap(), b"another");
    });
}

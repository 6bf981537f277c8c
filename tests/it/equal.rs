//! The same input gives the same bytes: with any number of threads, in any folder, at any time, under any settings of the machine.

use crate::farm::Farm;
use crate::tree::Tree;
use std::fs;
use std::path::Path;

/// This repository's own fleet, copied so that a build leaves no trace in it, its files made in one order or the other.
fn demo(backwards: bool) -> Farm {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = ["sites.toml", "fleet.csv", "content", "themes"]
        .into_iter()
        .flat_map(|part| walkdir::WalkDir::new(repository.join(part)))
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .collect();
    files.sort_by_key(|entry| entry.path().to_owned());
    if backwards {
        files.reverse();
    }
    files.iter().fold(Farm::new().with(|root| fs::remove_dir_all(root.join("themes")).unwrap()), |farm, entry| {
        let path = entry.path().strip_prefix(repository).unwrap().to_str().unwrap();
        farm.file(path, fs::read(entry.path()).unwrap())
    })
}

#[track_caller]
fn assert_equal(what: &str, one: &Tree, other: &Tree) {
    assert_eq!(one.difference(other), None, "{what} changes what is built");
}

#[test]
fn twenty_builds_under_different_circumstances_are_one_tree() {
    let expected = demo(false).run("build --jobs 1 --now 2026-11-20").ends(0).dist;
    assert!(expected.paths().len() > 500, "the demonstration fleet is built");
    let circumstances: [(&str, &str, &str); 19] = [
        ("2 threads", "2", ""),
        ("8 threads", "8", ""),
        ("3 threads", "3", ""),
        ("16 threads", "16", ""),
        ("Tokyo", "2", "TZ=Asia/Tokyo"),
        ("Honolulu", "1", "TZ=Pacific/Honolulu"),
        ("Kathmandu", "8", "TZ=Asia/Kathmandu"),
        ("C locale", "2", "LC_ALL=C"),
        ("German locale", "2", "LC_ALL=de_DE.UTF-8"),
        ("Turkish locale", "2", "LANG=tr_TR.UTF-8"),
        ("continuous integration", "2", "CI=true"),
        ("no colour", "2", "NO_COLOR=1"),
        ("a dumb terminal", "1", "TERM=dumb"),
        ("another home", "2", "HOME=/nonexistent"),
        ("narrow columns", "2", "COLUMNS=20"),
        ("a source date", "2", "SOURCE_DATE_EPOCH=1"),
        ("one thread again", "1", ""),
        ("8 threads again", "8", ""),
        ("many threads", "32", ""),
    ];
    for (at, (what, jobs, variable)) in circumstances.into_iter().enumerate() {
        let farm = demo(at % 2 == 1);
        let farm = match variable.split_once('=') {
            Some((name, value)) => farm.environment(name, value),
            None => farm,
        };
        let found = farm.run(&format!("build --jobs {jobs} --now 2026-11-20")).ends(0).dist;
        assert_equal(what, &expected, &found);
    }
}

#[test]
fn the_mask_for_new_files_does_not_matter() {
    let farm = demo(false);
    let shell = format!("umask 077 && exec {} build --now 2026-11-20", env!("CARGO_BIN_EXE_hectare"));
    let status =
        std::process::Command::new("sh").args(["-c", &shell]).current_dir(farm.place("")).output().unwrap().status;
    assert!(status.success());
    assert_equal("umask", &demo(false).run("build --now 2026-11-20").dist, &Tree::read(&farm.place("dist")));
}

#[test]
fn what_the_folder_is_called_and_where_the_program_is_run_do_not_matter() {
    let expected = demo(false).run("build --now 2026-11-20").ends(0).dist;
    let farm = demo(false);
    for entry in walkdir::WalkDir::new(farm.place("content")).into_iter().map(Result::unwrap) {
        let file = fs::File::open(entry.path()).unwrap();
        file.set_times(fs::FileTimes::new().set_modified(std::time::UNIX_EPOCH)).unwrap();
    }
    let place = tempfile::tempdir().unwrap();
    let named = place.path().join("Meine Seiten & Gärten");
    std::os::unix::fs::symlink(farm.place(""), &named).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_hectare"));
    command.current_dir("/").args(["build", "--now", "2026-11-20", "--root"]).arg(&named).env_clear();
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_equal("the folder, its name and its times", &expected, &Tree::read(&farm.place("dist")));
}

#[test]
fn today_and_tomorrow_are_equal_when_nothing_is_due() {
    let farm = demo(false);
    let today = farm.run("build --now 2026-11-20").ends(0).dist;
    assert_equal("the date", &today, &farm.run("build --now 2026-11-21").ends(0).dist);
}

#[test]
fn a_second_build_writes_nothing() {
    let farm = demo(false);
    farm.run("build --now 2026-11-20").ends(0);
    let run = farm.run("build --now 2026-11-20").ends(0);
    assert!(run.stdout.contains("nothing to write"), "{}", run.stdout);
}

#[test]
fn the_shards_together_are_the_fleet() {
    let whole = demo(false).run("build --now 2026-11-20").ends(0).dist;
    let farm = demo(false);
    (1..=3).for_each(|shard| drop(farm.run(&format!("build --now 2026-11-20 --shard {shard}/3")).ends(0)));
    assert_equal("building in shards", &whole, &Tree::read(&farm.place("dist")));
}

//! This repository's own fleet, and the one that `hectare new` makes.

use crate::farm::Farm;
use crate::tree::Tree;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

/// Sites that between them use both themes and both languages.
pub(crate) const SAMPLE: [&str; 4] = ["etf-kompass", "hochbeet-fibel", "remote-desk", "homeoffice-werkstatt"];

/// The demonstration fleet, built once for all tests.
pub(crate) fn built() -> PathBuf {
    static DIST: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, dist) = DIST.get_or_init(|| {
        let folder = TempDir::new().unwrap();
        let dist = folder.path().join("dist");
        let mut build = Command::new(env!("CARGO_BIN_EXE_hectare"));
        build.current_dir(env!("CARGO_MANIFEST_DIR")).args(["build", "--now", "2026-11-20", "--out"]).arg(&dist);
        let output = build.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && said.is_empty(), "the demonstration fleet builds without a word:\n{said}");
        (folder, dist)
    });
    dist.clone()
}

#[test]
fn the_demonstration_fleet_is_worth_seeing() {
    let tree = Tree::read(&built());
    let sites: BTreeSet<&str> = tree.paths().iter().map(|path| path.split('/').next().unwrap()).collect();
    assert!(sites.len() >= 12, "{sites:?}");
    assert!(SAMPLE.iter().all(|site| sites.contains(site)), "{sites:?}");
    let manifest = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("sites.toml")).unwrap();
    assert!(manifest.contains("[[sites]]"), "some sites come from a table");
}

#[test]
fn every_site_has_what_hosts_and_search_engines_look_for() {
    let tree = Tree::read(&built());
    let sites: BTreeSet<&str> = tree.paths().iter().map(|path| path.split('/').next().unwrap()).collect();
    for site in sites {
        for file in ["index.html", "404.html", "robots.txt", "sitemap.xml", "_headers"] {
            assert!(tree.has(&format!("{site}/{file}")), "{site} lacks {file}");
        }
        let home = tree.text(&format!("{site}/index.html"));
        for part in ["<title>", "rel=\"canonical\"", "og:title", "application/ld+json", "name=\"description\""] {
            assert!(home.contains(part), "{site}: the home page lacks {part}");
        }
    }
}

#[test]
fn the_starting_point_for_a_user_builds_without_a_word() {
    let farm = Farm::new();
    let run = farm.run("new my-fleet").ends(0);
    assert!(run.stdout.contains("hectare build"), "it says what to do next: {}", run.stdout);
    let run = farm.run("build --root my-fleet").ends(0);
    assert!(run.stderr.is_empty(), "{}", run.stderr);
    assert!(Tree::read(&farm.place("my-fleet/dist")).paths().len() > 20);
}

#[test]
fn the_starting_point_for_a_user_ships_once_its_comments_are_taken_away() {
    let farm = Farm::new().file("my-fleet/.gitignore", "mine\n");
    let run = farm.run("new my-fleet").ends(0);
    assert!(run.stdout.contains("hectare serve"), "it says what to do next: {}", run.stdout);
    assert_eq!(std::fs::read_to_string(farm.place("my-fleet/.gitignore")).unwrap(), "mine\n");
    let manifest = std::fs::read_to_string(farm.place("my-fleet/sites.toml")).unwrap();
    let lines = ["targets = [", "[targets.web]", "kind = ", "place = "];
    let manifest = lines.iter().fold(manifest, |text, line| text.replace(&format!("# {line}"), line));
    let farm = farm.file("my-fleet/sites.toml", manifest);
    let run = farm.run("deploy --root my-fleet").ends(0);
    assert!(run.stderr.is_empty() && run.stdout.contains("3 of 3 parcels live"), "{}{}", run.stderr, run.stdout);
    assert!(farm.place("my-fleet/live/garden-notes/index.html").is_file());
}

#[test]
fn a_new_fleet_never_overwrites_an_old_one() {
    let farm = Farm::new().file("my-fleet/sites.toml", "mine");
    let run = farm.run("new my-fleet").ends(2);
    assert_eq!(std::fs::read_to_string(farm.place("my-fleet/sites.toml")).unwrap(), "mine");
    assert!(run.stderr.contains("my-fleet"), "{}", run.stderr);
}

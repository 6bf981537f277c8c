//! The plan of the house, checked: who may import whom, how large things may grow, what has to be written down.

use crate::golden;
use hectare::diag::Code;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A room, its layer, and the rooms of its own layer that it may use all the same.
const ROOMS: &[(&str, u8, &[&str])] = &[
    ("model", 0, &[]),
    ("diag", 0, &["model"]),
    ("event", 0, &["diag", "model"]),
    ("world", 1, &[]),
    ("manifest", 2, &[]),
    ("content", 2, &[]),
    ("theme", 2, &[]),
    ("markdown", 3, &[]),
    ("render", 3, &[]),
    ("asset", 3, &[]),
    ("feed", 3, &[]),
    ("rules", 3, &[]),
    ("bundle", 3, &[]),
    ("cache", 4, &[]),
    ("shelf", 4, &[]),
    ("sink", 4, &[]),
    ("farm", 4, &[]),
    ("shard", 4, &[]),
    ("tally", 4, &[]),
    ("check", 5, &[]),
    ("provider", 5, &[]),
    ("health", 5, &["provider"]),
    ("notify", 5, &[]),
    ("deploy", 5, &["check", "health", "provider"]),
    ("workflows", 5, &[]),
    ("works", 5, &[]),
    ("pipeline", 5, &["works"]),
    ("ui", 6, &[]),
    ("serve", 6, &[]),
    ("cli", 6, &["serve", "ui"]),
    ("main", 6, &["cli"]),
];

/// Rooms that may reach past their layer's rule, and why it is harmless.
const NARROWER: &[(&str, &[&str])] = &[
    // Making is handed values; it knows Markdown, templates and files only as text.
    ("markdown", &["model", "diag"]),
    // Of the world it takes the deadline, which has to be read while a template runs.
    ("render", &["model", "diag", "theme", "world"]),
    ("asset", &["model", "diag"]),
    ("feed", &["model", "diag"]),
    ("rules", &["model"]),
    ("bundle", &["model", "diag"]),
    // Shipping is handed what it ships; it knows nothing of sources and templates.
    ("check", &["model", "diag"]),
    ("provider", &["model", "diag", "rules", "world"]),
    ("health", &["model", "diag", "world", "provider", "event", "rules"]),
    ("notify", &["model", "diag", "event", "world"]),
    ("deploy", &["model", "diag", "event", "world", "check", "health", "provider"]),
    ("workflows", &["model", "diag"]),
    // Printing needs to know what is said, not how it came to be.
    ("ui", &["event", "diag", "model", "tally"]),
];

const LONGEST_FILE: usize = 600;
const MOST_PACKAGES: usize = 430;

/// Versions below these have known holes.
const SAFE_SINCE: [(&str, (u64, u64, u64)); 4] =
    [("quick-xml", (0, 41, 0)), ("time", (0, 3, 47)), ("h2", (0, 4, 16)), ("rustls-webpki", (0, 103, 13))];

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(repository().join(path)).unwrap_or_else(|_| panic!("`{path}` can be read"))
}

/// Source files below `folder`: path from the repository, text.
fn sources(folder: &str) -> Vec<(String, String)> {
    let files = walkdir::WalkDir::new(repository().join(folder)).sort_by_file_name().into_iter().map(Result::unwrap);
    let files = files.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "rs"));
    files
        .map(|entry| {
            let path = entry.path().strip_prefix(repository()).unwrap().to_string_lossy().into_owned();
            (path, fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

fn room_of(path: &str) -> &str {
    let below = path.strip_prefix("src/").unwrap();
    below.split(['/', '.']).next().unwrap()
}

fn layer(room: &str) -> Option<&'static (&'static str, u8, &'static [&'static str])> {
    ROOMS.iter().find(|(name, _, _)| *name == room)
}

/// Rooms that a file mentions in its paths; no path may begin with several of them at once.
fn used(text: &str) -> BTreeSet<&str> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mentions = code.flat_map(|line| line.split("crate::").skip(1));
    let names = mentions.map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap());
    names.filter(|name| layer(name).is_some()).collect()
}

#[test]
fn every_room_uses_only_what_its_layer_may() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src").into_iter().filter(|(path, _)| path != "src/lib.rs" && !is_test(path)) {
        let room = room_of(&path);
        assert!(!text.contains("crate::{"), "{path} names several rooms in one `use`; write one `use` for each");
        let (_, own, neighbours) = layer(room).unwrap_or_else(|| panic!("`{path}` is in no room of the plan"));
        let narrower = NARROWER.iter().find(|(name, _)| *name == room).map(|(_, rooms)| *rooms);
        for other in used(&text).into_iter().filter(|other| *other != room) {
            let below = layer(other).unwrap().1 < *own;
            let allowed = narrower.map_or(below || neighbours.contains(&other), |rooms| rooms.contains(&other));
            if !allowed {
                wrong.push(format!("{path} uses `{other}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "rooms that reach too far:\n{}", wrong.join("\n"));
}

#[test]
fn only_the_world_touches_the_outside_and_only_the_ui_prints() {
    let outside = ["std::fs", "std::net", "std::env::", "SystemTime", "Instant::now", "Timestamp::now"];
    let printing = ["println!", "print!(", "eprintln!", "eprint!(", "io::stdout", "io::stderr"];
    for (path, text) in sources("src").into_iter().filter(|(path, _)| !is_test(path)) {
        let says = |words: &[&str]| words.iter().find(|word| text.contains(**word)).map(|word| (*word).to_owned());
        if room_of(&path) != "world" && path != "src/main.rs" {
            assert_eq!(says(&outside), None, "{path} goes around world/");
        }
        if room_of(&path) != "ui" {
            assert_eq!(says(&printing), None, "{path} prints");
        }
    }
}

#[test]
fn files_stay_small_and_rooms_are_described() {
    for (path, text) in sources("src").into_iter().chain(sources("tests")).chain(sources("benches")) {
        let lines = text.lines().count();
        assert!(lines <= LONGEST_FILE, "{path} has {lines} lines");
        assert!(text.starts_with("//!") || text.starts_with("#![doc"), "{path} does not say what it is for");
        for word in ["TODO", "FIXME", "XXX", "dbg!"] {
            assert!(!text.contains(word) || path.ends_with("house.rs"), "{path} says {word}");
        }
    }
    for (room, _, _) in ROOMS {
        let file = [format!("src/{room}/mod.rs"), format!("src/{room}.rs")];
        assert!(
            file.iter().any(|file| repository().join(file).is_file()),
            "the room `{room}` of the plan does not exist"
        );
        for forbidden in ["utils", "helpers", "common", "manager", "misc"] {
            assert!(!repository().join(format!("src/{room}/{forbidden}.rs")).exists(), "`{forbidden}` names nothing");
        }
    }
    assert!(read("src/pipeline.rs").lines().count() <= 150, "the pipeline is read in one go");
    assert!(read("docs/ARCHITECTURE.md").lines().count() <= 200, "the map is shorter than the country");
}

#[test]
fn every_room_stands_on_the_map() {
    let map = read("docs/ARCHITECTURE.md");
    for (room, _, _) in ROOMS.iter().filter(|(room, _, _)| *room != "main") {
        assert!(map.contains(&format!("`{room}")), "docs/ARCHITECTURE.md does not show `{room}`");
    }
}

#[test]
fn every_code_is_documented() {
    let rows = Code::ALL.iter().map(|code| format!("| {} | {} |\n", code.id(), code.meaning()));
    let table = rows.collect::<String>();
    let document = read("docs/diagnostics.md");
    if std::env::var_os("GOLDEN").is_some_and(|wish| wish == "accept") {
        let head = document.split("| --- | --- |\n").next().unwrap();
        fs::write(repository().join("docs/diagnostics.md"), format!("{head}| --- | --- |\n{table}")).unwrap();
        return;
    }
    assert!(document.ends_with(&table), "docs/diagnostics.md is out of date; GOLDEN=accept writes it anew");
}

#[test]
fn every_code_is_shown_by_a_golden_test() {
    let folder = repository().join("tests/it/golden");
    let files =
        walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    let shown: String = files.map(|entry| fs::read_to_string(entry.path()).unwrap()).collect();
    // A bug in hectare cannot be shown on purpose.
    let hidden: Vec<&str> = Code::ALL
        .iter()
        .filter(|code| **code != Code::Bug)
        .map(|code| code.id())
        .filter(|id| !shown.contains(id))
        .collect();
    assert!(hidden.is_empty(), "no golden test shows {hidden:?}");
}

#[test]
fn every_dependency_has_earned_its_line() {
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let documented = read("docs/dependencies.md");
    for table in ["dependencies", "dev-dependencies"] {
        for name in manifest[table].as_table().unwrap().keys() {
            assert!(
                documented.contains(&format!("| {name} |")),
                "docs/dependencies.md does not say what `{name}` is for"
            );
        }
    }
}

#[test]
fn dependencies_stay_few_and_safe() {
    let lock: toml::Table = read("Cargo.lock").parse().unwrap();
    let packages = lock["package"].as_array().unwrap();
    assert!(packages.len() <= MOST_PACKAGES, "{} packages, the budget is {MOST_PACKAGES}", packages.len());
    for package in packages {
        let (name, version) = (package["name"].as_str().unwrap(), package["version"].as_str().unwrap());
        let mut numbers = version.split(['.', '-', '+']).map(|part| part.parse::<u64>().unwrap_or(0));
        let version = (numbers.next().unwrap(), numbers.next().unwrap(), numbers.next().unwrap());
        for (known, since) in SAFE_SINCE {
            assert!(name != known || version >= since, "{name} {version:?} has a known hole, take {since:?}");
        }
    }
}

#[test]
fn the_schema_of_the_manifest_is_the_published_one() {
    golden::check("../../../docs/sites.schema.json", &format!("{}\n", hectare::manifest::schema().trim_end()));
}

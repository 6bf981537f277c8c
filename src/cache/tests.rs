//! What is remembered, and when it is not believed.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use super::*;
use crate::event::Built;
use crate::manifest;
use crate::model::Conditions;
use crate::world::{Files, Memory};
use jiff::Timestamp;

const MANIFEST: &str = "edition = \"2026\"\n\n[[site]]\nid = \"a\"\ndomain = \"a.example\"\ntheme = \"plain\"\n";

const DELIVERED: &[u8] = b"as it was delivered";

/// A repository in memory, and what was kept of the last run.
struct Farm {
    files: Memory,
    past: Past,
    kept: Memory,
    now: Timestamp,
    took: Duration,
    /// How the output looks when a run begins.
    seen: Digest,
}

impl Farm {
    fn new() -> Self {
        let files = Memory::new();
        files.put("sites.toml", MANIFEST);
        files.put("content/a/_index.md", "Hello");
        files.put("themes/plain/theme.toml", "name = \"Plain\"");
        let now = "2026-06-01T00:00:00Z".parse().unwrap();
        Self {
            files,
            past: Past::default(),
            kept: Memory::new(),
            now,
            took: Duration::from_millis(7),
            seen: Digest::of(DELIVERED),
        }
    }

    /// What this run thinks of the site, before it makes it if it has to.
    fn run(&mut self, making: impl FnOnce(&Sources<'_>) -> Conditions) -> Option<Reason> {
        let noted = Noted::new(&self.files);
        let fleet = manifest::load(&noted).fleet.unwrap();
        let moment = Moment { now: self.now, drafts: false };
        let sources = Sources::new(&self.files, &fleet.folders, &self.past, self.now);
        let cache = Cache::new(&self.past, &sources, moment, &fleet, noted.into_read());
        let (site, seal) = (&fleet.sites[0], Digest::of(DELIVERED));
        let reason = cache.recall(site, &|_, _| Some(self.seen)).err();
        if reason.is_some() {
            let conditions = making(&sources);
            let folders = vec!["content/a".to_owned(), "themes/plain".to_owned()];
            let made = Made {
                folders,
                conditions,
                seal: Seal { depth: Depth::Folder, digest: seal },
                kept: None,
                took: self.took,
            };
            let built =
                Built { bundle: seal, pages: 1, files: 1, bytes: 1, rendered: 1, written: 1, removed: 0, until: None };
            cache.learn(site, &SiteOutcome { built: Some(built), diagnostics: Vec::new() }, Some(made));
        }
        cache.save(&self.kept, "index", "dist", Scope { is_whole: true, is_quiet: true }).unwrap();
        self.past = Past::read(&self.kept, "index").0;
        reason
    }

    fn build(&mut self) -> Option<Reason> {
        self.run(|sources| {
            sources.read("content/a/_index.md", u64::MAX).unwrap();
            Conditions::default()
        })
    }
}

#[test]
fn a_site_of_which_nothing_changed_is_kept() {
    let mut farm = Farm::new();
    assert_eq!(farm.build(), Some(Reason::Unknown));
    assert_eq!(farm.build(), None);
}

#[test]
fn a_site_is_known_by_what_it_is_made_of_wherever_its_output_is() {
    let mut farm = Farm::new();
    farm.build();
    let known = |farm: &Farm| {
        let noted = Noted::new(&farm.files);
        let fleet = manifest::load(&noted).fleet.unwrap();
        let sources = Sources::new(&farm.files, &fleet.folders, &farm.past, farm.now);
        let moment = Moment { now: farm.now, drafts: false };
        let cache = Cache::new(&farm.past, &sources, moment, &fleet, noted.into_read());
        let bundle = cache.known(&fleet.sites[0]).map(|outcome| outcome.built.unwrap().bundle);
        (bundle, cache.took(&fleet.sites[0].id).unwrap())
    };
    assert_eq!(known(&farm), (Some(Digest::of(DELIVERED)), farm.took));
    farm.files.put("content/a/_index.md", "Howdy");
    assert_eq!(known(&farm), (None, farm.took));
}

#[test]
fn a_site_that_only_took_longer_leaves_nothing_new_to_keep() {
    let mut farm = Farm::new();
    farm.build();
    let before = farm.kept.snapshot();
    (farm.seen, farm.took) = (Digest::of(b"as others left it"), farm.took * 2);
    assert_eq!(farm.build(), Some(Reason::Output));
    assert!(farm.kept.snapshot() == before);
}

#[test]
fn a_file_that_holds_something_else_makes_the_site_anew() {
    let mut farm = Farm::new();
    farm.build();
    farm.files.put("content/a/_index.md", "Howdy");
    assert_eq!(farm.build(), Some(Reason::Folder("content/a".to_owned())));
    assert_eq!(farm.build(), None);
}

#[test]
fn files_that_came_changed_and_went_are_named() {
    let mut farm = Farm::new();
    farm.files.put("content/a/old.md", "Old");
    farm.build();
    farm.files.put("content/a/_index.md", "Howdy");
    farm.files.put("content/a/new.md", "New");
    farm.files.remove("content/a/old.md");
    let fleet = manifest::load(&farm.files).fleet.unwrap();
    let sources = Sources::new(&farm.files, &fleet.folders, &farm.past, farm.now);
    let changes =
        sources.changes("content/a").into_iter().map(|change| format!("{} {}", change.kind.name(), change.file));
    let expected = ["edited content/a/_index.md", "added content/a/new.md", "removed content/a/old.md"];
    assert_eq!(changes.collect::<Vec<_>>(), expected);
}

#[test]
fn a_file_that_was_touched_but_holds_the_same_changes_nothing() {
    let mut farm = Farm::new();
    farm.build();
    farm.files.put("content/a/_index.md", "Hello");
    assert_eq!(farm.build(), None);
}

#[test]
fn settings_count_and_the_place_where_they_stand_does_not() {
    let mut farm = Farm::new();
    farm.build();
    farm.files.put("sites.toml", format!("# a remark\n{MANIFEST}"));
    assert_eq!(farm.build(), None);
    farm.files.put("sites.toml", format!("{MANIFEST}title = \"Another\"\n"));
    assert_eq!(farm.build(), Some(Reason::Settings));
}

#[test]
fn a_page_that_is_due_makes_the_site_anew_and_going_back_in_time_does_so_again() {
    let mut farm = Farm::new();
    let publish: Timestamp = "2026-06-02T00:00:00Z".parse().unwrap();
    let make = |now: Timestamp| {
        move |_: &Sources<'_>| {
            let mut conditions = Conditions::default();
            conditions.turn(publish, now);
            conditions
        }
    };
    farm.run(make(farm.now));
    assert_eq!(farm.run(make(farm.now)), None);
    farm.now = publish;
    assert_eq!(farm.run(make(farm.now)), Some(Reason::Calendar));
    assert_eq!(farm.run(make(farm.now)), None);
    farm.now = "2026-06-01T00:00:00Z".parse().unwrap();
    assert_eq!(farm.run(make(farm.now)), Some(Reason::Calendar));
}

#[test]
fn a_file_that_changes_while_a_run_reads_it_leaves_nothing_to_believe() {
    let mut farm = Farm::new();
    let files = std::mem::take(&mut farm.files);
    let fleet = manifest::load(&files).fleet.unwrap();
    let sources = Sources::new(&files, &fleet.folders, &farm.past, farm.now);
    sources.read("content/a/_index.md", u64::MAX).unwrap();
    assert!(sources.digest("content/a").is_some());
    files.put("content/a/_index.md", "Howdy");
    sources.read("content/a/_index.md", u64::MAX).unwrap();
    assert_eq!(sources.digest("content/a"), None);
    assert!(sources.digest("themes/plain").is_some());
}

#[test]
fn a_look_at_what_belongs_to_no_site_makes_the_whole_run_uncertain() {
    let farm = Farm::new();
    let fleet = manifest::load(&farm.files).fleet.unwrap();
    let sources = Sources::new(&farm.files, &fleet.folders, &farm.past, farm.now);
    assert!(sources.digest("content/a").is_some());
    assert!(sources.read("sites.toml", u64::MAX).is_ok());
    assert_eq!(sources.digest("content/a"), None);
}

#[test]
fn a_cache_cut_at_any_length_or_with_any_bit_turned_is_not_believed() {
    let mut farm = Farm::new();
    farm.build();
    let whole = farm.kept.snapshot()["index"].clone();
    let believed = |bytes: &[u8]| {
        let kept = Memory::new();
        kept.put("index", bytes);
        Past::read(&kept, "index").0 != Past::default()
    };
    assert!(believed(&whole));
    assert!((0..whole.len()).all(|length| !believed(&whole[..length])));
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << bit;
            assert!(!believed(&bytes), "byte {at}, bit {bit}");
        }
    }
}

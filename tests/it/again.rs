//! The second build: what is made again, why, and what is left alone.

use crate::farm::{Farm, Run};
use crate::mistakes::kept;
use std::fs;
use std::time::Duration;

/// Three sites; two of them share a layer.
fn farm() -> Farm {
    Farm::new()
        .site_with("a", "content = [\"shared\", \"a\"]")
        .site_with("b", "content = [\"shared\", \"b\"]")
        .site("c")
        .page("shared/about.md", "About us.")
}

/// The end of the summary line without the time.
fn summary(run: &Run) -> String {
    let line = run.stdout.lines().next().unwrap();
    line.rsplit_once(" · ").unwrap().0.to_owned()
}

#[track_caller]
fn built(farm: &Farm, words: &str) -> String {
    summary(&farm.run(words).ends(0))
}

#[test]
fn only_sites_of_which_something_changed_are_made_again() {
    let farm = farm();
    assert_eq!(built(&farm, "build"), "3 sites built · 8 pages · 17 files written");
    assert_eq!(built(&farm, "build"), "3 sites unchanged · nothing to write");
    let farm = farm.page("c/_index.md", "Howdy.");
    assert!(built(&farm, "build").starts_with("3 sites · 1 built, 2 unchanged · 2 pages · "));
    let farm = farm.page("shared/about.md", "About you.");
    assert!(built(&farm, "build").starts_with("3 sites · 2 built, 1 unchanged · 6 pages · "));
    let farm = farm.theme("templates/page.html", "{% extends \"layout.html\" %} ");
    assert!(built(&farm, "build").starts_with("3 sites built · 8 pages · "));
}

#[test]
fn what_was_edited_is_made_although_only_other_sites_were_built_since() {
    let farm = farm();
    farm.run("build").ends(0);
    let farm = farm.page("c/_index.md", "Howdy.");
    // What is long at rest is known by its facts alone.
    std::thread::sleep(Duration::from_millis(3_100));
    assert_eq!(built(&farm, "build --site a"), "1 site unchanged · nothing to write");
    assert!(built(&farm, "build").starts_with("3 sites · 1 built, 2 unchanged · 2 pages · "));
    let farm = farm.append("sites.toml", "description = \"Of the last site\"\n");
    std::thread::sleep(Duration::from_millis(3_100));
    assert_eq!(built(&farm, "build --site a"), "1 site unchanged · nothing to write");
    assert!(built(&farm, "build").starts_with("3 sites · 1 built, 2 unchanged · 2 pages · "));
}

#[test]
fn a_remark_in_the_manifest_changes_no_site_and_a_new_site_no_other() {
    let farm = farm();
    farm.run("build").ends(0);
    let farm = farm.append("sites.toml", "\n# A remark.\n");
    assert_eq!(built(&farm, "build"), "3 sites unchanged · nothing to write");
    let farm = farm.site("d");
    assert!(built(&farm, "build").starts_with("4 sites · 1 built, 3 unchanged · 2 pages · "));
}

#[test]
fn a_page_that_is_due_is_shown_on_its_day_and_hidden_again_the_day_before() {
    let farm = farm().page("c/soon.md", "+++\npublish = 2026-06-02\n+++\nSoon.");
    let early = farm.run("build --now 2026-06-01").ends(0);
    assert!(!early.dist.has("c/soon/index.html"));
    assert_eq!(built(&farm, "build --now 2026-06-01"), "3 sites unchanged · nothing to write");
    assert!(farm.run("build --now 2026-06-02").ends(0).dist.has("c/soon/index.html"));
    let back = farm.run("build --now 2026-06-01").ends(0);
    assert_eq!(early.dist.difference(&back.dist), None);
}

#[test]
fn warnings_of_sites_that_are_left_alone_are_told_again() {
    let farm = farm().page("c/_index.md", "[Nowhere](#gone)");
    let first = farm.run("build").ends(0);
    let second = farm.run("build").ends(0);
    assert!(first.stderr.contains("H0302"), "{}", first.stderr);
    assert_eq!(first.stderr, second.stderr);
    let moved = farm.append("sites.toml", "\n# A remark.\n").run("build --quiet --format json").ends(0);
    assert!(moved.stdout.contains("H0302"), "{}", moved.stdout);
}

#[test]
fn an_output_that_someone_removed_comes_back() {
    let farm = farm();
    let clean = farm.run("build").ends(0).dist;
    let farm = farm.with(|root| fs::remove_file(root.join("dist/a/about/index.html")).unwrap());
    assert_eq!(clean.difference(&farm.run("build").ends(0).dist), None);
    let farm = farm.with(|root| fs::remove_dir_all(root.join("dist")).unwrap());
    assert_eq!(clean.difference(&farm.run("build").ends(0).dist), None);
}

#[test]
fn a_clean_build_believes_nothing() {
    let farm = farm();
    farm.run("build").ends(0);
    assert_eq!(built(&farm, "build --clean"), "3 sites built · 8 pages · nothing to write");
}

#[test]
fn only_changed_sites_are_named_if_only_they_are_asked_for() {
    let farm = farm();
    farm.run("build").ends(0);
    assert_eq!(built(&farm, "build --changed"), "no site changed · nothing to write");
    let farm = farm.page("shared/about.md", "About you.");
    let run = farm.run("build --changed --format json").ends(0);
    let sites: Vec<&str> = run.stdout.lines().filter(|line| line.contains("site_finished")).collect();
    assert!(sites.len() == 2 && !run.stdout.contains("\"site\":\"c\""), "{}", run.stdout);
    assert_eq!(built(&farm, "build"), "3 sites unchanged · nothing to write");
}

#[test]
fn a_place_of_its_own_has_a_memory_of_its_own() {
    let farm = farm();
    farm.run("build").ends(0);
    assert!(built(&farm, "build --out public").starts_with("3 sites built"));
    assert_eq!(built(&farm, "build --out public"), "3 sites unchanged · nothing to write");
    assert_eq!(built(&farm, "build"), "3 sites unchanged · nothing to write");
}

#[test]
fn the_reasons_are_told() {
    let farm = farm();
    farm.run("build").ends(0);
    let explained = |farm: &Farm, path: &str| {
        let run = farm.run(&format!("build --explain {path}")).ends(0);
        run.stdout.lines().skip(1).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(
        explained(&farm, "dist/a/about/index.html"),
        "dist/a/about/index.html was left as it was\n  because nothing that `a` is made of changed: \
         its settings, `content/_data`, `content/a`, `content/shared`, `themes/plain`"
    );
    let farm = farm.page("shared/about.md", "About you.").page("shared/new.md", "New.");
    assert_eq!(
        explained(&farm, "a/about/"),
        "dist/a/about/index.html was made again and holds something else now\n  because the folder `content/shared` \
         changed\n    edited  content/shared/about.md\n    added   content/shared/new.md"
    );
    let farm = farm.with(|root| fs::remove_file(root.join("content/shared/new.md")).unwrap());
    let gone = explained(&farm, "./dist/b/new/index.html");
    assert!(gone.contains("is gone, nothing makes it any more") && gone.contains("removed"), "{gone}");
    let json = farm.run("build --explain c --format json").ends(0).stdout;
    assert!(json.contains("\"event\":\"explained\"") && json.contains("\"fate\":\"kept\""), "{json}");
}

#[test]
fn a_site_whose_name_begins_like_the_output_is_explained() {
    let farm = Farm::new().site("distanz");
    farm.run("build").ends(0);
    let farm = farm.page("distanz/about.md", "About us.");
    let said = farm.run("build --explain distanz/about/").ends(0).stdout;
    assert!(said.contains("dist/distanz/about/index.html ") && !said.contains("not there"), "{said}");
}

#[test]
fn an_output_of_no_site_cannot_be_explained() {
    kept("an_output_of_no_site_is_asked_about", &farm().run("build --explain dist/aa/index.html").ends(2));
}

#[test]
fn what_a_clean_build_makes_is_compared_with_what_lies_there() {
    // So many files that a change deep inside of a site is not noticed by a build.
    let sites = (0..60).map(|site| format!("many-{site}"));
    let farm =
        sites.fold(Farm::in_memory(), |farm, id| farm.site_with(&id, &format!("content = [\"files\", \"{id}\"]")));
    let farm = (0..200).fold(farm, |farm, file| farm.file(&format!("content/files/_static/deep/{file}.txt"), "same"));
    let run = farm.run("build --verify").ends(0);
    assert!(run.stdout.contains("60 sites verified"), "{}", run.stdout);
    let farm = farm.file("dist/many-7/deep/7.txt", "other");
    assert_eq!(built(&farm, "build"), "60 sites unchanged · nothing to write");
    kept("an_output_differs_from_a_clean_build", &farm.run("build --verify").ends(70));
    farm.run("build --clean --verify").ends(0);
}

#[test]
fn the_cache_can_be_looked_at_and_thrown_away() {
    let farm = farm();
    assert_eq!(farm.run("cache stat").ends(0).stdout, "the cache is empty\n");
    farm.run("build").ends(0);
    let farm = farm.file(".hectare/cache/index.0123456789", "not a cache");
    let shown = farm.run("cache stat").ends(0).stdout;
    assert!(shown.contains("3 sites of 6 folders, built into REPOSITORY/dist"), "{shown}");
    assert!(shown.contains("damaged, or of another version of hectare"), "{shown}");
    assert_eq!(farm.run("cache gc").ends(0).stdout, "1 file removed · 11 bytes\n");
    assert_eq!(built(&farm, "build"), "3 sites unchanged · nothing to write");
    assert!(farm.run("cache clear").ends(0).stdout.starts_with("1 file removed · "));
    assert_eq!(built(&farm, "build"), "3 sites built · 8 pages · nothing to write");
    assert!(
        farm.with(|root| fs::remove_file(root.join("sites.toml")).unwrap()).run("cache stat").ends(2).stdout.is_empty()
    );
}

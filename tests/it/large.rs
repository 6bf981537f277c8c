//! A large site: pages of which nothing changed are not made again.

use crate::farm::{Farm, Run};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::process::Command;
use std::time::Duration;

/// Two sections of 200 pages, ten on one page of their lists.
fn farm() -> Farm {
    let farm = Farm::in_memory()
        .site("big")
        .append("sites.toml", "paginate = 10\n")
        .theme(
            "templates/home.html",
            "{% extends \"layout.html\" %}{% block list %}{{ pages(kind=\"section\") | length }}{% endblock list %}",
        )
        .theme("templates/page.html", PAGE)
        .file("content/big/_data/prices.toml", "spade = 12\n");
    ["beds", "trees"].iter().fold(farm, |farm, section| {
        let farm = farm.page(&format!("big/{section}/_index.md"), &format!("+++\ntitle = \"All {section}\"\n+++\n"));
        (1..=200).fold(farm, |farm, number| page(farm, section, number, "Title", "Digging."))
    })
}

const PAGE: &str = r#"{% extends "layout.html" %}
{% block list %}
{% set before = previous() %}{% if before %}<a href="{{ before.url }}">{{ before.title }}</a>{% endif %}
{% set after = next() %}{% if after %}<a href="{{ after.url }}">{{ after.title }}</a>{% endif %}
{% if page.extra.sells is defined %}{% set prices = data(name="prices") %}{{ prices.spade }}{% endif %}
{% endblock list %}
"#;

fn page(farm: Farm, section: &str, number: usize, title: &str, body: &str) -> Farm {
    let sells = if number.is_multiple_of(50) { "[extra]\nsells = true\n" } else { "" };
    let text =
        format!("+++\ntitle = \"{title} {number}\"\nweight = {number}\n{sells}+++\nSoon.\n\n<!-- more -->\n\n{body}\n");
    farm.page(&format!("big/{section}/p{number}.md"), &text)
}

/// 400 pages, the lists of their sections on 20 pages each, the home page and `404.html`.
const SHEETS: u64 = 442;

/// How many pages a build makes.
#[track_caller]
fn rendered(farm: &Farm) -> u64 {
    rendered_with(farm, "")
}

#[track_caller]
fn rendered_with(farm: &Farm, words: &str) -> u64 {
    number(&farm.run(&format!("build --format json {words}")).ends(0), "rendered")
}

fn number(run: &Run, name: &str) -> u64 {
    let last = run.stdout.lines().last().unwrap();
    serde_json::from_str::<serde_json::Value>(last).unwrap()[name].as_u64().unwrap()
}

/// Every finished page with its number on the disk.
fn inodes(farm: &Farm) -> BTreeMap<String, u64> {
    let files = walkdir::WalkDir::new(farm.place("dist")).into_iter().map(Result::unwrap);
    let pages = files.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "html"));
    pages.map(|entry| (entry.path().to_string_lossy().into_owned(), entry.metadata().unwrap().ino())).collect()
}

/// Nothing lies there but what a clean build makes.
#[track_caller]
fn assert_clean(farm: &Farm) {
    farm.run("build --verify").ends(0);
}

#[test]
fn a_title_is_shown_anew_where_it_is_shown() {
    let farm = farm();
    assert_eq!(rendered(&farm), SHEETS);
    let before = inodes(&farm);
    let farm = page(farm, "beds", 100, "Better title", "Digging.");
    // The page, its neighbours, and the page of the list that it is on.
    assert_eq!(rendered(&farm), 4);
    let after = inodes(&farm);
    assert_eq!(before.len(), after.len());
    assert_eq!(after.iter().filter(|(path, inode)| before[*path] != **inode).count(), 4);
    assert_clean(&farm);
}

#[test]
fn a_text_is_shown_on_its_page_only_and_its_summary_where_it_is_shown() {
    let farm = farm();
    rendered(&farm);
    let farm = page(farm, "trees", 7, "Title", "Pruning.");
    assert_eq!(rendered(&farm), 1);
    let farm = page(farm, "trees", 7, "Title", "Pruning and waiting.");
    assert_eq!(rendered(&farm), 4, "a list may show how many words a page has");
    assert_clean(&farm);
}

#[test]
fn data_changes_pages_that_ask_for_it() {
    let farm = farm();
    rendered(&farm);
    let farm = farm.file("content/big/_data/prices.toml", "spade = 13\n");
    assert_eq!(rendered(&farm), 8);
    let farm = farm.file("content/big/_data/more.toml", "fork = 1\n");
    assert_eq!(rendered(&farm), 0);
    assert_clean(&farm);
}

#[test]
fn a_template_or_a_setting_changes_all_pages() {
    let farm = farm();
    rendered(&farm);
    let farm = farm.theme("templates/page.html", &format!("{PAGE}\n<!-- -->"));
    assert_eq!(rendered(&farm), SHEETS);
    let farm = farm.append("sites.toml", "description = \"New\"\n");
    assert_eq!(rendered(&farm), SHEETS);
    assert_clean(&farm);
}

#[test]
fn a_page_that_leaves_changes_its_neighbours_and_the_lists_behind_it() {
    let farm = farm();
    rendered(&farm);
    let farm = farm.with(|root| fs::remove_file(root.join("content/big/beds/p100.md")).unwrap());
    // Two neighbours, and eleven pages of the list, on which everything moves up.
    assert_eq!(rendered(&farm), 13);
    assert!(!farm.place("dist/big/beds/p100").exists());
    let farm = page(farm, "beds", 100, "Title", "Digging.");
    assert_eq!(rendered(&farm), 14);
    assert_clean(&farm);
}

#[test]
fn what_cannot_be_relied_on_is_made_again() {
    let farm = farm();
    rendered(&farm);
    let farm = page(farm, "beds", 1, "Other title", "Digging.").file("dist/big/beds/p5/index.html", "mine");
    assert_eq!(rendered(&farm), SHEETS, "somebody was in the output");
    let farm = page(farm, "beds", 1, "Title", "Digging.");
    assert_eq!(rendered_with(&farm, "--clean"), SHEETS);
    let farm = page(farm, "beds", 1, "Other title", "Digging.");
    assert_eq!(rendered(&farm), 3, "a clean build is remembered, too");
    let pages = farm.place(".hectare/cache/pages/big");
    let mut bytes = fs::read(&pages).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let farm = page(farm, "beds", 1, "Title", "Digging.").file(".hectare/cache/pages/big", &bytes);
    let run = farm.run("build").ends(0);
    assert_eq!(run.stderr, "", "nothing is lost with it");
    assert!(run.stdout.contains(&format!("{SHEETS} pages")), "{}", run.stdout);
    assert_clean(&farm);
}

#[test]
fn what_is_remembered_of_pages_is_shown_and_removed() {
    let farm = farm();
    rendered(&farm);
    let pages = farm.place(".hectare/cache/pages/big");
    assert!(farm.run("cache stat").ends(0).stdout.contains("a site of 442 pages"));
    farm.run("cache gc").ends(0);
    assert!(pages.exists());
    let farm = farm.with(|root| fs::remove_dir_all(root.join("content/big/trees")).unwrap());
    rendered(&farm);
    assert!(!pages.exists(), "the site is no longer large");
    assert_eq!(rendered_with(&page(farm, "beds", 9, "New", "Text"), "--pages-above 10"), 222);
}

#[test]
fn a_full_minifier_says_the_same_of_every_build() {
    let farm = farm().append("sites.toml", "minify = \"full\"\n");
    assert_eq!(rendered(&farm), SHEETS);
    assert_eq!(rendered(&page(farm, "beds", 1, "New", "Text")), SHEETS);
}

/// The Markdown files that a build opens.
fn texts_read(farm: &Farm) -> BTreeSet<String> {
    let log = farm.place("strace.log");
    let mut traced = Command::new("strace");
    traced.args(["-f", "-e", "trace=open,openat,openat2", "-o"]).arg(&log);
    traced.arg(env!("CARGO_BIN_EXE_hectare")).arg("build").current_dir(farm.place("")).env_clear();
    let path = std::env::var_os("PATH").map(|path| ("PATH", path));
    assert!(traced.envs(path).output().expect("strace is installed").status.success());
    let log = fs::read_to_string(log).unwrap();
    let opened = log.lines().filter_map(|line| line.split('"').nth(1)).filter(|path| path.ends_with(".md"));
    opened.map(|path| path.rsplit_once("content/big/").map_or(path, |(_, below)| below).to_owned()).collect()
}

/// The finished pages that are other files now.
fn renewed(before: &BTreeMap<String, u64>, after: &BTreeMap<String, u64>) -> Vec<String> {
    assert!(before.keys().eq(after.keys()));
    let other = after.iter().filter(|(path, inode)| before[*path] != **inode);
    other.map(|(path, _)| path.rsplit_once("dist/big/").unwrap().1.to_owned()).collect()
}

#[test]
fn of_an_edited_site_only_texts_that_show_the_edit_are_read_and_only_what_differs_is_written() {
    let farm = farm();
    rendered(&farm);
    // A file is known by its facts when it has been at rest for so long.
    std::thread::sleep(Duration::from_millis(3_100));
    rendered(&farm);
    let before = inodes(&farm);
    let farm = page(farm, "trees", 7, "Title", "Pruning.");
    assert_eq!(texts_read(&farm), BTreeSet::from(["trees/p7.md".to_owned()]));
    let after = inodes(&farm);
    assert_eq!(renewed(&before, &after), ["trees/p7/index.html"]);
    let farm = page(farm, "trees", 7, "Title", "Pruning and waiting.");
    let read = ["trees/_index.md", "trees/p6.md", "trees/p7.md", "trees/p8.md"];
    assert_eq!(texts_read(&farm), BTreeSet::from(read.map(str::to_owned)), "a list may show how many words a page has");
    assert_eq!(renewed(&after, &inodes(&farm)), ["trees/p7/index.html"], "but these lists do not");
    assert_clean(&farm);
}

#[test]
fn edits_follow_edits() {
    let farm = farm();
    rendered(&farm);
    let mut farm = farm;
    for round in 0..12 {
        farm = page(farm, "trees", 7 + round % 3, "Title", &"More. ".repeat(round));
        assert!((1..=5).contains(&rendered(&farm)), "round {round}");
        assert_clean(&farm);
    }
    let kept = farm.run("cache stat").ends(0).stdout;
    assert!(kept.contains("edits/big") && kept.contains("edits of it"), "{kept}");
    let farm = farm.append("sites.toml", "description = \"New\"\n");
    assert_eq!(rendered(&farm), SHEETS);
    assert!(!farm.place(".hectare/cache/edits/big").exists(), "all of it is kept anew");
    assert_clean(&farm);
}

#[test]
fn what_is_wrong_with_pages_that_are_left_is_told_again() {
    let farm = farm();
    let farm = page(farm, "beds", 3, "Title", "[Soil](@/trees/p9.md#soil), [nothing](@/trees/p9.md#nothing)");
    let farm = page(farm, "trees", 9, "Title", "## Soil");
    let said = |farm: &Farm| farm.run("build --format json").ends(0).stdout.matches("there is no heading").count();
    assert_eq!(said(&farm), 1);
    let farm = page(farm, "trees", 100, "Title", "Elsewhere.");
    assert_eq!(said(&farm), 1, "nobody looks at it");
    let farm = page(farm, "trees", 9, "Title", "## Earth");
    assert_eq!(said(&farm), 2, "a heading that others link to is gone");
    let farm = page(farm, "trees", 9, "Title", "## Nothing\n\n## Soil");
    assert_eq!(said(&farm), 0);
    let farm = page(farm, "beds", 3, "Title", "Also [soil](@/trees/p9.md#soil).");
    assert_eq!(said(&farm), 0, "a link to a heading of a page that nobody edited");
    assert_clean(&farm);
}

#[test]
fn a_text_that_says_more_than_a_text_makes_the_site_anew() {
    let farm = farm();
    rendered(&farm);
    let farm = farm.append("content/big/beds/p1.md", "\n[Nowhere](@/beds/none.md)\n");
    assert!(farm.run("build").ends(1).stderr.contains("H0301"));
    let farm = page(farm, "beds", 1, "Title", "Digging.").page("big/beds/p2.md", "# A heading\n");
    assert!(rendered(&farm) > 0);
    let farm = farm.page("big/beds/p2.md", "# Another heading\n");
    assert!(rendered(&farm) > 1, "it is the title of the page");
    assert!(fs::read_to_string(farm.place("dist/big/beds/p200/index.html")).unwrap().contains("Another heading"));
    assert_clean(&farm);
}

#[test]
fn a_page_that_was_left_is_said_to_be() {
    let farm = farm();
    rendered(&farm);
    let farm = page(farm, "trees", 7, "Title", "Pruning.");
    let said = farm.run("build --explain big/trees/p100/").ends(0).stdout;
    assert!(said.contains("was left where it lies: nothing that it shows changed"), "{said}");
    assert!(said.contains("edited  content/big/trees/p7.md"), "{said}");
    let farm = page(farm, "trees", 7, "Title", "Digging.");
    let said = farm.run("build --explain big/trees/p7/").ends(0).stdout;
    assert!(said.contains("was made again and holds something else now"), "{said}");
}

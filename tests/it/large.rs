//! A large site: pages of which nothing changed are not made again.

use crate::farm::{Farm, Run};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;

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

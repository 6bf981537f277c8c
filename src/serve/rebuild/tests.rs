//! Which sites a change touches.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use super::affected::{affected, differ, is_same, single_text};
use super::ways::Ways;
use crate::manifest;
use crate::model::Fleet;
use crate::world::{Changes, Memory};
use std::collections::BTreeSet;

const MANIFEST: &str = r#"edition = "2026"
[[site]]
id = "beds"
domain = "beds.example"
theme = "child"
content = ["garden", "beds"]
[[site]]
id = "desk"
domain = "desk.example"
theme = "plain"
"#;

fn repository() -> Memory {
    let files = Memory::new();
    files.put("sites.toml", MANIFEST);
    files.put("themes/plain/theme.toml", "name = \"Plain\"");
    files.put("themes/child/theme.toml", "extends = \"plain\"");
    files.put("themes/other/templates/page.html", "");
    for layer in ["garden", "beds", "desk"] {
        files.put(format!("content/{layer}/_index.md"), "");
    }
    files
}

fn fleet(files: &Memory) -> Fleet {
    manifest::load(files).fleet.unwrap()
}

/// The sites that a change touches, and whether the manifest is read again.
fn touched(path: &str) -> (Vec<String>, bool) {
    let files = repository();
    let fleet = fleet(&files);
    let changes = Changes::Paths(BTreeSet::from([path.to_owned()]));
    let (tables, ways) = (BTreeSet::from(["lists/sites.csv".to_owned()]), Ways::default());
    let affected = affected(&files, &fleet, &tables, &ways, &changes);
    let sites = fleet.sites.iter().filter(|site| affected.touches(site)).map(|site| site.id.to_string());
    (sites.collect(), affected.manifest)
}

#[test]
fn a_change_touches_the_sites_that_read_it_and_no_others() {
    let sites = |names: &[&str]| (names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), false);
    assert_eq!(touched("content/garden/a/b.md"), sites(&["beds"]));
    assert_eq!(touched("content/desktop/a.md"), sites(&[]));
    assert_eq!(touched("content/_data/prices.toml"), sites(&["beds", "desk"]));
    assert_eq!(touched("themes/child/words/en.toml"), sites(&["beds"]));
    assert_eq!(touched("themes/plain/templates/page.html"), sites(&["beds", "desk"]));
    assert_eq!(touched("themes/other/templates/page.html"), sites(&[]));
    assert_eq!(touched("README.md"), sites(&[]));
    assert_eq!(touched("sites.toml"), (Vec::new(), true));
    assert_eq!(touched("lists/sites.csv"), (Vec::new(), true));
}

#[test]
fn what_the_manifest_names_may_come_and_go() {
    let sites = |names: &[&str]| (names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), true);
    assert_eq!(touched("content"), sites(&["beds", "desk"]));
    assert_eq!(touched("content/desk"), sites(&["desk"]));
    assert_eq!(touched("content/guests"), sites(&[]));
    assert_eq!(touched("themes/child"), sites(&["beds"]));
    assert_eq!(touched("themes/child/theme.toml"), sites(&["beds"]));
}

#[test]
fn a_site_is_the_same_wherever_it_is_written() {
    let files = repository();
    let old = fleet(&files);
    files.put("sites.toml", format!("# A remark.\n{}", MANIFEST.replace("desk.example", "other.example")));
    let new = fleet(&files);
    let same: Vec<bool> = old.sites.iter().zip(&new.sites).map(|(old, new)| is_same(old, new)).collect();
    assert_eq!(same, [true, false]);
    assert!(!differ(&old, &new));
    files.put("sites.toml", format!("{MANIFEST}tags = [\"work\"]\n"));
    assert!(differ(&old, &fleet(&files)), "content may be meant for sites with a tag");
}

#[test]
fn a_text_is_followed_if_it_is_the_only_one() {
    let fleet = fleet(&repository());
    let text = |paths: &[&str]| single_text(&fleet, &paths.iter().map(|path| (*path).to_owned()).collect::<Vec<_>>());
    assert_eq!(text(&["content/garden/a/b.md", "content/garden/x.jpg"]), Some("a/b.md".to_owned()));
    assert_eq!(text(&["content/garden/a.md", "content/garden/b.md"]), None);
    assert_eq!(text(&["themes/plain/templates/page.html"]), None);
}

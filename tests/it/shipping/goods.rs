//! What the ledger lost of a release that is live is noticed, and put back from the finished site.

use super::field::{Field, ended};
use super::fleet::{edit, fleet, home};
use super::rules::kept;
use crate::farm::Farm;
use hectare::deploy::{Condition, Ledger};
use hectare::event::Arrival;
use hectare::model::Digest;
use std::fs;
use std::path::{Path, PathBuf};

/// Where the ledger keeps a file that is live.
pub(super) fn good(farm: &Farm, site: &str, path: &str) -> PathBuf {
    kept_as(&farm.place(".hectare/ledger"), &fs::read(farm.place(&format!("live/{site}/{path}"))).unwrap())
}

fn kept_as(ledger: &Path, bytes: &[u8]) -> PathBuf {
    let digest = Digest::of(bytes).to_string();
    ledger.join(format!("goods/{}/{digest}", &digest[..2]))
}

#[test]
fn what_was_lost_of_a_live_release_is_kept_again_by_the_next_deploy_of_its_site() {
    let farm = fleet(&["garden", "kitchen"]);
    farm.run("deploy").ends(0);
    let lost = ["404.html", "sitemap.xml"].map(|path| good(&farm, "garden", path));
    fs::remove_file(&lost[0]).unwrap();
    fs::write(&lost[1], "cut").unwrap();
    assert!(farm.run("deploy").ends(0).stdout.contains("nothing changes"), "nothing of it is looked at for nothing");
    let farm = edit(farm, "garden", "Snow.");
    farm.run("deploy").ends(0);
    assert_eq!(good(&farm, "garden", "404.html"), lost[0], "it is still a part of the site");
    assert!(farm.run("cache verify").ends(0).stdout.contains(", 0 damaged or gone"));
}

#[test]
fn what_is_damaged_is_found_when_a_host_asks_for_it_and_sent_as_it_was_built() {
    let mut field = Field::new(1, "cloudflare-pages");
    field.deploy();
    let css = b"body { color: black }";
    let place = kept_as(field.folder.path(), css);
    fs::write(&place, b"body { color: blank }").unwrap();
    field.host.books().accepted.clear();
    field.edit_all("Snow in");
    assert_eq!(ended(&field.deploy(), Arrival::Live), 1, "the host compares what it gets");
    let vault = field.vault();
    let store = Ledger::open(&vault).unwrap().store();
    assert_eq!(store.get(Digest::of(css)).unwrap(), Condition::Whole(css.to_vec()), "it is kept again");
}

#[test]
fn verify_puts_back_what_the_finished_sites_hold_and_says_what_to_do_about_the_rest() {
    let farm = fleet(&["garden"]);
    farm.run("deploy").ends(0);
    let old = good(&farm, "garden", "index.html");
    let farm = edit(farm, "garden", "Snow.");
    farm.run("deploy").ends(0);
    let new = good(&farm, "garden", "index.html");
    let text = fs::read_to_string(&new).unwrap();
    fs::write(&new, text.replace("Snow.", "Sand.")).unwrap();
    let held = hectare::world::Lock::take(&farm.place(".hectare/ledger/lock"), "process 4711").unwrap();
    let run = farm.run("cache verify").ends(3);
    assert!(run.stdout.contains("1 damaged or gone, 0 put back"), "{}", run.stdout);
    assert!(
        run.stderr.contains("H1019") && run.stderr.contains("process 4711"),
        "it is told all the same: {}",
        run.stderr
    );
    drop(held);
    kept("content_put_back", &farm.run("cache verify").ends(3));
    assert_eq!(fs::read_to_string(&new).unwrap(), text);
    farm.run("cache verify").ends(0);
    fs::remove_file(&old).unwrap();
    let run = farm.run("cache verify --format json").ends(3);
    assert!(run.stdout.contains(r#""damaged":1"#) && run.stdout.contains(r#""mended":0"#), "{}", run.stdout);
    let farm = edit(farm, "garden", "Hello.");
    farm.run("build").ends(0);
    farm.run("cache verify").ends(3);
    assert!(old.is_file(), "the finished site holds it once more");
    farm.run("cache verify").ends(0);
    farm.run("rollback garden").ends(0);
    assert!(home(&farm, "garden").unwrap().contains("Hello."));
}

#[test]
fn a_live_release_of_which_the_list_of_files_is_lost_is_listed_again() {
    let farm = fleet(&["garden"]);
    farm.run("deploy").ends(0);
    let lists = farm.place(".hectare/ledger/releases/garden");
    fs::remove_dir_all(&lists).unwrap();
    kept("release_listed_again", &farm.run("cache verify").ends(3));
    farm.run("cache verify").ends(0);
    assert_eq!(fs::read_dir(&lists).unwrap().count(), 1);
    farm.run("cache export garden --out copy").ends(0);
    fs::remove_dir_all(&lists).unwrap();
    let farm = edit(farm, "garden", "Snow.");
    farm.run("build").ends(0);
    kept("release_unlisted", &farm.run("cache verify").ends(3));
}

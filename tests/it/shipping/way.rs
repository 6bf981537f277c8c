//! The whole way with a folder as the host: plan, deploy, status, rollback.

use super::fleet::{edit, fleet, home, run_of, shown, with};
use crate::tree::Tree;
use std::fs;

#[test]
fn only_what_changed_is_shipped() {
    let farm = fleet(&["garden", "kitchen"]);
    farm.run("deploy").ends(0);
    let kitchen = fs::read_link(farm.place("live/kitchen")).unwrap();
    let farm = edit(farm, "garden", "Snow.");
    let run = farm.run("deploy").ends(0);
    assert!(run.stdout.contains("1 of 1 parcel live"), "{}", run.stdout);
    assert!(home(&farm, "garden").unwrap().contains("Snow."));
    assert_eq!(fs::read_link(farm.place("live/kitchen")).unwrap(), kitchen);
}

#[test]
fn a_plan_says_what_would_change_and_changes_nothing() {
    let farm = fleet(&["garden", "kitchen"]);
    let plan = farm.run("plan").ends(0);
    assert!(plan.stdout.contains("2 of 2 sites change"), "{}", plan.stdout);
    assert!(home(&farm, "garden").is_none() && !farm.place(".hectare/ledger").exists());
    farm.run("deploy").ends(0);
    let farm = edit(farm, "garden", "Snow.").page("garden/new.md", "New.");
    let plan = farm.run("plan --format json").ends(0);
    let line = plan.stdout.lines().find(|line| line.contains("\"shipments\"")).unwrap();
    let plan: serde_json::Value = serde_json::from_str(line).unwrap();
    let site = &plan["shipments"][0]["sites"][0];
    assert_eq!((site["site"].as_str(), plan["unchanged"].as_u64()), (Some("garden"), Some(1)));
    assert_eq!((site["added"].as_u64(), site["removed"].as_u64()), (Some(1), Some(0)));
    assert!(!home(&farm, "garden").unwrap().contains("Snow."));
}

#[test]
fn a_site_that_cannot_be_built_stays_as_it_is_live() {
    let farm = fleet(&["garden", "kitchen"]);
    farm.run("deploy").ends(0);
    let farm = edit(farm, "kitchen", "Bread.").page("garden/_index.md", "+++\ntitle = \n+++\n");
    let run = farm.run("deploy").ends(1);
    assert!(run.stdout.contains("1 of 1 parcel live"), "{}", run.stdout);
    assert!(home(&farm, "garden").unwrap().contains("Hello.") && home(&farm, "kitchen").unwrap().contains("Bread."));
}

#[test]
fn a_site_goes_back_to_the_release_before_or_to_any_other() {
    let farm = fleet(&["garden"]);
    farm.run("deploy").ends(0);
    let mut farm = farm;
    for text in ["Snow.", "Rain."] {
        farm = edit(farm, "garden", text);
        farm.run("deploy").ends(0);
    }
    farm.run("rollback garden").ends(0);
    assert!(home(&farm, "garden").unwrap().contains("Snow."));
    let releases = fs::read_dir(farm.place(".hectare/ledger/releases/garden")).unwrap().count();
    assert_eq!(releases, 3, "all releases are kept");
    let first = fs::read_to_string(farm.place(".hectare/ledger/receipts/web/garden/00000001.json")).unwrap();
    let first: serde_json::Value = serde_json::from_str(&first).unwrap();
    let id = first["receipt"]["sites"]["garden"].as_str().unwrap().to_owned();
    farm.run(&format!("rollback garden --to {}", &id[..8])).ends(0);
    assert!(home(&farm, "garden").unwrap().contains("Hello."));
}

#[test]
fn everything_that_a_run_changed_goes_back_and_nothing_else() {
    let farm = fleet(&["garden", "kitchen", "cellar"]);
    farm.run("deploy --site garden --site kitchen").ends(0);
    let farm = edit(edit(farm, "garden", "Snow."), "kitchen", "Bread.");
    let run = run_of(&farm.run("deploy").ends(0));
    let farm = edit(farm, "kitchen", "Cake.");
    farm.run("deploy").ends(0);
    farm.run(&format!("rollback --run {run}")).ends(0);
    assert!(home(&farm, "garden").unwrap().contains("Hello."));
    assert!(home(&farm, "kitchen").unwrap().contains("Cake."), "a later run changed it again");
    assert!(home(&farm, "cellar").is_none(), "it was live for the first time");
    let again = farm.run(&format!("rollback --run {run}")).ends(0).stdout;
    assert!(again.starts_with("nothing goes back"), "{again}");
    let json = farm.run(&format!("rollback --run {run} --format json")).ends(0).stdout;
    assert!(json.contains(r#""event":"shipping_finished""#) && json.contains(r#""parcels":0"#), "{json}");
}

#[test]
fn a_release_whose_folder_is_gone_comes_back_from_what_is_kept() {
    let farm = fleet(&["garden"]);
    farm.run("deploy").ends(0);
    let first = fs::read_link(farm.place("live/garden")).unwrap();
    let farm = edit(farm, "garden", "Snow.");
    farm.run("deploy").ends(0);
    fs::remove_dir_all(farm.place("live").join(first)).unwrap();
    farm.run("rollback garden").ends(0);
    assert!(home(&farm, "garden").unwrap().contains("Hello."));
}

#[test]
fn status_says_what_is_live_where() {
    let farm = fleet(&["garden", "kitchen"]);
    farm.run("deploy --site garden").ends(0);
    let status = farm.run("status").ends(0).stdout;
    let row = |site: &str| status.lines().find(|line| line.starts_with(site)).unwrap().to_owned();
    assert!(row("garden").contains("web") && row("garden").ends_with("live"), "{status}");
    assert!(row("kitchen").ends_with("not live"), "{status}");
}

#[test]
fn a_host_that_shows_something_else_is_found_out_and_put_right() {
    let farm = fleet(&["garden", "kitchen"]);
    farm.run("deploy").ends(0);
    fs::remove_file(farm.place("live/garden")).unwrap();
    let run = farm.run("status --refresh").ends(3);
    assert!(run.stderr.contains("H1022"), "{}", run.stderr);
    farm.run("deploy").ends(0);
    assert!(home(&farm, "garden").is_some());
    farm.run("status --refresh").ends(0);
}

#[test]
fn a_site_may_have_a_second_place() {
    let second = "\n[targets.standby]\nkind = \"folder\"\nplace = \"second\"\n";
    let farm = with(&["garden"], second).append("sites.toml", "targets = [\"web\", \"standby\"]\n");
    farm.run("deploy").ends(0);
    assert!(!farm.place("second/garden").exists());
    farm.run("deploy --to standby").ends(0);
    assert_eq!(Tree::read(&farm.place("second/garden")), shown(&farm, "garden"));
}

#[test]
fn releases_that_nobody_can_go_back_to_are_taken_out() {
    let mut farm = with(&["garden", "kitchen"], "\n[policy]\nkeep = 2\n");
    farm.run("deploy").ends(0);
    for text in ["Snow.", "Rain.", "Sun."] {
        farm = edit(farm, "garden", text);
        farm.run("deploy").ends(0);
    }
    let releases = |farm: &crate::farm::Farm| Tree::read(&farm.place(".hectare/ledger/releases")).paths().len();
    assert_eq!(releases(&farm), 5);
    let run = farm.run("cache gc").ends(0);
    assert!(run.stdout.contains("2 releases and 4 contents taken out of the ledger"), "{}", run.stdout);
    assert_eq!(releases(&farm), 3);
    assert!(farm.run("cache verify").ends(0).stdout.contains(", 0 damaged or gone"));
    farm.run("rollback garden").ends(0);
    assert!(home(&farm, "garden").unwrap().contains("Rain."));
    assert!(farm.run("cache gc").ends(0).stdout.contains("0 releases and 0 contents"));
}

#[test]
fn kept_releases_are_verified_and_exported() {
    let farm = fleet(&["garden"]);
    farm.run("deploy").ends(0);
    farm.run("cache export garden --out copy").ends(0);
    assert_eq!(Tree::read(&farm.place("copy")), shown(&farm, "garden"));
    farm.run("cache verify").ends(0);
    let goods = Tree::read(&farm.place(".hectare/ledger/goods"));
    fs::write(farm.place(".hectare/ledger/goods").join(goods.paths()[0]), "rot").unwrap();
    let run = farm.run("cache verify").ends(3);
    assert!(run.stderr.contains("H1019"), "{}", run.stderr);
    farm.run("cache verify").ends(0);
}

#[test]
fn a_host_keeps_as_many_deployments_as_it_is_told() {
    let mut farm = with(&["garden"], "\n[policy]\nkeep = 2\n");
    for text in ["One.", "Two.", "Three.", "Four."] {
        farm = edit(farm, "garden", text);
        farm.run("deploy").ends(0);
    }
    let releases = fs::read_dir(farm.place("live/.releases/garden")).unwrap();
    let folders = releases.filter(|entry| entry.as_ref().unwrap().path().is_dir()).count();
    assert_eq!(folders, 2);
    farm.run("rollback garden").ends(0);
    assert!(home(&farm, "garden").unwrap().contains("Three."));
    farm.run("rollback garden").ends(0);
    assert!(home(&farm, "garden").unwrap().contains("Two."), "what the host has let go of is shipped anew");
}

//! What is damaged in a ledger, or left over, stops nothing that does not need it.

use super::fleet::{edit, fleet, home, run_of};
use super::rules::kept;
use crate::farm::Farm;
use std::fs;
use std::path::PathBuf;

/// The only file in a folder of the ledger.
fn only(farm: &Farm, folder: &str) -> PathBuf {
    let mut files = fs::read_dir(farm.place(&format!(".hectare/ledger/{folder}"))).unwrap();
    let file = files.next().unwrap().unwrap().path();
    assert!(files.next().is_none(), "{folder}");
    file
}

#[test]
fn the_list_of_one_release_that_is_damaged_stops_no_other_site_and_is_put_back() {
    let farm = fleet(&["garden", "kitchen"]);
    farm.run("deploy").ends(0);
    let list = only(&farm, "releases/garden");
    fs::write(&list, "{").unwrap();
    let run = farm.run("cache gc").ends(0);
    assert!(run.stdout.contains("0 contents"), "what it names is not known, and stays: {}", run.stdout);
    kept("a_damaged_list", &farm.run("cache verify").ends(3));
    farm.run("cache verify").ends(0);
    fs::write(&list, "{").unwrap();
    let farm = edit(edit(farm, "garden", "Snow."), "kitchen", "Bread.");
    let run = farm.run("deploy").ends(0);
    assert!(run.stderr.contains("a file of the ledger is damaged"), "{}", run.stderr);
    assert!(home(&farm, "garden").unwrap().contains("Snow.") && home(&farm, "kitchen").unwrap().contains("Bread."));
}

#[test]
fn receipts_and_runs_that_are_damaged_are_found() {
    let farm = fleet(&["garden"]);
    farm.run("deploy").ends(0);
    fs::write(only(&farm, "receipts/web/garden"), "{").unwrap();
    fs::write(only(&farm, "runs"), "{").unwrap();
    assert!(farm.run("cache verify").ends(3).stdout.contains("2 damaged or gone"));
}

#[test]
fn a_state_that_is_lost_is_made_anew_of_the_receipts_and_what_hosts_say() {
    let farm = fleet(&["garden", "kitchen"]);
    farm.run("deploy").ends(0);
    let farm = edit(farm, "garden", "Snow.");
    farm.run("deploy").ends(0);
    let state = farm.place(".hectare/ledger/state.json");
    let whole = fs::read(&state).unwrap();
    for text in [Some("{"), None] {
        match text {
            Some(text) => fs::write(&state, text).unwrap(),
            None => fs::remove_file(&state).unwrap(),
        }
        for words in ["status", "plan", "deploy"] {
            assert!(farm.run(words).ends(2).stderr.contains("`hectare status --refresh` makes it anew"), "{words}");
        }
        let run = farm.run("status --refresh").ends(0);
        assert!(!run.stdout.contains("not live"), "{}", run.stdout);
        assert_eq!(fs::read(&state).unwrap(), whole);
        assert!(farm.run("deploy").ends(0).stdout.contains("nothing changes"));
    }
    fs::remove_file(&state).unwrap();
    fs::remove_file(farm.place("live/kitchen")).unwrap();
    assert!(farm.run("status --refresh").ends(3).stdout.contains("not live"), "the host is asked");
}

#[test]
fn an_intent_that_is_damaged_stops_only_its_site_until_the_host_was_asked() {
    let farm = fleet(&["garden", "kitchen"]);
    farm.run("deploy").ends(0);
    let farm = edit(edit(farm, "garden", "Snow."), "kitchen", "Bread.");
    let farm = farm.file(".hectare/ledger/intents/web/kitchen.json", "{");
    let run = farm.run("status").ends(0);
    assert!(run.stderr.contains("`hectare status --refresh` asks the hosts"), "{}", run.stderr);
    farm.run("deploy").ends(4);
    assert!(home(&farm, "garden").unwrap().contains("Snow.") && home(&farm, "kitchen").unwrap().contains("Hello."));
    farm.run("rollback garden").ends(0);
    farm.run("status --refresh").ends(0);
    farm.run("deploy --site kitchen").ends(0);
    assert!(home(&farm, "kitchen").unwrap().contains("Bread."));
}

#[test]
fn what_a_process_that_died_was_writing_is_taken_away() {
    let farm = fleet(&["garden"]);
    farm.run("deploy").ends(0);
    // No process has a number as high as that.
    let farm = farm.file(".hectare/ledger/.new-2147483646-3", "{");
    let own = format!(".hectare/ledger/.new-{}-0", std::process::id());
    let farm = farm.file(&own, "{");
    farm.run("cache gc").ends(0);
    assert!(!farm.place(".hectare/ledger/.new-2147483646-3").exists() && farm.place(&own).exists());
}

#[test]
fn a_run_is_looked_for_by_its_name_and_nowhere_else() {
    let farm = fleet(&["garden"]);
    let run = run_of(&farm.run("deploy").ends(0));
    fs::copy(only(&farm, "runs"), farm.place(".hectare/ledger/state2.json")).unwrap();
    for name in ["../state2", "../../x"] {
        assert!(farm.run(&format!("rollback --run {name}")).ends(2).stderr.contains("is no name of a run"), "{name}");
    }
    farm.run(&format!("rollback --run {run}")).ends(0);
    assert!(home(&farm, "garden").is_none());
}

#[test]
fn a_place_for_the_ledger_that_is_none_is_refused() {
    for (place, why) in [("s3:/bucket/x", "one slash behind `s3:`"), ("", "it names no place")] {
        let settings = fs::read_to_string(fleet(&["garden"]).place("sites.toml")).unwrap();
        let farm = fleet(&["garden"]).file("sites.toml", format!("state = \"{place}\"\n{settings}"));
        let run = farm.run("deploy").ends(2);
        assert!(run.stderr.contains(why) && run.stderr.contains("s3://bucket/folder"), "{place}: {}", run.stderr);
        assert!(home(&farm, "garden").is_none() && !farm.place("s3:").exists());
    }
}

//! The whole way through the program to a bucket.

use super::fleet::{edit, with};
use super::rules::kept;
use super::through::there_and_back;
use crate::farm::Farm;
use crate::hosts::bucket::{BUCKET, Bucket, KEY, SECRET};
use crate::hosts::faults::{Faults, Mishap};
use crate::tree::Tree;
use std::collections::BTreeMap;

const SITES: [&str; 3] = ["garden", "kitchen", "cellar"];

/// A fleet of these sites that is shipped to the bucket `place`, reached at the double.
fn fleet(sites: &[&str], place: &str, double: &Bucket) -> Farm {
    let target = format!(
        "targets = [\"store\"]\n\n[targets.store]\nkind = \"s3\"\nplace = \"{place}\"\napi = \"{}\"\n\
         token_env = \"STORE_KEYS\"\nhealth_via = \"off\"\n\n[policy]\napprove_first = 0\napprove_hosts = false\n",
        double.server.url()
    );
    let farm = Farm::in_memory().append("sites.toml", &target);
    sites.iter().fold(farm, |farm, site| farm.site(site)).environment("STORE_KEYS", &format!("{KEY}:{SECRET}"))
}

/// What visitors of a site get from whoever serves the bucket: everything in the folder that `live.json` names.
fn shown(double: &Bucket, site: &str) -> BTreeMap<String, Vec<u8>> {
    let holds = double.holds();
    let live: serde_json::Value = serde_json::from_slice(&holds[&format!("sites/{site}/live.json")]).unwrap();
    let folder = format!("sites/{}/", live["folder"].as_str().unwrap());
    let below = |(key, bytes): (&String, &Vec<u8>)| Some((key.strip_prefix(&folder)?.to_owned(), bytes.clone()));
    holds.iter().filter_map(below).collect()
}

fn home(double: &Bucket, site: &str) -> String {
    String::from_utf8(shown(double, site)["index.html"].clone()).unwrap()
}

#[track_caller]
fn is_shown(double: &Bucket, site: &str, built: &Tree) {
    let shown = shown(double, site);
    for path in built.paths() {
        assert_eq!(shown.get(path).map(Vec::as_slice), Some(built.bytes(path)), "{site}/{path}");
    }
    assert_eq!(shown.len(), built.paths().len() + 1, "{site}: the marker and nothing else lies there, too");
}

#[test]
fn a_bucket_takes_sites_changes_nothing_for_nothing_and_goes_back() {
    let double = Bucket::start(Faults::none());
    let farm = fleet(&SITES, &format!("{BUCKET}/sites"), &double);
    there_and_back("s3", farm, &double.server);
    assert!(home(&double, "garden").contains("Hello."), "it is back on its first release");
}

#[test]
fn visitors_get_exactly_what_was_built_and_only_what_changed_travels() {
    let double = Bucket::start(Faults::none());
    let farm = fleet(&SITES, &format!("{BUCKET}/sites"), &double);
    let run = farm.run("deploy").ends(0);
    SITES.iter().for_each(|site| is_shown(&double, site, &run.dist.below(site)));
    let before = double.puts().len();
    let farm = edit(farm, "garden", "Snow.");
    let run = farm.run("deploy").ends(0);
    is_shown(&double, "garden", &run.dist.below("garden"));
    let sent: Vec<String> = double.puts().split_off(before);
    assert_eq!(sent.iter().filter(|key| key.ends_with("/index.html")).count(), 1, "{sent:?}");
    assert!(sent.iter().all(|key| key.starts_with("sites/garden/") && !key.ends_with("/404.html")), "{sent:?}");
    assert!(run.stdout.contains("1 of 1 parcel live"), "{}", run.stdout);
}

#[test]
fn keys_may_be_those_of_amazons_own_tools() {
    let double = Bucket::start(Faults::none());
    let farm = fleet(&["garden"], BUCKET, &double);
    let toml = std::fs::read_to_string(farm.place("sites.toml")).unwrap();
    let farm = farm.file("sites.toml", toml.replace("token_env = \"STORE_KEYS\"\n", ""));
    let farm = farm.environment("AWS_ACCESS_KEY_ID", KEY).environment("AWS_SECRET_ACCESS_KEY", SECRET);
    farm.run("deploy").ends(0);
    assert!(double.holds().contains_key("garden/live.json"));
}

#[test]
fn everything_that_a_run_changed_goes_back_and_a_first_release_is_taken_away() {
    let double = Bucket::start(Faults::none());
    let farm = fleet(&SITES, &format!("{BUCKET}/sites"), &double);
    farm.run("deploy --site garden --site kitchen").ends(0);
    let farm = edit(farm, "garden", "Snow.");
    let run = super::fleet::run_of(&farm.run("deploy").ends(0));
    assert!(home(&double, "garden").contains("Snow."));
    farm.run(&format!("rollback --run {run}")).ends(0);
    assert!(home(&double, "garden").contains("Hello.") && home(&double, "kitchen").contains("Hello."));
    assert!(!double.holds().contains_key("sites/cellar/live.json"), "nothing of it was live before");
}

#[test]
fn a_bucket_that_shows_something_else_is_found_out_and_put_right() {
    let double = Bucket::start(Faults::none());
    let farm = fleet(&["garden"], &format!("{BUCKET}/sites"), &double);
    farm.run("deploy").ends(0);
    let other = br#"{"release":"by-hand","folder":"garden/releases/by-hand","since":"2026-11-20T12:00:00Z"}"#;
    double.meddle("sites/garden/live.json", other);
    let run = farm.run("status --refresh").ends(3);
    assert!(run.stderr.contains("H1022"), "{}", run.stderr);
    farm.run("deploy").ends(0);
    assert!(home(&double, "garden").contains("Hello."));
    farm.run("status --refresh").ends(0);
}

#[test]
fn a_bucket_in_trouble_costs_time_and_nothing_else() {
    let double = Bucket::start(Faults::drawn(11, 0.1, &Mishap::PASSING));
    let farm = fleet(&SITES, &format!("{BUCKET}/sites"), &double);
    let run = farm.run("deploy").ends(0);
    SITES.iter().for_each(|site| is_shown(&double, site, &run.dist.below(site)));
    let pointers = double.puts().iter().filter(|key| key.ends_with("/live.json")).count();
    assert_eq!(pointers, SITES.len(), "each site was switched once");
}

#[test]
fn what_is_wrong_with_a_bucket_is_said() {
    let double = Bucket::start(Faults::none());
    let run = fleet(&["garden"], "nowhere/sites", &double).run("deploy").ends(4);
    kept("bucket_missing", &run);
    let run = fleet(&["garden"], BUCKET, &double).environment("STORE_KEYS", "AKHECTARE:another").run("deploy").ends(4);
    kept("bucket_refuses", &run);
    assert!(!run.stderr.contains("another"), "a secret is never shown");
    kept("bucket_unfit", &fleet(&["garden"], "My Bucket", &double).run("deploy").ends(2));
    let farm = with(&["garden"], "\n[targets.store]\nkind = \"s3\"\n").append("sites.toml", "targets = [\"store\"]\n");
    let farm = farm.append("sites.toml", "\n[policy]\napprove_first = 0\n");
    kept("bucket_unnamed", &farm.run("deploy").ends(2));
    let farm = with(&["garden"], "\n[targets.store]\nkind = \"s3\"\nplace = \"fields\"\n")
        .append("sites.toml", "targets = [\"store\"]\n")
        .append("sites.toml", "\n[policy]\napprove_first = 0\n");
    kept("bucket_without_keys", &farm.run("deploy").ends(2));
}

#[test]
fn a_key_of_a_bucket_is_not_published() {
    let double = Bucket::start(Faults::none());
    let farm = edit(fleet(&["garden"], BUCKET, &double), "garden", &format!("The key is {SECRET}."));
    assert!(farm.run("deploy").ends(6).stderr.contains("a token of this fleet"));
}

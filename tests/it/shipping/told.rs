//! Whoever `[notify]` names hears what runs do, and gets in nobody's way.

use super::fleet::{edit, home, quietly, run_of, until, window, with};
use super::rules::kept;
use crate::farm::Farm;
use crate::hosts::faults::Mishap;
use crate::notices::Post;
use serde_json::Value;
use std::time::{Duration, Instant};

/// A fleet in a folder, and someone who listens.
fn fleet(post: &Post, target: &str, receiver: &str) -> Farm {
    let lines = format!(
        "{target}\n[notify.n8n]\nkind = \"json\"\nurl = \"{}\"\nsecret_env = \"HOOK_SECRET\"\nnearby = true\n{receiver}\n\
         [fleet]\nname = \"demo\"\n",
        post.address()
    );
    with(&["garden", "kitchen"], &lines).environment("HOOK_SECRET", "s3cr3t")
}

/// The events that were told, in order, and the last message.
fn heard(post: &Post) -> (Vec<String>, Value) {
    let got = post.taken();
    let event = |message: &Value| message["event"].as_str().unwrap().to_owned();
    (got.iter().map(event).collect(), got.last().cloned().unwrap_or_default())
}

#[test]
fn a_run_is_told_from_its_beginning_to_its_end() {
    let post = Post::open();
    let farm = fleet(&post, "", "");
    let run = run_of(&farm.run("deploy").ends(0));
    let (events, last) = heard(&post);
    assert_eq!(events, ["run.started", "run.finished"]);
    assert_eq!((last["fleet"].as_str(), last["run"].as_str()), (Some("demo"), Some(run.as_str())));
    assert_eq!(last["facts"]["live"], "2");
    farm.run("deploy").ends(0);
    assert_eq!(heard(&post).0.len(), 0, "nothing changed: there is nothing to tell");
    let farm = edit(farm, "garden", "Snow.");
    farm.run("deploy").ends(0);
    assert_eq!(heard(&post).0, ["run.started", "run.finished"]);
    farm.run("rollback garden").ends(0);
    let taken = post.taken();
    let events: Vec<&str> = taken.iter().map(|message| message["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["run.started", "run.rolled-back", "run.finished"]);
    assert_eq!(taken[1]["headline"], "1 site shows again what it showed before");
    assert_eq!(taken[1]["sites"], serde_json::json!(["garden"]));
}

#[test]
fn what_fails_and_what_waits_for_someone_is_told() {
    let post = Post::open();
    let farm = fleet(&post, "production = true\nhealth_via = \"off\"\n", "");
    farm.run("deploy").ends(5);
    let (events, last) = heard(&post);
    assert_eq!(events, ["run.approval-needed"]);
    assert_eq!(last["facts"]["approve_first"], "2 sites go live for the first time, and fewer than 10 are live");
    assert_eq!(last["sites"], serde_json::json!(["garden", "kitchen"]));
    let farm = fleet(&post, "", "").file("live/garden/index.html", "Mine.");
    farm.run("deploy --site garden").ends(4);
    let (events, last) = heard(&post);
    assert_eq!((events.join(" "), last["facts"]["failed"].as_str()), ("run.started run.failed".into(), Some("1")));
    let secret = format!("ghp_{}", "a1b2".repeat(9));
    let farm = edit(fleet(&post, "", ""), "garden", &secret);
    farm.run("deploy").ends(6);
    let (events, last) = heard(&post);
    assert_eq!(events, ["run.failed"]);
    assert!(last["headline"].as_str().unwrap().contains("`stop_secrets`") && !last.to_string().contains(&secret));
}

#[test]
fn a_site_that_cannot_be_built_is_a_failure_whatever_was_shipped() {
    let post = Post::open();
    let farm = fleet(&post, "", "");
    farm.run("deploy").ends(0);
    heard(&post);
    let farm = edit(farm, "kitchen", "Bread.").page("garden/_index.md", "+++\ntitle = \n+++\n");
    farm.run("deploy").ends(1);
    let (events, last) = heard(&post);
    assert_eq!(events, ["run.started", "run.failed"]);
    assert_eq!(last["headline"], "1 of 1 parcels live: 1 of 2 sites was not built");
    farm.run("deploy").ends(1);
    let (events, last) = heard(&post);
    assert_eq!(
        (events, last["headline"].as_str()),
        (vec!["run.failed".to_owned()], Some("1 of 2 sites was not built"))
    );
}

#[test]
fn who_wants_to_hear_of_failures_only_hears_of_nothing_else() {
    let post = Post::open();
    let farm = fleet(&post, "", "events = [\"failed\"]\n");
    farm.run("deploy").ends(0);
    assert_eq!(heard(&post).0.len(), 0);
}

#[test]
fn a_receiver_that_is_down_costs_a_warning_and_no_site() {
    let post = Post::open();
    post.server.faults().order("POST", "/webhook", 99, Mishap::AnswerLost);
    let farm = fleet(&post, "", "");
    let start = Instant::now();
    let run = farm.run("deploy").ends(0);
    assert!(start.elapsed() < Duration::from_secs(15));
    kept("hook_failed", &run);
    assert!(!run.stderr.contains("s3cr3t"), "{}", run.stderr);
    let farm = edit(farm, "garden", "Snow.").environment("HOOK_SECRET", "");
    let run = farm.run("deploy").ends(0);
    assert!(run.stderr.contains("the variable `HOOK_SECRET` is not set"), "{}", run.stderr);
}

#[test]
fn whatever_refuses_a_run_before_it_begins_is_told() {
    let post = Post::open();
    let later = window(6, 7).0;
    let rules =
        format!("production = true\nhealth_via = \"off\"\n\n[policy]\napprove_first = 0\nwindows = [\"{later}\"]\n");
    let farm = fleet(&post, &rules, "");
    let refused = |words: &str, code: i32| {
        farm.run(words).ends(code);
        let (events, last) = heard(&post);
        assert_eq!(events, ["run.failed"], "{words}");
        last["headline"].as_str().unwrap().to_owned()
    };
    let closed = refused("deploy", 6);
    assert!(closed.starts_with("`windows` of `[policy]` stops this: no deploy window is open"), "{closed}");
    farm.run("plan --site garden --out plan.json").ends(0);
    assert!(heard(&post).0.is_empty(), "a plan is nothing to tell of");
    let outdated = refused("deploy --plan plan.json --priority urgent", 2);
    assert!(outdated.starts_with("this is no longer the plan"), "{outdated}");
    let held = hectare::world::Lock::take(&farm.place(".hectare/ledger/lock"), "process 4711").unwrap();
    assert_eq!(refused("deploy --priority urgent", 2), "someone else is shipping this fleet (process 4711)");
    drop(held);
    farm.run("deploy --priority urgent").ends(0);
    assert_eq!(heard(&post).0, ["run.started", "run.finished"]);
}

#[test]
fn what_is_set_back_for_a_run_that_died_is_told_in_its_name() {
    let post = Post::open();
    // Whoever listens knows nothing of the site.
    let via = post.server.url();
    let target = format!("production = true\nhealth_via = \"{via}\"\n\n[policy]\napprove_first = 0\n");
    let farm = fleet(&post, &target, "");
    let mut run = quietly(&farm, "deploy --site garden");
    until(|| post.server.book().iter().any(|entry| entry.path.ends_with("/hectare.json")));
    run.kill().unwrap();
    run.wait().unwrap();
    heard(&post);
    let run = farm.run("deploy --site garden --clock-speed 20").ends(4);
    let (events, last) = heard(&post);
    assert_eq!(events, ["run.rolled-back", "run.failed"], "{}", run.stderr);
    assert!(run.stderr.contains(&format!("the run `{}` died before it looked at it", last["run"].as_str().unwrap())));
    assert!(home(&farm, "garden").is_none() && run.stdout.contains("nothing changes"), "{}", run.stdout);
}

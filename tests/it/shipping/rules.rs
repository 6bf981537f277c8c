//! The owner's rules: approvals, windows, secrets; and what is said when shipping cannot go on.

use super::fleet::{edit, fleet, home, with};
use super::port::Port;
use crate::farm::{Farm, Run};
use crate::golden;
use crate::hosts::faults::Faults;
use hectare::model::TargetKind;
use std::fs;
use std::os::unix::fs::symlink;

/// Compares what was said with the golden file, without what is another one each time.
#[track_caller]
pub(super) fn kept(name: &str, run: &Run) {
    golden::check(&format!("shipping/{name}.txt"), &steady(&run.transcript()));
}

/// Names made of digits and letters, and those of runs, are other ones each time.
pub(super) fn steady(text: &str) -> String {
    let is_hex = |word: &str| word.len() >= 10 && word.chars().all(|c| c.is_ascii_hexdigit());
    let is_run = |word: &str| word.len() == 20 && word.split('-').map(str::len).eq([8, 6, 4]);
    let (mut out, mut word) = (String::new(), String::new());
    for c in text.chars().chain(['\n']) {
        let is_in_moment = word.len() >= 13 && word.starts_with("20") && word.as_bytes()[10] == b'T';
        if c.is_ascii_alphanumeric() || c == '-' || (c == ':' && is_in_moment) {
            word.push(c);
            continue;
        }
        out.push_str(match word.as_str() {
            hex if is_hex(hex) || out.ends_with("goods/") => "HEX",
            run if is_run(run) => "RUN",
            _ if is_in_moment && out.ends_with("HEX` of ") => "MOMENT",
            other => other,
        });
        word.clear();
        out.push(c);
    }
    out.trim_end().to_owned() + "\n"
}

/// A fleet that visitors see.
fn production(rules: &str) -> Farm {
    with(&["garden", "kitchen"], &format!("production = true\n\n[policy]\n{rules}"))
}

#[test]
fn the_first_sites_of_a_fleet_go_live_with_an_approval() {
    let farm = production("");
    let run = farm.run("deploy").ends(5);
    kept("approval_needed", &run);
    assert!(home(&farm, "garden").is_none());
    farm.run("plan --out plan.json").ends(0);
    farm.run("approve plan.json --by Ann --note first").ends(0);
    farm.run("deploy --plan plan.json").ends(0);
    assert!(home(&farm, "garden").is_some());
}

#[test]
fn an_approval_is_for_one_plan_only() {
    let farm = production("");
    farm.run("plan --out plan.json").ends(0);
    farm.run("approve plan.json --by Ann").ends(0);
    let farm = edit(farm, "garden", "Snow.");
    let run = farm.run("deploy --plan plan.json").ends(2);
    kept("stale_plan", &run);
    farm.run("deploy").ends(5);
    assert!(home(&farm, "garden").is_none());
}

#[test]
fn what_someone_approved_may_be_shipped_by_many_machines() {
    let farm = production("approve_first = 0\napprove_above = 1\n");
    farm.run("plan --out plan.json").ends(0);
    let run = farm.run("deploy --plan plan.json --site garden").ends(5);
    assert!(run.stderr.contains("2 sites change at once, more than 1"), "{}", run.stderr);
    farm.run("approve plan.json --by Ann").ends(0);
    farm.run("deploy --plan plan.json --site garden").ends(0);
    assert!(home(&farm, "garden").is_some() && home(&farm, "kitchen").is_none());
    farm.run("deploy --plan plan.json --site kitchen").ends(0);
    assert!(farm.run("deploy --plan plan.json").ends(0).stdout.contains("nothing changes"));
    let farm = edit(farm, "garden", "Snow.");
    assert!(farm.run("deploy --plan plan.json --site garden").ends(2).stderr.contains("no longer the plan"));
    let plan = fs::read_to_string(farm.place("plan.json")).unwrap();
    let digest = plan.split("\"digest\": \"").nth(1).unwrap()[..64].to_owned();
    let mut silent: serde_json::Value = serde_json::from_str(&plan).unwrap();
    assert_eq!(silent["asks"].as_array_mut().map(std::mem::take).unwrap().len(), 1);
    let farm = farm.file("silent.json", silent.to_string());
    for words in ["deploy --plan silent.json --site garden", "approve silent.json --by Ann"] {
        assert!(farm.run(words).ends(2).stderr.contains("was changed since it was written"), "{words}");
    }
    let farm = farm.file("plan.json", plan.replace(&digest, &"0".repeat(64)));
    kept("a_plan_that_was_changed", &farm.run("deploy --plan plan.json --site garden").ends(2));
}

#[test]
fn only_who_may_approve_approves() {
    let farm = production("approvers = [\"Ann\", \"Ben\"]\n");
    farm.run("plan --out plan.json").ends(0);
    let run = farm.run("approve plan.json --by Eve").ends(5);
    kept("not_an_approver", &run);
    farm.run("deploy").ends(5);
    farm.run("approve plan.json --by Ben").ends(0);
    farm.run("deploy").ends(0);
}

#[test]
fn many_sites_at_once_and_many_pages_that_go_need_an_approval() {
    let farm = production("approve_first = 0\napprove_above = 1\nstop_removed = 0\n");
    farm.run("deploy --site garden").ends(0);
    farm.run("deploy --site kitchen").ends(0);
    let farm = edit(edit(farm, "garden", "Snow."), "kitchen", "Bread.");
    assert!(farm.run("deploy").ends(5).stderr.contains("2 sites change at once, more than 1"));
    let farm = farm.page("garden/extra.md", "Extra.");
    farm.run("deploy --site garden").ends(0);
    let farm = farm.with(|root| fs::remove_file(root.join("content/garden/extra.md")).unwrap());
    assert!(farm.run("deploy --site garden").ends(5).stderr.contains("1 page goes away, more than 0"));
}

#[test]
fn nothing_is_shipped_outside_of_the_deploy_windows_unless_it_is_urgent() {
    let farm = production("approve_first = 0\nwindows = [\"02:00-04:00 Europe/Berlin\"]\n");
    let run = farm.run("deploy --now 2026-11-20T12:00:00Z").ends(6);
    kept("window_closed", &run);
    farm.run("deploy --site garden --now 2026-11-20T02:00:00Z").ends(0);
    farm.run("deploy --now 2026-11-20T12:00:00Z --priority urgent").ends(0);
}

#[test]
fn a_secret_in_an_output_stops_everything() {
    let secret = format!("ghp_{}", "a1b2".repeat(9));
    let farm = edit(fleet(&["garden", "kitchen"]), "garden", &format!("My token is {secret}."));
    let run = farm.run("deploy").ends(6);
    assert!(!run.stderr.contains(&secret), "it is not told to the next one");
    kept("secret_found", &run);
    assert!(home(&farm, "garden").is_none() && home(&farm, "kitchen").is_none());
    assert!(farm.run("plan").ends(0).stdout.contains("stopped: 1 finished file holds what looks like a secret"));
}

#[test]
fn a_secret_is_found_whatever_the_name_of_its_file_ends_in() {
    let token = format!("token: ghp_{}\n", "a1b2".repeat(9));
    let key = "-----BEGIN RSA PRIVATE KEY-----\nMII\n";
    for (name, text) in [("deploy.pem", key), ("config.yaml", &token), ("config.toml", &token), ("settings", &token)] {
        let farm = fleet(&["garden"]).file(&format!("content/garden/{name}"), text);
        let run = farm.run("deploy").ends(6);
        assert!(run.stderr.contains(name) && home(&farm, "garden").is_none(), "{name}: {}", run.stderr);
    }
}

#[test]
fn a_token_of_the_fleet_is_found_whatever_it_looks_like() {
    let farm =
        edit(fleet(&["garden"]), "garden", "0b5e55ed-by-accident").environment("VERCEL_TOKEN", "0b5e55ed-by-accident");
    assert!(farm.run("deploy").ends(6).stderr.contains("a token of this fleet"));
}

#[test]
fn what_cannot_be_shipped_is_said() {
    let farm = Farm::in_memory().site("garden");
    kept("no_target", &farm.run("deploy").ends(2));
    let farm = fleet(&["garden"]);
    kept("unknown_target", &farm.run("deploy --to wbe").ends(2));
    farm.run("deploy").ends(0);
    kept("nothing_to_go_back_to", &farm.run("rollback garden").ends(2));
    kept("no_such_run", &farm.run("rollback --run 20200101-000000-0000").ends(2));
    kept("no_such_site", &farm.run("rollback gardn").ends(2));
    kept("no_such_release", &farm.run("cache export garden --release ffff --out copy").ends(2));
}

#[test]
fn a_ledger_that_cannot_be_read_stops_everything_before_it_begins() {
    let farm = fleet(&["garden"]);
    farm.run("deploy").ends(0);
    let state = farm.place(".hectare/ledger/state.json");
    let text = fs::read_to_string(&state).unwrap();
    fs::write(&state, text.replacen("\"v\":1", "\"v\":9", 1)).unwrap();
    kept("ledger_of_another_version", &farm.run("deploy").ends(2));
    fs::write(&state, &text[..text.len() / 2]).unwrap();
    kept("ledger_damaged", &farm.run("deploy").ends(2));
}

#[test]
fn two_do_not_ship_one_fleet_at_once() {
    let farm = fleet(&["garden"]);
    let _held = hectare::world::Lock::take(&farm.place(".hectare/ledger/lock"), "process 4711").unwrap();
    kept("someone_else_ships", &farm.run("deploy").ends(2));
}

#[test]
fn a_folder_that_hectare_did_not_make_is_not_replaced() {
    let farm = fleet(&["garden"]).file("live/garden/index.html", "Mine.");
    kept("foreign_folder", &farm.run("deploy").ends(4));
    assert_eq!(fs::read_to_string(farm.place("live/garden/index.html")).unwrap(), "Mine.");
}

#[test]
fn a_link_that_hectare_did_not_make_is_not_replaced() {
    let farm = fleet(&["garden"]).file("mine/index.html", "Mine.").file("live/readme.txt", "");
    symlink("../mine", farm.place("live/garden")).unwrap();
    let run = farm.run("deploy").ends(4);
    assert!(run.stderr.contains("`live/garden` was not made by hectare"), "{}", run.stderr);
    assert_eq!(home(&farm, "garden").as_deref(), Some("Mine."));
}

#[test]
fn a_host_that_shows_something_else_and_a_release_that_rots_are_found() {
    let farm = fleet(&["garden"]);
    farm.run("deploy").ends(0);
    let good = super::goods::good(&farm, "garden", "index.html");
    fs::write(&good, "rot").unwrap();
    fs::write(farm.place("dist/garden/index.html"), "rot").unwrap();
    kept("release_damaged", &farm.run("cache verify").ends(3));
    fs::remove_file(farm.place("live/garden")).unwrap();
    kept("drift", &farm.run("status --refresh").ends(3));
}

#[test]
fn a_window_that_is_none_and_a_rule_that_is_unknown_are_mistakes() {
    let farm = production("windows = [\"2-4\"]\nstop_fialed = 3\n");
    let run = farm.run("plan").ends(2);
    kept("policy_mistakes", &run);
}

#[test]
fn a_plan_is_calm() {
    let sites: Vec<String> = (0..40).map(|at| format!("site-{at:02}")).collect();
    let farm = fleet(&sites.iter().map(String::as_str).collect::<Vec<_>>());
    farm.run("deploy").ends(0);
    let farm = farm.append("themes/plain/templates/layout.html", "<p>New.</p>\n").page("site-07/more.md", "More.");
    kept("plan_text", &farm.run("plan").ends(0));
    kept("plan_markdown", &farm.run("plan --markdown").ends(0));
}

#[test]
fn a_site_that_its_host_would_refuse_is_left_before_anything_is_sent_and_all_others_are_shipped() {
    let port = Port::open(TargetKind::CloudflarePages, Faults::none(), 20);
    let film = vec![7; (25 << 20) + 1];
    let farm = port.farm().site("garden").site("kitchen").file("content/garden/film.mp4", film);
    kept("larger_than_the_host_takes", &farm.run("plan").ends(0));
    assert_eq!(port.asked(), 0);
    farm.run("deploy --clock-speed 20").ends(4);
    assert_eq!(port.parcels(), ["kitchen"]);
    farm.file("content/garden/film.mp4", "short").run("deploy --clock-speed 20").ends(0);
    assert_eq!(port.parcels(), ["garden", "kitchen"]);
}

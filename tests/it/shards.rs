//! The work of a run, shared out: what is touched, who gets it, and what is handed over.

use crate::farm::{Farm, Run};
use crate::golden;
use crate::mistakes::kept;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::process::Stdio;

/// A fleet of these sites that is shipped to the folder `live`.
fn fleet(sites: &[&str]) -> Farm {
    with(sites, "")
}

/// The same with further lines in the target's table, and tables after it.
fn with(sites: &[&str], lines: &str) -> Farm {
    let target = format!("targets = [\"web\"]\n\n[targets.web]\nkind = \"folder\"\nplace = \"live\"\n{lines}");
    sites.iter().fold(Farm::in_memory().append("sites.toml", &target), |farm, site| farm.site(site))
}

/// The lists of the shards.
#[track_caller]
fn shards(farm: &Farm, words: &str) -> Vec<Vec<String>> {
    let run = farm.run(&format!("shards --format json {words}")).ends(0);
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    let include = told["matrix"]["include"].as_array().unwrap().clone();
    assert_eq!(told["any"], !include.is_empty());
    let lists = include.iter().map(|entry| entry["sites"].as_str().unwrap().split(',').map(str::to_owned).collect());
    lists.collect()
}

/// Runs the program with a text on its standard input.
fn run_with(farm: &Farm, words: &str, input: &str) -> Run {
    let mut command = farm.command(words);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    farm.finished(&child.wait_with_output().unwrap())
}

fn edited(farm: Farm, site: &str) -> Farm {
    farm.page(&format!("{site}/_index.md"), "+++\ntitle = \"Home\"\n+++\nEdited.\n")
}

#[test]
fn only_what_is_not_live_as_it_is_now_is_touched() {
    let farm = fleet(&["a", "b", "c"]);
    assert_eq!(shards(&farm, ""), [["a", "b", "c"]]);
    farm.run("build").ends(0);
    assert_eq!(shards(&farm, ""), [["a", "b", "c"]], "nothing is live yet");
    farm.run("deploy").ends(0);
    assert!(shards(&farm, "").is_empty());
    let farm = edited(farm, "b");
    assert_eq!(shards(&farm, ""), [["b"]]);
    farm.run("build").ends(0);
    assert_eq!(shards(&farm, ""), [["b"]], "it is built, but not live");
    assert_eq!(shards(&farm, "--site a --site b"), [["b"]]);
    assert!(shards(&farm, "--site a").is_empty());
    farm.run("deploy").ends(0);
    assert!(shards(&farm, "").is_empty());
    farm.run("rollback b").ends(0);
    assert!(shards(&farm, "").is_empty(), "what was taken back is not shipped by itself");
}

#[test]
fn a_machine_that_holds_no_finished_site_knows_what_is_live() {
    let farm = fleet(&["a", "b"]);
    farm.run("deploy").ends(0);
    let farm = farm.with(|root| fs::remove_dir_all(root.join("dist")).unwrap());
    assert!(shards(&farm, "").is_empty());
    let farm = farm.with(|root| fs::remove_dir_all(root.join(".hectare/cache")).unwrap());
    assert_eq!(shards(&farm, "").concat().len(), 2, "without the records of builds nobody knows");
}

#[test]
fn a_site_without_a_target_is_touched_when_it_changed() {
    let farm = Farm::new().site("a").site("b");
    farm.run("build").ends(0);
    assert!(shards(&farm, "").is_empty());
    assert_eq!(shards(&edited(farm, "a"), ""), [["a"]]);
}

#[test]
fn only_sites_of_a_target_are_touched_if_only_it_is_meant() {
    let spare = "[targets.spare]\nkind = \"folder\"\nplace = \"spare\"\n";
    let farm = with(&["a"], spare).site_with("b", "targets = [\"web\", \"spare\"]");
    farm.run("deploy").ends(0);
    assert!(shards(&farm, "").is_empty());
    assert_eq!(shards(&farm, "--to spare"), [["b"]]);
    kept("shards_for_an_unknown_target", &farm.run("shards --to spar").ends(2));
}

#[test]
fn what_a_run_that_died_left_open_is_touched() {
    let farm = fleet(&["a", "b"]);
    farm.run("deploy").ends(0);
    let state: Value = serde_json::from_slice(&fs::read(farm.place(".hectare/ledger/state.json")).unwrap()).unwrap();
    assert!(shards(&farm, "").is_empty());
    let release = state.to_string().split("\"a\":\"").nth(1).unwrap()[..64].to_owned();
    let label = "0".repeat(40);
    let intent = format!(
        "{{\"v\":1,\"target\":\"web\",\"parcel\":\"a\",\"run\":\"r\",\"step\":\"uploading\",\"label\":\"{label}\",\
         \"sites\":{{\"a\":\"{release}\"}},\"at\":\"2026-06-01T00:00:00Z\"}}"
    );
    let farm = farm.file(".hectare/ledger/intents/web/a.json", intent);
    assert_eq!(shards(&farm, ""), [["a"]]);
}

#[test]
fn sites_that_share_packs_are_for_one_machine() {
    let pack = "[targets.pack]\nkind = \"cloudflare-pack\"\naccount = \"0123456789abcdef0123456789abcdef\"\n";
    let farm =
        ["c", "d", "e"].iter().fold(with(&["a", "b"], pack), |farm, site| farm.site_with(site, "targets = [\"pack\"]"));
    let lists: BTreeSet<Vec<String>> = shards(&farm, "--count 40").into_iter().collect();
    let expected = [&["a"][..], &["b"], &["c", "d", "e"]].map(|list| list.iter().map(ToString::to_string).collect());
    assert_eq!(lists, BTreeSet::from(expected));
}

#[test]
fn every_job_ships_its_list_whatever_the_others_shipped_meanwhile() {
    let names: Vec<String> = (0..12).map(|site| format!("site-{site}")).collect();
    let farm = fleet(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let plan = shards(&farm, "--count 3");
    assert_eq!((plan.len(), plan.concat().len()), (3, 12));
    for (done, list) in plan.iter().enumerate() {
        assert_eq!(shards(&farm, "").concat().len(), plan[done..].concat().len(), "another plan would differ");
        let run = run_with(&farm, "deploy --sites-from -", &list.join(",")).ends(0);
        assert!(run.stdout.contains(&format!("{0} of {0} parcels live", list.len())), "{}", run.stdout);
    }
    assert!(shards(&farm, "").is_empty());
    let again = run_with(&farm, "deploy --sites-from -", &plan[0].join("\n")).ends(0);
    assert!(again.stdout.contains("nothing changes"), "{}", again.stdout);
}

#[test]
fn a_list_can_come_from_a_file_and_be_widened_and_narrowed() {
    let farm = fleet(&["a", "b", "c"]).site_with("d", "tags = [\"t\"]").file("list", "a\nd,\r\n");
    let built = |words: &str| {
        let run = farm.run(&format!("build --format json {words}")).ends(0);
        run.stdout.lines().filter(|line| line.contains("site_finished")).count()
    };
    assert_eq!((built("--sites-from list"), built("--sites-from list --site b")), (2, 3));
    assert_eq!(built("--sites-from list --tag t"), 1);
}

#[test]
fn what_cannot_be_a_list_or_a_number_is_refused() {
    let farm = fleet(&["garden", "kitchen"]).file("empty", " ,\n").file("other", "gardn");
    kept("a_list_of_no_sites", &farm.run("build --sites-from empty").ends(2));
    kept("a_list_with_an_unknown_site", &farm.run("build --sites-from other").ends(2));
    kept("a_list_that_is_not_there", &farm.run("deploy --sites-from gone").ends(2));
    kept("more_shards_than_a_matrix_has", &farm.run("shards --count 257").ends(2));
    kept("no_shards", &farm.run("shards --count none").ends(2));
    kept("changed_sites_where_nothing_is_built", &farm.run("shards --changed").ends(2));
    for verb in ["list", "status", "health", "deploy --preview pr-1 --end"] {
        let run = farm.run(&format!("{verb} --changed")).ends(2);
        assert!(run.stderr.contains("`--changed` means nothing"), "{verb}: {}", run.stderr);
    }
}

#[test]
fn a_broken_site_is_told_by_the_job_that_it_is_handed_to() {
    let farm = fleet(&["a", "b"]).append("sites.toml", "\n[[site]]\nid = \"c\"\ndomain = \"c.example\"\ncolour = 1\n");
    farm.run("deploy").ends(1);
    let lists = shards(&farm, "");
    assert_eq!(lists, [["c"]]);
    let run = run_with(&farm, "deploy --sites-from -", &lists[0].join(",")).ends(1);
    assert!(run.stderr.contains("colour"), "{}", run.stderr);
}

#[test]
fn later_steps_get_the_matrix_and_whether_someone_has_to_approve() {
    let farm = fleet(&["a", "b"]).environment("GITHUB_OUTPUT", "out").file("out", "before=1\n");
    let run = farm.run("shards --format github").ends(0);
    assert_eq!(run.stdout, "");
    let out = fs::read_to_string(farm.place("out")).unwrap();
    let lines: Vec<&str> = out.lines().collect();
    let matrix: Value = serde_json::from_str(lines[1].strip_prefix("matrix=").unwrap()).unwrap();
    let entry = &matrix["include"][0];
    assert_eq!((&entry["shard"], &entry["sites"], &entry["count"]), (&"1-of-1".into(), &"a,b".into(), &2.into()));
    assert!(entry["seconds"].as_f64().unwrap() > 0.4);
    assert_eq!(lines[0], "before=1");
    assert_eq!(lines[2..], ["any=true", "shards=1", "sites=2", "approval=false"]);
    farm.run("deploy").ends(0);
    farm.run("shards --format github").ends(0);
    let out = fs::read_to_string(farm.place("out")).unwrap();
    let expected = ["matrix={\"include\":[]}", "any=false", "shards=0", "sites=0", "approval=false"];
    assert_eq!(out.lines().skip(6).collect::<Vec<_>>(), expected);
}

#[test]
fn the_rules_look_at_the_whole_run_however_many_machines_share_it() {
    let farm = with(&["a", "b", "c"], "production = true\n\n[policy]\napprove_first = 0\napprove_above = 2\n");
    assert!(farm.run("shards --format github --count 3").ends(0).stdout.contains("approval=true"));
    assert!(farm.run("shards --format github --site a --site b").ends(0).stdout.contains("approval=false"));
    golden::check("shards/approval.txt", &farm.run("shards --site c --site a --site b").ends(0).transcript());
}

#[test]
fn one_edit_in_1500_sites_is_one_shard_with_one_site_and_a_theme_is_shared_out_evenly() {
    let names: Vec<String> = (0..1_500).map(|site| format!("site-{site}")).collect();
    let mut table = "id,domain\n".to_owned();
    let mut farm = with(&[], "\n[[sites]]\nfrom = \"fleet.csv\"\n");
    for name in &names {
        table.push_str(&format!("{name},{name}.example\n"));
        farm = farm.page(&format!("{name}/_index.md"), "+++\ntitle = \"Home\"\n+++\nHello.\n");
    }
    let farm = farm.file("fleet.csv", table).file("list", names.join(","));
    farm.run("deploy").ends(0);
    let farm = edited(farm, "site-777");
    assert_eq!(shards(&farm, "--count 40"), [["site-777"]]);
    farm.run("deploy").ends(0);
    let farm = farm.theme("templates/page.html", "{% extends \"layout.html\" %} ");
    let run = farm.run("shards --format github --count 40").ends(0);
    let matrix = run.stdout.lines().find_map(|line| line.strip_prefix("matrix=")).unwrap();
    assert!(matrix.len() < 100_000, "{} characters", matrix.len());
    let matrix: Value = serde_json::from_str(matrix).unwrap();
    let entries = matrix["include"].as_array().unwrap();
    let loads: Vec<f64> = entries.iter().map(|entry| entry["seconds"].as_f64().unwrap()).collect();
    let (most, least) = (loads.iter().copied().fold(0.0, f64::max), loads.iter().copied().fold(f64::MAX, f64::min));
    let mean = loads.iter().sum::<f64>() / loads.len() as f64;
    assert!(loads.len() == 40 && (most - least) / mean <= 0.15, "{loads:?}");
    let mut all: Vec<&str> = entries.iter().flat_map(|entry| entry["sites"].as_str().unwrap().split(',')).collect();
    all.sort_unstable();
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(all, names);
}

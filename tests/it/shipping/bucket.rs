//! The whole way through the program to a bucket.

use super::fleet::{edit, with};
use super::rules::kept;
use crate::farm::Farm;
use crate::hosts::bucket::{BUCKET, Bucket, KEY, SECRET};
use crate::hosts::cloudflare::tools::node;
use crate::hosts::faults::Faults;
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

/// Asks the script of `docs/s3.md` for these addresses, with what lies in the bucket: status, `Location`, media type and text of each.
fn asked_of_the_script(double: &Bucket, addresses: &[&str]) -> Vec<(u16, String, String, String)> {
    let docs = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/s3.md")).unwrap();
    let script = docs.split("```js\n").nth(1).unwrap().split("```").next().unwrap();
    let kept = |(key, bytes): (String, Vec<u8>)| {
        let (kind, lasts) = double.served(&key).unwrap();
        let object = serde_json::json!({ "text": String::from_utf8_lossy(&bytes), "kind": kind, "lasts": lasts });
        (key, object)
    };
    let holds: serde_json::Map<String, serde_json::Value> = double.holds().into_iter().map(kept).collect();
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in
        [("router.mjs", script), ("visit.mjs", VISIT), ("holds.json", &serde_json::to_string(&holds).unwrap())]
    {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let output = node().arg("visit.mjs").args(addresses).current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Stands for the runtime and its bucket.
const VISIT: &str = r#"
import router from "./router.mjs";
import { readFileSync } from "node:fs";
const holds = JSON.parse(readFileSync("holds.json", "utf8"));
const find = async (key) => {
  const kept = holds[key];
  return kept
    ? {
        body: kept.text,
        httpEtag: '"1"',
        text: async () => kept.text,
        json: async () => JSON.parse(kept.text),
        writeHttpMetadata: (headers) => {
          headers.set("content-type", kept.kind);
          headers.set("cache-control", kept.lasts);
        },
      }
    : null;
};
for (const address of process.argv.slice(2)) {
  const answer = await router.fetch(new Request(address), { FIELDS: { get: find, head: find } });
  const header = (name) => answer.headers.get(name) ?? "";
  console.log(JSON.stringify([answer.status, header("location"), header("content-type"), await answer.text()]));
}
"#;

#[test]
fn the_script_of_the_docs_serves_what_is_live_and_follows_redirects() {
    let double = Bucket::start(Faults::none());
    let redirects =
        "redirects = [{ from = \"/old/\", to = \"/beds/\" }, { from = \"/blog/*\", to = \"/:splat\", status = 302 }]";
    let farm = fleet(&[], &format!("{BUCKET}/sites"), &double).site_with("garden", redirects);
    let farm = farm.page("garden/beds.md", "+++\ntitle = \"Beds\"\n+++\nEarth.\n");
    farm.run("deploy").ends(0);
    let asked = |paths: &[&str]| {
        let addresses: Vec<String> = paths.iter().map(|path| format!("https://{path}")).collect();
        asked_of_the_script(&double, &addresses.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let answers = asked(&[
        "garden.example/",
        "garden.example/beds",
        "garden.example/beds/",
        "garden.example/old/",
        "garden.example/blog/beds/?x=1",
        "garden.example/none/",
        "other.example/",
    ]);
    let brief: Vec<(u16, &str)> = answers.iter().map(|(status, location, ..)| (*status, location.as_str())).collect();
    let beds = "https://garden.example/beds/";
    let expected = [
        (200, ""),
        (308, beds),
        (200, ""),
        (301, beds),
        (302, "https://garden.example/beds/?x=1"),
        (404, ""),
        (404, ""),
    ];
    assert_eq!(brief, expected);
    assert!(answers[0].2.starts_with("text/html") && answers[0].3.contains("Hello."), "{answers:?}");
    assert!(answers[2].3.contains("Earth.") && answers[5].2.starts_with("text/html"), "{answers:?}");
    let farm = edit(farm, "garden", "Snow.");
    farm.run("deploy").ends(0);
    assert!(asked(&["garden.example/"])[0].3.contains("Snow."));
    farm.run("rollback garden").ends(0);
    assert!(asked(&["garden.example/"])[0].3.contains("Hello."));
}

#[test]
fn a_key_of_a_bucket_is_not_published() {
    let double = Bucket::start(Faults::none());
    let farm = edit(fleet(&["garden"], BUCKET, &double), "garden", &format!("The key is {SECRET}."));
    assert!(farm.run("deploy").ends(6).stderr.contains("a token of this fleet"));
}

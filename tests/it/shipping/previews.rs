//! Sites beside what is live: at addresses of their own, until they are taken away.

use super::fleet::edit;
use crate::farm::Farm;
use crate::hosts::bucket::{BUCKET, Bucket, KEY, SECRET};
use crate::hosts::cloudflare::{ACCOUNT, Cloudflare, TOKEN};
use crate::hosts::faults::{Faults, Mishap};
use crate::hosts::message::{Reply, Request};
use crate::hosts::server::{Host, Server};
use crate::hosts::vercel;
use crate::mistakes::kept;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::sync::Arc;

const SITES: [&str; 3] = ["cellar", "garden", "kitchen"];

/// A fleet of these sites, shipped to a target with these lines.
fn fleet(sites: &[&str], lines: &str) -> Farm {
    let rules = "[policy]\napprove_first = 0\napprove_hosts = false\n";
    let target = format!("targets = [\"host\"]\n\n[targets.host]\n{lines}\nhealth_via = \"off\"\n\n{rules}");
    sites.iter().fold(Farm::in_memory().append("sites.toml", &target), |farm, site| farm.site(site))
}

fn at_cloudflare(kind: &str, sites: &[&str], server: &Server) -> Farm {
    let lines = format!("kind = \"{kind}\"\naccount = \"{ACCOUNT}\"\napi = \"{}/client/v4\"", server.url());
    fleet(sites, &lines).environment("CLOUDFLARE_API_TOKEN", TOKEN)
}

fn cloudflare(faults: Faults) -> (Arc<Cloudflare>, Server) {
    SITES.iter().fold(Cloudflare::new(), |double, site| double.zone(&format!("{site}.example"))).open(faults)
}

/// Where each site is seen, or why it is not; the run has to end with `code`.
#[track_caller]
fn previewed(farm: &Farm, words: &str, code: i32) -> BTreeMap<String, Result<String, String>> {
    let run = farm.run(&format!("deploy --format json --clock-speed 50 --preview {words}")).ends(code);
    let lines = run.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let sights = lines.filter(|line| line["event"] == "site_previewed").map(|line| {
        let text = |key: &str| line[key].as_str().map(str::to_owned);
        (text("site").unwrap(), text("address").ok_or_else(|| text("why").unwrap()))
    });
    sights.collect()
}

/// What a visitor of an address gets from a double.
fn visit(host: &dyn Host, address: &str) -> Reply {
    let name = address.strip_prefix("https://").unwrap().trim_end_matches('/');
    let headers = vec![("host".to_owned(), name.to_owned())];
    let (method, path, query) = ("GET".to_owned(), "/".to_owned(), String::new());
    host.answer(&Request { method, path, query, headers, body: Vec::new() })
}

#[track_caller]
fn shows(host: &dyn Host, address: &str, text: &str) {
    let reply = visit(host, address);
    let body = String::from_utf8_lossy(&reply.body).into_owned();
    assert!(reply.status == 200 && body.contains(text), "{address}: {} {body}", reply.status);
}

/// Everything that a fleet keeps of what is live.
fn ledger(farm: &Farm) -> crate::tree::Tree {
    crate::tree::Tree::read(&farm.place(".hectare/ledger"))
}

/// Ships a fleet, shows an edit of one of its sites and takes that away again; what visitors see stays as it is, and so does the ledger.
fn beside_what_is_live(kind: &str, farm: Farm, host: &dyn Host, live: &str, server: &Server) {
    farm.run("deploy").ends(0);
    let before = ledger(&farm);
    let farm = edit(farm.file("list", "garden\n"), "garden", "Snow.");
    let seen = previewed(&farm, "pr-12 --sites-from list", 0);
    let address = seen["garden"].clone().unwrap();
    shows(host, &address, "Snow.");
    shows(host, live, "Hello.");
    assert_eq!((seen.len(), ledger(&farm)), (1, before.clone()), "{kind}");
    // The same again is nothing new.
    server.new_book();
    assert_eq!(previewed(&farm, "pr-12 --site garden", 0)["garden"], Ok(address.clone()));
    let book = server.new_book();
    let made = |path: &str| book.iter().filter(|entry| entry.method != "GET" && entry.path.ends_with(path)).count();
    assert_eq!((made("/deployments"), made("/versions"), made("check-missing")), (0, 0, 0), "{kind}: {book:?}");
    let farm = edit(farm, "garden", "Thaw.");
    let later = previewed(&farm, "pr-12 --site garden", 0)["garden"].clone().unwrap();
    shows(host, &later, "Thaw.");
    let other = previewed(&farm, "pr-7 --site garden", 0)["garden"].clone().unwrap();
    let run = farm.run("deploy --preview pr-12 --end").ends(0);
    assert!(!run.stdout.starts_with('0'), "{kind}: {}", run.stdout);
    assert!(visit(host, &later).status >= 400 && visit(host, &address).status >= 400, "{kind} is gone");
    shows(host, &other, "Thaw.");
    shows(host, live, "Hello.");
    assert_eq!(ledger(&farm), before, "{kind}");
    assert!(farm.run("deploy --preview pr-12 --end").ends(0).stdout.starts_with("0 previews"), "{kind}");
    farm.run("status --refresh").ends(0);
    farm.run("deploy").ends(0);
    shows(host, live, "Thaw.");
    shows(host, &other, "Thaw.");
}

#[test]
fn pages_shows_a_branch() {
    let (double, server) = cloudflare(Faults::none());
    let farm = at_cloudflare("cloudflare-pages", &SITES, &server);
    beside_what_is_live("pages", farm, double.as_ref(), "https://garden.pages.dev", &server);
}

#[test]
fn workers_and_packs_show_a_worker_of_its_own() {
    for kind in ["cloudflare-worker", "cloudflare-pack"] {
        let (double, server) = cloudflare(Faults::none());
        let farm = at_cloudflare(kind, &SITES, &server);
        beside_what_is_live(kind, farm, double.as_ref(), "https://garden.example", &server);
        let unlisted = visit(double.as_ref(), "https://garden--pr-7.double.workers.dev").headers;
        assert!(unlisted.contains(&("x-robots-tag".to_owned(), "noindex".to_owned())), "{unlisted:?}");
    }
}

#[test]
fn vercel_shows_a_deployment_that_no_domain_follows() {
    let (double, server) = vercel::Vercel::new(vercel::Plan::Pro).open(Faults::none());
    let lines = format!("kind = \"vercel\"\naccount = \"{}\"\napi = \"{}\"", vercel::TEAM, server.url());
    let farm = fleet(&SITES, &lines).environment("VERCEL_TOKEN", vercel::TOKEN);
    beside_what_is_live("vercel", farm, double.as_ref(), "https://garden.vercel.app", &server);
    assert!(
        double.books().deployments.values().all(|made| made.is_production != made.meta.contains_key("hectarePreview"))
    );
}

const PATTERN: &str = "previews = \"https://{site}--{preview}.example\"";

#[test]
fn a_folder_keeps_previews_out_of_the_sight_of_visitors() {
    let farm = fleet(&SITES, &format!("kind = \"folder\"\nplace = \"live\"\n{PATTERN}"));
    farm.run("deploy").ends(0);
    let farm = edit(farm, "garden", "Snow.");
    let seen = previewed(&farm, "pr-12 --site garden --site kitchen", 0);
    assert_eq!(seen["garden"], Ok("https://garden--pr-12.example".to_owned()));
    let read = |path: &str| fs::read_to_string(farm.place(path)).unwrap_or_default();
    assert!(read("live/.previews/pr-12/garden/index.html").contains("Snow."));
    assert!(read("live/garden/index.html").contains("Hello."));
    assert!(farm.run("deploy --preview pr-12 --end").ends(0).stdout.starts_with("2 previews of `pr-12`"));
    assert!(!farm.place("live/.previews/pr-12").exists() && read("live/garden/index.html").contains("Hello."));
}

#[test]
fn the_end_of_a_preview_takes_a_link_away_and_nothing_that_it_leads_to() {
    let farm = fleet(&SITES, &format!("kind = \"folder\"\nplace = \"live\"\n{PATTERN}"));
    let farm = farm.file("elsewhere/kept.txt", "Mine.").file("live/.previews/pr-1/kept.txt", "");
    symlink(farm.place("elsewhere"), farm.place("live/.previews/pr-2")).unwrap();
    farm.run("deploy --preview pr-2 --end").ends(0);
    assert_eq!(fs::read_to_string(farm.place("elsewhere/kept.txt")).unwrap(), "Mine.");
    assert!(farm.place("live/.previews/pr-2").symlink_metadata().is_err(), "the link is gone");
    assert!(farm.place("live/.previews/pr-1/kept.txt").exists());
}

#[test]
fn a_bucket_keeps_previews_below_a_folder_of_their_own() {
    let bucket = Bucket::start(Faults::none());
    let api = format!("api = \"{}\"\nplace = \"{BUCKET}/sites\"\ntoken_env = \"KEYS\"", bucket.server.url());
    let farm =
        fleet(&SITES, &format!("kind = \"s3\"\n{api}\n{PATTERN}")).environment("KEYS", &format!("{KEY}:{SECRET}"));
    farm.run("deploy").ends(0);
    let before = bucket.holds();
    let farm = edit(farm, "garden", "Snow.");
    let seen = previewed(&farm, "pr-12 --site garden", 0);
    assert_eq!(seen["garden"], Ok("https://garden--pr-12.example".to_owned()));
    let holds = bucket.holds();
    let live: Value = serde_json::from_slice(&holds["sites/.previews/pr-12/garden/live.json"]).unwrap();
    let page = format!("sites/.previews/pr-12/{}/index.html", live["folder"].as_str().unwrap());
    assert!(String::from_utf8_lossy(&holds[&page]).contains("Snow."));
    assert!(before.iter().all(|(key, bytes)| holds.get(key) == Some(bytes)), "what is live stays as it is");
    farm.run("deploy --preview pr-12 --end").ends(0);
    assert_eq!(bucket.holds(), before);
}

#[test]
fn what_a_host_cannot_show_without_touching_more_is_only_listed() {
    let why = |seen: &BTreeMap<String, Result<String, String>>| seen["garden"].clone().unwrap_err();
    let (double, server) = cloudflare(Faults::none());
    let pages = at_cloudflare("cloudflare-pages", &SITES, &server);
    assert!(why(&previewed(&pages, "pr-12 --site garden", 0)).contains("no project at Pages"));
    assert!(double.books().projects.is_empty(), "a preview makes no project");
    pages.run("deploy").ends(0);
    assert!(why(&previewed(&pages, "main --site garden", 0)).contains("see the branch `main`"));
    assert_eq!(double.books().projects["garden"].deployments.len(), 1);
    double.books().has_subdomain = false;
    let worker = at_cloudflare("cloudflare-worker", &SITES, &server);
    assert!(why(&previewed(&worker, "pr-12 --site garden", 0)).contains("no subdomain at `workers.dev`"));
    assert!(double.books().workers.is_empty());
    double.books().has_subdomain = true;
    let fresh = Cloudflare::new().zone("garden.example").zone("garden--pr-12.example");
    let (_double, server) = fresh.open(Faults::none());
    let taken = at_cloudflare("cloudflare-worker", &["garden", "garden--pr-12"], &server);
    taken.run("deploy").ends(0);
    assert!(why(&previewed(&taken, "pr-12 --site garden", 0)).contains("is no preview"));
    assert!(taken.run("deploy --preview pr-12 --end").ends(0).stdout.starts_with('0'));
    let (double, server) = vercel::Vercel::new(vercel::Plan::Pro).open(Faults::none());
    let lines = format!("kind = \"vercel\"\naccount = \"{}\"\napi = \"{}\"", vercel::TEAM, server.url());
    let vercel = fleet(&SITES, &lines).environment("VERCEL_TOKEN", vercel::TOKEN);
    assert!(why(&previewed(&vercel, "pr-12 --site garden", 0)).contains("not live at Vercel yet"));
    assert!(double.books().deployments.is_empty() && double.books().projects.is_empty());
    let folder = fleet(&SITES, "kind = \"folder\"\nplace = \"www\"");
    assert!(why(&previewed(&folder, "pr-12 --site garden", 0)).contains("`previews` of `[targets.host]`"));
}

#[test]
fn no_more_sites_are_shown_than_the_owner_allows() {
    let farm = fleet(&SITES, &format!("kind = \"folder\"\nplace = \"live\"\n{PATTERN}"));
    let farm = farm.append("sites.toml", "\n[ci]\npreviews = 1\n");
    let seen = previewed(&farm, "pr-12 --site *", 0);
    assert!(seen["cellar"].is_ok() && seen["garden"].is_err() && seen["kitchen"].is_err(), "{seen:?}");
    farm.run("deploy --preview pr-12 --site * --links links.md").ends(0);
    let links = fs::read_to_string(farm.place("links.md")).unwrap();
    crate::golden::check("shipping/previews.md", &links);
}

#[test]
fn a_lost_answer_makes_no_second_preview() {
    for (kind, call) in [("cloudflare-pages", "deployments"), ("cloudflare-worker", "garden--pr-12")] {
        let (double, server) = cloudflare(Faults::none());
        let farm = edit(at_cloudflare(kind, &SITES, &server), "kitchen", "Snow.");
        farm.run("deploy").ends(0);
        let method = if call == "deployments" { "POST" } else { "PUT" };
        server.faults().order(method, call, 1, Mishap::AnswerLost);
        assert!(previewed(&farm, "pr-12 --site garden", 0)["garden"].is_ok(), "{kind}");
        let books = double.books();
        let made = match kind {
            "cloudflare-pages" => books.projects["garden"].deployments.len() - 1,
            _ => books.workers["garden--pr-12"].versions.len(),
        };
        assert_eq!(made, 1, "{kind}");
    }
}

#[test]
fn what_goes_wrong_at_a_host_is_told_and_ends_the_run_with_a_failure() {
    let (_double, server) = cloudflare(Faults::none());
    let farm = at_cloudflare("cloudflare-pages", &SITES, &server);
    farm.run("deploy").ends(0);
    let farm = farm.environment("CLOUDFLARE_API_TOKEN", "another");
    let run = farm.run("deploy --preview pr-12 --site garden --links links.md").ends(4);
    assert!(run.stderr.contains("H1001") && run.stdout.contains("garden  failed: "), "{}{}", run.stdout, run.stderr);
    let links = fs::read_to_string(farm.place("links.md")).unwrap();
    assert!(links.contains("| garden | failed (H1001); the log of the job tells more |"), "{links}");
}

#[test]
fn a_secret_is_not_shown_and_a_broken_site_does_not_keep_others_from_it() {
    let farm = fleet(&SITES, &format!("kind = \"folder\"\nplace = \"live\"\n{PATTERN}"));
    let farm = farm.page("garden/_index.md", "+++\ntitle = \"Home\"\ndate = \"soon\"\n+++\n");
    let seen = previewed(&farm, "pr-12 --site garden --site kitchen", 1);
    assert!(seen["garden"].clone().unwrap_err().contains("not be built") && seen["kitchen"].is_ok(), "{seen:?}");
    let key = format!("ghp_{}", "a1B2c3D4".repeat(5));
    let farm = edit(farm, "garden", &key[..40]);
    let run = farm.run("deploy --preview pr-13 --site garden").ends(6);
    assert!(run.stderr.contains("H1020") && !farm.place("live/.previews/pr-13").exists(), "{}", run.stderr);
}

#[test]
fn what_cannot_be_a_preview_is_refused() {
    let farm = fleet(&SITES, "kind = \"folder\"\nplace = \"www\"");
    kept("a_preview_without_a_name", &farm.run("deploy --preview PR/12 --site garden").ends(2));
    kept("a_preview_of_everything", &farm.run("deploy --preview pr-12").ends(2));
    let pattern = "kind = \"folder\"\nplace = \"www\"\npreviews = \"https://previews.example/{site}/{preview}\"";
    kept("an_address_of_no_preview", &fleet(&["garden"], pattern).run("list").ends(2));
}

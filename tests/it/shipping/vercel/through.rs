//! The whole way through the program to Vercel, also when it is killed on the way.

use crate::farm::Farm;
use crate::golden;
use crate::hosts::clock::Clock;
use crate::hosts::faults::Faults;
use crate::hosts::server::Server;
use crate::hosts::vercel::{Plan, TEAM, TOKEN, Vercel as Double};
use crate::shipping::fleet::edit;
use std::process::Stdio;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

const SITES: [&str; 3] = ["garden", "kitchen", "cellar"];

/// A fleet at the double.
fn fleet() -> (Farm, Arc<Double>, Server) {
    let (double, server) = Double::new(Plan::Pro).at(Clock::real()).open(Faults::none());
    let target = format!(
        "targets = [\"v\"]\n\n[targets.v]\nkind = \"vercel\"\naccount = \"{TEAM}\"\napi = \"{}\"\n\
         health_via = \"off\"\n\n[policy]\napprove_first = 0\napprove_hosts = false\n",
        server.url()
    );
    let farm = Farm::in_memory().append("sites.toml", &target).environment("VERCEL_TOKEN", TOKEN);
    (SITES.iter().fold(farm, |farm, site| farm.site(site)), double, server)
}

#[test]
fn sites_go_live_nothing_is_asked_for_nothing_and_a_site_goes_back() {
    let (farm, double, server) = fleet();
    farm.run("deploy").ends(0);
    for site in SITES {
        assert_eq!(double.visit(&format!("{site}.example"), "/").status, 200, "{site}");
    }
    server.new_book();
    let run = farm.run("deploy").ends(0);
    assert!(run.stdout.contains("nothing changes"), "{}", run.stdout);
    assert!(server.new_book().is_empty(), "nothing changed, nothing is asked");
    let before = double.visit("garden.example", "/").body;
    let farm = edit(farm, "garden", "Snow.");
    farm.run("deploy").ends(0);
    assert_ne!(double.visit("garden.example", "/").body, before);
    farm.run("status --refresh").ends(0);
    farm.run("rollback garden").ends(0);
    assert_eq!(double.visit("garden.example", "/").body, before);
    farm.run("status --refresh").ends(0);
    assert!(double.books().files.values().all(|stored| stored.sent == 1));
    assert_eq!(server.book().iter().filter(|entry| entry.status >= 400).count(), 0);
}

#[test]
fn the_watch_over_costs_ends_with_a_code_of_its_own_beyond_the_limit() {
    let (farm, _double, _server) = fleet();
    farm.run("deploy").ends(0);
    farm.run("cost --check").ends(0);
    let manifest = std::fs::read_to_string(farm.place("sites.toml")).unwrap();
    let farm = farm.file("sites.toml", manifest.replace("approve_first", "approve_monthly = 19\napprove_first"));
    farm.run("cost").ends(0);
    golden::check("shipping/cost_beyond.txt", &farm.run("cost --check").ends(6).transcript());
}

#[test]
fn a_run_that_is_killed_again_and_again_sends_nothing_twice_and_deploys_each_site_once() {
    let (farm, double, server) = fleet();
    farm.run("build").ends(0);
    server.set_latency(Duration::from_millis(20));
    for millis in [150, 250, 350, 500, 700, 900, 1_200] {
        let mut command = farm.command("deploy");
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(millis));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    farm.run("deploy").ends(0);
    for site in SITES {
        assert_eq!(double.visit(&format!("{site}.example"), "/").status, 200, "{site}");
    }
    let books = double.books();
    let twice: Vec<_> = books.files.iter().filter(|(_, stored)| stored.sent > 1).map(|(sha, _)| sha).collect();
    assert!(twice.is_empty(), "{twice:?}");
    assert_eq!(books.deployments.len(), 3);
}

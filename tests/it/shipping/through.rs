//! The whole way through the program to a host.

use super::fleet::edit;
use super::port::{Port, site};
use crate::farm::{Farm, Run};
use crate::hosts::cloudflare::{ACCOUNT, Cloudflare, TOKEN};
use crate::hosts::faults::{Faults, Mishap};
use crate::hosts::server::Server;
use hectare::model::TargetKind;
use serde_json::Value;
use std::sync::Arc;

/// A fleet of these sites at the double, each a project.
fn fleet(sites: &[&str], server: &Server) -> Farm {
    let target = format!(
        "targets = [\"host\"]\n\n[targets.host]\nkind = \"cloudflare-pages\"\naccount = \"{ACCOUNT}\"\n\
         api = \"{}/client/v4\"\nhealth_via = \"off\"\n\n[policy]\napprove_first = 0\napprove_hosts = false\n",
        server.url()
    );
    let farm = Farm::in_memory().append("sites.toml", &target).environment("CLOUDFLARE_API_TOKEN", TOKEN);
    sites.iter().fold(farm, |farm, site| farm.site(site))
}

fn double(zones: &[&str], faults: Faults) -> (Arc<Cloudflare>, Server) {
    zones.iter().fold(Cloudflare::new(), |double, site| double.zone(&format!("{site}.example"))).open(faults)
}

const SITES: [&str; 3] = ["garden", "kitchen", "cellar"];

#[test]
fn every_host_takes_what_was_planned_is_asked_nothing_for_nothing_and_goes_back() {
    for port in TargetKind::ALL.map(|kind| Port::open(kind, Faults::none(), 1)) {
        let (kind, farm) = (port.kind.name(), (0..3).fold(port.farm(), |farm, at| farm.site(&site(at))));
        ships_what_was_planned(kind, &farm);
        let asked = port.asked();
        let run = farm.run("deploy").ends(0);
        assert!(run.stdout.contains("nothing changes"), "{kind}: {}", run.stdout);
        assert_eq!(port.asked(), asked, "{kind}: nothing changed, nothing is asked");
        let farm = edit(farm, &site(1), "Snow.");
        ships_what_was_planned(kind, &farm);
        farm.run("status --refresh").ends(0);
        farm.run(&format!("rollback {}", site(1))).ends(0);
        farm.run("status --refresh").ends(0);
        assert!(farm.run("plan").ends(0).stdout.contains("was taken back"), "{kind}");
        let run = farm.run(&format!("plan --site {}", site(1))).ends(0);
        assert!(run.stdout.contains("1 of 1 site changes"), "{kind}: {}", run.stdout);
    }
}

/// Ships what a plan says; what is sent is known before, but for what projects at Vercel have in common.
fn ships_what_was_planned(kind: &str, farm: &Farm) {
    let expected = told(&farm.run("plan --format json").ends(0), "/shipments", "/effort/uploads");
    let sent = told(&farm.run("deploy --format json").ends(0), "", "/files");
    match kind {
        "vercel" => assert!((1..=expected).contains(&sent), "{kind}: {sent} of {expected}"),
        _ => assert_eq!(sent, expected, "{kind}"),
    }
}

/// The sum of a number that stands in each line about a parcel, or in each entry of a list of the plan.
fn told(run: &Run, list: &str, number: &str) -> u64 {
    let lines = run.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let entries = lines.flat_map(|line| match line.pointer(list) {
        Some(Value::Array(entries)) => entries.clone(),
        _ if list.is_empty() && line["event"] == "parcel_shipped" => vec![line],
        _ => Vec::new(),
    });
    entries.map(|entry| entry.pointer(number).and_then(Value::as_u64).unwrap()).sum()
}

#[test]
fn what_nobody_knows_is_said_until_it_is_known_even_if_there_is_nothing_else_to_do() {
    let faults = Faults::none();
    let (double, server) = double(&SITES, faults);
    let farm = fleet(&SITES, &server);
    farm.run("deploy --site kitchen").ends(0);
    server.faults().order_last("POST", "deployments", Mishap::AnswerLost);
    let run = farm.run("deploy --site garden --clock-speed 100").ends(4);
    assert!(run.stdout.contains("1 unknown"), "{}{}", run.stdout, run.stderr);
    let run = farm.run("deploy --site kitchen --clock-speed 100").ends(4);
    assert!(run.stdout.contains("nothing changes") && run.stderr.contains("garden"), "{}{}", run.stdout, run.stderr);
    server.faults().calm();
    farm.run("deploy --site garden").ends(0);
    assert_eq!(double.books().projects["garden"].deployments.len(), 1);
}

#[test]
fn programs_are_told_of_a_plan_with_nothing_in_it() {
    let (_double, server) = double(&SITES, Faults::none());
    let farm = fleet(&SITES, &server);
    farm.run("deploy").ends(0);
    let run = farm.run("deploy --format json").ends(0);
    let plan: Value = serde_json::from_str(run.stdout.lines().last().unwrap()).unwrap();
    assert_eq!((plan["shipments"].as_array().map(Vec::len), plan["unchanged"].as_u64()), (Some(0), Some(3)));
}

#[test]
fn a_token_that_is_refused_ships_nothing_and_is_never_shown() {
    let (_double, server) = double(&SITES, Faults::none());
    let farm = fleet(&SITES, &server).environment("CLOUDFLARE_API_TOKEN", "another-secret-token");
    // The first of several fails, so that the others are not even tried.
    let run = farm.run("deploy").ends(6);
    assert!(run.stderr.contains("H1001"), "{}", run.stderr);
    assert!(!format!("{}{}", run.stdout, run.stderr).contains("another-secret-token"));
}

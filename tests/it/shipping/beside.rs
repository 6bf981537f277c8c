//! hectare beside the host's own client: the same sites as Pages projects, by one process of `wrangler` each and by one of hectare.

use super::port::Port;
use super::watched::Watched;
use crate::chance::wish;
use crate::hosts::cloudflare::tools::wrangler;
use crate::hosts::cloudflare::{ACCOUNT, TOKEN};
use hectare::model::TargetKind;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const SITES: usize = 100;

/// What a process, with all that it started, took.
#[derive(Debug, Default, Clone, Copy)]
struct Effort {
    requests: usize,
    processor: Duration,
    wall: Duration,
}

/// Runs a command that ends well.
#[track_caller]
fn effort(command: &mut Command, port: &Port) -> Effort {
    let (began, before) = (Instant::now(), port.asked());
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let facts = Path::new("/proc").join(child.id().to_string()).join("stat");
    // Whoever has ended still tells what it took, until its end is taken note of.
    let processor = loop {
        let text = fs::read_to_string(&facts).unwrap();
        let numbers: Vec<&str> = text.rsplit(") ").next().unwrap().split(' ').collect();
        if numbers[0] == "Z" {
            // Hundredths of a second: its own, and those of its children.
            let ticks: u64 = numbers[11..15].iter().map(|ticks| ticks.parse::<u64>().unwrap()).sum();
            break Duration::from_millis(ticks * 10);
        }
        thread::sleep(Duration::from_millis(2));
    };
    assert!(child.wait().unwrap().success());
    Effort { requests: port.asked() - before, processor, wall: began.elapsed() }
}

#[test]
fn a_hundred_projects_take_a_twentieth_of_what_the_client_of_the_host_takes() {
    let own = Port::generous(TargetKind::CloudflarePages, 1);
    let fleet = Watched::begin(own, SITES).next_day();
    let of_hectare = effort(&mut fleet.farm.command("deploy --clock-speed 200"), &fleet.port);
    let (theirs, sites) = (Port::generous(TargetKind::CloudflarePages, 1), wish("WRANGLER_SITES", 2) as usize);
    let (home, mut of_wrangler) = (TempDir::new().unwrap(), Effort::default());
    for at in 0..sites {
        let name = super::port::site(at);
        theirs.has_project(&name);
        let place = fleet.farm.place(&format!("dist/{name}"));
        let mut command = wrangler(home.path());
        command.args(["pages", "deploy"]).arg(place).args(["--project-name", &name, "--branch", "main"]);
        command.env("CLOUDFLARE_API_BASE_URL", format!("{}/client/v4", theirs.server().unwrap().url()));
        command.env("CLOUDFLARE_ACCOUNT_ID", ACCOUNT).env("CLOUDFLARE_API_TOKEN", TOKEN);
        let one = effort(&mut command, &theirs);
        of_wrangler.requests += one.requests;
        of_wrangler.processor += one.processor;
        of_wrangler.wall += one.wall;
    }
    eprintln!("hectare, {SITES} sites: {of_hectare:?}\nwrangler, {sites} sites: {of_wrangler:?}");
    let (one, other) =
        (of_hectare.processor.as_secs_f64() / SITES as f64, of_wrangler.processor.as_secs_f64() / sites as f64);
    assert!(one * 20.0 <= other, "{one} s for a site, wrangler {other} s");
}

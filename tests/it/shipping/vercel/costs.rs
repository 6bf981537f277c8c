//! What a team costs is watched.

use crate::farm::Farm;
use crate::golden;
use crate::hosts::faults::Faults;
use crate::hosts::server::Server;
use crate::hosts::vercel::{Plan, TEAM, TOKEN, Vercel as Double};

const SITES: [&str; 3] = ["garden", "kitchen", "cellar"];

/// A fleet at the double.
fn fleet() -> (Farm, Server) {
    let (_, server) = Double::new(Plan::Pro).open(Faults::none());
    let target = format!(
        "targets = [\"v\"]\n\n[targets.v]\nkind = \"vercel\"\naccount = \"{TEAM}\"\napi = \"{}\"\n\
         health_via = \"off\"\n\n[policy]\napprove_first = 0\napprove_hosts = false\n",
        server.url()
    );
    let farm = Farm::in_memory().append("sites.toml", &target).environment("VERCEL_TOKEN", TOKEN);
    (SITES.iter().fold(farm, |farm, site| farm.site(site)), server)
}

#[test]
fn the_watch_over_costs_ends_with_a_code_of_its_own_beyond_the_limit() {
    let (farm, _server) = fleet();
    farm.run("deploy").ends(0);
    farm.run("cost --check").ends(0);
    let manifest = std::fs::read_to_string(farm.place("sites.toml")).unwrap();
    let farm = farm.file("sites.toml", manifest.replace("approve_first", "approve_monthly = 19\napprove_first"));
    farm.run("cost").ends(0);
    golden::check("shipping/cost_beyond.txt", &farm.run("cost --check").ends(6).transcript());
}

//! Sites that move from one parcel to another, leave `sites.toml`, or change their names: visitors never find nothing.

use super::field::{Field, ended};
use super::host::Trouble;
use super::port::Port;
use super::rules::kept;
use crate::farm::Farm;
use crate::hosts::faults::Faults;
use hectare::deploy::{self, Back};
use hectare::event::Arrival;
use hectare::model::{BaseUrl, Left, SiteId, SiteSpec, TargetKind};
use hectare::provider::FaultKind;
use std::fs;
use std::sync::Arc;

/// Three sites in a pack.
fn pack() -> Field {
    let field = Field::new(3, "cloudflare-pack");
    assert_eq!(ended(&field.deploy(), Arrival::Live), 1);
    field
}

/// Lets `site-01` grow so much that it has to move to another pack.
fn outgrown(field: &mut Field) {
    field.more.insert(id("site-01"), 99_995);
    field.write("site-01", "index.html", "So much more.");
}

fn id(site: &str) -> SiteId {
    SiteId::parse(site).unwrap()
}

/// Asserts that visitors of all sites see what was built of them, and always saw something.
#[track_caller]
fn all_are_seen(field: &Field) {
    for site in ["site-00", "site-01", "site-02"] {
        let seen = field.host.visit(&format!("{site}.example"));
        assert_eq!(seen, Some((site.to_owned(), field.release(site))), "{site}");
    }
    assert_eq!(field.host.gaps(), Vec::<String>::new());
}

/// The sites that a pack shows.
fn shown(field: &Field, pack: &str) -> Vec<&'static str> {
    ["site-00", "site-01", "site-02"].into_iter().filter(|site| field.host.shows(pack, site).is_some()).collect()
}

#[test]
fn a_site_that_outgrows_its_pack_is_seen_all_the_way_to_the_next_one() {
    let mut field = pack();
    outgrown(&mut field);
    assert_eq!(ended(&field.deploy(), Arrival::Live), 2);
    all_are_seen(&field);
    assert_eq!((shown(&field, "pack-001"), shown(&field, "pack-002")), (vec!["site-00", "site-02"], vec!["site-01"]));
    let requests = field.host.books().requests;
    assert_eq!(field.deploy().shipped.len(), 0);
    assert_eq!(field.host.books().requests, requests);
}

#[test]
fn a_site_that_the_next_pack_does_not_take_stays_where_it_is() {
    let mut field = pack();
    let old = field.release("site-01");
    outgrown(&mut field);
    field.host.script("activate pack-002", &[Trouble::Refuse(FaultKind::Rejected)]);
    assert_eq!(ended(&field.deploy(), Arrival::Failed), 1);
    assert_eq!(field.host.visit("site-01.example"), Some(("site-01".to_owned(), old)));
    assert_eq!((field.host.gaps(), field.says("site-01")), (Vec::new(), Some(old)));
    assert_eq!(ended(&field.deploy(), Arrival::Live), 2);
    all_are_seen(&field);
}

#[test]
fn a_site_that_is_ill_in_the_next_pack_is_led_back() {
    let mut field = pack();
    let old = field.release("site-01");
    outgrown(&mut field);
    field.ill.lock().unwrap().push("site-01".to_owned());
    assert_eq!(ended(&field.deploy(), Arrival::WentBack), 1);
    assert_eq!(field.host.visit("site-01.example"), Some(("site-01".to_owned(), old)));
    assert_eq!((field.host.gaps(), field.says("site-01")), (Vec::new(), Some(old)));
}

#[test]
fn a_pack_that_was_not_left_in_one_run_is_left_in_the_next() {
    let mut field = pack();
    outgrown(&mut field);
    field.host.script("activate pack-001", &[Trouble::Refuse(FaultKind::Rejected)]);
    assert_eq!(ended(&field.deploy(), Arrival::Live), 1);
    all_are_seen(&field);
    assert_eq!(shown(&field, "pack-001").len(), 3);
    assert_eq!(ended(&field.deploy(), Arrival::Live), 1);
    all_are_seen(&field);
    assert_eq!(shown(&field, "pack-001"), ["site-00", "site-02"]);
}

#[test]
fn a_site_that_moved_comes_back_with_the_run_that_moved_it() {
    let mut field = pack();
    let old = field.release("site-01");
    outgrown(&mut field);
    let run = field.deploy().run;
    let vault = field.vault();
    let voyage = field.ship(&vault, |shipping, own, plan| {
        let backs: Vec<Back> = deploy::back_of_run(shipping, &run)?;
        deploy::go_back(shipping, own, backs, plan.id)
    });
    assert_eq!(ended(&voyage.unwrap(), Arrival::Live), 2);
    assert_eq!(field.host.visit("site-01.example"), Some(("site-01".to_owned(), old)));
    assert_eq!((field.host.gaps(), shown(&field, "pack-001").len()), (Vec::new(), 3));
}

#[test]
fn a_site_that_leaves_the_fleet_stays_live_beside_the_others_of_its_pack() {
    let mut field = pack();
    let gone = field.fleet.sites.remove(2);
    field.write("site-00", "index.html", "News.");
    assert_eq!(ended(&field.deploy(), Arrival::Live), 1);
    all_are_seen(&field);
    field.fleet.sites.push(gone);
    assert_eq!(field.deploy().shipped.len(), 0);
    all_are_seen(&field);
}

/// Gives a site another domain.
fn rename(field: &mut Field, at: usize, domain: &str) {
    let base_url = BaseUrl::parse(&format!("https://{domain}/")).unwrap();
    field.fleet.sites[at] = Arc::new(SiteSpec { base_url, ..SiteSpec::clone(&field.fleet.sites[at]) });
}

#[test]
fn sites_of_a_pack_may_change_their_domains() {
    let mut field = pack();
    rename(&mut field, 0, "site-01.example");
    rename(&mut field, 1, "site-00.example");
    assert_eq!(ended(&field.deploy(), Arrival::Live), 1);
    let seen = |host: &str| field.host.visit(host).map(|(site, _)| site);
    assert_eq!(seen("site-00.example").as_deref(), Some("site-01"));
    assert_eq!(seen("site-01.example").as_deref(), Some("site-00"));
    assert_eq!(field.host.gaps(), Vec::<String>::new());
    assert_eq!(field.deploy().shipped.len(), 0);
}

#[test]
fn a_domain_that_a_site_had_before_still_shows_it() {
    let mut field = pack();
    rename(&mut field, 0, "better.example");
    assert_eq!(ended(&field.deploy(), Arrival::Live), 1);
    for host in ["site-00.example", "better.example"] {
        assert_eq!(field.host.visit(host).map(|(site, _)| site).as_deref(), Some("site-00"), "{host}");
    }
    assert_eq!(field.deploy().shipped.len(), 0);
}

#[test]
fn of_two_sites_with_one_domain_the_one_that_shows_it_stays_and_the_rest_of_the_pack_is_shipped() {
    let mut field = pack();
    rename(&mut field, 0, "site-02.example");
    field.edit_all("News from");
    let vault = field.vault();
    let plan = field.plan(&deploy::Ledger::open(&vault).unwrap());
    let shared = Left::Shared { host: "site-02.example".to_owned(), with: id("site-02") };
    assert_eq!(plan.left.into_iter().collect::<Vec<_>>(), [(id("site-00").to_string(), shared)]);
    assert_eq!(ended(&field.deploy(), Arrival::Live), 1);
    assert_eq!(field.host.visit("site-02.example"), Some(("site-02".to_owned(), field.release("site-02"))));
    assert_eq!(field.host.visit("site-01.example"), Some(("site-01".to_owned(), field.release("site-01"))));
}

/// Writes `sites.toml` anew with this in the place of that.
fn reworded(farm: Farm, pairs: &[(&str, &str)]) -> Farm {
    farm.with(|root| {
        let text = fs::read_to_string(root.join("sites.toml")).unwrap();
        let text = pairs.iter().fold(text, |text, (old, new)| text.replace(old, new));
        fs::write(root.join("sites.toml"), text).unwrap();
    })
}

#[test]
fn a_domain_moves_with_a_site_that_gets_another_name() {
    for kind in TargetKind::ALL.into_iter().filter(|kind| !matches!(kind, TargetKind::Folder | TargetKind::S3)) {
        let port = Port::open(kind, Faults::none(), 1);
        let farm = port.farm().site("site-000").site("site-001");
        farm.run("deploy").ends(0);
        let farm = reworded(farm, &[("id = \"site-000\"", "id = \"renamed\"")]);
        let farm = farm.page("renamed/_index.md", "+++\ntitle = \"Home\"\n+++\nUnder another name.\n");
        farm.run("deploy").ends(0);
        let seen = port.visit("site-000", "index.html").unwrap();
        assert!(String::from_utf8(seen).unwrap().contains("Under another name."), "{}", kind.name());
        let run = farm.run("deploy").ends(0);
        assert!(run.stdout.contains("nothing changes"), "{}: {}", kind.name(), run.stdout);
    }
}

#[test]
fn two_sites_may_change_their_domains() {
    for kind in TargetKind::ALL.into_iter().filter(|kind| !matches!(kind, TargetKind::Folder | TargetKind::S3)) {
        let port = Port::open(kind, Faults::none(), 1);
        let farm = port.farm().site("site-000").site("site-001");
        let farm = farm.page("site-000/_index.md", "+++\ntitle = \"Home\"\n+++\nThe first site.\n");
        farm.run("deploy").ends(0);
        let swap =
            [("000.example", "x.example"), ("001.example", "000.example"), ("site-x.example", "site-001.example")];
        let farm = reworded(farm, &swap);
        farm.run("deploy").ends(0);
        let says = |site: &str| String::from_utf8(port.visit(site, "index.html").unwrap()).unwrap();
        let first = (says("site-000").contains("The first site."), says("site-001").contains("The first site."));
        assert_eq!(first, (false, true), "{}", kind.name());
    }
}

#[test]
fn a_domain_of_two_sites_is_told_and_the_others_are_shipped() {
    let port = Port::open(TargetKind::CloudflarePages, Faults::none(), 1);
    let farm = reworded(port.farm().site("site-000").site("site-001"), &[("site-001.example", "site-000.example")]);
    kept("a_domain_of_two_sites", &farm.run("plan").ends(0));
    farm.run("deploy").ends(4);
    assert!(port.visit("site-000", "index.html").is_some());
}

//! A site goes live as a whole, with as few requests as the protocol allows, and goes back.

use super::{Freight, Stage};
use crate::hosts::faults::Faults;
use crate::hosts::vercel::{ODD, Plan, odd_files};
use hectare::model::Receipt;
use hectare::provider::{Doubt, FaultKind};

const FIRST: [(&str, &str); 3] = [("index.html", "one"), ("about.html", "about"), ("_a/style.css", "body{}")];
const SECOND: [(&str, &str); 3] = [("index.html", "two"), ("about.html", "about"), ("_a/style.css", "body{}")];
const THIRD: [(&str, &str); 1] = [("index.html", "three")];

/// How often anything was refused.
fn refusals(stage: &Stage) -> usize {
    stage.server.book().iter().filter(|entry| entry.status >= 400).count()
}

fn ship(stage: &Stage, files: &[(&str, &str)], before: Option<&Receipt>) -> Receipt {
    Freight::new("garden", files, before).ship(&*stage.host(), before).unwrap()
}

#[test]
fn only_what_the_host_lacks_is_sent_and_nothing_is_asked_in_vain() {
    let stage = Stage::quiet();
    let host = stage.host();
    let freight = Freight::new("garden", &FIRST, None);
    let upload = host.upload(&freight.parcel, &freight.goods, None).unwrap();
    assert!(stage.page("garden.vercel.app", "/").contains("NOT_FOUND"), "visitors see nothing of an upload");
    // Three files, the marker and `config.json`.
    assert_eq!((upload.files, stage.count("POST", "/v2/files")), (5, 5));
    let first = host.activate(&freight.parcel, &upload, Doubt::None).unwrap();
    assert_eq!(stage.page("garden.vercel.app", "/"), "one");
    assert_eq!(stage.page(first.address.as_ref().unwrap().trim_start_matches("https://"), "/about"), "about");
    let (deployments, lists) = (stage.count("POST", "/v13/deployments"), stage.count("GET", "/v6/deployments"));
    assert_eq!((stage.count("POST", "/v11/projects"), deployments, stage.count("POST", "/promote/")), (1, 1, 1));
    assert!(lists <= 4, "{lists} lists");
    stage.server.new_book();
    // Another process, which knows what the host has; the page and the marker are new.
    let freight = Freight::new("garden", &SECOND, Some(&first));
    let upload = stage.host().upload(&freight.parcel, &freight.goods, Some(&first)).unwrap();
    stage.host().activate(&freight.parcel, &upload, Doubt::None).unwrap();
    assert_eq!(stage.page("garden.vercel.app", "/"), "two");
    assert_eq!((upload.files, stage.count("POST", "/v2/files"), stage.count("POST", "/v13/deployments")), (2, 2, 1));
    assert_eq!(refusals(&stage), 0);
    assert!(stage.double.books().files.values().all(|stored| stored.sent == 1));
}

#[test]
fn a_machine_that_knows_nothing_asks_the_host_what_it_has() {
    let stage = Stage::quiet();
    let first = ship(&stage, &FIRST, None);
    ["held", "begun"].iter().for_each(|note| stage.forgets(note));
    stage.server.new_book();
    ship(&stage, &SECOND, Some(&first));
    assert_eq!((stage.count("POST", "/v2/files"), stage.count("POST", "/v13/deployments")), (2, 2));
    assert!(stage.double.books().files.values().all(|stored| stored.sent == 1));
}

#[test]
fn odd_names_arrive_as_with_the_client_of_the_host() {
    let stage = Stage::quiet();
    let receipt = ship(&stage, &ODD, None);
    let books = stage.double.books();
    let site = books.deployments[&receipt.deployment].site.as_ref().unwrap();
    let mut files = site.files.clone();
    // The release's own marker takes the place of the one among the odd names.
    let marker = ".well-known/hectare.json";
    assert!(files.remove(marker).is_some());
    let mut odd = odd_files();
    odd.remove(marker);
    assert_eq!(files, odd);
}

#[test]
fn after_a_rollback_the_host_shows_nothing_by_itself_until_the_next_release() {
    let stage = Stage::quiet();
    let first = ship(&stage, &FIRST, None);
    ship(&stage, &SECOND, Some(&first));
    let host = stage.host();
    let back = host.rollback(&first.parcel, &first).unwrap();
    assert!(!stage.double.books().project("garden").unwrap().assigns);
    let switches = stage.count("POST", "/rollback/");
    host.rollback(&first.parcel, &first).unwrap();
    assert_eq!(stage.count("POST", "/rollback/"), switches, "what is shown already is not asked for");
    ship(&stage, &THIRD, Some(&back));
    assert_eq!(stage.page("garden.vercel.app", "/"), "three");
    assert!(stage.double.books().project("garden").unwrap().assigns);
}

#[test]
fn very_many_new_files_travel_as_one_archive_that_is_the_same_every_time() {
    let stage = Stage::quiet();
    let names: Vec<(String, String)> = (0..600)
        .map(|at| {
            (format!("{}page-{at}/ä{}/index.html", "deep/".repeat(at % 40), "x".repeat(at % 90)), format!("page {at}"))
        })
        .collect();
    let files: Vec<(&str, &str)> = names.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let receipt = ship(&stage, &files, None);
    assert_eq!(stage.count("POST", "/v2/files"), 1);
    {
        let books = stage.double.books();
        let site = books.deployments[&receipt.deployment].site.as_ref().unwrap();
        assert!(site.was_packed);
        assert_eq!(site.files.len(), 601);
    }
    assert_eq!(stage.page("garden.vercel.app", "/page-0/%C3%A4/"), "page 0");
    // The same files in the place of the first: another deployment of the same archive, which the host asks for no more.
    stage.forgets("held");
    ship(&stage, &files, Some(&receipt));
    let sent: Vec<usize> = stage.double.books().files.values().map(|stored| stored.sent).collect();
    assert_eq!(sent, [1]);
}

#[test]
fn more_rules_than_the_host_takes_are_refused_before_anything_is_sent() {
    let stage = Stage::quiet();
    let redirects: String = (0..2_000).map(|at| format!("/old-{at} /new-{at} 301\n")).collect();
    let headers: String = (0..60).map(|at| format!("/p{at}/*\n  X-{at}: 1\n")).collect();
    let files = [("index.html", "one"), ("_redirects", redirects.as_str()), ("_headers", headers.as_str())];
    let freight = Freight::new("garden", &files, None);
    let (kind, said) = super::fault(freight.ship(&*stage.host(), None));
    assert_eq!(kind, FaultKind::Rejected);
    assert_eq!(said, "it needs 2062 routes, 2000 of them for redirects, and takes 2048");
    assert_eq!(stage.count("POST", "/v2/files") + stage.count("POST", "/v13"), 0);
}

#[test]
fn what_the_plan_does_not_let_be_shown_again_is_as_good_as_gone() {
    let stage = Stage::new(Plan::Hobby, 20, Faults::none());
    let first = ship(&stage, &FIRST, None);
    let second = ship(&stage, &SECOND, Some(&first));
    ship(&stage, &THIRD, Some(&second));
    let (kind, said) = super::fault(stage.host().rollback(&first.parcel, &first));
    assert_eq!(kind, FaultKind::NoSuch);
    assert!(said.contains("To roll back further"), "{said}");
    stage.host().rollback(&second.parcel, &second).unwrap();
    assert_eq!(stage.page("garden.vercel.app", "/"), "two");
}

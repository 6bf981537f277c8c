//! A site as a Worker with static assets.

use super::way::Way;
use crate::hosts::cloudflare::Cloudflare;
use crate::hosts::faults::{Faults, Mishap};
use crate::shipping::freight::{Goods, ship};
use hectare::provider::{Doubt, FaultKind};

const SITE: [(&str, &str); 5] = [
    ("index.html", "<h1>Home</h1>"),
    ("404.html", "<h1>Nothing here</h1>"),
    ("a/style.css", "a{}"),
    ("_redirects", "/old / 301\n"),
    ("_headers", "/*\n  X-Frame-Options: DENY\n"),
];

#[test]
fn a_site_takes_two_calls_and_its_uploads() {
    let (way, mut goods) = (Way::to(Cloudflare::new(), Faults::none()), Goods::default());
    let parcel = goods.parcel("garden", &SITE, None);
    let receipt = ship(&*way.worker(), &parcel, &goods);
    assert_eq!(way.asked(), ["POST assets-upload-session", "POST upload", "PUT garden"]);
    let second = goods.parcel("garden", &SITE, Some(&receipt));
    ship(&*way.worker(), &second, &goods);
    assert_eq!(way.asked(), ["POST assets-upload-session", "PUT garden"]);
    let books = way.double.books();
    let worker = &books.workers["garden"];
    assert_eq!(worker.versions[0].id, receipt.deployment);
    let live = worker.live().unwrap();
    assert_eq!((live.tag.clone(), live.message.as_str()), (second.label.to_string(), "hectare: garden"));
    assert_eq!(live.release.files.len(), 4);
    assert!(live.release.not_found_pages && live.code.is_none());
    assert_eq!((live.release.redirects.len(), live.release.headers.len()), (1, 1));
    assert!(worker.stock.taken.values().all(|times| *times == 1));
}

#[test]
fn a_session_that_is_over_is_begun_again_but_not_without_end() {
    let (way, mut goods) = (Way::to(Cloudflare::new(), Faults::none()).faster(20), Goods::default());
    let parcel = goods.parcel("garden", &SITE, None);
    way.server.faults().order("POST", "assets/upload", 2, Mishap::TokenExpired);
    ship(&*way.worker(), &parcel, &goods);
    assert_eq!(way.asked().iter().filter(|call| *call == "POST assets-upload-session").count(), 3);
    let other = goods.parcel("garden", &SITE[1..], None);
    way.server.faults().order("POST", "assets/upload", 100, Mishap::TokenExpired);
    let fault = way.worker().upload(&other, &goods, None).unwrap_err();
    assert_eq!((fault.kind, fault.said.as_str()), (FaultKind::Refused, "Expired JWT"));
    assert_eq!(way.asked().len(), 8);
}

#[test]
fn an_older_version_is_shown_again_by_one_call() {
    let (way, mut goods) = (Way::to(Cloudflare::new(), Faults::none()), Goods::default());
    let first = goods.parcel("garden", &SITE, None);
    let old = ship(&*way.worker(), &first, &goods);
    let second = goods.parcel("garden", &SITE[..3], Some(&old));
    ship(&*way.worker(), &second, &goods);
    way.asked();
    way.worker().rollback(&first.name, &old).unwrap();
    assert_eq!(way.asked(), ["POST deployments"]);
}

#[test]
fn a_redirect_that_the_host_refuses_is_told_in_its_words_and_nothing_changes() {
    let (way, mut goods) = (Way::to(Cloudflare::new(), Faults::none()), Goods::default());
    let mut site = SITE;
    site[3].1 = "/old https://x.example/ 200\n";
    let parcel = goods.parcel("garden", &site, None);
    let upload = way.worker().upload(&parcel, &goods, None).unwrap();
    let fault = way.worker().activate(&parcel, &upload, Doubt::None).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Rejected);
    assert!(fault.said.contains("Invalid _redirects"), "{}", fault.said);
    assert!(fault.request.unwrap().ends_with("-FRA"));
    assert!(way.double.books().workers["garden"].versions.is_empty());
}

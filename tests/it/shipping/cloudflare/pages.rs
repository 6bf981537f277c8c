//! A site as a Pages project.

use super::way::Way;
use crate::hosts::clock::Clock;
use crate::hosts::cloudflare::Cloudflare;
use crate::hosts::faults::{Faults, Mishap};
use crate::shipping::freight::{Goods, digests, ship};
use hectare::provider::{Doubt, FaultKind};

const SITE: [(&str, &str); 6] = [
    ("index.html", "<h1>Home</h1>"),
    ("404.html", "<h1>Nothing here</h1>"),
    ("copy.html", "<h1>Home</h1>"),
    ("a/style.css", "a{}"),
    ("_redirects", "/old / 301\n"),
    ("_headers", "/*\n  X-Frame-Options: DENY\n"),
];

#[test]
fn a_new_site_takes_its_project_and_five_calls_and_one_upload() {
    let (way, mut goods) = (Way::to(Cloudflare::new(), Faults::none()), Goods::default());
    let parcel = goods.parcel("garden", &SITE, None);
    let receipt = ship(&*way.pages(), &parcel, &goods);
    let asked = way.asked();
    let project = ["GET upload-token", "POST projects"];
    let rest = ["GET upload-token", "POST check-missing", "POST upload", "POST upsert-hashes", "POST deployments"];
    let status = format!("GET {}", receipt.deployment);
    assert_eq!(asked, [&project[..], &rest[..], &[status.as_str()]].concat());
    let books = way.double.books();
    let project = &books.projects["garden"];
    assert_eq!(project.live.as_deref(), Some(receipt.deployment.as_str()));
    let deployment = &project.deployments[0];
    assert_eq!(deployment.commit_hash, parcel.label.to_string());
    assert_eq!(deployment.release.files.len(), 5);
    assert_eq!((deployment.release.redirects.len(), deployment.release.headers.len()), (1, 1));
    assert!(project.stock.taken.values().all(|times| *times == 1), "two files with one content are sent once");
    let release = &parcel.stalls.values().next().unwrap().release;
    let mut arrived = goods.arrived();
    arrived.sort();
    assert_eq!(arrived, digests([release.as_ref()]).into_iter().collect::<Vec<_>>());
}

#[test]
fn a_changed_site_sends_what_changed_and_an_equal_one_nothing() {
    let (way, mut goods) = (Way::to(Cloudflare::new(), Faults::none()), Goods::default());
    let first = goods.parcel("garden", &SITE, None);
    let receipt = ship(&*way.pages(), &first, &goods);
    let mut changed = SITE;
    changed[0].1 = "<h1>Changed</h1>";
    let second = goods.parcel("garden", &changed, Some(&receipt));
    let upload = way.pages().upload(&second, &goods, Some(&receipt)).unwrap();
    // The page, and the marker that names the release.
    assert_eq!(upload.files, 2);
    way.asked();
    let again = way.pages().upload(&second, &goods, Some(&receipt)).unwrap();
    assert_eq!((again.files, again.bytes), (0, 0));
    assert_eq!(way.asked(), ["GET upload-token", "POST check-missing", "POST upsert-hashes"]);
    assert_eq!(way.double.books().projects["garden"].deployments.len(), 1);
}

#[test]
fn a_token_that_runs_out_is_replaced_in_the_middle_of_an_upload() {
    let double = Cloudflare::new().at(Clock::real().off_by(0));
    let (way, mut goods) = (Way::to(double, Faults::none()), Goods::default());
    let parcel = goods.parcel("garden", &SITE, None);
    for call in ["check-missing", "upload", "upsert-hashes"] {
        way.server.faults().order("POST", &format!("assets/{call}"), 2, Mishap::TokenExpired);
    }
    ship(&*way.pages(), &parcel, &goods);
    assert_eq!(way.asked().iter().filter(|call| *call == "GET upload-token").count(), 8);
    // One that is refused for good is told, and not asked for without end.
    way.server.faults().order("POST", "assets/check-missing", 100, Mishap::TokenExpired);
    let fault = way.pages().upload(&parcel, &goods, None).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Refused);
    assert!(way.asked().len() < 12);
}

#[test]
fn a_refusal_of_which_only_the_beginning_came_is_asked_for_again() {
    let (way, mut goods) = (Way::to(Cloudflare::new(), Faults::none()).faster(20), Goods::default());
    let parcel = goods.parcel("garden", &SITE, None);
    // The project is made, but nobody is told; that it exists is told in half a sentence.
    way.server.faults().order("POST", "/projects", 1, Mishap::AnswerLost);
    way.server.faults().order("POST", "/projects", 1, Mishap::AnswerGarbled);
    ship(&*way.pages(), &parcel, &goods);
    assert_eq!(way.asked().iter().filter(|call| *call == "POST projects").count(), 3);
}

#[test]
fn a_release_is_taken_back_by_one_call() {
    let (way, mut goods) = (Way::to(Cloudflare::new(), Faults::none()), Goods::default());
    let first = goods.parcel("garden", &[("index.html", "one")], None);
    let receipt = ship(&*way.pages(), &first, &goods);
    let second = goods.parcel("garden", &[("index.html", "two")], Some(&receipt));
    ship(&*way.pages(), &second, &goods);
    way.asked();
    way.pages().rollback(&first.name, &receipt).unwrap();
    assert_eq!(way.asked(), ["POST rollback"]);
}

#[test]
fn a_deployment_that_the_host_does_not_finish_is_told_in_its_words() {
    let double = Cloudflare::new().with(|account| account.fail_next(true));
    let (way, mut goods) = (Way::to(double, Faults::none()), Goods::default());
    let parcel = goods.parcel("garden", &SITE, None);
    let upload = way.pages().upload(&parcel, &goods, None).unwrap();
    let fault = way.pages().activate(&parcel, &upload, Doubt::None).unwrap_err();
    assert_eq!((fault.kind, fault.said.as_str()), (FaultKind::Rejected, "Failed: an internal error occurred."));
    assert_eq!(way.double.books().projects["garden"].live, None);
    // One that needs its time is waited for.
    let double = Cloudflare::new().with(|account| account.settle_after(3));
    let (way, mut goods) = (Way::to(double, Faults::none()).faster(10), Goods::default());
    let parcel = goods.parcel("garden", &SITE, None);
    let receipt = ship(&*way.pages(), &parcel, &goods);
    assert_eq!(way.asked().iter().filter(|call| call.ends_with(&receipt.deployment)).count(), 4);
}

//! Whatever goes wrong on the way, there is one deployment, nothing is sent twice that was known to have arrived, and visitors see one site.

use super::{Freight, Stage};
use crate::hosts::faults::{Mishap, Wait};

const FILES: [(&str, &str); 4] = [("index.html", "one"), ("a.html", "a"), ("b.html", "b"), ("c.html", "c")];

#[test]
fn a_run_that_died_asks_what_arrived_and_sends_the_rest() {
    let stage = Stage::quiet();
    let freight = Freight::new("garden", &FILES, None);
    // The host takes two files, then it answers nobody any more.
    let host = stage.host();
    let small = Freight::new("garden", &FILES[..2], None);
    drop(host.upload(&small.parcel, &small.goods, None).unwrap());
    stage.server.faults().order("POST", "/v2/files", 100, Mishap::Unavailable(Wait::Seconds(100_000)));
    assert!(host.upload(&freight.parcel, &freight.goods, None).is_err());
    let before = stage.double.books().files.len();
    stage.server.faults().calm();
    let upload = stage.host().upload(&freight.parcel, &freight.goods, None).unwrap();
    let books = stage.double.books();
    assert_eq!(upload.files, books.files.len() - before);
    assert!(books.files.values().all(|stored| stored.sent == 1));
}

#[test]
fn what_another_site_sent_before_the_run_died_is_not_sent_again() {
    let stage = Stage::quiet();
    let (one, other) = (Freight::new("garden", &FILES, None), Freight::new("house", &FILES, None));
    stage.server.faults().order("POST", "/v13/deployments", 100, Mishap::Unavailable(Wait::Seconds(100_000)));
    assert!(stage.host().upload(&one.parcel, &one.goods, None).is_err());
    stage.server.faults().calm();
    let host = stage.host();
    for freight in [&other, &one] {
        host.upload(&freight.parcel, &freight.goods, None).unwrap();
    }
    assert!(stage.double.books().files.values().all(|stored| stored.sent == 1));
}

#[test]
fn what_the_host_lost_is_sent_again_when_it_says_so() {
    let stage = Stage::quiet();
    let first = Freight::new("garden", &FILES, None).ship(&*stage.host(), None).unwrap();
    stage.double.books().files.retain(|_, stored| *stored.bytes != *b"a");
    let second = Freight::new("garden", &FILES[..3], Some(&first)).ship(&*stage.host(), Some(&first)).unwrap();
    assert_ne!(first.deployment, second.deployment);
    assert_eq!(stage.page("garden.vercel.app", "/a"), "a");
}

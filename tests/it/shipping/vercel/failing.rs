//! Whatever goes wrong on the way, there is one deployment, nothing is sent twice that was known to have arrived, and visitors see one site.

use super::{Freight, Stage, fault};
use crate::hosts::faults::{Faults, Mishap, Wait};
use crate::hosts::vercel::Plan;
use hectare::provider::{Doubt, Fault, Provider};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

const FILES: [(&str, &str); 4] = [("index.html", "one"), ("a.html", "a"), ("b.html", "b"), ("c.html", "c")];

/// The calls that a first deployment is made of.
const CALLS: [(&str, &str); 5] = [
    ("POST", "/v11/projects"),
    ("POST", "/v2/files"),
    ("POST", "/v13/deployments"),
    ("GET", "/v6/deployments"),
    ("POST", "/promote/"),
];

#[test]
fn every_call_may_fail_in_every_way() {
    for (method, path) in CALLS {
        for mishap in Mishap::PASSING {
            let stage = Stage::quiet();
            stage.server.faults().order(method, path, 2, mishap);
            let outcome = Freight::new("garden", &FILES, None).ship(&stage.host(), None);
            assert!(outcome.is_ok(), "{method} {path} {mishap:?}: {outcome:?}");
            assert_eq!(stage.page("garden.vercel.app", "/"), "one", "{method} {path} {mishap:?}");
            assert_eq!(stage.double.books().deployments.len(), 1, "{method} {path} {mishap:?}");
        }
    }
}

#[test]
fn a_token_that_the_host_refuses_is_said_and_nothing_is_done() {
    let stage = Stage::quiet();
    stage.server.faults().order("POST", "/v11/projects", 9, Mishap::TokenExpired);
    let (kind, said) = fault(Freight::new("garden", &FILES, None).ship(&stage.host(), None));
    assert_eq!((kind, said.as_str()), (Fault::Refused, "Expired JWT"));
    assert!(stage.double.books().files.is_empty());
}

#[test]
fn a_run_that_died_asks_what_arrived_and_sends_the_rest() {
    let stage = Stage::quiet();
    let freight = Freight::new("garden", &FILES, None);
    // The host takes two files, then it answers nobody any more.
    let host = stage.host();
    let small = Freight::new("garden", &FILES[..2], None);
    drop(host.upload(&small.parcel, &small, None).unwrap());
    stage.server.faults().order("POST", "/v2/files", 100, Mishap::Unavailable(Wait::Seconds(100_000)));
    assert!(host.upload(&freight.parcel, &freight, None).is_err());
    let before = stage.double.books().files.len();
    let stage = Stage { server: reopened(&stage), ..stage };
    let upload = stage.host().upload(&freight.parcel, &freight, None).unwrap();
    let books = stage.double.books();
    assert_eq!(upload.files, books.files.len() - before);
    assert!(books.files.values().all(|stored| stored.sent == 1));
}

#[test]
fn what_another_site_sent_before_the_run_died_is_not_sent_again() {
    let stage = Stage::quiet();
    let (one, other) = (Freight::new("garden", &FILES, None), Freight::new("house", &FILES, None));
    stage.server.faults().order("POST", "/v13/deployments", 100, Mishap::Unavailable(Wait::Seconds(100_000)));
    assert!(stage.host().upload(&one.parcel, &one, None).is_err());
    let stage = Stage { server: reopened(&stage), ..stage };
    let host = stage.host();
    for freight in [&other, &one] {
        host.upload(&freight.parcel, freight, None).unwrap();
    }
    assert!(stage.double.books().files.values().all(|stored| stored.sent == 1));
}

/// The same double behind another door, where nothing goes wrong.
fn reopened(stage: &Stage) -> crate::hosts::server::Server {
    crate::hosts::server::Server::start(stage.double.clone(), Faults::none())
}

#[test]
fn what_the_host_lost_is_sent_again_when_it_says_so() {
    let stage = Stage::quiet();
    let first = Freight::new("garden", &FILES, None).ship(&stage.host(), None).unwrap();
    stage.double.books().files.retain(|_, stored| *stored.bytes != *b"a");
    let second = Freight::new("garden", &FILES[..3], Some(&first)).ship(&stage.host(), Some(&first)).unwrap();
    assert_ne!(first.deployment, second.deployment);
    assert_eq!(stage.page("garden.vercel.app", "/a"), "a");
}

#[test]
fn many_sites_share_their_files_and_a_tenth_of_all_requests_fails() {
    let stage = Stage::new(Plan::Pro, 20, Faults::drawn(7, 0.1, &Mishap::PASSING));
    let host = stage.host();
    let sites: Vec<Freight> = (0..60)
        .map(|at| {
            let own = format!("page {at}");
            Freight::new(&format!("site-{at}"), &[("index.html", &own), ("style.css", "body{}"), ("a.js", "1")], None)
        })
        .collect();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..30 {
            scope.spawn(|| {
                while let Some(freight) = sites.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let upload = host.upload(&freight.parcel, freight, None).unwrap();
                    host.activate(&freight.parcel, &upload, Doubt::None).unwrap();
                }
            });
        }
    });
    for at in 0..60 {
        assert_eq!(stage.page(&format!("site-{at}.vercel.app"), "/"), format!("page {at}"));
    }
    let books = stage.double.books();
    assert_eq!(books.deployments.len(), 60);
    // A content is sent once more for each answer about it that was lost, and never otherwise.
    let mut lost: BTreeMap<usize, usize> = BTreeMap::new();
    for entry in stage.server.book().iter().filter(|entry| entry.path == "/v2/files") {
        let was_lost = entry.mishap.is_some_and(|mishap| mishap.is_done() && mishap != Mishap::Slow);
        *lost.entry(usize::from(was_lost)).or_default() += 1;
    }
    let again: usize = books.files.values().map(|stored| stored.sent - 1).sum();
    assert!(again <= lost.get(&1).copied().unwrap_or(0), "{again} sent again, {lost:?}");
}

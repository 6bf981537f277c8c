//! What every host promises, whatever it is: each promise is tried at all of them.

use super::freight::Freight;
use super::port::Port;
use super::watched::{Stranger, too_soon};
use crate::hosts::faults::{Faults, Mishap, Wait};
use crate::hosts::server::Server;
use hectare::model::{ParcelName, Receipt, TargetKind};
use hectare::provider::{Attachment, Doubt, FaultKind, Upload};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

const FIRST: [(&str, &str); 4] =
    [("index.html", "one"), ("about/index.html", "about"), ("_a/style.css", "a{}"), ("404.html", "none")];
const SECOND: [(&str, &str); 4] =
    [("index.html", "two"), ("about/index.html", "about"), ("_a/style.css", "a{}"), ("404.html", "none")];
const THIRD: [(&str, &str); 1] = [("index.html", "three")];

const MARKER: &str = ".well-known/hectare.json";
const SPEED: u32 = 50;

/// A host of each kind at which nothing goes wrong unless it is told to.
fn ports() -> impl Iterator<Item = Port> {
    TargetKind::ALL.into_iter().map(|kind| Port::open(kind, Faults::none(), SPEED))
}

/// Those that are reached over a network.
fn distant() -> impl Iterator<Item = Port> {
    ports().filter(|port| port.server().is_some())
}

fn garden() -> ParcelName {
    ParcelName::parse("garden").unwrap()
}

/// Ships the garden, and lets its name lead there.
#[track_caller]
fn ship(port: &Port, files: &[(&str, &str)], before: Option<&Receipt>) -> Receipt {
    let (freight, host) = (Freight::new("garden", files, before), port.host());
    let receipt = freight.ship(host.as_ref(), before).unwrap_or_else(|fault| panic!("{:?}: {fault:?}", port.kind));
    assert_eq!(host.attach(freight.name(), "garden.example").unwrap(), Attachment::Active, "{:?}", port.kind);
    receipt
}

/// The home page that visitors see.
fn home(port: &Port) -> Option<String> {
    port.visit("garden", "index.html").map(|bytes| String::from_utf8(bytes).unwrap())
}

/// Visitors see these files and the marker of the release, and the host says so; the books know so many deployments.
#[track_caller]
fn shows(port: &Port, files: &[(&str, &str)], receipt: &Receipt, deployments: usize) {
    let kind = port.kind;
    for (path, text) in files.iter().filter(|(path, _)| *path != "404.html") {
        assert_eq!(port.visit("garden", path).as_deref(), Some(text.as_bytes()), "{kind:?}: {path}");
    }
    let marker = String::from_utf8(port.visit("garden", MARKER).unwrap()).unwrap();
    let release = receipt.sites.values().next().unwrap().to_string();
    assert!(marker.contains(&release), "{kind:?}: {marker}");
    let live = port.host().live(&garden()).unwrap().unwrap();
    assert_eq!((&live.deployment, live.label), (&receipt.deployment, Some(receipt.label)), "{kind:?}");
    assert_eq!(port.shown("garden"), Some((live.deployment, receipt.label.to_string())), "{kind:?}");
    assert_eq!(port.deployments("garden"), deployments, "{kind:?}");
    assert_eq!(port.taken_again(), 0, "{kind:?}: {:?}", port.taken());
}

#[test]
fn nothing_is_live_where_nothing_was_shipped_and_asking_makes_nothing() {
    for port in ports() {
        assert_eq!(port.host().live(&garden()), Ok(None), "{:?}", port.kind);
        assert_eq!(port.host().retain(&garden(), &[]), Ok(0), "{:?}", port.kind);
        assert!(port.parcels().is_empty(), "{:?}", port.kind);
    }
}

#[test]
fn visitors_see_nothing_of_an_upload_and_after_the_switch_all_of_it() {
    for port in ports() {
        let (host, first) = (port.host(), ship(&port, &FIRST, None));
        shows(&port, &FIRST, &first, 1);
        let second = Freight::new("garden", &SECOND, Some(&first));
        let upload = host.upload(&second.parcel, &second.goods, Some(&first)).unwrap();
        assert_eq!(home(&port).as_deref(), Some("one"), "{:?}", port.kind);
        assert_eq!(host.live(&garden()).unwrap().unwrap().deployment, first.deployment, "{:?}", port.kind);
        let second = host.activate(&second.parcel, &upload, Doubt::None).unwrap();
        shows(&port, &SECOND, &second, 2);
    }
}

#[test]
fn nothing_is_sent_but_what_the_host_lacks_and_each_file_is_told_when_it_arrived() {
    for port in ports() {
        let first = ship(&port, &FIRST, None);
        let second = Freight::new("garden", &SECOND, Some(&first));
        let upload = port.host().upload(&second.parcel, &second.goods, Some(&first)).unwrap();
        // The page that changed, and the marker that names the release.
        assert_eq!((upload.files, second.goods.arrived().len()), (2, 2), "{:?}", port.kind);
        // Another process, which knows nothing of the first.
        let again = port.host().upload(&second.parcel, &second.goods, Some(&first)).unwrap();
        assert_eq!(Upload { pass: String::new(), ..again }, Upload::default(), "{:?}", port.kind);
        assert_eq!(port.taken_again(), 0, "{:?}: {:?}", port.kind, port.taken());
    }
}

#[test]
fn a_switch_that_fails_leaves_what_was_shown_and_is_made_up_for_by_the_next_run() {
    for port in ports() {
        let first = ship(&port, &FIRST, None);
        port.jam();
        let second = Freight::new("garden", &SECOND, Some(&first));
        let fault = second.ship(port.host().as_ref(), Some(&first)).unwrap_err();
        assert!(matches!(fault.kind, FaultKind::Busy | FaultKind::Rejected), "{:?}: {fault:?}", port.kind);
        assert_eq!(home(&port).as_deref(), Some("one"), "{:?}", port.kind);
        assert_eq!(port.shown("garden").unwrap().0, first.deployment, "{:?}", port.kind);
        port.release();
        let upload = port.host().upload(&second.parcel, &second.goods, Some(&first)).unwrap();
        assert_eq!(upload.files, 0, "{:?}: what was sent is not sent again", port.kind);
        let second = port.host().activate(&second.parcel, &upload, Doubt::MayHaveHappened).unwrap();
        shows(&port, &SECOND, &second, 2);
    }
}

/// What a request is about, whichever parcel, release or deployment it names.
fn call(method: &str, path: &str) -> Option<(&'static str, String)> {
    let method = ["GET", "POST", "PUT", "PATCH", "DELETE"].into_iter().find(|known| *known == method)?;
    let is_name = |segment: &&str| segment.len() < 20 && !segment.contains("garden");
    Some((method, format!("/{}", path.split('/').rev().find(is_name)?)))
}

/// The host wants to be left alone for longer than anybody would wait by themselves.
const LONG: [Mishap; 2] = [Mishap::Unavailable(Wait::Seconds(40)), Mishap::Throttled(Wait::Seconds(40))];

#[test]
fn every_call_may_fail_in_every_way_and_there_is_one_deployment_and_nothing_is_sent_twice() {
    for port in distant() {
        ship(&port, &FIRST, None);
        let calls: BTreeSet<_> = port.book().iter().filter_map(|entry| call(&entry.method, &entry.path)).collect();
        assert!(calls.len() >= 4, "{:?}: {calls:?}", port.kind);
        let kind = port.kind;
        thread::scope(|scope| {
            for (method, path) in calls {
                scope.spawn(move || {
                    for mishap in Mishap::PASSING.into_iter().chain(LONG) {
                        let faults = Faults::none();
                        faults.order(method, &path, 2, mishap);
                        let port = Port::open(kind, faults, SPEED);
                        let receipt = ship(&port, &FIRST, None);
                        assert_eq!(home(&port).as_deref(), Some("one"), "{kind:?} {method} {path} {mishap:?}");
                        assert_eq!(too_soon(&port.book(), SPEED), None, "{kind:?} {mishap:?}");
                        shows(&port, &FIRST, &receipt, 1);
                    }
                });
            }
        });
    }
}

#[test]
fn a_process_that_died_in_the_switch_leaves_one_that_the_next_one_finds() {
    for port in ports() {
        let freight = Freight::new("garden", &FIRST, None);
        let receipt = ship(&port, &FIRST, None);
        let upload = port.host().upload(&freight.parcel, &freight.goods, None).unwrap();
        let found = port.host().activate(&freight.parcel, &upload, Doubt::MayHaveHappened).unwrap();
        assert_eq!((upload.files, &found.deployment), (0, &receipt.deployment), "{:?}", port.kind);
        shows(&port, &FIRST, &found, 1);
    }
}

#[test]
fn a_parcel_goes_back_at_once_and_what_comes_later_is_shown_all_the_same() {
    for port in ports() {
        let first = ship(&port, &FIRST, None);
        let second = ship(&port, &SECOND, Some(&first));
        let sent = port.taken();
        let back = port.host().rollback(&garden(), &first).unwrap();
        shows(&port, &FIRST, &back, 2);
        let back = port.host().rollback(&garden(), &first).unwrap();
        shows(&port, &FIRST, &back, 2);
        assert_eq!(port.taken(), sent, "{:?}: going back sends nothing", port.kind);
        let third = ship(&port, &THIRD, Some(&back));
        shows(&port, &THIRD, &third, 3);
        let back = port.host().rollback(&garden(), &second).unwrap();
        shows(&port, &SECOND, &back, 3);
    }
}

#[test]
fn old_deployments_go_but_for_those_that_are_kept_or_live_and_what_is_gone_is_said_to_be() {
    for port in ports() {
        let first = ship(&port, &FIRST, None);
        let second = ship(&port, &SECOND, Some(&first));
        let third = ship(&port, &THIRD, Some(&second));
        // Workers let go of old versions by themselves, and only the last hundred can be shown again.
        let forgets = !matches!(port.kind, TargetKind::CloudflareWorker | TargetKind::CloudflarePack);
        let keep = std::slice::from_ref(&second);
        assert_eq!(port.host().retain(&garden(), keep), Ok(usize::from(forgets)), "{:?}", port.kind);
        assert_eq!(port.host().retain(&garden(), keep), Ok(0), "{:?}", port.kind);
        let left = if forgets { 2 } else { 3 };
        shows(&port, &THIRD, &third, left);
        if forgets {
            let fault = port.host().rollback(&garden(), &first).unwrap_err();
            assert_eq!(fault.kind, FaultKind::NoSuch, "{:?}: {fault:?}", port.kind);
            shows(&port, &THIRD, &third, left);
        }
        let back = port.host().rollback(&garden(), &second).unwrap();
        shows(&port, &SECOND, &back, left);
    }
}

#[test]
fn a_first_release_that_is_taken_away_is_seen_by_nobody() {
    for port in ports() {
        let receipt = ship(&port, &FIRST, None);
        let host = port.host();
        assert_eq!(host.attach(&garden(), "garden.example"), Ok(Attachment::Active), "{:?}", port.kind);
        shows(&port, &FIRST, &receipt, 1);
        for _ in 0..2 {
            host.detach(&garden(), "garden.example").unwrap();
            host.withdraw(&garden()).unwrap();
        }
        assert_eq!((home(&port), port.visit("garden", MARKER)), (None, None), "{:?}", port.kind);
    }
}

#[test]
fn a_run_that_is_asked_to_end_begins_nothing_else() {
    for port in ports() {
        let freight = Freight::new("garden", &FIRST, None);
        freight.stop();
        let fault = freight.ship(port.host().as_ref(), None).unwrap_err();
        assert_eq!(
            (fault.kind, port.taken().len(), port.shown("garden")),
            (FaultKind::Stopped, 0, None),
            "{:?}",
            port.kind
        );
    }
}

#[test]
fn somebody_whose_token_is_refused_does_nothing_and_hears_why() {
    for port in distant() {
        let stranger = if port.kind == TargetKind::S3 { "AKHECTARE:another" } else { "another" };
        let fault = Freight::new("garden", &FIRST, None).ship(port.host_for(stranger).as_ref(), None).unwrap_err();
        assert_eq!((fault.kind, port.parcels().len()), (FaultKind::Refused, 0), "{:?}: {fault:?}", port.kind);
        assert!(!fault.said.is_empty() && !fault.said.contains("another"), "{:?}: {fault:?}", port.kind);
    }
}

#[test]
fn a_host_that_points_elsewhere_is_not_followed() {
    let elsewhere = Server::start(Arc::new(Stranger), Faults::none());
    for port in distant() {
        let server = port.server().unwrap();
        server.set_elsewhere(&elsewhere.url());
        for method in ["GET", "POST", "PUT"] {
            server.faults().order(method, "/", 1, Mishap::Elsewhere);
        }
        let fault = Freight::new("garden", &FIRST, None).ship(port.host().as_ref(), None).unwrap_err();
        assert_ne!(fault.kind, FaultKind::Unknown, "{:?}: {fault:?}", port.kind);
        assert_eq!((elsewhere.asked(), port.shown("garden")), (0, None), "{:?}", port.kind);
    }
}

#[test]
fn a_host_that_never_answers_is_given_up_and_asked_what_it_did() {
    thread::scope(|scope| {
        for port in distant() {
            scope.spawn(move || {
                let server = port.server().unwrap();
                for (method, mishap) in [("GET", Mishap::Hang), ("POST", Mishap::HangAfter), ("PUT", Mishap::HangAfter)]
                {
                    server.faults().order(method, "/", 1, mishap);
                }
                let began = Instant::now();
                let receipt = ship(&port, &FIRST, None);
                // A call has 25 seconds of a clock that runs so much faster, and never less than two real ones.
                let most = Duration::from_secs(10);
                assert!(server.hangs().iter().all(|hang| *hang < most), "{:?}: {:?}", port.kind, server.hangs());
                assert!(began.elapsed() < Duration::from_secs(25), "{:?} took {:?}", port.kind, began.elapsed());
                shows(&port, &FIRST, &receipt, 1);
            });
        }
    });
}

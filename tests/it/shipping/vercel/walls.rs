//! The limits of a plan are foreseen: nobody runs into them.

use super::{Freight, Stage};
use crate::hosts::faults::Faults;
use crate::hosts::vercel::{Counted, Plan};
use crate::shipping::field::{Field, ended};
use hectare::event::Arrival;
use hectare::model::Receipt;
use hectare::provider::{Doubt, FaultKind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const SPEED: u32 = 200;

/// Ships the sites one after the other in several threads, and waits when it is told until when.
fn ship_all(stage: &Stage, sites: &[Freight]) -> Vec<Receipt> {
    let (host, next, receipts) = (stage.host(), AtomicUsize::new(0), Mutex::default());
    let ship = |freight: &Freight| loop {
        let upload = host.upload(&freight.parcel, &freight.goods, None);
        match upload.and_then(|upload| host.activate(&freight.parcel, &upload, Doubt::None)) {
            Ok(receipt) => return receipt,
            Err(fault) => match fault.kind {
                FaultKind::Wall(Some(_)) => std::thread::sleep(Duration::from_millis(200)),
                _ => panic!("{fault:?}"),
            },
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                while let Some(freight) = sites.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let receipt = ship(freight);
                    let receipts: &Mutex<Vec<Receipt>> = &receipts;
                    receipts.lock().unwrap().push(receipt);
                }
            });
        }
    });
    receipts.into_inner().unwrap()
}

fn sites(many: usize) -> Vec<Freight> {
    let own = |at: usize| format!("page {at}");
    (0..many).map(|at| Freight::new(&format!("site-{at}"), &[("index.html", &own(at))], None)).collect()
}

#[test]
fn more_sites_than_an_hour_allows_go_live_without_a_refusal() {
    let stage = Stage::new(Plan::Pro, SPEED, Faults::none());
    assert_eq!(ship_all(&stage, &sites(500)).len(), 500);
    let books = stage.double.books();
    assert_eq!((books.walls.hits, books.deployments.len()), (0, 500));
    assert!(books.walls.busiest(Counted::Deployment, 300) <= 120);
    assert!(books.walls.busiest(Counted::Deployment, 3_600) <= 450);
}

#[test]
fn the_reserve_is_left_for_going_back() {
    let stage = Stage::new(Plan::Hobby, SPEED, Faults::none());
    let all = sites(70);
    let receipts = ship_all(&stage, &all[..50]);
    let before = &receipts[0];
    let other = Freight::new(before.parcel.as_str(), &[("index.html", "new")], Some(before));
    other.ship(&*stage.host(), Some(before)).unwrap();
    stage.host().rollback(&before.parcel, before).unwrap();
    assert_eq!(stage.double.books().walls.hits, 0);
}

#[test]
fn an_hour_is_waited_for_and_never_run_into() {
    let stage = Stage::new(Plan::Pro, 200, Faults::none());
    let mut field = Field::new(470, "vercel");
    field.edit_all("Rain in");
    let voyage = field
        .ship_to(stage.host(), stage.speed, &field.vault(), |shipping, run, plan| field.apply(shipping, run, plan))
        .unwrap();
    assert_eq!((ended(&voyage, Arrival::Live), stage.double.books().walls.hits), (470, 0));
    assert_eq!(stage.double.books().deployments.len(), 470);
}

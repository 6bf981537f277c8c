//! Whole runs at Vercel: what the ledger says is what the host shows, whatever fails, and the limits of the plan are foreseen.

use super::Stage;
use crate::hosts::faults::{Faults, Mishap};
use crate::hosts::vercel::Plan;
use crate::shipping::field::{Field, ended};
use hectare::deploy;
use hectare::event::{Arrival, Voyage};

fn deploy(field: &Field, stage: &Stage) -> Voyage {
    field.ship_to(Box::new(stage.host()), stage.speed, &field.vault(), deploy::apply).unwrap()
}

/// Each site shows its own home page, and the ledger says so.
#[track_caller]
fn all_show(field: &Field, stage: &Stage, sites: usize, text: &str) {
    for at in 0..sites {
        let site = format!("site-{at:02}");
        assert_eq!(stage.page(&format!("{site}.example"), "/"), format!("{text} {site}"), "{site}");
        assert_eq!(field.says(&site), Some(field.release(&site)), "{site}");
    }
}

#[test]
fn a_tenth_of_all_requests_fails_and_every_site_is_live_once() {
    let stage = Stage::new(Plan::Enterprise, 20, Faults::drawn(3, 0.1, &Mishap::PASSING));
    let mut field = Field::new(40, "vercel");
    field.edit_all("Rain in");
    assert_eq!(ended(&deploy(&field, &stage), Arrival::Live), 40);
    all_show(&field, &stage, 40, "Rain in");
    assert_eq!(stage.double.books().deployments.len(), 40);
    field.edit_all("Snow in");
    assert_eq!(ended(&deploy(&field, &stage), Arrival::Live), 40);
    all_show(&field, &stage, 40, "Snow in");
    assert_eq!(stage.double.books().deployments.len(), 80);
    stage.server.new_book();
    assert!(deploy(&field, &stage).shipped.is_empty());
    assert!(stage.server.book().is_empty(), "nothing changed: nothing is asked");
}

#[test]
fn an_hour_is_waited_for_and_never_run_into() {
    let stage = Stage::new(Plan::Pro, 200, Faults::none());
    let mut field = Field::new(470, "vercel");
    field.edit_all("Rain in");
    let voyage = deploy(&field, &stage);
    assert_eq!((ended(&voyage, Arrival::Live), stage.double.books().walls.hits), (470, 0));
    assert_eq!(stage.double.books().deployments.len(), 470);
}

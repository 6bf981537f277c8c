//! What is written down of jobs, and what their sum says.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use super::*;
use crate::diag::{Code, Diagnostic, Place};
use crate::event::{Event, Shipped};
use crate::model::{Berth, ParcelName, SiteId};

fn broken_link(line: u32) -> Diagnostic {
    let place = Place { line, column: 7, ..Place::file("content/garden/beds.md") };
    Diagnostic::error(Code::DeadAnchor, "no page `gone.md`").at(place).hint("look at its name")
}

fn job(name: &str, sites: &[(&str, End)], found: Vec<(Option<String>, Diagnostic)>) -> Job {
    let site =
        |(id, end): &(&str, End)| ((*id).to_owned(), Site { end: *end, address: Some(format!("https://{id}/")) });
    Job {
        name: name.to_owned(),
        verb: "deploy".to_owned(),
        took: Duration::from_millis(1_500),
        sites: sites.iter().map(site).collect(),
        work: Work { pages: 3, uploads: 2, bytes: 100, ..Work::default() },
        found: group(found),
        ..Job::default()
    }
}

#[test]
fn a_job_is_read_as_it_was_written() {
    let found = vec![(Some("a".to_owned()), broken_link(3)), (None, Diagnostic::warning(Code::Drift, "other"))];
    let cost = Cost { now: Money::dollars(0, 0), then: Money::dollars(5, 25), run: Money::default() };
    let written = Job {
        exit: 4,
        cost: Some(cost),
        run: Some("20261127-1".to_owned()),
        ..job("2-of-7", &[("a", End::Failed), ("b", End::Live)], found)
    };
    let mut read = read(print(&written).as_bytes()).unwrap();
    // Examples of a message are shown where it is met.
    read.found.iter_mut().zip(&written.found).for_each(|(read, written)| read.examples = written.examples.clone());
    assert_eq!(read, written);
    for (end, name) in End::ALL {
        assert_eq!((End::parse(name), end.name()), (Some(end), name));
    }
}

#[test]
fn a_file_that_is_cut_off_or_of_another_version_tells_of_no_job() {
    let whole = print(&job("1-of-1", &[], Vec::new()));
    assert_eq!(read(&whole.as_bytes()[..whole.len() / 2]).unwrap_err(), "its result cannot be read");
    let newer = whole.replace("\"v\": 1", "\"v\": 2");
    assert_eq!(read(newer.as_bytes()).unwrap_err(), "its result is in version 2 of the format, this hectare knows 1");
    let strange = print(&job("1-of-1", &[("a", End::Live)], Vec::new())).replace("\"live\"", "\"gone\"");
    assert_eq!(read(strange.as_bytes()).unwrap_err(), "its result says what nobody knows");
}

#[test]
fn of_a_pack_only_the_sites_that_went_back_are_said_to_have_done_so() {
    let site = |id| SiteId::parse(id).unwrap();
    let berth = Berth { target: "pack".to_owned(), parcel: ParcelName::parse("pack-001").unwrap() };
    let shipped = Shipped {
        back: vec![site("a")],
        diagnostics: vec![broken_link(3)],
        ..Shipped::new(berth, vec![site("a"), site("b")], Arrival::WentBack)
    };
    let mut hearing = Hearing::default();
    hearing.hear(&Event::ParcelShipped(shipped));
    let job = hearing.end("1-of-1".to_owned(), "deploy", 4, Duration::ZERO);
    assert_eq!((job.sites["a"].end, job.sites["b"].end), (End::WentBack, End::Live));
    assert_eq!(job.found[0].sites, ["a"]);
}

#[test]
fn shards_that_left_no_result_are_missed() {
    let jobs = ["10-of-11", "2-of-11"].map(|name| job(name, &[], Vec::new()));
    let tally = Tally::of(jobs.into(), Vec::new());
    assert_eq!(tally.jobs.iter().map(|job| job.name.as_str()).collect::<Vec<_>>(), ["2-of-11", "10-of-11"]);
    let lost: Vec<&str> = tally.lost.iter().map(|lost| lost.name.as_str()).collect();
    assert_eq!(
        lost,
        ["1-of-11", "3-of-11", "4-of-11", "5-of-11", "6-of-11", "7-of-11", "8-of-11", "9-of-11", "11-of-11"]
    );
    assert!(!tally.is_well());
    let others = ["nightly", "1-of-1000000", "3-of-2", "1-of-1"].map(|name| job(name, &[], Vec::new()));
    assert!(Tally::of(others.into(), Vec::new()).is_well());
}

#[test]
fn the_same_mistake_in_several_shards_is_one() {
    let found = |site: &str, line| vec![(Some(site.to_owned()), broken_link(line))];
    let jobs = vec![
        job("1-of-2", &[("a", End::Failed)], found("a", 3)),
        job("2-of-2", &[("b", End::Failed), ("c", End::Live)], [found("b", 3), found("b", 9)].concat()),
    ];
    let tally = Tally::of(jobs, Vec::new());
    let sites: Vec<&[String]> = tally.found.iter().map(|group| group.sites.as_slice()).collect();
    assert_eq!(sites, [&["a".to_owned(), "b".to_owned()][..], &["b".to_owned()][..]]);
    assert_eq!((tally.count(End::Failed), tally.count(End::Live)), (2, 1));
    assert_eq!((tally.work().pages, tally.work().uploads), (6, 4));
}

#[test]
fn what_shards_add_to_the_costs_is_added_up() {
    let with = |now, then| {
        let cost = Cost { now: Money::dollars(now, 0), then: Money::dollars(then, 0), run: Money::default() };
        Job { cost: Some(cost), ..job("one", &[], Vec::new()) }
    };
    // The second one began when the first was done.
    let cost = Tally::of(vec![with(5, 7), with(7, 8)], Vec::new()).cost().unwrap();
    assert_eq!((cost.now, cost.then), (Money::dollars(5, 0), Money::dollars(8, 0)));
}

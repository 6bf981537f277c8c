//! What is never overrun, however many ask.

use super::{Host, START, answer, errand, fine, limits};
use crate::provider::line::budget::Turn;
use crate::provider::line::{Budget, Class, Lane};
use crate::provider::{FaultKind, HostLimits};
use crate::world::Notebook;
use jiff::Timestamp;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration;

fn at(millis: i64) -> Timestamp {
    START + Duration::from_millis(millis as u64)
}

/// The most of `times` within `span`, whenever it begins.
fn crowd(times: &[i64], span: i64) -> u64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    let within = |first: i64| times.iter().filter(|time| (first..first + span).contains(*time)).count() as u64;
    times.iter().map(|first| within(*first)).max().unwrap_or(0)
}

/// Processes that ask as fast as they may, each with its own view of the same note. Some die before they hear of an answer.
/// Returns when the host was asked.
fn rush(limits: &HostLimits, processes: usize, trips: &[(u32, u32, bool)], flight: i64) -> Vec<i64> {
    let folder = tempfile::tempdir().unwrap();
    let budgets: Vec<Budget> =
        (0..processes).map(|_| Budget::new(limits, Notebook::at(&folder.path().join("note")))).collect();
    // What happens when: a process asks, or what it was granted is over.
    let mut events = BTreeMap::new();
    let (mut arrivals, mut trips, mut serial) = (Vec::new(), trips.iter(), 0);
    for process in 0..processes {
        events.insert((0, process), None);
        serial = process;
    }
    while let Some(((now, _), event)) = events.pop_first() {
        serial += 1;
        let process = serial % processes;
        if let Some(grant) = event {
            budgets[process].arrived(&grant, None, at(now)).unwrap();
            continue;
        }
        let Some((travel, back, dies)) = trips.next() else { break };
        match budgets[process].take(Lane::Requests, false, Duration::from_millis(flight as u64), at(now)).unwrap() {
            Turn::Granted(grant) => {
                let arrival = now + i64::from(*travel) % flight;
                let over = arrival + i64::from(*back) % (now + flight - arrival).max(1);
                arrivals.push(arrival);
                if !dies {
                    events.insert((over, serial), Some(grant));
                }
                events.insert((now + 1, serial + 1_000_000), None);
            }
            Turn::NotBefore(opens) => {
                let opens = opens.duration_since(START).as_millis() as i64;
                assert!(opens > now, "who has to wait is told for how long");
                events.insert((opens, serial), None);
            }
        }
    }
    arrivals
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_window_ever_holds_more_than_the_host_allows(
        short in 1u64..40, long in 1u64..80, processes in 1usize..5, flight in 1i64..30_000,
        trips in prop::collection::vec((any::<u32>(), any::<u32>(), prop::bool::weighted(0.05)), 50..300),
    ) {
        let limits = limits(&[(short, 10), (long, 60)]);
        let arrivals = rush(&limits, processes, &trips, flight);
        prop_assert!(crowd(&arrivals, 10_000) <= short);
        prop_assert!(crowd(&arrivals, 60_000) <= long);
    }
}

#[test]
fn nearly_all_of_a_window_is_used() {
    let trips = vec![(5, 5, false); 4_000];
    let arrivals = rush(&limits(&[(100, 10)]), 3, &trips, 20);
    let last = arrivals.iter().max().unwrap();
    // 95 of 100 in every window, the rest is the reserve; the window moves on in steps of a 64th.
    let windows = arrivals.len() as f64 / 95.0;
    assert!(*last as f64 <= windows * 10_000.0 * 1.03, "{} calls in {last} ms", arrivals.len());
}

#[test]
fn going_back_is_possible_when_all_else_is_spent() {
    let host = Host::new(|_, _| Ok(fine()));
    let line = host.line_at("https://api.example", super::shell("echo t"), &limits(&[(100, 3600)]));
    let asked = (0..).take_while(|_| line.ask(&errand(), Class::Once).is_ok()).count();
    assert_eq!(asked, 95);
    let fault = line.ask(&errand(), Class::Once).unwrap_err();
    let FaultKind::Wall(Some(until)) = fault.kind else { panic!("{fault:?}") };
    assert!((3600..3700).contains(&until.duration_since(START).as_secs()), "{until}");
    let urgent = (0..).take_while(|_| line.ask(&errand().urgent(), Class::Once).is_ok()).count();
    assert_eq!(urgent, 5);
}

#[test]
fn a_run_that_is_urgent_may_use_what_is_kept() {
    let host = Host::new(|_, _| Ok(fine()));
    let line = host.line_at("https://api.example", super::shell("echo t"), &limits(&[(100, 3600)])).hurried(true);
    assert_eq!((0..).take_while(|_| line.ask(&errand(), Class::Once).is_ok()).count(), 100);
}

#[test]
fn who_meets_a_short_window_waits_for_it() {
    let host = Host::new(|_, _| Ok(fine()));
    let line = host.line_at("https://api.example", super::shell("echo t"), &limits(&[(10, 60)]));
    for _ in 0..35 {
        line.ask(&errand(), Class::Once).unwrap();
    }
    assert!(crowd(&host.times(), 60_000) <= 10);
    assert!(*host.times().last().unwrap() < 250_000);
}

#[test]
fn a_call_that_counts_as_more_is_held_to_all_of_it() {
    let mut limits = limits(&[(1_000, 60)]);
    limits.deployments = vec![(60, 300).into(), (100, 3_600).into()];
    let host = Host::new(|_, _| Ok(fine()));
    let line = host.line_at("https://api.example", super::shell("echo t"), &limits);
    let deploy = errand().counts_as(Lane::Deployments);
    let fault = (0..200).find_map(|_| line.ask(&deploy, Class::Once).err()).unwrap();
    assert!(matches!(fault.kind, FaultKind::Wall(Some(_))), "the window of an hour is not waited for");
    let times = host.times();
    assert_eq!(times.len(), 95);
    assert!(crowd(&times, 300_000) <= 60);
    assert!(line.ask(&errand(), Class::Once).is_ok(), "other calls go on");
}

#[test]
fn what_the_host_says_is_left_is_believed() {
    for headers in [
        &[("ratelimit", "\"default\";r=0;t=100"), ("ratelimit-policy", "\"default\";q=1200;w=300")][..],
        &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "100")],
    ] {
        let host = Host::new(move |count, _| Ok(if count == 1 { answer(200, headers, "{}") } else { fine() }));
        let line = host.line_at("https://api.example", super::shell("echo t"), &limits(&[(1_200, 300)]));
        line.ask(&errand(), Class::Once).unwrap();
        line.ask(&errand(), Class::Once).unwrap();
        let waited = host.times()[1];
        assert!((100_000..=125_000).contains(&waited), "{waited}");
    }
}

#[test]
fn a_host_that_promises_nonsense_does_not_stop_everything_for_ever() {
    let headers = [("ratelimit", "\"default\";r=0;t=99999999")];
    let host = Host::new(move |count, _| Ok(if count == 1 { answer(200, &headers, "{}") } else { fine() }));
    let line = host.line_at("https://api.example", super::shell("echo t"), &limits(&[(1_200, 300)]));
    line.ask(&errand(), Class::Once).unwrap();
    line.ask(&errand(), Class::Once).unwrap();
    assert!(host.times()[1] <= 375_000);
}

#[test]
fn when_the_host_wants_to_be_left_alone_everybody_leaves_it_alone() {
    let folder = tempfile::tempdir().unwrap();
    let budget = || Budget::new(&limits(&[]), Notebook::at(&folder.path().join("note")));
    budget().close(Lane::Requests, at(60_000), at(0)).unwrap();
    let take = |lane, urgent, now| match budget().take(lane, urgent, Duration::ZERO, at(now)).unwrap() {
        Turn::Granted(_) => None,
        Turn::NotBefore(opens) => Some(opens),
    };
    for (lane, urgent) in [(Lane::Requests, false), (Lane::Requests, true), (Lane::Uploads, false)] {
        assert_eq!(take(lane, urgent, 59_999), Some(at(60_000)));
        assert_eq!(take(lane, urgent, 60_000), None);
    }
    budget().close(Lane::Uploads, at(99_000), at(61_000)).unwrap();
    assert_eq!(take(Lane::Uploads, false, 62_000), Some(at(99_000)));
    assert_eq!(take(Lane::Requests, false, 62_000), None, "uploads are paused, the rest is not");
}

#[test]
fn the_time_that_many_deployments_take_is_known_before() {
    let mut limits = limits(&[]);
    limits.deployments = vec![(120, 300).into(), (450, 3_600).into(), (6_000, 86_400).into()];
    let budget = Budget::new(&limits, Notebook::in_memory());
    let minutes = |many| budget.outlook(Lane::Deployments, many, START).unwrap().duration_since(START).as_mins();
    assert_eq!(minutes(114), 0);
    assert!((5..=6).contains(&minutes(115)));
    assert!((15..=16).contains(&minutes(428)));
    assert!((60..=62).contains(&minutes(429)));
    assert!((180..=196).contains(&minutes(1_500)), "{}", minutes(1_500));
    assert_eq!(minutes(114), 0, "looking ahead spends nothing");
}

#[test]
fn a_note_of_another_version_or_a_damaged_one_is_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("note");
    let budget = Budget::new(&limits(&[(1, 60)]), Notebook::at(&place));
    for note in ["{\"version\":9,\"lanes\":{}}", "{\"version\":1", "\u{0}\u{1}", ""] {
        Notebook::at(&place).change(|there| *there = note.as_bytes().to_vec()).unwrap();
        assert!(
            matches!(budget.take(Lane::Requests, false, Duration::ZERO, at(0)).unwrap(), Turn::Granted(_)),
            "{note:?}"
        );
        assert!(
            matches!(budget.take(Lane::Requests, false, Duration::ZERO, at(1)).unwrap(), Turn::NotBefore(_)),
            "{note:?}"
        );
    }
}

#[test]
fn a_clock_that_was_wrong_for_a_while_holds_nobody_up_for_longer_than_a_window() {
    let budget = Budget::new(&limits(&[(1, 60)]), Notebook::in_memory());
    let day = 86_400_000;
    assert!(matches!(budget.take(Lane::Requests, false, Duration::ZERO, at(day)).unwrap(), Turn::Granted(_)));
    let turn = budget.take(Lane::Requests, false, Duration::ZERO, at(0)).unwrap();
    assert!(matches!(turn, Turn::NotBefore(opens) if opens <= at(62_000)), "{turn:?}");
}

//! What holds of shares, whatever is shared out.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn bales(millis: &[u64]) -> Vec<Bale> {
    let bale =
        |(at, millis): (usize, &u64)| Bale { sites: vec![format!("site-{at}")], takes: Duration::from_millis(*millis) };
    millis.iter().enumerate().map(bale).collect()
}

/// The share of every site.
fn places(shares: &[Share]) -> BTreeMap<String, usize> {
    shares.iter().enumerate().flat_map(|(at, share)| share.sites.iter().map(move |site| (site.clone(), at))).collect()
}

/// How far the shares are apart, in percent of their mean.
fn spread(shares: &[Share]) -> f64 {
    let seconds = || shares.iter().map(|share| share.takes.as_secs_f64());
    let mean = seconds().sum::<f64>() / shares.len() as f64;
    (seconds().fold(0.0, f64::max) - seconds().fold(f64::MAX, f64::min)) / mean * 100.0
}

proptest! {
    #[test]
    fn shares_are_disjoint_and_together_they_are_everything(
        bales in prop::collection::vec((prop::collection::vec("[a-z]{1,9}", 1..5), 0u64..100_000), 0..120),
        count in 1usize..300,
    ) {
        let bales: Vec<Bale> = bales.into_iter().map(|(sites, millis)| {
            Bale { sites, takes: Duration::from_millis(millis) }
        }).collect();
        for count in [Count::Auto, Count::Upto(count)] {
            let shares = share_out(&bales, count);
            let mut shared: Vec<&String> = shares.iter().flat_map(|share| &share.sites).collect();
            let mut all: Vec<&String> = bales.iter().flat_map(|bale| &bale.sites).collect();
            shared.sort();
            all.sort();
            prop_assert_eq!(shared, all);
            prop_assert!(shares.iter().all(|share| !share.sites.is_empty()));
            prop_assert!(shares.len() <= MOST_SHARDS && (count != Count::Auto || shares.len() <= USUAL));
            prop_assert_eq!(&shares, &share_out(&bales, count));
        }
    }

    #[test]
    fn what_changes_the_theme_of_1500_sites_is_shared_out_evenly(
        millis in prop::collection::vec(prop_oneof![9 => 251u64..260, 1 => 260u64..900], 1500),
        count in 2usize..=40,
    ) {
        let shares = share_out(&bales(&millis), Count::Upto(count));
        prop_assert_eq!(shares.len(), count);
        prop_assert!(spread(&shares) <= 15.0, "{}", spread(&shares));
    }

    #[test]
    fn what_is_tied_together_is_never_torn_apart(
        sizes in prop::collection::vec(1usize..40, 1..60),
        count in 1usize..50,
    ) {
        let tied = |(at, size): (usize, &usize)| Bale {
            sites: (0..*size).map(|site| format!("pack-{at}-{site}")).collect(),
            takes: SHIPPING * *size as u32,
        };
        let bales: Vec<Bale> = sizes.iter().enumerate().map(tied).collect();
        let places = places(&share_out(&bales, Count::Upto(count)));
        prop_assert!(bales.iter().all(|bale| bale.sites.iter().all(|site| places[site] == places[&bale.sites[0]])));
    }
}

#[test]
fn little_work_is_for_one_machine_and_much_for_many() {
    let count = |sites: usize, count| share_out(&bales(&vec![251; sites]), count).len();
    assert_eq!(share_out(&[], Count::Auto), []);
    assert_eq!((count(1, Count::Auto), count(30, Count::Auto)), (1, 1));
    assert_eq!((count(60, Count::Auto), count(1_500, Count::Auto)), (2, 38));
    assert_eq!((count(9_000, Count::Auto), count(9_000, Count::Upto(1_000))), (40, 256));
    assert_eq!((count(7, Count::Upto(40)), count(7, Count::Upto(1))), (7, 1));
}

#[test]
fn a_site_that_takes_longer_than_all_others_is_alone() {
    let mut millis = vec![260; 100];
    millis[17] = 600_000;
    let shares = share_out(&bales(&millis), Count::Upto(4));
    let alone = shares.iter().find(|share| share.sites.contains(&"site-17".to_owned())).unwrap();
    assert_eq!(alone.sites.len(), 1);
}

#[test]
fn most_sites_stay_where_they_were() {
    let stays = |before: &[Share], after: &[Share]| {
        let (before, after) = (places(before), places(after));
        before.iter().filter(|(site, share)| after.get(*site) == Some(*share)).count()
    };
    let all = vec![255; 1_500];
    let before = share_out(&bales(&all), Count::Upto(40));
    let measured_anew: Vec<u64> = (0..1_500).map(|at| 251 + at * 7 % 40).collect();
    assert_eq!(stays(&before, &share_out(&bales(&measured_anew), Count::Upto(40))), 1_500);
    let without_ten = share_out(&bales(&all)[10..], Count::Upto(40));
    assert!(stays(&before, &without_ten) >= 1_300, "{}", stays(&before, &without_ten));
    let one_more = share_out(&bales(&all), Count::Upto(41));
    assert!(stays(&before, &one_more) >= 1_000, "{}", stays(&before, &one_more));
}

#[test]
fn a_site_is_expected_to_take_as_long_as_the_last_time() {
    let second = Duration::from_secs(1);
    assert_eq!(forecast(Some(second), 7, false), second);
    assert_eq!(forecast(Some(second), 7, true), second + SHIPPING);
    assert_eq!(forecast(None, 20, false), Duration::from_millis(3));
}

//! What is known before anything is shipped: packs, waiting times, money, limits.

use super::field::Field;
use super::port::Port;
use crate::farm::Farm;
use crate::hosts::faults::Faults;
use hectare::deploy::{Ledger, Room, Size, pace, pack};
use hectare::model::{HostPlan, ParcelName, SiteId, TargetKind};
use hectare::provider::HostLimits;
use proptest::prelude::{ProptestConfig, any, prop, prop_assert, prop_assert_eq, proptest};
use std::collections::BTreeMap;
use std::time::Duration;

const ROOM: Room = Room { files: 1_000, hosts: 100, sites: 20 };

fn sizes(files: &[usize]) -> BTreeMap<SiteId, Size> {
    let site = |(at, files): (usize, &usize)| {
        (SiteId::parse(&format!("site-{at}")).unwrap(), Size { files: *files, hosts: 1 })
    };
    files.iter().enumerate().map(site).collect()
}

fn fills(sites: &BTreeMap<SiteId, Size>, packs: &BTreeMap<SiteId, ParcelName>) -> BTreeMap<ParcelName, (usize, usize)> {
    let mut fills: BTreeMap<ParcelName, (usize, usize)> = BTreeMap::new();
    for (site, pack) in packs {
        let fill = fills.entry(pack.clone()).or_default();
        *fill = (fill.0 + sites[site].files, fill.1 + 1);
    }
    fills
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn packs_hold_no_more_than_they_may_and_every_site_that_fits_has_one(files in prop::collection::vec(1_usize..400, 0..120)) {
        let sites = sizes(&files);
        let packs = pack(&sites, &BTreeMap::new(), ROOM);
        prop_assert_eq!(packs.len(), sites.len());
        for (_, (files, sites)) in fills(&sites, &packs) {
            prop_assert!(files <= ROOM.files && sites <= ROOM.sites);
        }
    }

    #[test]
    fn packing_again_moves_nobody(files in prop::collection::vec(1_usize..400, 0..120)) {
        let sites = sizes(&files);
        let packs = pack(&sites, &BTreeMap::new(), ROOM);
        prop_assert_eq!(&pack(&sites, &packs, ROOM), &packs);
    }

    #[test]
    fn a_site_that_changes_moves_no_other_unless_its_pack_overflows(
        files in prop::collection::vec(1_usize..100, 1..120), which in any::<prop::sample::Index>(), grown in 1_usize..150,
    ) {
        let mut sites = sizes(&files);
        let packs = pack(&sites, &BTreeMap::new(), ROOM);
        let site = sites.keys().nth(which.index(sites.len())).unwrap().clone();
        sites.get_mut(&site).unwrap().files = grown;
        let again = pack(&sites, &packs, ROOM);
        let moved: Vec<_> = sites.keys().filter(|site| packs.get(*site) != again.get(*site)).collect();
        prop_assert!(moved.len() <= 1, "{:?} moved because {} changed", moved, site);
        for (_, (files, sites)) in fills(&sites, &again) {
            prop_assert!(files <= ROOM.files && sites <= ROOM.sites);
        }
    }

    #[test]
    fn no_window_ever_holds_more_than_it_may(count in 1_u64..900, most in 1_u64..60, seconds in 1_u64..600) {
        let window = hectare::provider::Window { most, within: Duration::from_secs(seconds) };
        let now = "2026-11-20T12:00:00Z".parse().unwrap();
        let (takes, _) = pace(count, &[window], 0, &[], now);
        prop_assert_eq!(takes, Duration::from_secs((count - 1) / most * seconds));
    }
}

#[test]
fn fifteen_hundred_deployments_at_vercel_pro_take_three_hours_and_five_minutes() {
    let now = "2026-11-20T12:00:00Z".parse().unwrap();
    let pro = HostLimits::of(TargetKind::Vercel, Some(HostPlan::Pro)).unwrap();
    let (takes, wall) = pace(1_500, &pro.deployments, 0, &[], now);
    assert_eq!((takes, wall.unwrap().most), (Duration::from_secs(3 * 3600 + 5 * 60), 120));
    let hobby = HostLimits::of(TargetKind::Vercel, Some(HostPlan::Hobby)).unwrap();
    assert!(pace(1_500, &hobby.deployments, 0, &[], now).0 >= Duration::from_secs(14 * 86_400));
}

#[test]
fn what_was_deployed_before_counts() {
    let now = "2026-11-20T12:00:00Z".parse().unwrap();
    let pro = HostLimits::of(TargetKind::Vercel, Some(HostPlan::Pro)).unwrap();
    let spent = vec!["2026-11-20T11:30:00Z".parse().unwrap(); 450];
    assert_eq!(pace(1, &pro.deployments, 0, &spent, now).0, Duration::from_secs(30 * 60));
}

#[test]
fn a_plan_knows_the_limits_that_it_comes_near_to_and_the_way_around() {
    let field = Field::new(90, "cloudflare-pages");
    let vault = field.vault();
    let plan = field.plan(&Ledger::open(&vault).unwrap());
    assert!(plan.loads[0].warnings[0].contains("90 of the 100"), "{:?}", plan.loads);
    assert!(plan.loads[0].warnings[0].contains("cloudflare-pack"));
    let packed = Field::new(90, "cloudflare-pack");
    let vault = packed.vault();
    let plan = packed.plan(&Ledger::open(&vault).unwrap());
    assert_eq!(
        (plan.shipments.len(), plan.effort().requests),
        (1, 2 + 1 + 90),
        "session, one batch, version, host names"
    );
    assert_eq!(plan.cost.then.to_string(), "USD 5.00");
}

#[test]
fn equal_contents_of_a_pack_are_sent_once() {
    let field = Field::new(10, "cloudflare-pack");
    let vault = field.vault();
    let plan = field.plan(&Ledger::open(&vault).unwrap());
    assert_eq!(plan.effort().uploads, 21, "ten home pages, ten markers and one style");
}

#[test]
fn as_much_is_asked_of_a_host_as_was_foretold_however_much_is_sent() {
    use TargetKind::{CloudflarePack, CloudflarePages, CloudflareWorker, Vercel};
    for kind in [CloudflarePages, CloudflareWorker, CloudflarePack, Vercel] {
        let port = Port::open(kind, Faults::none(), 1);
        let mut farm = port.farm().site("garden");
        // The first time, its name is led there as well.
        farm.run("deploy").ends(0);
        let photo = |farm: Farm, at: u8| farm.file(&format!("content/garden/{at}.bin"), vec![at; 3 << 20]);
        // Two of these go to Pages at once, whatever number of them their sizes make up together.
        for sent in [1..=1, 2..=6] {
            farm = sent.clone().fold(farm, photo);
            let plan = farm.run("plan --format json").ends(0);
            let plan: serde_json::Value = serde_json::from_str(plan.stdout.lines().last().unwrap()).unwrap();
            let before = port.asked();
            farm.run("deploy").ends(0);
            assert_eq!(plan["effort"]["requests"], port.asked() - before, "{kind:?}: {sent:?}");
        }
    }
}

//! What is said when a host does not do what it was asked.

use crate::golden;
use hectare::model::TargetKind;
use hectare::provider::{FaultKind, HostFault, HostLimits};
use hectare::ui::plain;

#[test]
fn each_kind_of_fault_says_what_was_being_done_and_what_to_do_now() {
    let until = "2026-11-20T03:00:00Z".parse().unwrap();
    let kinds = [
        (FaultKind::Refused, "make the project `garden`", "Authentication error (code 10000)"),
        (FaultKind::NoSuch, "find the account `0123`", ""),
        (FaultKind::Wall(Some(until)), "deploy `garden`", "Resource is limited (api-deployments-paid-per-hour)"),
        (FaultKind::Wall(None), "upload files of `garden`", ""),
        (FaultKind::Busy, "upload files of `garden`", "502 after 5 tries"),
        (FaultKind::Unknown, "deploy `garden`", "the connection was closed"),
        (FaultKind::Rejected, "deploy `garden`", "Invalid _redirects: line 3"),
        (FaultKind::Unreachable, "ask what is live of `garden`", "connection refused"),
        (FaultKind::Nonsense, "ask what is live of `garden`", "the answer is no JSON"),
        (FaultKind::Stopped, "upload files of `garden`", ""),
    ];
    let said = kinds.map(|(fault, doing, said)| {
        HostFault::new(fault, doing, said).request(matches!(fault, FaultKind::Busy).then(|| "8f2a-FRA".to_owned()))
    });
    let shown: String = said.iter().map(|fault| plain(None, &[fault.diagnostic("cf")])).collect();
    golden::check("shipping/host_faults.txt", &shown);
}

#[test]
fn the_table_of_limits_knows_every_kind_of_host_and_falls_back_to_the_usual_plan() {
    for kind in TargetKind::ALL {
        let usual = HostLimits::of(kind, None).unwrap();
        assert!(!usual.source.is_empty(), "{} names its source", kind.name());
    }
    let hobby = HostLimits::of(TargetKind::Vercel, Some(hectare::model::HostPlan::Hobby)).unwrap();
    assert_eq!(hobby.deployments.iter().map(|window| window.most).collect::<Vec<_>>(), [60, 100, 100]);
    let other = HostLimits::of(TargetKind::CloudflarePack, Some(hectare::model::HostPlan::Pro)).unwrap();
    assert_eq!(Some(other), HostLimits::of(TargetKind::CloudflarePack, None));
}

//! Whatever fails, a site shows one whole release, the ledger is truthful, and nothing is done twice.

use super::field::{Field, ended};
use super::host::Trouble;
use hectare::deploy::{self, Ledger, Priority};
use hectare::event::{Arrival, Shipped};
use hectare::model::SiteId;
use hectare::provider::FaultKind;
use hectare::world::{Archive, ArchiveFault, ArchiveTrouble, Hold, Owner, Vault, Version};
use std::sync::atomic::{AtomicUsize, Ordering};

const LOST: Trouble = Trouble::Lose;

fn refused(fault: FaultKind) -> Trouble {
    Trouble::Refuse(fault)
}

#[test]
fn what_is_live_is_planned_no_more() {
    let mut field = Field::new(3, "cloudflare-pages");
    field.deploy();
    let vault = field.vault();
    assert!(field.plan(&Ledger::open(&vault).unwrap()).is_empty());
    let requests = field.host.books().requests;
    assert!(field.deploy().shipped.is_empty());
    assert_eq!(field.host.books().requests, requests, "nothing changed: nothing is asked");
    field.write("site-01", "index.html", "Snow.");
    let plan = field.plan(&Ledger::open(&vault).unwrap());
    assert_eq!(plan.changes().map(|change| change.site.to_string()).collect::<Vec<_>>(), ["site-01"]);
}

#[test]
fn a_lost_answer_is_looked_up_and_nothing_is_deployed_twice() {
    let field = Field::new(2, "cloudflare-pages");
    field.host.script("activate site-00", &[LOST]);
    field.host.script("activate site-01", &[LOST, refused(FaultKind::Unknown)]);
    let voyage = field.deploy();
    assert_eq!((ended(&voyage, Arrival::Live), field.host.made()), (2, 2));
}

#[test]
fn an_outcome_that_nobody_knows_is_asked_about_by_the_next_run() {
    let mut field = Field::new(2, "cloudflare-pages");
    field.policy().stop_failed = 100;
    let silence = [LOST, refused(FaultKind::Unknown), refused(FaultKind::Unknown), refused(FaultKind::Unknown)];
    field.host.script("activate site-00", &silence);
    field.host.script("live site-00", &[refused(FaultKind::Unreachable)]);
    let voyage = field.deploy();
    assert_eq!((ended(&voyage, Arrival::Live), ended(&voyage, Arrival::Unknown)), (1, 1));
    assert_eq!(field.says("site-00"), None, "the ledger says live only what was confirmed");
    field.deploy();
    assert_eq!((field.says("site-00"), field.host.made()), (Some(field.release("site-00")), 2), "the host was asked");
    assert!(field.deploy().shipped.is_empty());
}

#[test]
fn a_host_that_cannot_be_asked_has_not_denied_it() {
    let field = Field::new(1, "cloudflare-pages");
    field.host.script("activate site-00", &[LOST, refused(FaultKind::Busy)]);
    field.host.script("live site-00", &[refused(FaultKind::Unreachable)]);
    assert_eq!(ended(&field.deploy(), Arrival::Unknown), 1);
    field.deploy();
    assert_eq!((field.says("site-00"), field.host.made()), (Some(field.release("site-00")), 1), "it was live already");
}

#[test]
fn what_a_host_did_before_it_was_in_trouble_counts() {
    let field = Field::new(1, "cloudflare-pages");
    field.host.script("activate site-00", &[LOST, refused(FaultKind::Busy)]);
    assert_eq!(ended(&field.deploy(), Arrival::Live), 1);
    assert_eq!((field.says("site-00"), field.host.made()), (Some(field.release("site-00")), 1));
}

#[test]
fn a_way_back_whose_answer_is_lost_is_asked_about_too() {
    let mut field = Field::new(1, "cloudflare-pages");
    field.deploy();
    let old = field.release("site-00");
    field.edit_all("Snow in");
    field.host.script("rollback site-00", &[LOST, refused(FaultKind::Unreachable)]);
    field.host.script("live site-00", &[refused(FaultKind::Unreachable)]);
    field.ill.lock().unwrap().push("site-00".into());
    assert_eq!(ended(&field.deploy(), Arrival::Unknown), 1);
    assert_eq!(field.host.shows("site-00", "site-00"), Some(old), "it happened");
    let vault = field.vault();
    field.ship(&vault, |_, _, _| Ok(())).unwrap();
    assert_eq!(field.says("site-00"), Some(old), "the next run asked");
}

#[test]
fn one_site_that_fails_leaves_all_others_alone() {
    let mut field = Field::new(30, "cloudflare-pages");
    field.policy().stop_failed = 100;
    field.host.script("upload site-07", &[refused(FaultKind::Rejected)]);
    field.host.script("activate site-11", &[refused(FaultKind::Busy)]);
    let voyage = field.deploy();
    assert_eq!((ended(&voyage, Arrival::Live), ended(&voyage, Arrival::Failed)), (28, 2));
    assert_eq!((field.says("site-07"), field.host.shows("site-07", "site-07")), (None, None));
    let voyage = field.deploy();
    assert_eq!((voyage.shipped.len(), ended(&voyage, Arrival::Live)), (2, 2), "the rest is done by one more run");
    assert_eq!((field.host.made(), field.host.repeated()), (30, 0));
}

#[test]
fn sites_that_do_not_answer_as_they_should_go_back_and_no_others() {
    let mut field = Field::new(40, "cloudflare-pages");
    field.deploy();
    let before = ["site-03", "site-17", "site-29"].map(|site| (site, field.release(site)));
    field.edit_all("Snow in");
    *field.ill.lock().unwrap() = before.iter().map(|(site, _)| (*site).to_owned()).collect();
    let voyage = field.deploy();
    assert_eq!((ended(&voyage, Arrival::Live), ended(&voyage, Arrival::WentBack)), (37, 3));
    for at in 0..40 {
        let site = format!("site-{at:02}");
        let old = before.iter().find(|(ill, _)| *ill == site).map(|(_, release)| *release);
        let expected = Some(old.unwrap_or_else(|| field.release(&site)));
        assert_eq!((field.host.shows(&site, &site), field.says(&site)), (expected, expected), "{site}");
    }
}

#[test]
fn a_first_release_that_is_ill_is_taken_away_from_visitors() {
    let field = Field::new(1, "cloudflare-pages");
    field.ill.lock().unwrap().push("site-00".into());
    let voyage = field.deploy();
    assert_eq!(ended(&voyage, Arrival::WentBack), 1);
    assert!(field.host.books().hosts.is_empty(), "no host name leads to it");
    field.ill.lock().unwrap().clear();
    assert_eq!(ended(&field.deploy(), Arrival::Live), 1);
    assert_eq!(field.host.books().hosts.len(), 1);
}

#[test]
fn a_site_that_nobody_can_see_yet_is_left_alone_until_it_was_well_once() {
    use hectare::health::Shows;
    let mut field = Field::new(1, "cloudflare-pages");
    field.ill.lock().unwrap().push("site-00".into());
    *field.shows.lock().unwrap() = Shows::Nothing;
    let voyage = field.deploy();
    assert_eq!(ended(&voyage, Arrival::Live), 1);
    assert_eq!(voyage.shipped[0].diagnostics[0].code, hectare::diag::Code::HostPending);
    for (text, shows, arrival) in [
        ("Snow", Shows::Nothing, Arrival::Live),
        ("Rain", Shows::SomethingElse, Arrival::Live),
        ("Hail", Shows::Itself, Arrival::WentBack),
    ] {
        field.edit_all(text);
        *field.shows.lock().unwrap() = shows;
        assert_eq!(ended(&field.deploy(), arrival), 1, "{shows:?}");
    }
    field.ill.lock().unwrap().clear();
    field.deploy();
    field.ill.lock().unwrap().push("site-00".into());
    for (text, shows) in [("Fog", Shows::Nothing), ("Sun", Shows::SomethingElse)] {
        field.edit_all(text);
        *field.shows.lock().unwrap() = shows;
        assert_eq!(ended(&field.deploy(), Arrival::WentBack), 1, "it was well before: {shows:?}");
    }
}

#[test]
fn a_new_site_of_a_pack_that_is_ill_leaves_with_its_name() {
    let mut field = Field::new(3, "cloudflare-pack");
    let late = field.fleet.sites.pop().unwrap();
    field.deploy();
    field.fleet.sites.push(late);
    field.edit_all("Snow in");
    field.ill.lock().unwrap().push("site-02".into());
    assert_eq!(ended(&field.deploy(), Arrival::WentBack), 1);
    assert_eq!((field.says("site-02"), field.host.shows("pack-001", "site-02")), (None, None));
    assert_eq!(field.host.shows("pack-001", "site-01"), Some(field.release("site-01")));
    assert!(field.host.books().hosts.iter().all(|(_, host)| host != "site-02.example"));
    assert_eq!(field.host.books().hosts.len(), 2);
}

#[test]
fn a_canary_that_fails_stops_the_run() {
    let mut field = Field::new(20, "cloudflare-pages");
    field.deploy();
    field.edit_all("Snow in");
    field.priority = Priority::Batch;
    field.ill.lock().unwrap().push("site-00".into());
    let voyage = field.deploy();
    assert_eq!((ended(&voyage, Arrival::WentBack), ended(&voyage, Arrival::Stopped)), (1, 19));
    assert!(voyage.stopped.unwrap().message.contains("the first wave failed"));
    assert_ne!(field.host.shows("site-01", "site-01"), Some(field.release("site-01")));
}

#[test]
fn too_many_failures_stop_a_run() {
    let mut field = Field::new(100, "cloudflare-pages");
    field.policy().in_flight = 2;
    for at in 0..40 {
        field.host.script(&format!("activate site-{at:02}"), &[refused(FaultKind::Busy)]);
    }
    let voyage = field.deploy();
    let failed = ended(&voyage, Arrival::Failed);
    assert!((6..=8).contains(&failed), "5 % of 100 are 5: {failed}");
    assert!(voyage.stopped.unwrap().message.contains("more than 5 %"));
}

#[test]
fn one_site_of_a_pack_goes_back_alone() {
    let mut field = Field::new(5, "cloudflare-pack");
    field.deploy();
    assert_eq!(field.host.made(), 1, "all of them are one parcel");
    let old = field.release("site-02");
    field.edit_all("Snow in");
    field.deploy();
    let back = field.ship(&field.vault(), |shipping, run, _| {
        let way = deploy::back_of_site(shipping, &SiteId::parse("site-02").unwrap(), "web", None)?;
        deploy::go_back(shipping, run, &[way], old)
    });
    assert_eq!(ended(&back.unwrap(), Arrival::Live), 1);
    for site in ["site-00", "site-01", "site-02", "site-03", "site-04"] {
        let expected = if site == "site-02" { old } else { field.release(site) };
        assert_eq!(field.host.shows("pack-001", site), Some(expected), "{site}");
    }
    assert_eq!(field.host.repeated(), 0, "the host has its files already");
}

#[test]
fn ill_sites_of_a_pack_go_back_while_the_others_stay() {
    let mut field = Field::new(5, "cloudflare-pack");
    field.deploy();
    let old = field.release("site-02");
    field.edit_all("Snow in");
    field.ill.lock().unwrap().push("site-02".into());
    let voyage = field.deploy();
    assert_eq!(ended(&voyage, Arrival::WentBack), 1);
    assert_eq!(field.host.shows("pack-001", "site-02"), Some(old));
    assert_eq!(field.host.shows("pack-001", "site-03"), Some(field.release("site-03")));
    assert_eq!(field.says("site-02"), Some(old));
}

/// Changes the only site, whose pages take so long in one look after the other, and ships it by a clock that runs fast.
fn ship_with_looks(field: &mut Field, text: &str, takes: &[u64]) -> Shipped {
    field.edit_all(text);
    *field.takes.lock().unwrap() = takes.to_vec();
    let voyage = field
        .ship_to(Box::new(field.host.clone()), 50, &field.vault(), |shipping, run, plan| {
            field.apply(shipping, run, plan)
        })
        .unwrap();
    assert!(field.takes.lock().unwrap().is_empty(), "it was looked at {} times", takes.len());
    voyage.shipped[0].clone()
}

#[test]
fn a_slow_moment_takes_no_site_down_but_is_told() {
    let mut field = Field::new(1, "cloudflare-pages");
    field.deploy();
    for (text, takes) in [("Snow in", [900, 30].as_slice()), ("Rain in", &[900, 800, 700, 30])] {
        let shipped = ship_with_looks(&mut field, text, takes);
        assert_eq!((shipped.arrival, shipped.diagnostics.len()), (Arrival::Live, 1));
        let said = &shipped.diagnostics[0];
        assert_eq!(said.message, "`site-00` was slow right after its switch: 900 ms, and 30 ms a little later");
        assert!(!said.is_error());
        assert_eq!(field.says("site-00"), Some(field.release("site-00")));
    }
    assert_eq!(ship_with_looks(&mut field, "Sun in", &[40]).diagnostics, [], "it is measured by its fastest look");
}

#[test]
fn a_site_that_is_slow_whenever_it_is_looked_at_goes_back() {
    let mut field = Field::new(1, "cloudflare-pages");
    field.deploy();
    let old = field.release("site-00");
    let shipped = ship_with_looks(&mut field, "Snow in", &[900, 800, 600, 700]);
    assert_eq!((shipped.arrival, field.says("site-00")), (Arrival::WentBack, Some(old)));
    let said = &shipped.diagnostics[0];
    assert_eq!(said.message, "`site-00` answers with pages that are slower (600 ms instead of 20 ms) than before");
}

/// An archive that is there no more after so many changes, as for a process that is killed.
pub(super) struct Mortal {
    pub(super) vault: Vault,
    pub(super) left: AtomicUsize,
}

impl Mortal {
    fn live(&self, path: &str) -> Result<(), ArchiveFault> {
        let before = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        let dead = || ArchiveFault { path: path.into(), trouble: ArchiveTrouble::System("killed".into()) };
        before.map(drop).map_err(|_| dead())
    }
}

impl Archive for Mortal {
    fn get(&self, path: &str) -> Result<Option<(Vec<u8>, Version)>, ArchiveFault> {
        self.vault.get(path)
    }
    fn put(&self, path: &str, bytes: &[u8]) -> Result<(), ArchiveFault> {
        self.live(path).and_then(|()| self.vault.put(path, bytes))
    }
    fn replace(&self, path: &str, bytes: &[u8], before: Option<&Version>) -> Result<Version, ArchiveFault> {
        self.live(path).and_then(|()| self.vault.replace(path, bytes, before))
    }
    fn add(&self, path: &str, bytes: &[u8]) -> Result<(), ArchiveFault> {
        self.live(path).and_then(|()| self.vault.add(path, bytes))
    }
    fn list(&self, folder: &str) -> Result<Vec<String>, ArchiveFault> {
        self.vault.list(folder)
    }
    fn remove(&self, path: &str) -> Result<(), ArchiveFault> {
        self.live(path).and_then(|()| self.vault.remove(path))
    }
    fn hands(&self) -> usize {
        self.vault.hands()
    }
    fn lock(&self, owner: &Owner<'_>) -> Result<Box<dyn Hold>, ArchiveFault> {
        self.vault.lock(owner)
    }
}

#[test]
fn a_run_that_dies_anywhere_is_taken_up_again_without_doing_anything_twice() {
    for kind in ["cloudflare-pages", "cloudflare-pack"] {
        let mut deaths = 0;
        for left in 0.. {
            let mut field = Field::new(3, kind);
            field.deploy();
            field.edit_all("Snow in");
            let made = field.host.made();
            let mortal = Mortal { vault: field.vault(), left: AtomicUsize::new(left) };
            let ended = field.deploy_into(&mortal);
            for at in 0..3 {
                let site = format!("site-{at:02}");
                let parcel = if kind == "cloudflare-pack" { "pack-001" } else { &site };
                let shows = field.host.shows(parcel, &site);
                assert!(shows.is_some(), "{kind}, dead after {left}: {site} shows nothing");
            }
            let is_over = ended.is_ok_and(|voyage| voyage.is_well());
            field.deploy();
            for at in 0..3 {
                let site = format!("site-{at:02}");
                let parcel = if kind == "cloudflare-pack" { "pack-001" } else { &site };
                let expected = Some(field.release(&site));
                let found = (field.host.shows(parcel, &site), field.says(&site));
                assert_eq!(found, (expected, expected), "{kind}, dead after {left}: {site}");
            }
            let parcels = if kind == "cloudflare-pack" { 1 } else { 3 };
            assert_eq!(field.host.made() - made, parcels, "{kind}, dead after {left}: deployments");
            assert_eq!(field.host.repeated(), 0, "{kind}, dead after {left}: uploads");
            if is_over {
                break;
            }
            deaths += 1;
        }
        assert!(deaths > 10, "{kind}: the run was killed {deaths} times");
    }
}

#[test]
fn what_went_live_is_told_although_the_ledger_cannot_keep_it() {
    let mut untold = 0;
    for left in 0..40 {
        let field = Field::new(2, "cloudflare-pages");
        let mortal = Mortal { vault: field.vault(), left: AtomicUsize::new(left) };
        let Ok(voyage) = field.deploy_into(&mortal) else {
            assert_eq!(field.host.made(), 0, "dead after {left}: nothing was done");
            continue;
        };
        if let Some(why) = &voyage.unkept {
            assert!(why.message.contains("killed") && !voyage.is_well(), "{}", why.message);
            untold += usize::from(ended(&voyage, Arrival::Live) == 2);
        }
    }
    assert!(untold > 0, "the last write of a run failed at least once");
}

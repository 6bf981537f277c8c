//! Several jobs may keep one ledger; of those that ship the same site, only the first one switches it.

use super::field::{Field, ended};
use hectare::deploy::Ledger;
use hectare::diag::Code;
use hectare::event::Arrival;
use hectare::model::{Berth, Course, Intent, Label, SiteId, Step};
use hectare::world::{Archive, ArchiveFault, Hold, Owner, Vault, Version};
use std::collections::BTreeMap;

/// A folder that lets all jobs in at once, as a store of several machines does.
struct Common(Vault);

struct Anyone;

impl Hold for Anyone {
    fn is_kept(&self) -> bool {
        true
    }
}

impl Archive for Common {
    fn get(&self, path: &str) -> Result<Option<(Vec<u8>, Version)>, ArchiveFault> {
        self.0.get(path)
    }
    fn put(&self, path: &str, bytes: &[u8]) -> Result<(), ArchiveFault> {
        self.0.put(path, bytes)
    }
    fn replace(&self, path: &str, bytes: &[u8], before: Option<&Version>) -> Result<Version, ArchiveFault> {
        self.0.replace(path, bytes, before)
    }
    fn add(&self, path: &str, bytes: &[u8]) -> Result<(), ArchiveFault> {
        self.0.add(path, bytes)
    }
    fn list(&self, folder: &str) -> Result<Vec<String>, ArchiveFault> {
        self.0.list(folder)
    }
    fn remove(&self, path: &str) -> Result<(), ArchiveFault> {
        self.0.remove(path)
    }
    fn hands(&self) -> usize {
        self.0.hands()
    }
    fn lock(&self, _: &Owner<'_>) -> Result<Box<dyn Hold>, ArchiveFault> {
        Ok(Box::new(Anyone))
    }
}

const JOB: Owner<'_> = Owner { name: "job", company: Some("17") };

fn intent(run: &str, step: Step) -> Intent {
    let berth = Berth { target: "web".to_owned(), parcel: SiteId::parse("site-00").unwrap().into() };
    let at = "2026-11-20T12:00:00Z".parse().unwrap();
    let (sites, unseen) = (BTreeMap::new(), BTreeMap::new());
    let (label, course, location, hosts) = (Label::new([7; 20]), Course::Onward, None, BTreeMap::new());
    Intent { berth, run: run.to_owned(), step, label, sites, hosts, unseen, course, location, at }
}

#[test]
fn two_jobs_do_not_go_for_the_same_site_at_once() {
    let field = Field::new(1, "cloudflare-pages");
    let common = Common(field.vault());
    let jobs = [Ledger::open(&common).unwrap(), Ledger::open(&common).unwrap()];
    jobs[0].intend(&intent("17", Step::Uploading)).unwrap();
    let refusal = jobs[1].intend(&intent("18", Step::Uploading)).unwrap_err();
    let said = "someone else is about to ship `web/site-00` (the run `17`, since 2026-11-20T12:00:00Z)";
    assert_eq!((refusal.code, refusal.message.as_str()), (Code::LedgerBusy, said));
    jobs[0].intend(&intent("17", Step::Switching)).unwrap();
    jobs[0].forget(&intent("17", Step::Switching).berth).unwrap();
    jobs[1].intend(&intent("18", Step::Uploading)).unwrap();
    assert_eq!(
        jobs[0].intend(&intent("17", Step::Uploading)).unwrap_err().code,
        Code::LedgerBusy,
        "it slept meanwhile"
    );
}

#[test]
fn what_another_job_of_the_run_shipped_meanwhile_is_not_switched_again() {
    let mut field = Field::new(3, "cloudflare-pages");
    field.policy().stop_failed = 100;
    field.deploy();
    field.edit_all("Snow in");
    let common = Common(field.vault());
    let (made, field) = (field.host.made(), &field);
    let late = field.ship(&common, |late, run, plan| {
        let _hold = late.ledger.lock(&JOB).unwrap();
        assert_eq!(ended(&field.deploy_into(&common).unwrap(), Arrival::Live), 3);
        field.apply(late, run, plan)
    });
    let late = late.unwrap();
    assert_eq!((ended(&late, Arrival::Failed), field.host.made()), (3, made + 3), "each was switched once");
    let said = &late.shipped[0].diagnostics[0];
    assert_eq!(said.code, Code::LedgerBusy);
    assert!(
        said.message.contains("another job of the run") && said.message.contains("`web/site-00`"),
        "{}",
        said.message
    );
    assert!(field.deploy().shipped.is_empty(), "nothing is left open");
}

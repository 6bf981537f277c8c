//! What a run costs is known before it begins, and a day that costs too much stops it.

use super::field::Field;
use super::fleet::with;
use super::rules::kept;
use hectare::deploy::{Ledger, Priority};
use hectare::event::Arrival;
use hectare::model::{Digest, Money, Need, Plan};

const R2: &str = "https://0123.r2.cloudflarestorage.com";

/// So many sites of three files each, the marker among them, in a bucket that is reached there.
fn field(sites: usize, api: Option<&str>) -> Field {
    let mut field = Field::new(sites, "s3");
    let target = field.fleet.targets.get_mut("web").unwrap();
    (target.api, target.production) = (api.map(str::to_owned), Some(false));
    field
}

fn plan(field: &Field) -> Plan {
    let vault = field.vault();
    let ledger = Ledger::open(&vault).unwrap();
    field.plan(&ledger)
}

/// What the rule about costs says.
fn stopped(plan: &Plan) -> Option<&str> {
    let ask = plan.asks.iter().find(|ask| ask.rule == "stop_daily")?;
    assert_eq!(ask.needs, Need::Allowance);
    Some(&ask.says)
}

#[test]
fn services_charge_for_what_is_written_and_not_all_are_known() {
    // Three files, the look at what lies there, their list and the pointer; two sites.
    for (api, micros) in [(Some(R2), 2 * 27), (None, 2 * 30), (Some("http://127.0.0.1:9000"), 0)] {
        let plan = plan(&field(2, api));
        assert_eq!((plan.effort().writes, plan.cost.run), (12, Money { micros }), "{api:?}");
        assert_eq!(plan.charges.iter().map(|charge| charge.writes).sum::<u64>(), if micros == 0 { 0 } else { 12 });
    }
    for kind in ["cloudflare-pages", "cloudflare-worker", "cloudflare-pack", "vercel", "folder"] {
        assert_eq!(plan(&Field::new(2, kind)).cost.run, Money::default(), "{kind} charges nothing for a deployment");
    }
}

#[test]
fn a_ledger_in_a_bucket_is_charged_for_too() {
    let mut field = Field::new(2, "cloudflare-pages");
    field.fleet.state = Some("s3://bucket/fleet".to_owned());
    let plan = plan(&field);
    let (uploads, place) = (plan.effort().uploads, &plan.charges[0].place);
    assert_eq!((place.as_str(), plan.charges[0].writes), ("state", uploads + 2 + 2 * 4));
}

#[test]
fn what_others_cost_in_the_last_24_hours_counts() {
    let mut field = field(2, Some(R2));
    let (vault, now) = (field.vault(), "2026-11-20T12:00:00Z");
    let ledger = Ledger::open(&vault).unwrap();
    for (run, at, dollars) in [
        ("long-ago", "2026-11-19T11:59:00Z", 50),
        ("yesterday", "2026-11-19T12:01:00Z", 4),
        ("today", "2026-11-20T11:59:00Z", 5),
        ("tomorrow", "2026-11-20T12:01:00Z", 50),
    ] {
        for at_first in [1, dollars] {
            // The last word about a part of a run counts.
            ledger.spend(run, Digest::of(b"plan"), at.parse().unwrap(), Money::dollars(at_first, 0)).unwrap();
        }
    }
    assert_eq!(ledger.spent(now.parse().unwrap()).unwrap(), Money::dollars(9, 0));
    assert_eq!(stopped(&field.plan(&ledger)), None, "it is less than EUR 10");
    field.policy().stop_daily = 9;
    let says = "this run costs USD 0.01 (12 writes to `web` at USD 4.50 a million), after USD 9.00 for others in the last \
                24 hours, more than EUR 9";
    assert_eq!(stopped(&field.plan(&ledger)), Some(says));
    field.policy().euro_cents_per_dollar = 90;
    assert_eq!(stopped(&field.plan(&ledger)), None, "it is less in euros");
}

#[test]
fn what_was_not_begun_is_not_counted() {
    let mut field = field(20, Some(R2));
    field.priority = Priority::Batch;
    field.host.script("activate site-00", &[super::host::Trouble::Refuse(hectare::provider::FaultKind::Rejected)]);
    let voyage = field.deploy();
    assert_eq!((voyage.count(Arrival::Failed), voyage.count(Arrival::Stopped)), (1, 19));
    let vault = field.vault();
    let spent = || Ledger::open(&vault).unwrap().spent(jiff::Timestamp::now()).unwrap();
    assert_eq!(spent(), Money { micros: 27 });
    field.deploy();
    assert_eq!(spent(), Money { micros: 21 * 27 });
    field.deploy();
    assert_eq!(spent(), Money { micros: 21 * 27 }, "nothing changed: nothing is charged");
}

#[test]
fn a_run_that_costs_too_much_is_stopped_and_says_what_costs_how_much() {
    let bucket = format!("\n[targets.r2]\nkind = \"s3\"\nplace = \"sites\"\napi = \"{R2}\"\n");
    let rules = "\n[policy]\napprove_first = 0\napprove_monthly = 100\nstop_daily = 0\n";
    let farm = with(&["garden", "kitchen"], &format!("{bucket}{rules}"));
    let farm = farm.append("sites.toml", "targets = [\"web\", \"r2\"]\n");
    kept("costs_too_much", &farm.run("deploy --to r2").ends(6));
    assert!(farm.run("plan --to r2").ends(0).stdout.contains("stopped: this run costs USD 0.01"));
    farm.run("deploy").ends(0);
}

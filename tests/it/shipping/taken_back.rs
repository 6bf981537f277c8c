//! What was gone back from is neither gone back to nor shipped again by itself.

use super::field::Field;
use super::fleet::{edit, fleet, home, with};
use super::rules::steady;
use crate::farm::{Farm, Run};
use crate::golden;
use hectare::deploy;
use hectare::model::SiteId;
use jiff::Timestamp;

/// A site that was shipped once with each of these texts.
fn shipped(texts: &[&str]) -> Farm {
    texts.iter().fold(fleet(&["garden", "kitchen"]), |farm, text| {
        let farm = edit(farm, "garden", text);
        farm.run("deploy").ends(0);
        farm
    })
}

fn shows(farm: &Farm, text: &str) {
    let home = home(farm, "garden").unwrap();
    assert!(home.contains(text), "{home}");
}

/// Compares what was said with the golden file, whatever day it is.
#[track_caller]
fn kept(name: &str, run: &Run) {
    let today = Timestamp::now().strftime("%Y-%m-%d").to_string();
    golden::check(&format!("shipping/{name}.txt"), &steady(&run.transcript().replace(&today, "TODAY")));
}

/// How the id of the release begins that was live at a switch, the first of which is 1.
fn release(farm: &Farm, switch: usize) -> String {
    let path = farm.place(&format!(".hectare/ledger/receipts/web/garden/{switch:08}.json"));
    let receipt: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    receipt["receipt"]["sites"]["garden"].as_str().unwrap()[..10].to_owned()
}

#[test]
fn a_site_goes_back_one_release_after_the_other_and_never_to_one_it_went_back_from() {
    let farm = shipped(&["Snow.", "Rain.", "Sun."]);
    farm.run("rollback garden").ends(0);
    shows(&farm, "Rain.");
    farm.run("rollback garden").ends(0);
    shows(&farm, "Snow.");
    let run = farm.run("rollback garden").ends(2);
    assert!(run.stderr.contains("has no release before the one that is live"), "{}", run.stderr);
    assert!(run.stderr.contains("`--to` goes to any of them"), "{}", run.stderr);
    farm.run(&format!("rollback garden --to {}", release(&farm, 3))).ends(0);
    shows(&farm, "Sun.");
    farm.run("rollback garden").ends(0);
    shows(&farm, "Snow.");
}

#[test]
fn a_site_that_was_changed_back_by_its_owner_goes_back_to_what_it_showed_between() {
    let farm = shipped(&["Snow.", "Rain.", "Snow."]);
    farm.run("rollback garden").ends(0);
    shows(&farm, "Rain.");
}

#[test]
fn after_a_release_that_was_ill_a_site_goes_back_to_what_was_well_before() {
    let mut field = Field::new(1, "cloudflare-pages");
    let mut releases = Vec::new();
    for (text, is_ill) in [("Snow in", false), ("Rain in", false), ("Hail in", true)] {
        field.edit_all(text);
        *field.ill.lock().unwrap() = if is_ill { vec!["site-00".to_owned()] } else { Vec::new() };
        field.deploy();
        releases.push(field.release("site-00"));
    }
    assert_eq!(field.says("site-00"), Some(releases[1]), "it went back by itself");
    field.ill.lock().unwrap().clear();
    let way = field.ship(&field.vault(), |shipping, _, _| {
        deploy::back_of_site(shipping, &SiteId::parse("site-00").unwrap(), "web", None)
    });
    let sites = way.unwrap().sites;
    assert_eq!(sites.into_values().collect::<Vec<_>>(), [Some(releases[0])]);
}

#[test]
fn what_someone_took_back_is_not_shipped_again_until_it_changes_or_is_named() {
    let farm = shipped(&["Snow.", "Rain."]);
    kept("rollback", &farm.run("rollback garden").ends(0));
    kept("plan_of_what_was_taken_back", &farm.run("plan").ends(0));
    farm.run("deploy").ends(0);
    shows(&farm, "Snow.");
    let farm = edit(farm, "kitchen", "Bread.");
    kept("deploy_beside_what_was_taken_back", &farm.run("deploy").ends(0));
    shows(&farm, "Snow.");
    assert!(farm.run("shards").ends(0).stdout.contains("nothing to do"), "no machine has to look at it");
    farm.run("deploy --site garden").ends(0);
    shows(&farm, "Rain.");
    farm.run("rollback garden").ends(0);
    let farm = edit(farm, "garden", "Sun.");
    farm.run("deploy").ends(0);
    shows(&farm, "Sun.");
}

#[test]
fn a_plan_that_ships_what_was_taken_back_is_shipped() {
    let farm = shipped(&["Snow.", "Rain."]);
    farm.run("rollback garden").ends(0);
    farm.run("plan --site garden --out plan.json").ends(0);
    farm.run("deploy --plan plan.json").ends(0);
    shows(&farm, "Rain.");
}

#[test]
fn an_approval_is_for_shipping_once() {
    let farm = with(&["garden"], "production = true\n\n[policy]\napprove_first = 0\napprove_above = 0\n");
    let approved = |farm: &Farm| {
        farm.run("plan --site garden --out plan.json").ends(0);
        farm.run("approve plan.json --by Ann").ends(0);
    };
    approved(&farm);
    farm.run("deploy").ends(0);
    let farm = edit(farm, "garden", "Snow.");
    approved(&farm);
    farm.run("deploy").ends(0);
    farm.run("rollback garden").ends(0);
    kept("approval_used_up", &farm.run("deploy --site garden").ends(5));
    assert!(home(&farm, "garden").unwrap().contains("Hello."));
    approved(&farm);
    farm.run("deploy --site garden").ends(0);
    assert!(home(&farm, "garden").unwrap().contains("Snow."));
}

#[test]
fn what_an_approved_run_left_undone_is_done_by_the_next_one() {
    let rules = "production = true\n\n[policy]\napprove_first = 0\napprove_above = 0\n";
    let farm = with(&["garden", "kitchen"], rules).file("live/kitchen/index.html", "Mine.");
    farm.run("plan --out plan.json").ends(0);
    farm.run("approve plan.json --by Ann").ends(0);
    farm.run("deploy --plan plan.json").ends(4);
    std::fs::remove_dir_all(farm.place("live/kitchen")).unwrap();
    farm.run("deploy --plan plan.json").ends(0);
    assert!(home(&farm, "garden").is_some() && home(&farm, "kitchen").is_some());
}

#[test]
fn an_approval_is_for_one_place() {
    let rules = "production = true\n\n[policy]\napprove_first = 5\n";
    let farm = with(&["garden"], rules);
    farm.run("plan --out plan.json").ends(0);
    farm.run("approve plan.json --by Ann").ends(0);
    let settings = std::fs::read_to_string(farm.place("sites.toml")).unwrap();
    let farm = farm.file("sites.toml", settings.replace("place = \"live\"", "place = \"elsewhere\""));
    let run = farm.run("deploy --plan plan.json").ends(2);
    assert!(run.stderr.contains("where it goes changed"), "{}", run.stderr);
    farm.run("deploy").ends(5);
    assert!(!farm.place("elsewhere").exists());
}

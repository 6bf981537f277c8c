//! Where sites lie: a place that changes, and what others do to it.

use super::fleet::{edit, fleet, home};
use super::rules::kept;
use crate::farm::Farm;
use std::fs;

fn moved(farm: Farm) -> Farm {
    let settings = fs::read_to_string(farm.place("sites.toml")).unwrap();
    farm.file("sites.toml", settings.replace("place = \"live\"", "place = \"elsewhere\""))
}

#[test]
fn a_target_that_leads_elsewhere_has_nothing_of_what_is_live_where_it_led_before() {
    let farm = fleet(&["garden", "kitchen"]);
    farm.run("deploy").ends(0);
    let farm = moved(farm);
    assert!(farm.run("status").ends(0).stdout.contains("live where the target led to before"));
    kept("plan_for_another_place", &farm.run("plan").ends(0));
    farm.run("rollback garden").ends(2);
    farm.run("deploy").ends(0);
    assert!(fs::read_to_string(farm.place("elsewhere/garden/index.html")).unwrap().contains("Hello."));
    assert!(home(&farm, "garden").is_some(), "what lies at the old place stays");
    assert!(farm.run("deploy").ends(0).stdout.contains("nothing changes"));
    let run = farm.run("rollback garden").ends(2);
    assert!(run.stderr.contains("has no release before"), "a release at another place is none: {}", run.stderr);
}

#[test]
fn a_ledger_that_does_not_say_yet_where_sites_lie_is_believed() {
    let farm = fleet(&["garden"]);
    farm.run("deploy").ends(0);
    let state = farm.place(".hectare/ledger/state.json");
    let mut known: serde_json::Value = serde_json::from_slice(&fs::read(&state).unwrap()).unwrap();
    assert!(known["berths"][0]["receipt"].as_object_mut().unwrap().remove("location").is_some());
    fs::write(&state, known.to_string()).unwrap();
    assert!(farm.run("deploy").ends(0).stdout.contains("nothing changes"));
}

#[test]
fn a_link_whose_release_is_gone_shows_nothing_and_is_shipped_anew() {
    let farm = fleet(&["garden"]);
    farm.run("deploy").ends(0);
    for gone in ["live/.releases/garden", "live/garden/"] {
        for entry in fs::read_dir(farm.place(gone)).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
        }
        let run = farm.run("status --refresh").ends(3);
        assert!(run.stderr.contains("shows nothing, though the ledger says that it does"), "{}", run.stderr);
        farm.run("deploy").ends(0);
        assert!(home(&farm, "garden").unwrap().contains("Hello."), "{gone}");
    }
}

#[test]
fn a_file_that_was_changed_by_hand_is_not_carried_into_the_next_release() {
    let farm = fleet(&["garden"]).page("garden/about.md", "+++\ntitle = \"About\"\n+++\nUs.\n");
    farm.run("deploy").ends(0);
    let about = farm.place("live/garden/about/index.html");
    let text = fs::read_to_string(&about).unwrap();
    fs::write(&about, text.replace("Us.", "Me.")).unwrap();
    let farm = edit(farm, "garden", "Snow.");
    let run = farm.run("deploy").ends(0);
    assert!(run.stdout.contains("3 files sent"), "the home page, the marker and what was changed: {}", run.stdout);
    assert_eq!(fs::read_to_string(&about).unwrap(), text);
    let farm = edit(farm, "garden", "Rain.");
    let run = farm.run("deploy").ends(0);
    assert!(run.stdout.contains("2 files sent"), "all else is shared: {}", run.stdout);
}

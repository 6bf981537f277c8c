//! After each switch a site is looked at from outside, and `hectare health` looks at any time.

use super::fleet::{quietly, run_of, until};
use super::rules::kept;
use crate::farm::{Farm, Run};
use crate::hosts::bucket::{BUCKET, Bucket, KEY, SECRET};
use crate::hosts::cloudflare::{ACCOUNT, Cloudflare, TOKEN};
use crate::hosts::faults::Faults;
use crate::hosts::server::Server;
use hectare::world::{Call, Method, Online, Web};
use std::sync::Arc;
use std::time::Duration;

/// So many sites, each a project of its own, whose visitors are at the double, too.
struct Ward {
    farm: Farm,
    double: Arc<Cloudflare>,
    server: Server,
}

fn site(at: usize) -> String {
    format!("site-{at:02}")
}

impl Ward {
    fn open(sites: usize) -> Self {
        Self::with(&vec![""; sites], "cloudflare-pages", None)
    }

    /// Sites whose tables have these lines, too, at a host of this kind; perhaps looked at elsewhere.
    fn with(lines: &[&str], kind: &str, elsewhere: Option<&str>) -> Self {
        let sites = lines.len();
        let zones = (0..sites).fold(Cloudflare::new(), |double, at| double.zone(&format!("{}.example", site(at))));
        let (double, server) = zones.open(Faults::none());
        let (api, via) = (server.url(), elsewhere.map_or_else(|| server.url(), str::to_owned));
        let target = format!(
            "targets = [\"host\"]\n\n[targets.host]\nkind = \"{kind}\"\naccount = \"{ACCOUNT}\"\n\
             api = \"{api}/client/v4\"\nhealth_via = \"{via}\"\n\n[policy]\napprove_first = 0\napprove_hosts = false\n"
        );
        let farm = Farm::in_memory().append("sites.toml", &target).environment("CLOUDFLARE_API_TOKEN", TOKEN);
        let about = |at| format!("{}/about.md", site(at));
        let add = |farm: Farm, at| {
            farm.site_with(&site(at), lines[at]).page(&about(at), "+++\ntitle = \"About\"\n+++\nUs.\n")
        };
        let farm = (0..sites).fold(farm, add);
        Self { farm, double, server }
    }

    /// Runs the program, which waits twenty times faster.
    fn deploy(&self) -> Run {
        self.farm.run("deploy --clock-speed 20")
    }

    /// Changes every page of every site.
    fn edit_all(self, text: &str) -> Self {
        let farm = self.farm.append("themes/plain/templates/layout.html", &format!("<p>{text}</p>\n"));
        Self { farm, ..self }
    }

    /// From now on the visitors of these sites get an error, and all others what they should.
    fn falls_ill(&self, sites: &[usize]) {
        self.double.books().ill = sites.iter().map(|at| format!("{}.example", site(*at))).collect();
    }

    /// What a visitor of a site gets, with the status.
    fn home(&self, at: usize) -> (u16, String) {
        let call = Call::new(Method::Get, self.server.url() + "/", Duration::from_secs(10));
        let answer = Online::open().unwrap().send(&call.with("host", format!("{}.example", site(at)))).unwrap();
        (answer.status, String::from_utf8(answer.body).unwrap())
    }
}

#[test]
fn of_forty_sites_exactly_the_three_that_are_ill_go_back_and_the_run_says_so() {
    let ward = Ward::open(40);
    ward.deploy().ends(0);
    let ward = ward.edit_all("New.");
    ward.falls_ill(&[3, 17, 29]);
    let run = ward.deploy().ends(4);
    assert!(run.stdout.contains("37 of 40 parcels live · 3 went back"), "{}", run.stdout);
    for at in [3, 17, 29] {
        assert!(run.stderr.contains(&format!("`{}` does not show what it should", site(at))), "{}", run.stderr);
    }
    assert_eq!(run.stderr.matches("it is back on its old release").count(), 3, "{}", run.stderr);
    ward.falls_ill(&[]);
    for at in 0..40 {
        let (status, page) = ward.home(at);
        assert_eq!((status, page.contains("New.")), (200, ![3, 17, 29].contains(&at)), "{}", site(at));
    }
    assert!(ward.farm.run("plan").ends(0).stdout.contains("3 of 40 sites change"), "the ledger says so, too");
    ward.farm.run("health").ends(0);
    ward.deploy().ends(0);
}

/// Redirects that are published otherwise than they are written.
const REWRITTEN: [&str; 5] = [
    "redirects = [{ from = \"/old/\", to = \"@/about.md#us\" }]\n",
    "redirects = [{ from = \"/old/\", to = \"/older/\" }, { from = \"/older/\", to = \"/about/index.html\" }]\n",
    "redirects = [{ from = \"/old\", to = \"https://site-02.example/about\", status = 302 }]\n",
    "redirects = [{ from = \"/alt/*\", to = \"/:splat\" }, { from = \"/old\", to = \"https://shop.example\" }]\n",
    "redirects = [{ from = \"/älter/\", to = \"/about/\" }]\n",
];

#[test]
fn a_site_with_redirects_is_well_however_they_are_written() {
    for kind in ["cloudflare-pages", "cloudflare-worker", "cloudflare-pack"] {
        let ward = Ward::with(&REWRITTEN, kind, None);
        ward.deploy().ends(0);
        let run = ward.farm.run("health").ends(0);
        assert_eq!(run.stdout.lines().filter(|line| line.contains(" well ")).count(), 5, "{kind}: {}", run.stdout);
        let asked = ward.server.book().iter().filter(|entry| entry.path.starts_with("/old")).count();
        assert_eq!(asked, 8, "{kind}: four sites have a redirect that can be tried, twice each");
    }
}

#[test]
fn a_first_wave_that_is_ill_goes_back_and_stops_the_run() {
    let ward = Ward::open(6);
    ward.deploy().ends(0);
    let ward = ward.edit_all("New.");
    ward.falls_ill(&[0]);
    let run = ward.deploy().ends(6);
    assert!(run.stderr.contains("the first wave failed"), "{}", run.stderr);
    ward.falls_ill(&[]);
    assert!((0..6).all(|at| !ward.home(at).1.contains("New.")), "nobody sees the new release");
}

#[test]
fn a_site_whose_name_leads_nowhere_yet_is_shipped_with_a_warning() {
    let ward = Ward::with(&[""], "cloudflare-pages", Some("http://127.0.0.1:1"));
    let run = ward.deploy().ends(0);
    kept("address_leads_nowhere", &run);
    assert_eq!(ward.home(0).0, 200, "it is there for whoever gets there");
    let ward = ward.edit_all("New.");
    ward.deploy().ends(0);
    assert!(ward.home(0).1.contains("New."), "nobody has seen it yet, so it does not go back either");
}

#[test]
fn a_first_release_at_whose_address_someone_else_answers_is_taken_away() {
    let ward = Ward::open(1);
    ward.falls_ill(&[0]);
    let run = ward.deploy().ends(4);
    assert!(run.stderr.contains("it was not live before, and is not any more"), "{}", run.stderr);
    ward.falls_ill(&[]);
    assert_eq!(ward.home(0).0, 522, "the name leads nowhere again");
    ward.deploy().ends(0);
    assert_eq!(ward.home(0).0, 200);
}

#[test]
fn a_way_back_is_looked_at_too() {
    let ward = Ward::open(1);
    ward.deploy().ends(0);
    let ward = ward.edit_all("New.");
    ward.deploy().ends(0);
    ward.falls_ill(&[0]);
    let run = ward.farm.run("rollback site-00").ends(4);
    assert!(run.stderr.contains("H1021") && run.stdout.contains("1 of 1 parcel live"), "{}{}", run.stderr, run.stdout);
    ward.falls_ill(&[]);
    assert!(!ward.home(0).1.contains("New."));
    ward.farm.run(&format!("rollback --run {}", run_of(&run))).ends(0);
    assert!(ward.home(0).1.contains("New."), "a way back can be taken back");
}

#[test]
fn health_looks_at_everything_that_is_live_and_changes_nothing() {
    let ward = Ward::open(3);
    assert_eq!(ward.farm.run("health").ends(0).stdout.lines().count(), 1, "nothing is live: there is only a head");
    ward.deploy().ends(0);
    let run = ward.farm.run("health").ends(0);
    assert_eq!(run.stdout.lines().filter(|line| line.contains(" well ")).count(), 3, "{}", run.stdout);
    ward.falls_ill(&[1]);
    let run = ward.farm.run("health").ends(3);
    let state = |at: usize| run.stdout.lines().find(|line| line.starts_with(&site(at))).unwrap().contains("unwell");
    assert!(!state(0) && state(1) && !state(2), "{}", run.stdout);
    assert!(run.stderr.contains("`/.well-known/hectare.json` answers 500 and no marker"), "{}", run.stderr);
    ward.farm.run("health --site site-00").ends(0);
    let run = ward.farm.run("health --format json").ends(3);
    let rows: Vec<serde_json::Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let states: Vec<&str> =
        rows.iter().filter(|row| row["event"] == "row").map(|row| row["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["well", "unwell", "well"]);
    kept("health_of_no_target", &ward.farm.run("health --to hsot").ends(2));
    ward.farm.run("status --refresh").ends(0);
}

#[test]
fn a_site_whose_run_was_killed_before_it_was_looked_at_goes_back_with_the_next_one() {
    let ward = Ward::open(2);
    ward.deploy().ends(0);
    let ward = ward.edit_all("New.");
    ward.falls_ill(&[0]);
    ward.server.new_book();
    let mut run = quietly(&ward.farm, "deploy");
    // It is looked at again and again for some seconds.
    until(|| ward.server.book().iter().any(|entry| entry.path.ends_with("/hectare.json")));
    run.kill().unwrap();
    run.wait().unwrap();
    assert_eq!(ward.double.books().projects["site-00"].deployments.len(), 2, "it was switched");
    let plan = ward.farm.run("plan").ends(0);
    assert!(plan.stdout.contains("2 of 2 sites change"), "a plan asks no host: {}", plan.stdout);
    let run = ward.deploy().ends(4);
    assert!(run.stderr.contains("died before it looked at it; it is back on its old release"), "{}", run.stderr);
    assert!(run.stdout.contains("1 of 1 parcel live"), "the other one is shipped: {}", run.stdout);
    ward.falls_ill(&[]);
    assert!(!ward.home(0).1.contains("New.") && ward.home(1).1.contains("New."));
    assert_eq!(ward.double.books().projects["site-00"].deployments.len(), 2, "it is not tried again at once");
    ward.deploy().ends(0);
    assert!(ward.home(0).1.contains("New."));
}

#[test]
fn what_a_run_was_stopped_from_looking_at_is_looked_at_by_the_next_one_and_stays_if_it_is_well() {
    let ward = Ward::open(1);
    ward.deploy().ends(0);
    let ward = ward.edit_all("New.");
    ward.falls_ill(&[0]);
    ward.server.new_book();
    let mut run = quietly(&ward.farm, "deploy");
    until(|| ward.server.book().iter().any(|entry| entry.path.ends_with("/hectare.json")));
    let pid = rustix::process::Pid::from_child(&run);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    run.wait().unwrap();
    assert!(ward.farm.run("status").ends(0).stdout.contains("live, the next deploy looks at it"));
    ward.falls_ill(&[]);
    ward.server.new_book();
    let run = ward.farm.run("deploy").ends(0);
    assert!(run.stdout.contains("nothing changes"), "{}", run.stdout);
    let looked = || ward.server.new_book().iter().filter(|entry| entry.path.ends_with("/hectare.json")).count();
    assert_eq!(looked(), 1, "it was looked at once");
    assert!(ward.home(0).1.contains("New."));
    ward.server.new_book();
    ward.farm.run("deploy").ends(0);
    assert_eq!(looked(), 0, "and not again");
}

#[test]
fn what_a_host_had_begun_when_a_run_was_stopped_is_found_by_the_next_one_and_made_once() {
    let ward = Ward::open(1);
    ward.deploy().ends(0);
    let ward = ward.edit_all("New.");
    ward.double.books().settle_after(4);
    let deployments = || ward.double.books().projects["site-00"].deployments.len();
    let mut run = quietly(&ward.farm, "deploy");
    until(|| deployments() == 2);
    let pid = rustix::process::Pid::from_child(&run);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert_eq!(run.wait().unwrap().code(), Some(4), "nobody knows yet what came of it");
    assert!(ward.farm.run("status").ends(0).stdout.contains("unknown, the next deploy asks the host"));
    let run = ward.deploy().ends(0);
    assert!(run.stdout.contains("1 of 1 parcel live"), "{}", run.stdout);
    assert_eq!(deployments(), 2, "it is waited for, not made again");
    assert!(ward.home(0).1.contains("New."));
    assert!(ward.farm.run("status --refresh").ends(0).stdout.contains(" live\n"), "the ledger knows of it");
    assert!(ward.deploy().ends(0).stdout.contains("nothing changes"));
}

#[test]
fn a_run_that_is_stopped_keeps_its_end_in_a_ledger_that_others_reach_and_lets_them_in() {
    let (ward, bucket) = (Ward::open(1), Bucket::start(Faults::none()));
    let settings = std::fs::read_to_string(ward.farm.place("sites.toml")).unwrap();
    let farm = ward.farm.file("sites.toml", format!("state = \"s3://{BUCKET}/ledger\"\n{settings}"));
    let keys = [("AWS_ENDPOINT_URL", bucket.server.url()), ("AWS_ACCESS_KEY_ID", KEY.into())];
    let keys = keys.into_iter().chain([("AWS_SECRET_ACCESS_KEY", SECRET.to_owned())]);
    let farm = keys.fold(farm, |farm, (name, value)| farm.environment(name, &value));
    let ward = Ward { farm, ..ward };
    ward.double.books().settle_after(4);
    let mut run = quietly(&ward.farm, "deploy");
    until(|| ward.double.books().projects.get("site-00").is_some_and(|project| !project.deployments.is_empty()));
    let pid = rustix::process::Pid::from_child(&run);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert_eq!(run.wait().unwrap().code(), Some(4));
    let run = ward.deploy().ends(0);
    assert!(run.stdout.contains("1 of 1 parcel live"), "nobody holds it any more: {}", run.stdout);
    assert_eq!(ward.double.books().projects["site-00"].deployments.len(), 1);
}

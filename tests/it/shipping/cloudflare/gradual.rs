//! A new version of a Worker that some visitors see first, and all only if it is well.

use crate::farm::{Farm, Run};
use crate::golden;
use crate::hosts::cloudflare::{ACCOUNT, Cloudflare, TOKEN};
use crate::hosts::faults::{Faults, Mishap};
use crate::hosts::server::Server;
use crate::shipping::fleet::{edit, quietly, until};
use crate::shipping::rules::{kept, steady};
use hectare::world::{Call, Method, Online, Web};
use std::sync::Arc;
use std::time::Duration;

struct Ward {
    farm: Farm,
    double: Arc<Cloudflare>,
    server: Server,
}

impl Ward {
    /// A site that is live, whose new releases are shown to so many percent of visitors first.
    fn open(gradual: &str) -> Self {
        let (double, server) = Cloudflare::new().zone("garden.example").open(Faults::none());
        let url = server.url();
        let target = format!(
            "targets = [\"host\"]\n\n[targets.host]\nkind = \"cloudflare-worker\"\naccount = \"{ACCOUNT}\"\n\
             api = \"{url}/client/v4\"\nhealth_via = \"{url}\"\ngradual = {gradual}\n\n\
             [policy]\napprove_first = 0\napprove_hosts = false\n"
        );
        let farm = Farm::in_memory().append("sites.toml", &target).environment("CLOUDFLARE_API_TOKEN", TOKEN);
        let ward = Self { farm: farm.site("garden"), double, server };
        ward.deploy().ends(0);
        ward.calls();
        ward
    }

    fn edited(self, text: &str) -> Self {
        Self { farm: edit(self.farm, "garden", text), ..self }
    }

    fn deploy(&self) -> Run {
        self.farm.run("deploy --clock-speed 20")
    }

    /// The shares that deployments since the last call gave to the versions, by their numbers.
    fn shares(&self) -> Vec<Vec<(usize, f64)>> {
        let books = self.double.books();
        let worker = &books.workers["garden"];
        let number = |id: &String| worker.versions.iter().position(|version| version.id == *id).unwrap();
        let shares = worker.deployments.iter().map(|traffic| &traffic.versions);
        shares.map(|shares| shares.iter().map(|(id, share)| (number(id), *share)).collect()).collect()
    }

    /// What was asked of the API since the last call.
    fn calls(&self) -> usize {
        self.server.new_book().iter().filter(|entry| entry.path.starts_with("/client/")).count()
    }

    /// How many of a hundred visitors see this text.
    fn see(&self, text: &str) -> usize {
        let web = Online::open().unwrap();
        let visit = |_| {
            let call = Call::new(Method::Get, self.server.url() + "/", Duration::from_secs(10));
            String::from_utf8(web.send(&call.with("host", "garden.example")).unwrap().body).unwrap()
        };
        (0..100).map(visit).filter(|page| page.contains(text)).count()
    }
}

#[test]
fn a_release_that_is_well_is_shown_to_more_and_more_visitors_until_all_see_it() {
    let ward = Ward::open("[10, 50, 100]").edited("Snow.");
    let plan = ward.farm.run("plan --format json").ends(0);
    let plan: serde_json::Value = serde_json::from_str(plan.stdout.lines().last().unwrap()).unwrap();
    ward.deploy().ends(0);
    let expected: Vec<Vec<(usize, f64)>> =
        vec![vec![(0, 100.0)], vec![(0, 90.0), (1, 10.0)], vec![(0, 50.0), (1, 50.0)], vec![(1, 100.0)]];
    assert_eq!(ward.shares(), expected);
    assert_eq!(plan["effort"]["requests"], ward.calls(), "the plan knew what it takes");
    assert_eq!((ward.see("Snow."), ward.double.books().workers["garden"].versions.len()), (100, 2));
    ward.calls();
    assert!(ward.deploy().ends(0).stdout.contains("nothing changes"));
    ward.farm.run("status --refresh").ends(0);
    ward.farm.run("rollback garden").ends(0);
    assert_eq!(ward.see("Hello."), 100);
}

#[test]
fn a_release_that_is_ill_is_seen_by_few_and_then_by_nobody() {
    let ward = Ward::open("[10, 50]").edited("Snow.");
    ward.double.books().ill_from.insert("garden".to_owned(), 1);
    let told = steady(&ward.deploy().ends(4).transcript()).replace(&ward.server.url(), "http://HOST");
    golden::check("shipping/gradual_withdrawn.txt", &told);
    assert_eq!(ward.shares()[1..], [vec![(0, 90.0), (1, 10.0)], vec![(0, 100.0)]]);
    assert_eq!(ward.see("Hello."), 100);
    ward.farm.run("status --refresh").ends(0);
    ward.double.books().ill_from.clear();
    ward.deploy().ends(0);
    assert_eq!(ward.see("Snow."), 100);
}

#[test]
fn nobody_sees_a_release_whose_first_share_is_none() {
    let ward = Ward::open("[0]").edited("Snow.");
    ward.double.books().ill_from.insert("garden".to_owned(), 1);
    ward.deploy().ends(4);
    assert_eq!(ward.shares()[1..], [vec![(0, 100.0), (1, 0.0)], vec![(0, 100.0)]]);
}

#[test]
fn a_lost_answer_on_the_way_makes_no_second_version() {
    let ward = Ward::open("[10, 50]").edited("Snow.");
    for (call, mishap) in [("/versions", Mishap::AnswerLost), ("/deployments", Mishap::AnswerCut)] {
        ward.server.faults().order("POST", call, 1, mishap);
    }
    ward.deploy().ends(0);
    assert_eq!((ward.see("Snow."), ward.double.books().workers["garden"].versions.len()), (100, 2));
}

#[test]
fn what_a_run_left_that_was_killed_while_some_visitors_saw_it_is_taken_back() {
    let ward = Ward::open("[30]").edited("Snow.");
    // It is looked at again and again for some seconds.
    ward.double.books().ill_from.insert("garden".to_owned(), 1);
    let mut run = quietly(&ward.farm, "deploy");
    until(|| ward.shares().len() > 1);
    run.kill().unwrap();
    run.wait().unwrap();
    ward.double.books().ill_from.clear();
    assert_eq!(ward.see("Snow."), 30);
    let ward = ward.edited("Hello.");
    assert!(ward.deploy().ends(0).stdout.contains("nothing changes"), "the ledger says what the site is again");
    assert_eq!(ward.see("Hello."), 100);
}

#[test]
fn visitors_that_someone_shared_out_by_hand_are_found() {
    let ward = Ward::open("[10]").edited("Snow.");
    ward.deploy().ends(0);
    {
        let mut books = ward.double.books();
        let worker = books.workers.get_mut("garden").unwrap();
        let ids: Vec<String> = worker.versions.iter().map(|version| version.id.clone()).collect();
        worker.share(vec![(ids[0].clone(), 40.0), (ids[1].clone(), 60.0)]);
    }
    let run = ward.farm.run("status --refresh").ends(3);
    assert!(run.stderr.contains("H1022"), "{}", run.stderr);
    ward.deploy().ends(0);
    assert_eq!(ward.see("Snow."), 100);
}

#[test]
fn shares_that_make_no_sense_are_mistakes() {
    let farm =
        |target: &str| Farm::in_memory().append("sites.toml", &format!("\n[targets.host]\n{target}\n")).site("garden");
    kept("gradual_mistakes", &farm("kind = \"cloudflare-pack\"\ngradual = [50, 10]").run("plan").ends(2));
    farm("kind = \"cloudflare-worker\"\ngradual = [10, 101]").run("plan").ends(2);
}

//! A small fleet with a folder as its host.

use crate::farm::{Farm, Run};
use crate::tree::Tree;
use jiff::{SignedDuration, Timestamp};
use std::fs;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// A fleet of these sites that is shipped to the folder `live`.
pub(super) fn fleet(sites: &[&str]) -> Farm {
    with(sites, "")
}

/// The same with further lines in the target's table, and tables after it.
pub(super) fn with(sites: &[&str], lines: &str) -> Farm {
    let target = format!("targets = [\"web\"]\n\n[targets.web]\nkind = \"folder\"\nplace = \"live\"\n{lines}");
    sites.iter().fold(Farm::in_memory().append("sites.toml", &target), |farm, site| farm.site(site))
}

/// What visitors of a site get.
pub(super) fn shown(farm: &Farm, site: &str) -> Tree {
    Tree::read(&farm.place(&format!("live/{site}")))
}

/// The home page of a site as visitors get it; nothing if the site is not live.
pub(super) fn home(farm: &Farm, site: &str) -> Option<String> {
    fs::read_to_string(farm.place(&format!("live/{site}/index.html"))).ok()
}

/// Changes what the home page of a site says.
pub(super) fn edit(farm: Farm, site: &str, text: &str) -> Farm {
    farm.page(&format!("{site}/_index.md"), &format!("+++\ntitle = \"Home\"\n+++\n{text}\n"))
}

/// The name of the run that shipped something.
#[track_caller]
pub(super) fn run_of(run: &Run) -> String {
    let line = run.stdout.lines().find(|line| line.contains(" · run ")).unwrap_or_else(|| panic!("{}", run.stdout));
    line.split(" · run ").nth(1).unwrap().split(' ').next().unwrap().to_owned()
}

/// Waits until something is so.
#[track_caller]
pub(super) fn until(is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(60), "it never comes");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Begins to run the program, whose words nobody reads.
pub(super) fn quietly(farm: &Farm, words: &str) -> Child {
    farm.command(words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// A deploy window that is open between these hours from now on, and when it opens.
pub(super) fn window(from: i64, until: i64) -> (String, Timestamp) {
    let at = |hours: i64| Timestamp::now() + SignedDuration::from_hours(hours);
    let minute = |hours| at(hours).strftime("%H:%M").to_string();
    let opens = at(from).as_second() / 60 * 60;
    (format!("{}-{} UTC", minute(from), minute(until)), Timestamp::from_second(opens).unwrap())
}

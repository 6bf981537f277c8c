//! What people type who do not know hectare yet, and how wide their terminal is.

use crate::farm::{Farm, Run};
use crate::golden;
use std::fs;

fn fleet() -> Farm {
    Farm::new().site("garden-notes").site("office")
}

/// The command, and what came of it.
fn typed(farm: &Farm, words: &str) -> String {
    let run = farm.run(words).ends(2);
    assert_eq!(run.stdout, "");
    format!("$ hectare {words}\n{}", run.stderr)
}

#[test]
fn a_verb_of_another_program_leads_to_the_one_that_does_it() {
    let farm = fleet();
    let verbs = ["biuld", "explain dist/office/index.html", "watch", "init", "check", "publish", "undo", "frobnicate"];
    let verbs = verbs.iter().chain(&["cache clera", "build garden-notes", "list office"]);
    let said: String = verbs.map(|verb| typed(&farm, verb)).collect();
    golden::check("words/verbs.txt", &said);
}

#[test]
fn a_folder_without_a_fleet_says_where_one_is() {
    let farm = fleet();
    let roots =
        ["list --root nowhere", "list --root sites.toml", "list --root content/office", "cache stat --root content"];
    let said: String = roots.iter().map(|words| typed(&farm, words)).collect();
    let inside = farm.command("list").current_dir(farm.place("content")).output().unwrap();
    golden::check(
        "words/roots.txt",
        &format!("{said}$ cd content && hectare list\n{}", String::from_utf8_lossy(&inside.stderr)),
    );
}

#[test]
fn nobody_works_on_no_site_at_once() {
    assert!(fleet().run("build -j 0").ends(2).stderr.contains("--jobs"));
    fleet().run("build -j 1").ends(0);
}

#[test]
fn lists_and_messages_fit_the_terminal() {
    let long = "a-site-with-a-very-long-name-that-nobody-would-type-by-hand";
    let farm = fleet().site(long).environment("COLUMNS", "80");
    let list = farm.run("list").ends(0);
    assert!(list.stdout.lines().all(|line| line.chars().count() <= 80), "{}", list.stdout);
    let words =
        "Words that come before and after it, as they do in texts that people write without a break. ".repeat(3);
    let farm =
        farm.page("office/page.md", &format!("{words}[about us](@/abuot.md) {words}\n\n[us](@/abuot.md) {words}\n"));
    let run: Run = farm.run("build --site office").ends(1);
    assert!(
        run.stderr.lines().filter(|line| line.contains('|')).all(|line| line.chars().count() <= 80),
        "{}",
        run.stderr
    );
    golden::check("words/narrow.txt", &format!("{}\n{}", list.stdout, run.stderr));
}

#[test]
fn shipping_quietly_says_nothing_if_nothing_is_wrong() {
    let farm = fleet().append("sites.toml", "\n[targets.web]\nkind = \"folder\"\nplace = \"live\"\n");
    let manifest = fs::read_to_string(farm.place("sites.toml")).unwrap();
    let farm = farm.file("sites.toml", manifest.replace("[defaults]\n", "[defaults]\ntargets = [\"web\"]\n"));
    for _ in 0..2 {
        let run = farm.run("deploy --quiet").ends(0);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    }
    golden::check("words/status.txt", &without_times(&farm.run("status").ends(0).stdout));
    let run = farm.run("health").ends(0);
    assert!(run.stdout.contains("folders are looked at only with `production = true`"), "{}", run.stdout);
}

/// Releases and moments differ from run to run.
fn without_times(text: &str) -> String {
    let word = |word: &str| match word {
        moment if moment.starts_with("20") && moment.ends_with('Z') => "(moment)".to_owned(),
        release if release.len() == 10 && release.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            "(release)".to_owned()
        }
        other => other.to_owned(),
    };
    let line =
        |line: &str| line.split("  ").map(|cell| word(cell.trim())).filter(|cell| !cell.is_empty()).collect::<Vec<_>>();
    text.lines().map(|text| format!("{}\n", line(text).join("  "))).collect()
}

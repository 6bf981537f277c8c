//! What a person or a program sees of a run.

use crate::farm::Farm;
use crate::golden;
use serde_json::Value;

fn fleet() -> Farm {
    Farm::new().site("garden").site("office").page("garden/beds.md", "Text.")
}

#[test]
fn a_run_ends_with_one_line_to_act_on() {
    golden::check("screen/build.txt", &fleet().run("build").ends(0).transcript());
    golden::check("screen/build_one.txt", &fleet().run("build --site gar*").ends(0).transcript());
}

#[test]
fn quiet_prints_errors_only() {
    let run = fleet().run("build --quiet").ends(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    let run = fleet().page("garden/beds.md", "[x](@/none.md)").run("build --quiet").ends(1);
    assert!(run.stderr.contains("H0301") && run.stdout.is_empty());
}

#[test]
fn colour_is_used_when_asked_for_and_never_otherwise() {
    let broken = || fleet().page("garden/beds.md", "[x](@/none.md)");
    assert!(!broken().run("build").stderr.contains('\x1b'), "a pipe is no terminal");
    assert!(broken().run("build --color always").stderr.contains('\x1b'));
    assert!(!broken().environment("NO_COLOR", "1").run("build").stderr.contains('\x1b'));
}

#[test]
fn json_is_one_object_a_line_and_tells_everything() {
    let run = fleet().page("garden/beds.md", "[x](@/none.md)").run("build --format json").ends(1);
    let lines: Vec<Value> = run.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().all(|line| line["v"] == 1));
    assert_eq!(lines.first().unwrap()["event"], "run_started");
    let garden = lines.iter().find(|line| line["site"] == "garden").unwrap();
    assert_eq!((&garden["ok"], &garden["diagnostics"][0]["code"]), (&Value::Bool(false), &Value::from("H0301")));
    assert_eq!(garden["diagnostics"][0]["place"]["line"], 1);
    let last = lines.last().unwrap();
    assert_eq!(
        (&last["event"], &last["built"], &last["failed"]),
        (&Value::from("run_finished"), &Value::from(1), &Value::from(1))
    );
    assert!(run.stderr.is_empty(), "{}", run.stderr);
}

#[test]
fn the_sites_of_a_fleet_are_listed() {
    golden::check("screen/list.txt", &fleet().run("list").ends(0).transcript());
    let run = fleet().run("list --format json --site office").ends(0);
    let site: Value = serde_json::from_str(run.stdout.trim()).unwrap();
    assert_eq!((&site["site"], &site["address"]), (&Value::from("office"), &Value::from("https://office.example")));
}

#[test]
fn help_is_an_answer_and_a_wrong_word_is_a_mistake() {
    golden::check("screen/help.txt", &fleet().run("--help").ends(0).transcript());
    golden::check("screen/help_build.txt", &fleet().run("build --help").ends(0).transcript());
    assert!(fleet().run("biuld").ends(2).stderr.contains("build"), "the nearest word is suggested");
}

#[test]
fn the_program_can_be_run_twice_in_one_process() {
    let farm = fleet();
    let root = farm.place("").to_str().unwrap().to_owned();
    for _ in 0..2 {
        let words = ["hectare", "build", "--quiet", "--root", &root];
        assert_eq!(hectare::cli::run(words.map(Into::into)), hectare::cli::Exit::Done);
    }
}

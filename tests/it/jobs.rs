//! What jobs leave behind, and the one report that is made of it.

use crate::farm::{Farm, Run};
use crate::golden;
use crate::mistakes::kept;
use serde_json::{Value, json};
use std::fs;

/// A fleet of these sites that is shipped to the folder `live`.
fn fleet(sites: &[&str]) -> Farm {
    let target = "targets = [\"web\"]\n\n[targets.web]\nkind = \"folder\"\nplace = \"live\"\n";
    sites.iter().fold(Farm::in_memory().append("sites.toml", target), |farm, site| farm.site(site))
}

#[track_caller]
fn read(farm: &Farm, path: &str) -> String {
    fs::read_to_string(farm.place(path)).unwrap()
}

#[track_caller]
fn result(farm: &Farm, path: &str) -> Value {
    serde_json::from_str(&read(farm, path)).unwrap()
}

/// A file as a job would have left it.
fn left(name: &str, exit: u8, sites: &[(&str, &str)], found: &[Value]) -> Value {
    let site =
        |(id, end): &(&str, &str)| json!({ "site": id, "end": end, "address": format!("https://{id}.example/") });
    json!({
        "v": 1, "job": name, "verb": "deploy", "exit": exit, "seconds": 12.5, "run": "20261127-120000-ab12",
        "sites": sites.iter().map(site).collect::<Vec<_>>(), "skipped": 0, "pages": 20 * sites.len(), "rendered": 20,
        "written": 7, "removed": 1, "uploads": 5, "bytes": 2_000,
        "cost": { "currency": "USD", "month_now": 5.0, "month_then": 5.25, "run": 0.0 }, "found": found,
    })
}

fn mistake(message: &str, sites: &[&str]) -> Value {
    json!({
        "code": "H0302", "severity": "error", "message": message, "in_settings": false, "times": 1, "notes": [],
        "place": { "file": "content/garden/beds.md", "line": 3, "column": 7 }, "hint": "look at its name", "sites": sites,
    })
}

/// A folder `results` of three shards, of which one failed and one died.
fn three_shards() -> Farm {
    let wrong = [mistake("no heading `#gone` in `beds.md`", &["cellar"])];
    let slower = left("1-of-3", 0, &[("garden", "live"), ("kitchen", "live"), ("attic", "unchanged")], &[]);
    Farm::new()
        .file("results/1-of-3.json", slower.to_string())
        .file(
            "results/deeper/2-of-3.json",
            left("2-of-3", 1, &[("cellar", "failed"), ("roof", "live")], &wrong).to_string(),
        )
        .file(
            "matrix.json",
            json!({ "include": [
                { "shard": "1-of-3", "sites": "garden,kitchen,attic" }, { "shard": "2-of-3", "sites": "cellar,roof" },
                { "shard": "3-of-3", "sites": "shed,yard" },
            ]})
            .to_string(),
        )
}

fn in_actions(farm: Farm) -> Farm {
    farm.environment("GITHUB_STEP_SUMMARY", "summary").environment("GITHUB_OUTPUT", "out")
}

#[test]
fn a_job_leaves_what_it_came_to() {
    let farm = fleet(&["a", "b"]);
    let run = farm.run("deploy --result 1-of-1.json").ends(0);
    let told = result(&farm, "1-of-1.json");
    assert_eq!(
        (&told["v"], &told["job"], &told["verb"], &told["exit"]),
        (&1.into(), &"1-of-1".into(), &"deploy".into(), &0.into())
    );
    assert_eq!(told["sites"][1], json!({ "site": "b", "end": "live", "address": "https://b.example" }));
    assert!(run.stdout.contains(told["run"].as_str().unwrap()), "{}", run.stdout);
    assert!(told["pages"] == 2 && told["rendered"] == 4 || told["pages"] == told["rendered"], "{told}");
    assert!(told["uploads"].as_u64().unwrap() > 5 && told["bytes"].as_u64().unwrap() > 500, "{told}");
    assert!(told["written"].as_u64().unwrap() > 5 && told["seconds"].as_f64().unwrap() > 0.0, "{told}");
    assert_eq!(told["cost"]["currency"], "USD");
    farm.run("deploy --result again.json").ends(0);
    let again = result(&farm, "again.json");
    assert_eq!(
        (&again["sites"][0]["end"], &again["uploads"], &again["run"]),
        (&"unchanged".into(), &0.into(), &Value::Null)
    );
    let farm = farm.page("a/_index.md", "+++\ntitle = \"Home\"\n+++\nEdited.\n");
    farm.run("build --result built.json").ends(0);
    let built = result(&farm, "built.json");
    assert_eq!(
        (&built["verb"], &built["sites"][0]["end"], &built["cost"]),
        (&"build".into(), &"built".into(), &Value::Null)
    );
}

#[test]
fn a_job_whose_result_cannot_be_written_says_so_before_it_does_anything() {
    let farm = fleet(&["a"]).file("results", "A file.");
    for verb in ["build", "deploy"] {
        let run = farm.run(&format!("{verb} --result results/a.json")).ends(2);
        assert!(run.stderr.contains("the result cannot be written"), "{}", run.stderr);
        assert!(!farm.place("dist").exists() && !farm.place("live").exists(), "{verb}");
    }
}

#[test]
fn a_job_whose_result_can_no_longer_be_written_has_shipped_all_the_same() {
    let swap = "url_command = [\"/bin/sh\", \"-c\", \"rm -r results; touch results; echo http://127.0.0.1:1\"]\n";
    let farm = fleet(&["a"]).append("sites.toml", &format!("\n[notify.team]\nkind = \"json\"\n{swap}"));
    let run = farm.run("deploy --result results/a.json").ends(4);
    assert!(run.stdout.contains("1 of 1 parcel live") && run.stderr.contains("the result cannot be written"));
    assert!(farm.place("live/a").exists());
}

#[test]
fn a_job_that_fails_leaves_what_it_came_to_as_well() {
    let farm = fleet(&["a", "b"]).page("a/_index.md", "+++\ntitle = \"Home\"\ndate = \"soon\"\n+++\nHello.\n");
    farm.run("deploy --result broken.json").ends(1);
    let told = result(&farm, "broken.json");
    assert_eq!(
        (&told["exit"], &told["sites"][0]["end"], &told["sites"][1]["end"]),
        (&1.into(), &"failed".into(), &"live".into())
    );
    let found = &told["found"][0];
    assert_eq!(
        (&found["sites"], &found["place"]["file"], &found["place"]["line"]),
        (&json!(["a"]), &"content/a/_index.md".into(), &3.into())
    );
    let asking = fleet(&["a"]).append("sites.toml", "\n[targets.web]\n");
    asking.run("deploy --result refused.json").ends(2);
    let told = result(&asking, "refused.json");
    assert!(told["exit"] == 2 && told["found"][0]["code"] == "H0101" && told["sites"] == json!([]), "{told}");
    let target = "targets = [\"web\"]\n\n[targets.web]\nkind = \"folder\"\nplace = \"live\"\nproduction = true\n";
    let asking = Farm::in_memory().append("sites.toml", target).site("a");
    asking.run("deploy --result asked.json").ends(5);
    let told = result(&asking, "asked.json");
    assert!(
        told["exit"] == 5 && told["found"][0]["notes"][0]["message"].as_str().unwrap().contains("approve_first"),
        "{told}"
    );
    kept(
        "a_result_that_cannot_be_written",
        &fleet(&["a"]).file("taken", "").run("build --result taken/1.json").ends(2),
    );
}

#[test]
fn results_become_one_report() {
    let run = three_shards().run("ci report results --matrix matrix.json").ends(4);
    golden::check("jobs/report.md", &run.stdout);
    let json = three_shards().run("ci report results --format json").ends(4).stdout;
    let told: Value = serde_json::from_str(&json).unwrap();
    let expected = json!({
        "v": 1, "ok": false, "exit": 4, "sites": 5, "live": 3, "failed": 1, "lost": 1, "pages": 100, "uploads": 10,
    });
    assert_eq!(told, expected);
}

#[test]
fn a_ci_service_gets_the_summary_notes_and_outputs() {
    let farm = in_actions(three_shards()).file("summary", "before\n");
    let run = farm.run("ci report results").ends(4);
    let note = "::error file=content/garden/beds.md,line=3,col=7,title=H0302::no heading `#gone` in `beds.md` (cellar)%0Alook at its name\n";
    assert_eq!(run.stdout, note);
    let summary = read(&farm, "summary");
    assert!(summary.starts_with("before\n## 3 of 4 sites live · 1 failed · 1 shard died\n"), "{summary}");
    let outputs = "ok=false\nexit=4\nsites=5\nlive=3\nfailed=1\nlost=1\npages=100\nuploads=10\n";
    assert_eq!(read(&farm, "out"), outputs);
}

#[test]
fn the_worst_end_of_a_shard_is_the_end_of_the_report() {
    let ends = |codes: &[u8]| {
        let shards = codes.iter().enumerate().map(|(at, code)| (format!("{}-of-{}", at + 1, codes.len()), *code));
        let farm = shards.fold(Farm::new(), |farm, (name, code)| {
            farm.file(&format!("results/{name}.json"), left(&name, code, &[], &[]).to_string())
        });
        farm.run("ci report results").code
    };
    assert_eq!([ends(&[0]), ends(&[0, 0]), ends(&[0, 1]), ends(&[5, 3, 0])], [0, 0, 1, 3]);
    assert_eq!([ends(&[1, 4]), ends(&[6, 4]), ends(&[2, 6]), ends(&[70, 2]), ends(&[9])], [4, 6, 2, 70, 70]);
}

#[test]
fn shards_that_died_are_told_even_if_all_of_them_did() {
    let farm = three_shards();
    let all = farm.run("ci report nowhere --matrix matrix.json").ends(4);
    assert!(all.stdout.starts_with("## 4 shards died\n") && all.stdout.contains("shed, yard"), "{}", all.stdout);
    let farm = farm.file("results/3-of-3.json", "{\"v\":1,\"job\":");
    let cut = farm.run("ci report results --matrix matrix.json").ends(4);
    assert!(cut.stdout.contains("| 3-of-3 | its result cannot be read | shed, yard |"), "{}", cut.stdout);
    let farm =
        farm.file("results/3-of-3.json", left("3-of-3", 0, &[("shed", "live"), ("yard", "live")], &[]).to_string());
    let whole = farm.run("ci report results/1-of-3.json results/deeper/2-of-3.json results/3-of-3.json").ends(1);
    assert!(whole.stdout.starts_with("## 5 of 6 sites live · 1 failed\n"), "{}", whole.stdout);
}

#[test]
fn a_result_that_got_another_name_is_known_by_its_sites() {
    let renamed = left("result-2", 0, &[("shed", "live"), ("yard", "live")], &[]).to_string();
    let farm = Farm::new().file(
        "matrix.json",
        json!({ "include": [
            { "shard": "1-of-2", "sites": "shed,yard" }, { "shard": "2-of-2", "sites": "attic" },
        ]})
        .to_string(),
    );
    let run = farm.file("result-2.json", renamed).run("ci report result-2.json --matrix matrix.json").ends(4);
    assert!(run.stdout.contains("| 2-of-2 | it left no result | attic |") && !run.stdout.contains("| 1-of-2 |"));
}

#[test]
fn what_is_no_result_is_refused() {
    let farm = Farm::new().file("empty/readme.txt", "").file("matrix", "[1]");
    kept("no_results", &farm.run("ci report empty").ends(2));
    kept("a_matrix_that_is_none", &farm.run("ci report empty --matrix matrix").ends(2));
}

#[test]
fn a_junit_file_has_a_suite_for_each_shard_and_a_case_for_each_site() {
    let farm = three_shards();
    farm.run("ci report results --matrix matrix.json --junit report.xml").ends(4);
    golden::check("jobs/junit.xml", &read(&farm, "report.xml"));
}

#[test]
fn nothing_that_an_author_wrote_becomes_a_command_or_markup() {
    let evil = "100% `| x` <img src=x>\r\n::set-output name=any::true\n[y](javascript:z) \u{1}";
    let file = json!({ "file": "content/a,b:c.md", "line": 1, "column": 0 });
    let found = [json!({
        "code": "H0302", "severity": "error", "message": evil, "in_settings": false, "times": 1, "notes": [], "place": file,
        "hint": null, "sites": [],
    })];
    let farm = in_actions(Farm::new()).file("one.json", left("one", 1, &[("a", "failed")], &found).to_string());
    let run = farm.run("ci report one.json --junit report.xml").ends(1);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    let head = "::error file=content/a%2Cb%3Ac.md,line=1,title=H0302::100%25 `| x` <img src=x>%0D%0A::set-output";
    assert!(run.stdout.starts_with(head), "{}", run.stdout);
    let summary = read(&farm, "summary");
    let row = summary.lines().find(|line| line.starts_with("| H0302")).unwrap();
    let said = "| H0302 | 100% `\\| x` &lt;img src=x&gt;  ::set-output name=any::true \\[y\\](javascript:z)   | `content/a,b:c.md:1` |";
    assert!(row.starts_with(said), "{row}");
    let xml = read(&farm, "report.xml");
    assert!(xml.contains("&lt;img src=x&gt;") && !xml.contains('\u{1}'), "{xml}");
}

#[test]
fn the_worst_case_stays_within_what_the_service_takes() {
    let ids: Vec<String> = (0..1_500).map(|site| format!("site-{site}-{}", "x".repeat(40))).collect();
    let long = "what is wrong ".repeat(400);
    let farm = (1..=40).fold(in_actions(Farm::new()), |farm, at| {
        let sites =
            ids.iter().skip(at - 1).step_by(40).map(|id| (id.as_str(), if at < 20 { "failed" } else { "live" }));
        let sites: Vec<(&str, &str)> = sites.collect();
        let found: Vec<Value> = sites.iter().map(|(id, _)| mistake(&format!("{id} {long}"), &[id])).collect();
        let name = format!("{at}-of-40");
        farm.file(&format!("results/{name}.json"), left(&name, 1, &sites, &found).to_string())
    });
    let run: Run = farm.run("ci report results").ends(1);
    assert_eq!(run.stdout.lines().filter(|line| line.starts_with("::error ")).count(), 10);
    let summary = read(&farm, "summary");
    assert!(summary.len() < 1 << 20 && summary.contains("… and 1 450 more kinds"), "{} bytes", summary.len());
    assert!(summary.lines().last().unwrap().len() > 100 || summary.ends_with("</details>\n\n"), "{summary}");
}

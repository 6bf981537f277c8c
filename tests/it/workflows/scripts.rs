//! The scripts of the workflows, run one after the other as GitHub's machines run them.

use crate::farm::Farm;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A fleet at a folder, with its workflows.
struct Runner {
    farm: Farm,
}

impl Runner {
    fn new(sites: &[&str]) -> Self {
        let seen = "previews = \"https://{site}--{preview}.example\"";
        let settings = format!(
            "targets = [\"web\"]\n[targets.web]\nkind = \"folder\"\nplace = \"web\"\n{seen}\n[ci]\nhectare = \".\"\n"
        );
        let farm = Farm::new().append("sites.toml", &settings);
        let farm = sites.iter().fold(farm, |farm, site| farm.site(site));
        farm.run("ci github").ends(0);
        fs::create_dir_all(farm.place("temp")).unwrap();
        Self { farm }
    }

    /// Runs the scripts of a job with these variables; the code of the first that fails, what they printed.
    fn job(&self, workflow: &str, job: &str, variables: &[(&str, &str)]) -> (i32, String) {
        let text = fs::read_to_string(self.farm.place(&format!(".github/workflows/{workflow}.yml"))).unwrap();
        let yaml: Value = serde_yaml_ng::from_str(&text).unwrap();
        let mut said = String::new();
        for step in yaml["jobs"][job]["steps"].as_array().unwrap() {
            let Some(script) = step["run"].as_str() else { continue };
            let output = self.bash(script).envs(variables.iter().copied()).output().unwrap();
            said.push_str(&String::from_utf8_lossy(&[output.stdout, output.stderr].concat()));
            match output.status.code() {
                Some(0) => {}
                code => return (code.unwrap_or(-1), said),
            }
        }
        (0, said)
    }

    fn bash(&self, script: &str) -> Command {
        let program = Path::new(env!("CARGO_BIN_EXE_hectare")).parent().unwrap();
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
        let mut bash = Command::new("bash");
        bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]);
        bash.current_dir(self.farm.place("")).env_clear().env("PATH", path);
        for (name, file) in [("GITHUB_OUTPUT", "temp/output"), ("GITHUB_STEP_SUMMARY", "temp/summary.md")] {
            bash.env(name, self.farm.place(file));
        }
        bash.env("RUNNER_TEMP", self.farm.place("temp")).env("GITHUB_RUN_ID", "4711");
        bash
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.farm.place(path)).unwrap_or_default()
    }

    /// What a job handed to the jobs after it.
    fn output(&self, name: &str) -> String {
        let text = self.text("temp/output");
        let value = text.lines().rev().find_map(|line| line.strip_prefix(&format!("{name}=")));
        value.unwrap_or_else(|| panic!("`{name}` is handed on:\n{text}")).to_owned()
    }

    /// Plans, then ships every part of the plan; whether there was any.
    fn deploy(&self) -> bool {
        let (code, said) = self.job("deploy", "plan", &[]);
        assert_eq!(code, 0, "{said}");
        assert_eq!(self.output("approval"), "false");
        let matrix: Value = serde_json::from_str(&self.output("matrix")).unwrap();
        fs::create_dir_all(self.farm.place("results")).unwrap();
        for part in matrix["include"].as_array().unwrap() {
            let (shard, sites) = (part["shard"].as_str().unwrap(), part["sites"].as_str().unwrap());
            let (code, said) = self.job("deploy", "deploy", &[("SHARD", shard), ("SITES", sites)]);
            assert_eq!(code, 0, "{said}");
            let result = format!("{shard}.json");
            fs::rename(self.farm.place(&result), self.farm.place(&format!("results/{result}"))).unwrap();
        }
        self.output("any") == "true"
    }
}

#[test]
fn a_push_ships_what_it_changes_and_is_reported() {
    let runner = Runner::new(&["garden", "kitchen"]);
    assert!(runner.deploy());
    assert!(runner.text("web/garden/index.html").contains("Hello."));
    let (code, said) = runner.job("deploy", "report", &[]);
    assert_eq!(code, 0, "{said}");
    let summary = runner.text("temp/summary.md");
    assert!(summary.contains("## 2 of 2 sites change"), "{summary}");
    assert!(!runner.deploy(), "nothing changed since");
}

#[test]
fn a_broken_site_holds_nobody_up_and_is_not_overlooked() {
    let runner = Runner::new(&["garden", "kitchen"]);
    let farm = runner.farm.page("kitchen/_index.md", "[nowhere](@/nowhere.md)\n");
    let runner = Runner { farm };
    assert_eq!(runner.job("deploy", "plan", &[]).0, 0);
    let matrix: Value = serde_json::from_str(&runner.output("matrix")).unwrap();
    let sites = matrix["include"][0]["sites"].as_str().unwrap();
    let (code, said) = runner.job("deploy", "deploy", &[("SHARD", "1-of-1"), ("SITES", sites)]);
    assert_eq!(code, 1, "{said}");
    assert!(runner.text("web/garden/index.html").contains("Hello."));
    fs::create_dir_all(runner.farm.place("results")).unwrap();
    fs::rename(runner.farm.place("1-of-1.json"), runner.farm.place("results/1-of-1.json")).unwrap();
    assert_eq!(runner.job("deploy", "report", &[]).0, 1);
}

#[test]
fn a_job_that_died_is_reported() {
    let runner = Runner::new(&["garden"]);
    assert_eq!(runner.job("deploy", "plan", &[]).0, 0);
    let (code, said) = runner.job("deploy", "report", &[]);
    assert_eq!(code, 4, "{said}");
    assert!(runner.text("temp/summary.md").contains("garden"));
}

#[test]
fn a_pull_request_shows_what_it_changes() {
    let runner = Runner::new(&["garden", "kitchen"]);
    // Nobody gives a pull request the keys of what the others have in common.
    let settings = runner.text("sites.toml");
    let runner = Runner { farm: runner.farm.file("sites.toml", format!("store = \"s3://fleet/store\"\n{settings}")) };
    let copied = runner.bash("mkdir .before && cp -r sites.toml content themes .before").status().unwrap();
    assert!(copied.success());
    let farm = runner.farm.page("garden/snow.md", "+++\ntitle = \"Snow\"\n+++\nWhite.\n");
    let runner = Runner { farm };
    let (code, said) = runner.job("preview", "build", &[]);
    assert_eq!(code, 0, "{said}");
    let summary = runner.text("temp/summary.md");
    assert!(summary.contains("## 1 of 2 sites changes") && summary.contains("`garden/snow/index.html`"), "{summary}");
    assert_eq!(runner.output("touched"), "true");
    // What jobs hand to each other as artifacts.
    assert!(runner.bash("cp -r temp/changes changes").status().unwrap().success());
    let number = [("NUMBER", "12")];
    let (code, said) = runner.job("preview", "preview", &number);
    assert_eq!(code, 0, "{said}");
    assert!(runner.text("web/.previews/pr-12/garden/snow/index.html").contains("White."));
    assert!(!runner.farm.place("web/.previews/pr-12/kitchen").exists(), "it does not change");
    let hand = "mkdir previews bin && mv previews.md previews/ && printf '#!/bin/sh\\ncat comment.md\\n' > bin/gh && chmod +x bin/gh";
    assert!(runner.bash(hand).status().unwrap().success());
    let path = format!("{}:{}", runner.farm.place("bin").display(), std::env::var("PATH").unwrap());
    let said = runner.job("preview", "comment", &[number[0], ("GITHUB_REPOSITORY", "o/n"), ("PATH", &path)]).1;
    assert!(said.starts_with("## previews of 1 site\n"), "{said}");
    assert!(
        said.contains("| garden | https://garden--pr-12.example |") && said.contains("## 1 of 2 sites changes"),
        "{said}"
    );
    let (code, said) = runner.job("preview", "end", &number);
    assert_eq!(code, 0, "{said}");
    assert!(!runner.farm.place("web/.previews/pr-12").exists());
}

#[test]
fn watches_end_well_if_all_is_well() {
    let runner = Runner::new(&["garden"]);
    assert!(runner.deploy());
    for (workflow, variables) in [("health", vec![("SHARD", "1/1")]), ("cost", vec![])] {
        let (code, said) = runner.job(workflow, workflow, &variables);
        assert_eq!(code, 0, "{said}");
    }
    assert!(runner.text("temp/summary.md").contains("3000 page views a site"));
}

//! `hectare ci github`: workflows that fit the fleet, and that neither GitHub nor its critics find fault with.

mod linters;
mod scripts;

use crate::farm::{Farm, Run};
use crate::golden;
use std::fs;
use std::path::Path;
use std::process::Command;

const DEPLOY: &str = ".github/workflows/deploy.yml";

/// What is written for every fleet.
const FILES: [&str; 5] = [
    ".github/actions/hectare/action.yml",
    ".github/workflows/cost.yml",
    DEPLOY,
    ".github/workflows/health.yml",
    ".github/workflows/preview.yml",
];

/// Shipped to two hosts, with a ledger in a bucket that is opened with keys.
const HOSTS: &str = r#"state = "s3://fleet/ledger"
edition = "2026"

[defaults]
theme = "plain"
language = "en"
targets = ["cf", "shop"]

[targets.cf]
kind = "cloudflare-pack"
account = "0123"
token_env = "CF_FIELD_TOKEN"

[targets.shop]
kind = "vercel"

[targets.unused]
kind = "cloudflare-pages"
token_command = ["pass", "show", "cloudflare"]

[notify.team]
kind = "slack"
url_env = "TEAM_CHANNEL"

[ci]
hectare = "acme/hectare@v0.1.0"
endpoint = "https://0123.r2.cloudflarestorage.com"
environment = "live: ask \"Ann\" # first"
branch = "release/*"
parallel = 4
"#;

/// Shipped to a bucket, which jobs open by a role.
const ROLE: &str = r#"store = "s3://fleet/store"
edition = "2026"

[defaults]
theme = "plain"
language = "en"
targets = ["bucket"]

[targets.bucket]
kind = "s3"
place = "fields/sites"

[ci]
hectare = "acme/hectare@v0.1.0"
role = "arn:aws:iam::123456789012:role/fleet"
region = "eu-central-1"
"#;

/// The same, where previews are seen by the same role.
fn role_with_previews() -> String {
    let seen = "place = \"fields/sites\"\npreviews = \"https://{site}--{preview}.example.com\"";
    ROLE.replace("place = \"fields/sites\"", seen)
}

fn fleet(manifest: &str) -> Farm {
    Farm::new().file("sites.toml", manifest).site("garden").site("kitchen")
}

fn written(farm: &Farm, path: &str) -> String {
    fs::read_to_string(farm.place(path)).unwrap()
}

#[test]
fn they_fit_what_the_fleet_is_shipped_to() {
    for (name, manifest) in [("hosts", HOSTS), ("role", ROLE)] {
        let farm = fleet(manifest);
        golden::check(&format!("workflows/{name}.txt"), &farm.run("ci github").ends(0).transcript());
        golden::check(&format!("workflows/{name}_deploy.yml"), &written(&farm, DEPLOY));
    }
    for path in FILES {
        let name = path.rsplit('/').next().unwrap();
        golden::check(&format!("workflows/all_{name}"), &written(&written_for(HOSTS), path));
    }
}

fn written_for(manifest: &str) -> Farm {
    let farm = fleet(manifest);
    farm.run("ci github").ends(0);
    farm
}

#[test]
fn pull_requests_are_shown_where_that_touches_nothing_else() {
    let preview = |manifest: &str| {
        let farm = written_for(manifest);
        let text = written(&farm, ".github/workflows/preview.yml");
        (serde_yaml_ng::from_str::<serde_json::Value>(&text).unwrap()["jobs"].clone(), text)
    };
    let (jobs, text) = preview(&role_with_previews());
    golden::check("workflows/role_preview.yml", &text);
    assert_eq!(jobs["preview"]["permissions"]["id-token"], "write");
    let (jobs, text) = preview(HOSTS);
    assert!(jobs["end"].is_object() && jobs["preview"]["permissions"]["id-token"].is_null());
    assert!(text.contains("CF_FIELD_TOKEN: ${{ secrets.CF_FIELD_TOKEN }}"), "{text}");
    let others = ["AWS_", "TEAM_CHANNEL", "VERCEL_TOKEN"];
    assert!(
        others.iter().all(|name| !text.contains(name)),
        "it needs no ledger, tells nobody, and goes to the first target"
    );
    // Nobody knows where previews in this bucket would be seen, or nobody wants any.
    for manifest in [ROLE.to_owned(), format!("{HOSTS}previews = 0\n")] {
        let (jobs, text) = preview(&manifest);
        assert!(jobs["preview"].is_null() && jobs["end"].is_null() && jobs["comment"]["needs"] == "build", "{text}");
        assert!(!text.contains("secrets.") && !text.contains("closed"), "{text}");
    }
}

#[test]
fn jobs_open_a_container_at_azure_by_its_key() {
    let farm = written_for(&HOSTS.replace("s3://fleet/ledger", "az://fleet/ledger"));
    let text = written(&farm, DEPLOY);
    assert!(text.contains("AZURE_STORAGE_KEY: ${{ secrets.AZURE_STORAGE_KEY }}") && !text.contains("AWS_"), "{text}");
    assert!(text.contains("--share 4"), "jobs ship side by side");
}

#[test]
fn this_repository_uses_its_own() {
    let mut check = Command::new(env!("CARGO_BIN_EXE_hectare"));
    let output = check.current_dir(env!("CARGO_MANIFEST_DIR")).args(["ci", "github", "--check"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "write them anew with `cargo run -- ci github`\n{said}");
}

#[test]
fn what_is_up_to_date_is_left_alone() {
    let farm = written_for(HOSTS);
    let before = FILES.map(|path| fs::metadata(farm.place(path)).unwrap().modified().unwrap());
    farm.run("ci github --check").ends(0);
    let run = farm.run("ci github").ends(0);
    assert_eq!(run.stdout.matches("current").count(), FILES.len(), "{}", run.stdout);
    assert_eq!(before, FILES.map(|path| fs::metadata(farm.place(path)).unwrap().modified().unwrap()));
}

#[test]
fn a_fleet_that_changed_gets_new_ones() {
    let farm = written_for(HOSTS);
    let farm = farm.file("sites.toml", HOSTS.replace("parallel = 4", "parallel = 7")).site("garden");
    let run = farm.run("ci github --check").ends(3);
    golden::check("workflows/outdated.txt", &run.transcript());
    assert!(written(&farm, DEPLOY).contains("max-parallel: 4"), "--check writes nothing");
    farm.run("ci github").ends(0);
    assert!(written(&farm, DEPLOY).contains("max-parallel: 7"));
    farm.run("ci github --check").ends(0);
}

#[test]
fn an_edit_is_never_lost() {
    let farm = written_for(HOSTS);
    let mine = written(&farm, DEPLOY).replace("timeout-minutes: 120", "timeout-minutes: 240");
    let farm = farm.file(DEPLOY, &mine);
    // Nothing else would be written now, so there is nothing to say.
    assert!(farm.run("ci github").ends(0).stdout.contains("edited"));
    assert!(farm.run("ci github --check").ends(0).stderr.is_empty());
    assert_eq!(written(&farm, DEPLOY), mine);

    let farm = farm.file("sites.toml", HOSTS.replace("parallel = 4", "parallel = 7")).site("garden");
    golden::check("workflows/edited.txt", &farm.run("ci github").ends(3).transcript());
    assert_eq!(written(&farm, DEPLOY), mine);
    farm.run("ci github --force").ends(0);
    let forced = written(&farm, DEPLOY);
    assert!(forced.contains("max-parallel: 7") && forced.contains("timeout-minutes: 120"));

    // Whoever puts the edit back has told that both belong together.
    let farm = farm.file(DEPLOY, forced.replace("timeout-minutes: 120", "timeout-minutes: 240"));
    farm.run("ci github --check").ends(0);
}

#[test]
fn a_file_that_was_there_before_is_not_touched() {
    let farm = fleet(HOSTS).file(DEPLOY, "name: Mine\n");
    let run = farm.run("ci github").ends(3);
    assert!(run.stderr.contains("H1201"), "{}", run.stderr);
    assert_eq!(written(&farm, DEPLOY), "name: Mine\n");
    assert!(farm.place(FILES[1]).exists(), "the others are written");
}

#[test]
fn other_ends_of_lines_are_no_edit() {
    let farm = written_for(HOSTS);
    let text = written(&farm, DEPLOY).replace('\n', "\r\n");
    let farm = farm.file(DEPLOY, text);
    farm.run("ci github --check").ends(0);
}

#[test]
fn what_jobs_would_lack_is_told_before_anything_is_written() {
    let nowhere = HOSTS.replace("hectare = \"acme/hectare@v0.1.0\"", "");
    let forgetful = HOSTS.replace("state = \"s3://fleet/ledger\"", "");
    let program = HOSTS.replace("token_env = \"CF_FIELD_TOKEN\"", "token_command = [\"pass\", \"show\", \"cf\"]");
    let barred = HOSTS.replace("CF_FIELD_TOKEN", "GITHUB_CF");
    let odd = HOSTS.replace("acme/hectare@v0.1.0", "https://acme.example/hectare");
    let folder = HOSTS.replace("s3://fleet/ledger", "/mnt/ledger");
    let keeper = "url_file = \"/run/channel\"\nsecret_command = [\"pass\", \"show\", \"hook\"]";
    let receiver = HOSTS.replace("url_env = \"TEAM_CHANNEL\"", keeper);
    let cases = [
        ("nowhere", nowhere),
        ("forgetful", forgetful),
        ("folder", folder),
        ("program", program),
        ("receiver", receiver),
        ("barred", barred),
        ("odd", odd),
    ];
    for (name, manifest) in cases {
        let farm = fleet(&manifest);
        golden::check(&format!("workflows/lacking_{name}.txt"), &farm.run("ci github").ends(2).transcript());
        assert!(!farm.place(".github").exists(), "{name}");
    }
}

#[test]
fn a_ledger_in_a_folder_needs_machines_that_keep_it() {
    let on = |runner: &str, state: &str| {
        let manifest =
            HOSTS.replace("s3://fleet/ledger", state).replace("[ci]", &format!("[ci]\nrunner = \"{runner}\""));
        fleet(&manifest).run("ci github")
    };
    for lent in ["ubuntu-24.04", "macos-15", "windows-latest"] {
        assert!(on(lent, "/mnt/ledger").ends(2).stderr.contains("in `/mnt/ledger`"), "{lent}");
    }
    on("farmhouse", "/mnt/ledger").ends(0);
    on("farmhouse", "../ledger").ends(0);
    // A checkout cleans the folder that it is made in.
    on("farmhouse", "ledger").ends(2);
}

#[test]
fn a_fleet_at_folders_is_never_refused_for_a_ledger_that_ends_with_the_job() {
    let folders = HOSTS.replace("s3://fleet/ledger", "/mnt/ledger").replace("[\"cf\", \"shop\"]", "[\"web\"]");
    let on = |runner: &str| {
        let own = format!("[targets.web]\nkind = \"folder\"\nplace = \"www\"\n\n[ci]\nrunner = \"{runner}\"");
        written_for(&folders.replace("[ci]", &own))
    };
    let lent = on("ubuntu-latest");
    // What nobody keeps, nobody can look at later or approve.
    assert!(!written(&lent, DEPLOY).contains("\n  approve:") && !written(&lent, FILES[1]).contains("schedule:"));
    let own = on("farmhouse");
    assert!(written(&own, DEPLOY).contains("\n  approve:") && written(&own, FILES[1]).contains("schedule:"));
}

#[test]
fn a_branch_with_a_quote_is_the_same_branch_everywhere() {
    let farm = written_for(&HOSTS.replace("release/*", "ann's"));
    let yaml: serde_json::Value = serde_yaml_ng::from_str(&written(&farm, DEPLOY)).unwrap();
    assert_eq!(yaml["on"]["push"]["branches"], serde_json::json!(["ann's"]));
    let condition = yaml["jobs"]["plan"]["if"].as_str().unwrap();
    assert_eq!(condition, "github.event_name == 'push' || github.ref == 'refs/heads/ann''s'");
}

#[test]
fn no_value_of_a_run_becomes_a_part_of_its_script() {
    for manifest in [HOSTS, ROLE] {
        let farm = written_for(manifest);
        for path in FILES {
            let text = written(&farm, path);
            let yaml: serde_json::Value = serde_yaml_ng::from_str(&text).unwrap();
            for script in scripts(&yaml) {
                assert!(!script.contains("${{"), "{path}: {script}");
            }
            assert!(!text.contains("<<actions") && !text.contains("#: "), "{path}: something was not put in");
        }
    }
}

fn scripts(yaml: &serde_json::Value) -> Vec<String> {
    match yaml {
        serde_json::Value::Object(table) => {
            let own = table.get("run").and_then(|run| run.as_str()).map(str::to_owned);
            own.into_iter().chain(table.values().flat_map(scripts)).collect()
        }
        serde_json::Value::Array(list) => list.iter().flat_map(scripts).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn what_a_pull_request_changes_is_shown() {
    let page = "+++\ntitle = \"Beds\"\n+++\nText.\n";
    let farm = Farm::new().site("garden").site("kitchen").site("shed").page("garden/old.md", page);
    farm.run("build --now 2026-11-20 --out before").ends(0);
    let farm =
        farm.page("garden/new.md", page).page("kitchen/_index.md", "+++\ntitle = \"Kitchen\"\n+++\n").site("barn");
    fs::remove_file(farm.place("content/garden/old.md")).unwrap();
    farm.run("build --now 2026-11-20 --out after").ends(0);
    fs::remove_dir_all(farm.place("after/shed")).unwrap();
    golden::check("workflows/changes.md", &compared(&farm, "ci compare before after"));
    golden::check("workflows/changes.jsonl", &compared(&farm, "ci compare before after --format json"));
    assert_eq!(compared(&farm, "ci compare before before"), "## nothing changes in 3 sites\n");
    assert_eq!(compared(&farm, "ci compare before nowhere"), "## nothing was built\n");
    assert!(compared(&farm, "ci compare nowhere after").contains("3 of 3 sites change"));
}

fn compared(farm: &Farm, words: &str) -> String {
    let Run { stdout, .. } = farm.run(words).ends(0);
    stdout
}

#[test]
fn shells_and_readers_of_manuals_are_served() {
    let farm = Farm::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = farm.run(&format!("completions {shell}")).ends(0);
        assert!(run.stdout.contains("rollback") && run.stdout.contains("hectare"), "{shell}");
    }
    assert!(farm.run("man").ends(0).stdout.contains(".TH hectare 1"));
    let page = farm.run("man cache gc").ends(0).stdout;
    assert!(page.contains("Remove what the next build cannot make use of"), "{page}");
    golden::check("workflows/man_unknown.txt", &farm.run("man depoly").ends(2).transcript());
}

#[test]
fn bash_completes_verbs_as_the_program_has_them() {
    let script = Farm::new().run("completions bash").ends(0).stdout;
    let folder = tempfile::TempDir::new().unwrap();
    let place = folder.path().join("hectare.bash");
    fs::write(&place, script).unwrap();
    let ask = "source \"$1\"; COMP_WORDS=(hectare roll); COMP_CWORD=1; _hectare hectare roll hectare; echo \"${COMPREPLY[@]}\"";
    let output = Command::new("bash").args(["-c", ask, "bash"]).arg(&place).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "rollback");
}

#[test]
fn every_action_is_the_commit_that_the_table_names() {
    let table: toml::Table = repository_text("src/workflows/pins.toml").parse().unwrap();
    let named = |name: &str| {
        let pin = table["actions"].get(name).unwrap_or_else(|| panic!("`{name}` is in the table"));
        format!("{name}@{} # {}", pin["commit"].as_str().unwrap(), pin["version"].as_str().unwrap())
    };
    let mut used = 0;
    for file in own_files() {
        let text = fs::read_to_string(&file).unwrap();
        let uses = text.lines().filter_map(|line| line.trim_start().trim_start_matches("- ").strip_prefix("uses: "));
        for uses in uses.filter(|uses| !uses.starts_with("./")) {
            assert_eq!(uses, named(uses.split('@').next().unwrap()), "{file}");
            used += 1;
        }
    }
    assert!(used > 15, "{used}");
}

#[test]
fn the_image_is_made_by_the_compiler_that_the_manifest_asks_for_and_runs_as_nobody() {
    let manifest: toml::Table = repository_text("Cargo.toml").parse().unwrap();
    let rust = manifest["package"]["rust-version"].as_str().unwrap();
    let image = repository_text("Dockerfile");
    assert!(image.contains(&format!("FROM rust:{rust}.")), "rust-version is {rust}");
    let last = image.split("FROM ").last().unwrap();
    assert!(last.starts_with("scratch\n") && last.contains("\nUSER 65534"), "{last}");
    let ignored = repository_text(".dockerignore");
    for line in image.lines().filter(|line| line.starts_with("COPY ") && !line.contains("--from")) {
        let mut names = line.split_whitespace().skip(1).collect::<Vec<_>>();
        names.pop();
        for name in names {
            assert!(ignored.contains(&format!("!{name}\n")), "`{name}` is copied, but ignored");
        }
    }
}

fn repository_text(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The files of this repository that GitHub reads.
fn own_files() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github");
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    let files = files.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "yml"));
    files.map(|entry| entry.path().to_string_lossy().into_owned()).collect()
}

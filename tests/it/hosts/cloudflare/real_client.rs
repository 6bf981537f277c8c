//! The double is as good as the real service to the real client: an unmodified `wrangler` deploys to it, and finds nothing strange.

use super::serves::VECTORS;
use super::tools::wrangler;
use super::{ACCOUNT, Cloudflare, TOKEN};
use crate::hosts::faults::Faults;
use crate::hosts::server::Server;
use base64::Engine;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use tempfile::TempDir;

/// A site in a folder, and the program that brings it to the double.
struct Wrangler {
    folder: TempDir,
}

impl Wrangler {
    /// The files of the vectors, with two rules.
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let wrangler = Self { folder };
        for (path, bytes, _) in vectors() {
            wrangler.file(&format!("site/{path}"), &bytes);
        }
        wrangler.file("site/_redirects", b"/old /about 301\n");
        wrangler.file("site/_headers", b"/*\n  X-Frame-Options: DENY\n");
        wrangler
    }

    /// The same as a Worker.
    fn with_worker() -> Self {
        let wrangler = Self::new();
        let config = r#"{ "name": "vectors", "compatibility_date": "2026-01-01",
            "assets": { "directory": "site", "not_found_handling": "404-page" } }"#;
        wrangler.file("wrangler.jsonc", config.as_bytes());
        wrangler
    }

    fn file(&self, path: &str, bytes: &[u8]) {
        let place = self.folder.path().join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, bytes).unwrap();
    }

    /// Runs it; what it said.
    #[track_caller]
    fn run(&self, server: &Server, arguments: &[&str]) -> String {
        let output = wrangler(self.folder.path())
            .args(arguments)
            .env("CLOUDFLARE_API_BASE_URL", format!("{}/client/v4", server.url()))
            .env("CLOUDFLARE_ACCOUNT_ID", ACCOUNT)
            .env("CLOUDFLARE_API_TOKEN", TOKEN)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(output.status.success(), "{said}\n{:#?}", server.book());
        said
    }
}

/// Path, content and key of every vector.
pub(crate) fn vectors() -> Vec<(String, Vec<u8>, String)> {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let text = |vector: &Value, key: &str| vector[key].as_str().unwrap_or_default().to_owned();
    let bytes = |vector: &Value| match vector["counted"].as_u64() {
        Some(length) => (0..length).map(|at| (at % 251) as u8).collect(),
        None => base64::engine::general_purpose::STANDARD.decode(text(vector, "base64")).unwrap(),
    };
    let all = vectors["keys"].as_array().unwrap().iter();
    all.map(|vector| (text(vector, "path"), bytes(vector), text(vector, "key"))).collect()
}

fn expected() -> BTreeMap<String, String> {
    vectors().into_iter().map(|(path, _, key)| (format!("/{path}"), key)).collect()
}

/// A call that the double does not know was answered with 404 and this code; the real client must never meet it.
#[track_caller]
fn nothing_was_unknown(server: &Server) {
    let unknown: Vec<_> = server.book().into_iter().filter(|entry| entry.status >= 400).collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
}

#[test]
fn wrangler_deploys_a_site_to_pages() {
    let (double, server) = Cloudflare::new().zone("example.com").open(Faults::none());
    let wrangler = Wrangler::new();
    wrangler.run(&server, &["pages", "project", "create", "vectors", "--production-branch", "main"]);
    let said = wrangler.run(&server, &["pages", "deploy", "site", "--project-name", "vectors", "--branch", "main"]);
    assert!(said.contains("Deployment complete"), "{said}");
    nothing_was_unknown(&server);
    let books = double.books();
    let project = &books.projects["vectors"];
    assert_eq!(project.deployments.len(), 1);
    let deployment = &project.deployments[0];
    assert_eq!(project.live.as_ref(), Some(&deployment.id));
    assert_eq!(deployment.release.files, expected());
    assert_eq!((deployment.release.redirects.len(), deployment.release.headers.len()), (1, 1));
}

#[test]
fn wrangler_shows_a_branch_beside_what_is_live() {
    let (double, server) = Cloudflare::new().open(Faults::none());
    let wrangler = Wrangler::new();
    wrangler.run(&server, &["pages", "project", "create", "vectors", "--production-branch", "main"]);
    wrangler.run(&server, &["pages", "deploy", "site", "--project-name", "vectors", "--branch", "main"]);
    let said = wrangler.run(&server, &["pages", "deploy", "site", "--project-name", "vectors", "--branch", "pr-12"]);
    assert!(said.contains("https://pr-12.vectors.pages.dev"), "{said}");
    let books = double.books();
    let project = &books.projects["vectors"];
    assert_eq!((project.deployments.len(), project.live.as_ref()), (2, Some(&project.deployments[0].id)));
    assert_eq!(project.preview("pr-12").unwrap().files, expected());
}

#[test]
fn wrangler_deploys_a_site_to_a_worker() {
    let (double, server) = Cloudflare::new().open(Faults::none());
    let wrangler = Wrangler::with_worker();
    wrangler.run(&server, &["deploy"]);
    let books = double.books();
    let worker = &books.workers["vectors"];
    let live = worker.live().unwrap();
    assert_eq!(live.release.files, expected());
    assert!(live.release.not_found_pages && live.code.is_none());
    assert!(worker.is_open, "it asks for an address at `workers.dev`");
    assert_eq!(worker.stock.taken.values().max(), Some(&1));
}

#[test]
fn wrangler_shows_a_new_version_to_some_visitors() {
    let (double, server) = Cloudflare::new().open(Faults::none());
    let wrangler = Wrangler::with_worker();
    wrangler.run(&server, &["deploy"]);
    // At first it asks whether there is such a Worker.
    server.new_book();
    wrangler.file("site/new.txt", b"New.");
    wrangler.run(&server, &["versions", "upload", "--tag", "second", "--message", "A new file"]);
    let ids =
        || double.books().workers["vectors"].versions.iter().map(|version| version.id.clone()).collect::<Vec<_>>();
    let ids = ids();
    assert_eq!((ids.len(), double.books().workers["vectors"].deployments.len()), (2, 1), "nobody sees it yet");
    for (old, new) in [(90.0, 10.0), (100.0, 0.0)] {
        let shares = [format!("{}@{old}%", ids[0]), format!("{}@{new}%", ids[1])];
        wrangler.run(&server, &["versions", "deploy", &shares[0], &shares[1], "--yes"]);
        let books = double.books();
        let mut shown = books.workers["vectors"].deployments.last().unwrap().versions.clone();
        shown.sort_by(|one, other| other.1.total_cmp(&one.1));
        assert_eq!(shown, [(ids[0].clone(), old), (ids[1].clone(), new)]);
    }
    nothing_was_unknown(&server);
    let books = double.books();
    let version = &books.workers["vectors"].versions[1];
    assert_eq!((version.tag.as_str(), version.message.as_str()), ("second", "A new file"));
}

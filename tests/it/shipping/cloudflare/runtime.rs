//! A packed site answers as it would alone, in the real runtime: what was uploaded to the double is served by `workerd`, and compared.

use super::way::Way;
use crate::hosts::cloudflare::Cloudflare;
use crate::hosts::cloudflare::tools::wrangler;
use crate::hosts::faults::Faults;
use crate::shipping::freight::{Goods, ship};
use hectare::model::{Parcel, ParcelName, SiteId, Stall};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const REDIRECTS: &str = "/old /about 301\n/blog/:slug/amp /blog/:slug 302\n/docs/* /blog/:splat 301\n\
    /ext https://example.org/x?a=1#f 307\n/rewrite /about 200\n/q /about?x=1 301\n/dead.html/* /about#top 308\n\
    /alt/:year/:name/x /blog/:name?y=:year 303\n/%C3%A4lt /about 301\n";
const HEADERS: &str = "/*\n  X-Frame-Options: DENY\n  X-Twice: one\n/blog/*\n  X-Twice: two\n  ! X-Frame-Options\n\
    /about\n  Cache-Control: public, max-age=60\n/_a/*\n  Cache-Control: public, max-age=31536000, immutable\n\
    https://a.example/*\n  X-Host: a\n/named/:who\n  X-Who: :who\n/*.css\n  X-Style: yes\n";

/// Paths, some of them strange, that a visitor may ask for.
const PATHS: [&str; 47] = [
    "/",
    "/index.html",
    "/index",
    "/about",
    "/about/",
    "/about.html",
    "/about?x=1&y=2",
    "/about.html?x=1",
    "/blog",
    "/blog/",
    "/blog/index.html",
    "/blog/post",
    "/blog/post/",
    "/blog/none",
    "/none",
    "/none.css",
    "/blog/deep/none/",
    "/old",
    "/old/",
    "/old?x=1",
    "/blog/foo/amp",
    "/blog/foo/amp?x=1",
    "/docs/a/b/c",
    "/docs/",
    "/ext",
    "/ext?z=1",
    "/rewrite",
    "/q?y=2",
    "/dead.html/x",
    "/dead.html/x?k=v",
    "/alt/2020/name/x",
    "/%C3%A4lt",
    "/with%20space",
    "/with space.html",
    "/%C3%BCber-uns",
    "/%C3%BCber-uns.html",
    "/%6fld",
    "/named/someone",
    "//about",
    "/a/index.html",
    "/b/index.html",
    "/../b/",
    "/%2e%2e/b/",
    "/..%2fb/index.html",
    "/style.css",
    "/_headers",
    "/.well-known/hectare.json",
];

fn site(goods: &mut Goods, id: &str) -> (SiteId, Stall) {
    let text = |what: &str| format!("<h1>{what} of {id}</h1>");
    let (home, missing, deep, about, post) =
        (text("Home"), text("Nothing"), text("No post"), text("About"), text("Post"));
    let files = [
        ("index.html", home.as_str()),
        ("404.html", &missing),
        ("about.html", &about),
        ("blog/index.html", &home),
        ("blog/404.html", &deep),
        ("blog/post.html", &post),
        ("named/someone.html", &about),
        ("with space.html", &about),
        ("über-uns.html", &about),
        ("style.css", "a{}"),
        ("_a/style.0123456789.css", "b{}"),
        ("_redirects", REDIRECTS),
        ("_headers", HEADERS),
    ];
    goods.site(id, &files)
}

/// `workerd`, serving what a Worker at the double consists of.
struct Runtime {
    folder: TempDir,
    process: Child,
    port: u16,
}

impl Runtime {
    /// Starts it. Inside, it looks for a free port and takes it a moment later; if someone else was faster, it is started again.
    fn of(way: &Way, worker: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let config = lay_out(way, worker, folder.path());
        fs::write(folder.path().join("wrangler.jsonc"), config.to_string()).unwrap();
        let (process, port) = spawn(folder.path());
        let mut runtime = Self { folder, process, port };
        for _ in 0..5 {
            if runtime.starts() {
                return runtime;
            }
            runtime.end();
            (runtime.process, runtime.port) = spawn(runtime.folder.path());
        }
        panic!("the runtime does not start: {}", runtime.log());
    }

    /// Waits until it answers or ends; that something listens for a moment means nothing.
    fn starts(&mut self) -> bool {
        let until = Instant::now() + Duration::from_secs(60);
        while Instant::now() < until && !self.log().contains("ERROR") {
            if self.exchange("GET", "a.example", "/", "").is_some_and(|text| !text.is_empty()) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        false
    }

    /// wrangler ends its children when it is asked to end, not when it is killed.
    fn end(&mut self) {
        kill_process(Pid::from_child(&self.process), Signal::TERM).unwrap();
        self.process.wait().unwrap();
    }

    fn exchange(&self, method: &str, host: &str, path: &str, more: &str) -> Option<String> {
        let mut wire = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        wire.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
        let request = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n");
        wire.write_all(request.as_bytes()).ok()?;
        let mut bytes = Vec::new();
        wire.read_to_end(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// By what a browser knows a page again.
    fn tag(&self, host: &str, path: &str) -> String {
        let text = self.exchange("GET", host, path, "").unwrap();
        let tag = text.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("etag: ").map(str::to_owned));
        tag.unwrap_or_else(|| panic!("{text}"))
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Status, headers that the site is answerable for, and body.
    fn ask(&self, method: &str, host: &str, path: &str, more: &str) -> (u16, BTreeMap<String, String>, String) {
        let text = self.exchange(method, host, path, more);
        let text = text.unwrap_or_else(|| panic!("{method} {path} has no answer: {}", self.log()));
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{method} {path}: {text:?}"));
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers = BTreeMap::<String, String>::new();
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            let (name, value) = (name.to_ascii_lowercase(), value.trim());
            if !["date", "connection", "transfer-encoding", "content-length", "etag", "cf-cache-status"]
                .contains(&&*name)
            {
                headers.entry(name).and_modify(|all| *all = format!("{all}, {value}")).or_insert(value.to_owned());
            }
        }
        let body = if headers.contains_key("content-type") { body.to_owned() } else { String::new() };
        (status, headers, body)
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.end();
    }
}

fn spawn(folder: &Path) -> (Child, u16) {
    let (port, log) = (free_port(), fs::File::create(folder.join("log")).unwrap());
    let mut command = wrangler(folder);
    command.args(["dev", "--ip", "127.0.0.1", "--port", &port.to_string()]).stdin(Stdio::null());
    (command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap(), port)
}

/// A port that nobody has. The system must not hand it out for outgoing connections: whoever waits for a server would be given it,
/// and meet itself.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = (std::process::id() % 10_000) as u16;
    let ports = std::iter::repeat_with(|| 20_000 + (start + NEXT.fetch_add(1, Ordering::Relaxed)) % 10_000);
    ports.take(1000).find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()).expect("a port is free")
}

/// Puts files, modules and settings of a Worker where `wrangler dev` finds them.
fn lay_out(way: &Way, worker: &str, folder: &Path) -> Value {
    let books = way.double.books();
    let worker = &books.workers[worker];
    let live = worker.live().unwrap();
    for (path, key) in &live.release.files {
        let place = folder.join("site").join(&path[1..]);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, &worker.stock.blobs[key].bytes).unwrap();
    }
    for name in ["_headers", "_redirects"] {
        if let Some(text) = live.config[name].as_str() {
            fs::write(folder.join("site").join(name), text).unwrap();
        }
    }
    let setting = |name: &str| live.config[name].clone();
    let mut assets = json!({ "directory": "site", "not_found_handling": setting("not_found_handling"),
        "html_handling": setting("html_handling") });
    let mut config = json!({ "name": "proof", "compatibility_date": "2026-01-01" });
    if let Some(code) = &live.code {
        for (name, text) in &code.modules {
            fs::write(folder.join(name), text).unwrap();
        }
        config["main"] = json!(code.main);
        assets["binding"] = json!("ASSETS");
        assets["run_worker_first"] = setting("run_worker_first");
    }
    config["assets"] = assets;
    config
}

#[test]
fn a_packed_site_answers_every_path_as_it_would_alone() {
    let (way, mut goods) = (Way::to(Cloudflare::new(), Faults::none()), Goods::default());
    let sites = ["a", "b"].map(|id| site(&mut goods, id));
    let pack = |name: &str, sites: &[(SiteId, Stall)]| {
        Parcel::new(ParcelName::parse(name).unwrap(), "cf".into(), sites.iter().cloned().collect(), None)
    };
    ship(&*way.pack(), &pack("pack-1", &sites), &goods);
    ship(&*way.worker(), &pack("alone", &sites[..1]), &goods);
    let (packed, alone) = (Runtime::of(&way, "pack-1"), Runtime::of(&way, "alone"));
    let same = |method: &str, path: &str, more: &str| {
        let expected = alone.ask(method, "a.example", path, more);
        assert_eq!(packed.ask(method, "a.example", path, more), expected, "{method} {path} {more}");
    };
    for path in PATHS {
        same("GET", path, "");
    }
    for path in ["/about", "/old", "/blog", "/none", "/rewrite"] {
        same("HEAD", path, "");
        same("GET", path, "Accept-Language: de\r\nSec-Fetch-Mode: navigate\r\n");
        same("POST", path, "Content-Length: 0\r\n");
    }
    // The runtime on this machine makes tags of its own, not of the content; each knows its own again.
    for runtime in [&packed, &alone] {
        let tag = format!("If-None-Match: {}\r\n", runtime.tag("a.example", "/about"));
        assert_eq!(runtime.ask("GET", "a.example", "/about", &tag).0, 304);
    }
    // Shared files are served without the script: of the rules, those hold that all sites have for all of these files.
    let mut expected = alone.ask("GET", "a.example", "/_a/style.0123456789.css", "");
    assert!(expected.1.remove("x-host").is_some() && expected.1.remove("x-style").is_some());
    assert_eq!(packed.ask("GET", "a.example", "/_a/style.0123456789.css", ""), expected);
    let of_other = packed.ask("GET", "b.example", "/", "");
    assert!(of_other.0 == 200 && of_other.2.contains("<h1>Home of b</h1>"), "{of_other:?}");
    assert_eq!(packed.ask("GET", "b.example", "/a/index.html", "").0, 404);
    let unknown = packed.ask("GET", "c.example", "/", "");
    assert!(unknown.0 == 404 && unknown.2.contains("There is no such site here."), "{unknown:?}");
}

//! The double serves a site as the real servers do: the table was recorded from `wrangler pages dev` and `wrangler dev`.

use super::rules;
use super::serving::{Manner, Release};
use super::stock::{Blob, Stock};
use crate::hosts::message::{Reply, Request};
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) const VECTORS: &str = include_str!("vectors.json");

const FILES: [&str; 17] = [
    "/index.html",
    "/about.html",
    "/404.html",
    "/blog/index.html",
    "/empty",
    "/empty.html",
    "/UPPER.HTML",
    "/with space.html",
    "/über-uns.html",
    "/percent%20name.txt",
    "/sub/_headers",
    "/trailingdot.",
    "/LICENSE",
    "/.hidden",
    "/assets/site.css",
    "/assets/photo.JPG",
    "/feed.xml",
];

const REDIRECTS: &str = "/old /about 301\n/blog/:slug/amp /blog/:slug 302\n/docs/* /blog/:splat 301\n\
    /ext https://example.org/x?a=1#f 307\n/rewrite /about 200\n/q /about?x=1 301\n";
const HEADERS: &str = "/*\n  X-Frame-Options: DENY\n/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n";

struct Site {
    release: Release,
    stock: Stock,
}

impl Site {
    /// Each file holds its own name, which is its key as well.
    fn new(manner: Manner, files: &[&str]) -> Self {
        let blob = |path: &&str| Blob { bytes: path.as_bytes().to_vec(), kind: None };
        let blobs = files.iter().map(|path| ((*path).to_owned(), blob(path))).collect();
        let files: BTreeMap<_, _> = files.iter().map(|path| ((*path).to_owned(), (*path).to_owned())).collect();
        let (redirects, headers) = (rules::redirects(REDIRECTS), rules::headers(HEADERS));
        assert!(redirects.1.is_empty() && headers.1.is_empty());
        let (redirects, headers) = (redirects.0, headers.0);
        Self {
            release: Release { manner, files, redirects, headers, not_found_pages: true },
            stock: Stock { blobs, taken: BTreeMap::new() },
        }
    }

    fn ask(&self, target: &str, headers: &[(&str, &str)]) -> Reply {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (path, query, method) = (path.to_owned(), query.to_owned(), "GET".to_owned());
        self.release.serve(&self.stock, &Request { method, path, query, headers, body: Vec::new() })
    }
}

fn header<'a>(reply: &'a Reply, name: &str) -> Option<&'a str> {
    reply.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

#[test]
fn every_path_of_the_table_is_answered_as_it_was_recorded() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    for (manner, column) in [(Manner::Pages, "pages"), (Manner::Worker, "worker")] {
        let site = Site::new(manner, &FILES);
        for row in vectors["serving"].as_array().unwrap().iter().filter(|row| row[column].is_array()) {
            let path = row["path"].as_str().unwrap();
            let reply = site.ask(path, &[]);
            let mut found = vec![Value::from(reply.status)];
            found.extend(header(&reply, "location").map(Value::from));
            assert_eq!(Value::from(found), row[column], "{column} {path}");
        }
    }
}

#[test]
fn headers_follow_the_rules_and_the_host() {
    let (pages, worker) = (Site::new(Manner::Pages, &FILES), Site::new(Manner::Worker, &FILES));
    for site in [&pages, &worker] {
        let style = site.ask("/assets/site.css", &[]);
        assert_eq!(header(&style, "cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(header(&style, "x-frame-options"), Some("DENY"));
        assert_eq!(header(&site.ask("/old", &[]), "x-frame-options"), Some("DENY"));
        let tag = header(&style, "etag").unwrap();
        assert_eq!(site.ask("/assets/site.css", &[("if-none-match", &format!("W/{tag}"))]).status, 304);
    }
    // A missing file below a rule is cached for a year by a Worker, and never by Pages.
    assert_eq!(header(&pages.ask("/assets/none.css", &[]), "cache-control"), Some("no-store"));
    let lasting = Some("public, max-age=31536000, immutable");
    assert_eq!(header(&worker.ask("/assets/none.css", &[]), "cache-control"), lasting);
}

#[test]
fn a_site_without_a_404_is_an_application_on_pages_and_says_nothing_on_a_worker() {
    let soft = Site::new(Manner::Pages, &["/index.html"]).ask("/none", &[]);
    assert_eq!((soft.status, soft.body.as_slice()), (200, b"/index.html".as_slice()));
    assert_eq!(
        Site::new(Manner::Worker, &["/index.html"]).ask("/none", &[]),
        Reply::empty(404).with("x-frame-options", "DENY")
    );
    let nearest = Site::new(Manner::Worker, &["/404.html", "/a/404.html"]).ask("/a/b/c", &[]);
    assert_eq!((nearest.status, nearest.body.as_slice()), (404, b"/a/404.html".as_slice()));
}

#[test]
fn lines_that_are_no_rules_are_told() {
    let wrong = |text: &str| rules::redirects(text).1;
    for line in ["/a", "/a b", "a /b", "/a /b 404", "/* /index.html", "/a https://x.y/ 200", "/a /b 301 x"] {
        assert_eq!(wrong(line), [line]);
    }
    assert_eq!(wrong("/a /b\n/a /c"), ["/a /c"]);
    let many = (0..2001).map(|n| format!("/{n} /")).collect::<Vec<_>>().join("\n");
    assert_eq!(wrong(&many), ["/2000 /"]);
    let late = (0..101).map(|n| format!("/{n}\t/ 301")).collect::<Vec<_>>().join("\n");
    assert_eq!(wrong(&format!("/x/* /\n{late}")).len(), 2);
    assert_eq!(rules::headers("/a\n  b c: d").1.len(), 2);
}

//! A site answers at Vercel as it does on a host that reads `_redirects` and `_headers`.

use super::{Freight, Stage};
use crate::hosts::faults::Faults;
use crate::hosts::message::Reply;
use crate::hosts::vercel::Plan;
use hectare::rules::Headers;

const FILES: [&str; 15] = [
    "index.html",
    "about.html",
    "404.html",
    "blog/index.html",
    "blog/404.html",
    "empty",
    "empty.html",
    "UPPER.HTML",
    "with space.html",
    "über-uns.html",
    "percent%20name.txt",
    "sub/_headers",
    "LICENSE",
    ".hidden",
    "feed.xml",
];

const REDIRECTS: &str = "/old /about 301
/blog/:slug/amp /blog/:slug 302
/docs/* /blog/:splat 301
/ext https://example.org/x?a=1#f 307
/rewrite /about 200
/q /about?x=1 301
/money$ /about?cost=$1 301
";

fn header<'a>(reply: &'a Reply, name: &str) -> Option<&'a str> {
    reply.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// A site of files that hold their own names, with two lists of rules.
fn site(redirects: &str, headers: &str) -> Stage {
    let stage = Stage::quiet();
    let rules = [("_redirects", redirects), ("_headers", headers)];
    let files: Vec<(&str, &str)> = FILES.iter().map(|path| (*path, *path)).chain(rules).collect();
    Freight::new("one", &files, None).ship(&*stage.host(), None).unwrap();
    stage
}

#[test]
fn paths_lead_where_they_lead_on_cloudflare_pages() {
    let expected: [(&str, u16, &str); 36] = [
        ("/", 200, "index.html"),
        ("/index.html", 308, "/"),
        ("/index", 308, "/"),
        ("/about", 200, "about.html"),
        ("/about/", 308, "/about"),
        ("/about.html", 308, "/about"),
        ("/blog", 308, "/blog/"),
        ("/blog/", 200, "blog/index.html"),
        ("/blog/index.html", 308, "/blog/"),
        ("/blog/index", 308, "/blog/"),
        ("/BLOG", 404, "404.html"),
        ("/empty", 200, "empty"),
        ("/empty.html", 200, "empty.html"),
        ("/nope", 404, "404.html"),
        ("/blog/nope", 404, "blog/404.html"),
        ("/blogs/nope", 404, "404.html"),
        ("/old", 301, "/about"),
        ("/old?x=1", 301, "/about?x=1"),
        ("/blog/foo/amp", 302, "/blog/foo"),
        ("/docs/a/b/c", 301, "/blog/a/b/c"),
        ("/ext", 307, "https://example.org/x?a=1#f"),
        ("/rewrite", 200, "about.html"),
        ("/q?y=2", 301, "/about?x=1"),
        ("/money$", 301, "/about?cost=%241"),
        ("/LICENSE", 200, "LICENSE"),
        ("/.hidden", 200, ".hidden"),
        ("/with%20space", 200, "with space.html"),
        ("/with%20space.html", 308, "/with%20space"),
        ("/%C3%BCber-uns", 200, "über-uns.html"),
        ("/%C3%BCber-uns.html", 308, "/%C3%BCber-uns"),
        ("/UPPER.HTML", 200, "UPPER.HTML"),
        ("/UPPER", 404, "404.html"),
        ("/percent%2520name.txt", 200, "percent%20name.txt"),
        ("/feed.xml", 200, "feed.xml"),
        ("/sub/_headers", 200, "sub/_headers"),
        ("/_redirects", 404, "404.html"),
    ];
    let stage = site(REDIRECTS, "/*\n  X-Frame-Options: DENY\n");
    for (path, status, what) in expected {
        let reply = stage.visit("one.vercel.app", path);
        let body = String::from_utf8(reply.body.clone()).unwrap();
        let found = header(&reply, "location").map_or(body, str::to_owned);
        assert_eq!((reply.status, found.as_str()), (status, what), "{path}");
        assert_eq!(header(&reply, "x-frame-options"), Some("DENY"), "{path}");
    }
}

#[test]
fn files_are_of_the_kind_that_their_release_says() {
    let stage = site("", "");
    let kind = |path: &str| header(&stage.visit("one.vercel.app", path), "content-type").unwrap().to_owned();
    assert_eq!(kind("/about"), "text/html; charset=utf-8");
    assert_eq!(kind("/feed.xml"), "application/xml");
    assert_eq!(kind("/LICENSE"), "application/octet-stream");
}

/// Rules that join, replace and take away, in every combination of a few.
#[test]
fn headers_are_those_that_the_rules_of_the_site_come_to() {
    let rules = [
        "/*\n  A: 1\n  B: 1\n",
        "/blog/*\n  A: 2\n  ! B\n",
        "/blog/*\n  ! A\n  A: 3\n",
        "/about\n  A: 4\n  C: 4\n",
        "/:any\n  A: 5\n  ! C\n",
        "/*/foo\n  ! A\n",
        "https://one.vercel.app/*\n  D: 6\n",
        "https://other.example/*\n  D: 7\n",
        "/a*b*c\n  E: 8\n",
    ];
    let paths = ["/", "/about", "/blog/", "/blog/foo", "/nope/foo", "/empty"];
    for chosen in 0..1_u32 << rules.len() {
        // Each seventh one holds every pair, and all of them would take a minute.
        if chosen % 7 != 1 {
            continue;
        }
        let text: String =
            rules.iter().enumerate().filter(|(at, _)| chosen >> at & 1 == 1).map(|(_, rule)| *rule).collect();
        let stage = hosted(&text);
        for path in paths {
            let mut expected = Vec::new();
            Headers::parse(&text).apply("one.vercel.app", path, &mut expected);
            expected.sort();
            let mut found: Vec<_> = stage(path).headers;
            found.retain(|(name, _)| name.len() == 1);
            found.sort();
            assert_eq!(found, expected, "{path} with\n{text}");
        }
    }
}

/// A site with these headers, as its visitors see it; of all deployments only the last is kept.
fn hosted(headers: &str) -> impl Fn(&str) -> Reply {
    thread_local! {
        static STAGE: Stage = Stage::new(Plan::Enterprise, 600, Faults::none());
    }
    let headers = headers.to_owned();
    let files: Vec<(&str, &str)> =
        FILES.iter().map(|path| (*path, *path)).chain([("_headers", headers.as_str())]).collect();
    STAGE.with(|stage| {
        stage.double.books().projects.clear();
        stage.double.books().deployments.clear();
        Freight::new("one", &files, None).ship(&*stage.host(), None).unwrap();
    });
    |path: &str| STAGE.with(|stage| stage.visit("one.vercel.app", path))
}

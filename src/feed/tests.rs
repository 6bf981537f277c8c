//! What the files for machines promise, as sentences.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use super::absolute::Origin;
use super::sample::{Sample, printed, stamp, text_of};
use super::{PrintedPage, machine_files};
use crate::diag::{Code, Outcome};
use crate::model::{BaseUrl, FeedFormat, PageKind, Route};
use std::collections::BTreeMap;

/// A blog of two posts, one of them in a section.
fn blog() -> Sample {
    Sample::new()
        .page("blog/_index.md", "/blog/", |page| page.kind = PageKind::Section)
        .post("blog/first.md", "2026-03-01T08:30:00+01:00")
        .page("about.md", "/about/", |_| {})
        .post("news.md", "2026-02-01T00:00:00Z")
}

fn well_formed(xml: &str) -> bool {
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().enable_all_checks(true);
    loop {
        match reader.read_event() {
            Ok(quick_xml::events::Event::Eof) => return !xml.is_empty(),
            Ok(_) => {}
            Err(_) => return false,
        }
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    text.split(start).skip(1).map(|rest| rest.split(end).next().unwrap_or_default()).collect()
}

#[test]
fn the_sitemap_lists_pages_with_the_date_of_their_last_change() {
    let xml = blog().page("old.md", "/old/", |page| {
        page.date = Some(stamp("2025-01-01"));
        page.updated = Some(stamp("2026-01-01"));
    });
    let xml = xml.file("sitemap.xml");
    assert!(well_formed(&xml), "{xml}");
    let urls: Vec<_> = between(&xml, "<url>", "</url>");
    assert_eq!(
        urls,
        [
            "<loc>https://garden.example/</loc><lastmod>2026-03-01T08:30:00+01:00</lastmod>",
            "<loc>https://garden.example/blog/</loc><lastmod>2026-03-01T08:30:00+01:00</lastmod>",
            "<loc>https://garden.example/blog/first/</loc><lastmod>2026-03-01T08:30:00+01:00</lastmod>",
            "<loc>https://garden.example/about/</loc>",
            "<loc>https://garden.example/news/</loc><lastmod>2026-02-01T00:00:00+00:00</lastmod>",
            "<loc>https://garden.example/old/</loc><lastmod>2026-01-01T00:00:00+00:00</lastmod>",
        ]
    );
}

#[test]
fn terms_are_as_new_as_their_newest_page() {
    let xml = blog().tagged("soil").file("sitemap.xml");
    assert!(xml.contains("/topics/</loc><lastmod>2026-03-01"), "{xml}");
    assert!(xml.contains("/topics/soil/</loc><lastmod>2026-03-01"), "{xml}");
}

#[test]
fn the_sitemap_leaves_out_what_search_engines_should_not_list() {
    let site = Sample::new()
        .page("a.md", "/a/", |page| page.robots.index = false)
        .page("b.md", "/b/", |page| page.in_sitemap = false)
        .site();
    let mut pages = printed(&site);
    let second = Route::verbatim("/page/2/");
    pages.push(PrintedPage { number: 2, out: second.out_path().unwrap(), route: second, ..pages[0].clone() });
    let xml = text_of(&machine_files(&site, &pages), "sitemap.xml");
    assert_eq!(between(&xml, "<loc>", "</loc>"), ["https://garden.example/"]);
}

#[test]
fn a_sitemap_that_is_too_large_becomes_several() {
    let site = blog().site();
    let pages: Vec<_> = std::iter::repeat_n(printed(&site)[2].clone(), 50_001).collect();
    let outcome = machine_files(&site, &pages);
    let index = text_of(&outcome, "sitemap.xml");
    assert!(well_formed(&index));
    let parts = ["https://garden.example/sitemap-1.xml", "https://garden.example/sitemap-2.xml"];
    assert_eq!(between(&index, "<loc>", "</loc>"), parts);
    assert_eq!(between(&text_of(&outcome, "sitemap-1.xml"), "<loc>", "</loc>").len(), 50_000);
    assert_eq!(between(&text_of(&outcome, "sitemap-2.xml"), "<loc>", "</loc>").len(), 1);
}

#[test]
fn robots_are_told_where_the_sitemap_is() {
    let text = Sample::new().file("robots.txt");
    assert_eq!(text, "User-agent: *\nAllow: /\n\nSitemap: https://garden.example/sitemap.xml\n");
}

#[test]
fn robots_are_kept_out_as_the_settings_say() {
    let sample = Sample::new().set(|spec| {
        spec.settings.robots.disallow = vec!["/private/".into(), "tmp\nAllow: /x".into()];
        spec.settings.robots.block = vec!["GPTBot".into(), "CCBot".into()];
    });
    let text = sample.file("robots.txt");
    let expected = "User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n\nUser-agent: *\nDisallow: /private/\nDisallow: /tmpAllow: /x\n";
    assert!(text.starts_with(expected), "{text}");
}

#[test]
fn a_site_that_may_not_be_listed_has_no_sitemap() {
    let outcome = Sample::new().set(|spec| spec.settings.robots.index = false).made();
    assert_eq!(text_of(&outcome, "robots.txt"), "User-agent: *\nDisallow: /\n");
    assert_eq!(text_of(&outcome, "sitemap.xml"), "");
}

#[test]
fn files_that_a_site_brings_along_take_the_place_of_ours() {
    let outcome = blog().asset("robots.txt").asset("atom.xml").made();
    let made: Vec<_> = outcome.value.unwrap().iter().map(|made| made.path.to_string()).collect();
    assert_eq!(made, ["sitemap.xml", "blog/atom.xml", "_headers"]);
}

#[test]
fn the_site_and_its_sections_have_feeds_newest_first() {
    let outcome = blog().made();
    let (site, section) = (text_of(&outcome, "atom.xml"), text_of(&outcome, "blog/atom.xml"));
    assert!(well_formed(&site) && well_formed(&section));
    let ids = ["https://garden.example/", "https://garden.example/blog/first/", "https://garden.example/news/"];
    assert_eq!(between(&site, "<id>", "</id>"), ids);
    assert_eq!(between(&section, "<id>", "</id>"), ["https://garden.example/blog/", ids[1]]);
    assert_eq!(between(&section, "<title>", "</title>"), ["_index – Garden", "first"]);
    assert!(
        section.contains("rel=\"self\" type=\"application/atom+xml\" href=\"https://garden.example/blog/atom.xml\"")
    );
}

#[test]
fn a_feed_is_as_new_as_its_newest_entry() {
    let late = Sample::new().page("a.md", "/a/", |page| {
        page.date = Some(stamp("2025-01-01"));
        page.updated = Some(stamp("2026-05-05T10:00:00+02:00"));
    });
    let xml = late.post("b.md", "2026-01-01").file("atom.xml");
    let changed = ["2026-05-05T10:00:00+02:00", "2026-01-01T00:00:00+00:00", "2026-05-05T10:00:00+02:00"];
    assert_eq!(between(&xml, "<updated>", "</updated>"), changed);
}

#[test]
fn a_list_without_dated_pages_has_no_feed() {
    let outcome = Sample::new().page("about.md", "/about/", |_| {}).made();
    assert_eq!(text_of(&outcome, "atom.xml"), "");
}

#[test]
fn a_feed_holds_no_more_pages_than_the_limit() {
    let sample = blog().set(|spec| spec.settings.feeds.limit = 1);
    assert_eq!(between(&sample.file("atom.xml"), "<entry>", "</entry>").len(), 1);
}

#[test]
fn terms_have_feeds_where_their_taxonomy_asks_for_them() {
    let xml = blog().tagged("soil").file("topics/soil/atom.xml");
    assert_eq!(between(&xml, "<entry>", "</entry>").len(), 2);
    assert!(xml.contains("<category term=\"soil\"/>"), "{xml}");
}

#[test]
fn whole_texts_leave_with_absolute_links() {
    let sample = blog().set(|spec| spec.settings.feeds.full_text = true);
    let xml = sample.file("atom.xml");
    assert!(well_formed(&xml));
    let link = "&lt;a href=&quot;https://garden.example/x/?a&amp;amp;b&quot;&gt;more";
    assert!(between(&xml, "<content type=\"html\">", "</content>")[0].contains(link), "{xml}");
    assert!(between(&xml, "<summary type=\"html\">", "</summary>")[0].contains("About first &amp; more"), "{xml}");
}

#[test]
fn rss_has_what_readers_ask_for() {
    let sample = blog().set(|spec| spec.settings.feeds.formats = vec![FeedFormat::Rss]);
    let xml = sample.file("rss.xml");
    assert!(well_formed(&xml), "{xml}");
    assert!(xml.contains("<guid isPermaLink=\"true\">https://garden.example/blog/first/</guid>"));
    assert!(xml.contains("<pubDate>Sun, 01 Mar 2026 08:30:00 +0100</pubDate>"));
    assert!(xml.contains("<lastBuildDate>Sun, 01 Mar 2026 08:30:00 +0100</lastBuildDate>"));
    assert!(
        xml.contains("<atom:link href=\"https://garden.example/rss.xml\" rel=\"self\" type=\"application/rss+xml\"/>")
    );
    assert!(xml.contains("<description>Beds &amp; more</description>"));
}

#[test]
fn json_feeds_are_json() {
    let sample = blog().set(|spec| spec.settings.feeds.formats = vec![FeedFormat::Json]);
    let feed: serde_json::Value = serde_json::from_str(&sample.file("feed.json")).unwrap();
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(feed["feed_url"], "https://garden.example/feed.json");
    assert_eq!(feed["items"][0]["id"], "https://garden.example/blog/first/");
    assert_eq!(feed["items"][0]["date_published"], "2026-03-01T08:30:00+01:00");
    assert_eq!(feed["items"][0]["content_html"], "<p>About first & more</p>");
    assert_eq!(feed["items"].as_array().unwrap().len(), 2);
}

#[test]
fn characters_that_xml_cannot_hold_are_dropped() {
    let sample = Sample::new().page("a.md", "/a/", |page| {
        page.title = "\u{1}a<b>&\"c\u{FFFF}é\u{8}\u{FFFD}".into();
        page.date = Some(stamp("2026-01-01"));
    });
    let xml = sample.file("atom.xml");
    assert!(well_formed(&xml));
    assert!(xml.contains("<title>a&lt;b&gt;&amp;&quot;cé\u{FFFD}</title>"), "{xml}");
}

#[test]
fn feeds_of_a_site_in_a_folder_name_the_folder() {
    let sample = blog().set(|spec| spec.base_url = BaseUrl::parse("https://x.de/garten").unwrap());
    let xml = sample.file("blog/atom.xml");
    assert!(xml.contains("href=\"https://x.de/garten/blog/atom.xml\""), "{xml}");
    assert!(xml.contains("<id>https://x.de/garten/blog/first/</id>"), "{xml}");
}

#[test]
fn a_feed_whose_path_cannot_be_stored_is_reported() {
    let deep = "a/".repeat(509);
    let route = format!("/{}", deep.trim_end_matches('/'));
    let sample = Sample::new().page("deep/_index.md", &route, |page| page.kind = PageKind::Section);
    let outcome = sample.post("deep/x.md", "2026-01-01").made();
    assert_eq!(outcome.diagnostics.iter().map(|found| found.code).collect::<Vec<_>>(), [Code::BadPath]);
}

#[test]
fn links_inside_of_texts_become_absolute() {
    let origin = Origin { origin: "https://x.de", page: "https://x.de/blog/first/" };
    let cases = [
        ("<a href=\"/a\">/b</a>", "<a href=\"https://x.de/a\">/b</a>"),
        ("<a href='../c?d#e'>", "<a href='https://x.de/blog/c?d#e'>"),
        ("<a title=\"x > y\" href=\"#top\">", "<a title=\"x > y\" href=\"https://x.de/blog/first/#top\">"),
        (
            "<img alt=\"\" src=\"./p.jpg\" data-src=\"q\"/>",
            "<img alt=\"\" src=\"https://x.de/blog/first/p.jpg\" data-src=\"q\"/>",
        ),
        ("<img srcset=\"/a.jpg 1x, /b.jpg 2x\">", "<img srcset=\"https://x.de/a.jpg 1x, https://x.de/b.jpg 2x\">"),
        ("<a href=\"mailto:x@y.de\"><a href=\"//y.de\">", "<a href=\"mailto:x@y.de\"><a href=\"//y.de\">"),
        ("it's href=\"/a\"", "it's href=\"/a\""),
        ("<a href=\"/ü", "<a href=\"/ü"),
    ];
    for (written, full) in cases {
        assert_eq!(origin.absolute(written), full);
    }
}

fn headers(own: &[(&str, &[(&str, &str)])]) -> Outcome<Vec<super::Made>> {
    let own: BTreeMap<_, BTreeMap<_, _>> = own
        .iter()
        .map(|(path, lines)| {
            ((*path).to_owned(), lines.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
        })
        .collect();
    Sample::new().asset("_a/x.txt").set(|spec| spec.settings.headers = own).made()
}

#[test]
fn every_site_sends_safe_headers_and_keeps_hashed_files_for_ever() {
    let expected = "/*\n  X-Content-Type-Options: nosniff\n  Referrer-Policy: strict-origin-when-cross-origin\n  \
        X-Frame-Options: SAMEORIGIN\n  Permissions-Policy: camera=(), microphone=(), geolocation=()\n  \
        Strict-Transport-Security: max-age=31536000\n/_a/*\n  Cache-Control: public, max-age=31536000, immutable\n";
    assert_eq!(text_of(&headers(&[]), "_headers"), expected);
}

#[test]
fn a_policy_may_be_written_in_several_lines() {
    let sample = Sample::new().set(|spec| {
        spec.settings.content_security_policy = "default-src 'self';\n  img-src *".into();
        spec.base_url = BaseUrl::parse("http://x.test").unwrap();
    });
    let text = sample.file("_headers");
    assert!(text.contains("\n  Content-Security-Policy: default-src 'self'; img-src *\n"), "{text}");
    assert!(!text.contains("Strict-Transport-Security") && !text.contains("/_a/"), "{text}");
}

#[test]
fn own_headers_replace_and_remove_those_of_the_same_name() {
    let text = text_of(
        &headers(&[("/*", &[("x-frame-options", "DENY"), ("Referrer-Policy", ""), ("X-New", "1")])]),
        "_headers",
    );
    assert!(text.contains("  x-frame-options: DENY\n") && !text.contains("SAMEORIGIN"), "{text}");
    assert!(text.contains("  ! Referrer-Policy\n") && text.contains("  X-New: 1\n"), "{text}");
}

#[test]
fn headers_of_a_narrower_path_take_the_wider_ones_away_first() {
    let text = text_of(&headers(&[("/embed/*", &[("X-Frame-Options", "ALLOWALL"), ("X-New", "1")])]), "_headers");
    assert!(text.ends_with("/embed/*\n  ! X-Frame-Options\n  X-Frame-Options: ALLOWALL\n  X-New: 1\n"), "{text}");
}

#[test]
fn headers_that_hosts_refuse_are_mistakes() {
    let message = |path: &str, name: &str, value: &str| {
        let outcome = headers(&[(path, &[(name, value)])]);
        assert!(outcome.diagnostics.iter().all(|found| found.code == Code::BadHeader));
        outcome.diagnostics.into_iter().map(|found| found.message).collect::<Vec<_>>().join(" + ")
    };
    assert_eq!(message("/*", "X Y", "1"), "`X Y` is not the name of a header");
    assert_eq!(message("x", "X", "1"), "headers cannot be set for `x`");
    assert_eq!(message("/a b", "X", "1"), "the path `/a b` holds white space");
    assert_eq!(message("/*/*", "X", "1"), "the path `/*/*` has more than one `*`");
    assert_eq!(message("/*", "X", "\u{1}"), "the value of the header `X` holds a control character");
    assert_eq!(message("/*", "X", &"x".repeat(2_000)), "the header `X` takes 2003 characters, hosts take 2000");
    let many: BTreeMap<_, _> =
        (0..100).map(|at| (format!("/{at}"), BTreeMap::from([("X".to_owned(), "1".to_owned())]))).collect();
    let outcome = Sample::new().set(|spec| spec.settings.headers = many).made();
    assert_eq!(outcome.diagnostics[0].message, "there are headers for 101 paths, hosts take 100");
}

#[test]
fn the_same_site_gives_the_same_files() {
    let run = || {
        let formats = vec![FeedFormat::Atom, FeedFormat::Rss, FeedFormat::Json];
        let made = blog().tagged("soil").set(|spec| spec.settings.feeds.formats = formats).made().value.unwrap();
        made.into_iter().map(|made| (made.path, made.artifact.digest)).collect::<Vec<_>>()
    };
    assert_eq!(run(), run());
    assert_eq!(run().len(), 12);
}

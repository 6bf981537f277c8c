//! The preview, as a browser and an editor see it.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use super::answer::Shelf;
use super::door;
use super::edited;
use super::host::{Address, Addressee};
use super::policy;
use super::sheets::{self, Swap};
use crate::model::{Artifact, BaseUrl, Bundle, Media, OutPath, SiteId};
use crate::sink::{Difference, KeptSite};
use crate::world::{Files, Memory, Payload, Request, Response};
use std::sync::Arc;

const PORT: u16 = 4000;

/// The site that the behaviour of the host was measured with.
const FILES: [&str; 16] = [
    "index.html",
    "about.html",
    "404.html",
    "blog/index.html",
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
    "assets/site.css",
    "assets/photo.JPG",
];

const REDIRECTS: &str = "/old /about 301
/blog/:slug/amp /blog/:slug 302
/docs/* /blog/:splat 301
/ext https://example.org/x?a=1#f 307
/rewrite /about 200
/q /about?x=1 301
";

const HEADERS: &str = "/*\n  X-Frame-Options: DENY\n/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n";

fn kept(files: &[(&str, &str)]) -> KeptSite {
    let artifact = |(path, text): &(&str, &str)| {
        let out = OutPath::parse(path).unwrap();
        let media = Media::of_extension(&out.extension());
        (out, Artifact::made(text.as_bytes().to_vec(), media))
    };
    let artifacts = files.iter().map(artifact).collect();
    let bundle = Bundle { site: SiteId::parse("one").unwrap(), artifacts };
    KeptSite { manifest: bundle.manifest(), bundle }
}

fn measured() -> KeptSite {
    let files = FILES.iter().map(|path| (*path, *path));
    kept(&files.chain([("_redirects", REDIRECTS), ("_headers", HEADERS)]).collect::<Vec<_>>())
}

fn request(target: &str, headers: &[(&str, &str)]) -> Request {
    let host = [("host", "one.localhost:4000")];
    let headers = host.iter().chain(headers).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Request { method: "GET".to_owned(), target: target.to_owned(), headers: headers.collect() }
}

fn ask(kept: &KeptSite, base: &str, request: &Request) -> Response {
    let files: Arc<dyn Files> = Arc::new(Memory::new());
    let wish = door::admit(&Address { port: PORT, network: None }, request).unwrap();
    Shelf { kept, base: &BaseUrl::parse(base).unwrap(), files: &files }.answer(&wish, request)
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

fn body(response: &Response) -> String {
    match &response.payload {
        Payload::Made(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Payload::Shared(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        _ => String::new(),
    }
}

#[test]
fn paths_lead_where_they_lead_on_cloudflare_pages() {
    let expected: [(&str, u16, Option<&str>); 35] = [
        ("/", 200, None),
        ("/index.html", 308, Some("/")),
        ("/index", 308, Some("/")),
        ("/about", 200, None),
        ("/about/", 308, Some("/about")),
        ("/about.html", 308, Some("/about")),
        ("/blog", 308, Some("/blog/")),
        ("/blog/", 200, None),
        ("/blog/index.html", 308, Some("/blog/")),
        ("/blog/index", 308, Some("/blog/")),
        ("/empty", 200, None),
        ("/nope", 404, None),
        ("/blog/nope", 404, None),
        ("/old", 301, Some("/about")),
        ("/old?x=1", 301, Some("/about?x=1")),
        ("/blog/foo/amp", 302, Some("/blog/foo")),
        ("/docs/a/b/c", 301, Some("/blog/a/b/c")),
        ("/ext", 307, Some("https://example.org/x?a=1#f")),
        ("/rewrite", 200, None),
        ("/q?y=2", 301, Some("/about?x=1")),
        ("/assets/site.css", 200, None),
        ("/assets/photo.JPG", 200, None),
        ("/LICENSE", 200, None),
        ("/.hidden", 200, None),
        ("/with%20space", 200, None),
        ("/with%20space.html", 308, Some("/with%20space")),
        ("/%C3%BCber-uns", 200, None),
        ("/%C3%BCber-uns.html", 308, Some("/%C3%BCber-uns")),
        ("/UPPER.HTML", 200, None),
        ("/UPPER", 404, None),
        ("/percent%2520name.txt", 200, None),
        ("/feed.xml", 200, None),
        ("/sub/_headers", 200, None),
        ("//about", 200, None),
        ("/assets/", 404, None),
    ];
    let site = measured();
    for (path, status, location) in expected {
        let response = ask(&site, "https://one.example", &request(path, &[]));
        assert_eq!((response.status, header(&response, "location")), (status, location), "{path}");
    }
    assert_eq!(ask(&site, "https://one.example", &request("/_headers", &[])).status, 404);
}

#[test]
fn headers_are_those_of_the_host_but_other_origins_may_not_read() {
    let site = measured();
    let style = ask(&site, "https://one.example", &request("/assets/site.css", &[]));
    assert_eq!(header(&style, "cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(header(&style, "x-frame-options"), Some("DENY"));
    assert_eq!(header(&style, "x-content-type-options"), Some("nosniff"));
    assert_eq!(header(&style, "access-control-allow-origin"), None);
    let missing = ask(&site, "https://one.example", &request("/assets/none.css", &[]));
    assert_eq!((missing.status, header(&missing, "cache-control")), (404, Some("no-store")));
    let etag = header(&style, "etag").unwrap();
    for known in [etag.to_owned(), format!("W/{etag}"), format!("\"a\", {etag}")] {
        let again = ask(&site, "https://one.example", &request("/assets/site.css", &[("if-none-match", &known)]));
        assert_eq!((again.status, body(&again).as_str()), (304, ""));
    }
}

#[test]
fn the_nearest_404_page_answers_and_a_site_without_one_is_an_application() {
    let site = kept(&[("index.html", "home"), ("404.html", "all"), ("blog/404.html", "blog")]);
    let said = |kept: &KeptSite, path: &str| {
        let response = ask(kept, "https://one.example", &request(path, &[]));
        (response.status, body(&response).split('<').next().unwrap().to_owned())
    };
    assert_eq!(said(&site, "/blog/a/b"), (404, "blog".to_owned()));
    assert_eq!(said(&site, "/blogs/a"), (404, "all".to_owned()));
    assert_eq!(said(&kept(&[("index.html", "home")]), "/any/where"), (200, "home".to_owned()));
}

#[test]
fn a_site_in_a_folder_of_its_domain_is_served_in_that_folder() {
    let site = kept(&[("index.html", "home"), ("about.html", "about"), ("404.html", "404")]);
    let answer = |path: &str| {
        let response = ask(&site, "https://one.example/blog", &request(path, &[]));
        (response.status, header(&response, "location").map(str::to_owned))
    };
    assert_eq!(answer("/"), (302, Some("/blog/".to_owned())));
    assert_eq!(answer("/blog/about"), (200, None));
    assert_eq!(answer("/blog/about.html"), (308, Some("/blog/about".to_owned())));
}

#[test]
fn only_pages_get_the_script_of_the_preview() {
    let page = "<body><p>Hi</p></body></html>";
    let site = kept(&[("index.html", page), ("feed.xml", page)]);
    let home = body(&ask(&site, "https://one.example", &request("/", &[])));
    assert!(home.starts_with("<body><p>Hi</p><script src=\"/_hectare/live.js?") && home.ends_with("</body></html>"));
    assert_eq!(body(&ask(&site, "https://one.example", &request("/feed.xml", &[]))), page);
}

#[test]
fn a_strict_policy_admits_the_script_and_nothing_else() {
    let adjusted = |policy: &str| {
        let mut headers = vec![("content-security-policy".to_owned(), policy.to_owned())];
        policy::adjust(&mut headers);
        headers.remove(0).1
    };
    assert_eq!(adjusted("default-src 'none'"), "default-src 'none'; script-src 'self'; connect-src 'self'");
    assert_eq!(adjusted("script-src 'sha256-x'"), "script-src 'sha256-x' 'self'");
    assert_eq!(
        adjusted("default-src 'self'; upgrade-insecure-requests"),
        "default-src 'self'; script-src 'self'; connect-src 'self'"
    );
    assert_eq!(adjusted("img-src *"), "img-src *");
    let mut headers = vec![("strict-transport-security".to_owned(), "max-age=1".to_owned())];
    policy::adjust(&mut headers);
    assert!(headers.is_empty());
}

#[test]
fn a_name_means_the_fleet_a_site_or_nobody() {
    let address = Address { port: PORT, network: Some([192, 168, 1, 5].into()) };
    assert_eq!(address.addressee("localhost:4000"), Some(Addressee::Fleet));
    assert_eq!(address.addressee("ONE.localhost:4000"), Some(Addressee::Site("one".to_owned())));
    for number in ["127.0.0.1:4000", "[::1]:4000", "192.168.1.5:4000"] {
        assert_eq!(address.addressee(number), Some(Addressee::Chosen));
    }
    for foreign in
        ["localhost", "localhost:80", "a.b.localhost:4000", ".localhost:4000", "192.168.1.6:4000", "e.example:4000"]
    {
        assert_eq!(address.addressee(foreign), None, "{foreign}");
    }
    let closed = Address { network: None, ..address };
    assert_eq!(closed.addressee("192.168.1.5:4000"), None);
}

#[test]
fn a_page_that_differs_in_its_style_sheets_alone_need_not_be_loaded_again() {
    let page = |style: &str| {
        format!(
            "<head><link rel=icon href=x><link rel=\"stylesheet\" href=\"/_a/{style}\" integrity=\"sha-{style}\"></head>text"
        )
    };
    let swap =
        Swap { old: "/_a/1.css".to_owned(), new: "/_a/2.css".to_owned(), integrity: Some("sha-2.css".to_owned()) };
    assert_eq!(sheets::swaps(&page("1.css"), &page("2.css")), Some(vec![swap]));
    assert_eq!(sheets::swaps(&page("1.css"), &page("2.css").replace("text", "other")), None);
    assert_eq!(sheets::swaps(&page("1.css"), &page("2.css").replace("href=x", "href=y")), None);
    assert_eq!(
        sheets::swaps("<link rel=stylesheet href=/a.css>", "<link rel=stylesheet href=/b.css>").unwrap()[0].new,
        "/b.css"
    );
}

#[test]
fn the_page_that_was_edited_is_found_among_those_that_differ() {
    let differ = |paths: &[&str]| {
        let changed = paths.iter().map(|path| OutPath::parse(path).unwrap()).collect();
        Difference { changed, ..Difference::default() }
    };
    let all = differ(&["garden/beds/index.html", "garden/index.html", "index.html", "sitemap.xml"]);
    assert_eq!(edited::page("garden/beds.md", &all), Some("/garden/beds/".to_owned()));
    assert_eq!(edited::page("garden/_index.md", &all), Some("/garden/".to_owned()));
    assert_eq!(edited::page("_index.md", &all), Some("/".to_owned()));
    assert_eq!(edited::page("garden/other.md", &all), None);
    assert_eq!(edited::page("garden/other.md", &differ(&["2026/own-slug.html"])), Some("/2026/own-slug".to_owned()));
    assert_eq!(edited::page("garden/photo.jpg", &all), None);
}

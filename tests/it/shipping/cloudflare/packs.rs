//! Many sites in one Worker.

use super::way::Way;
use crate::hosts::cloudflare::Cloudflare;
use crate::hosts::faults::Faults;
use crate::hosts::message::{Reply, Request};
use crate::hosts::server::Host;
use crate::shipping::freight::{Goods, ship};
use hectare::model::{Parcel, ParcelName, SiteId, Stall};
use hectare::provider::{Attachment, FaultKind};
use std::collections::BTreeMap;

const HEADERS: &str = "/*\n  X-Frame-Options: DENY\n/_a/*\n  Cache-Control: public, max-age=31536000, immutable\n";

fn site(goods: &mut Goods, id: &str) -> (SiteId, Stall) {
    let (home, missing) = (format!("<h1>Home of {id}</h1>"), format!("<h1>Nothing in {id}</h1>"));
    let redirects = format!("/old /new-{id} 301\n");
    let files = [
        ("index.html", home.as_str()),
        ("404.html", missing.as_str()),
        ("about.html", "<h1>About</h1>"),
        ("_a/style.0123456789.css", "a{}"),
        ("_redirects", redirects.as_str()),
        ("_headers", HEADERS),
    ];
    goods.site(id, &files)
}

fn pack(sites: impl IntoIterator<Item = (SiteId, Stall)>) -> Parcel {
    let stalls: BTreeMap<_, _> = sites.into_iter().collect();
    Parcel::new(ParcelName::parse("pack-1").unwrap(), "cf".into(), stalls, None)
}

fn visit(way: &Way, host: &str, path: &str) -> Reply {
    let headers = vec![("host".to_owned(), host.to_owned())];
    let (method, path, query) = ("GET".to_owned(), path.to_owned(), String::new());
    way.double.answer(&Request { method, path, query, headers, body: Vec::new() })
}

fn header<'a>(reply: &'a Reply, name: &str) -> Option<&'a str> {
    reply.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

#[test]
fn fifty_sites_take_two_calls_and_one_upload_and_share_what_is_the_same() {
    let (way, mut goods) = (Way::to(Cloudflare::new(), Faults::none()), Goods::default());
    let parcel = pack((0..50).map(|number| site(&mut goods, &format!("site-{number}"))));
    ship(&*way.pack(), &parcel, &goods);
    assert_eq!(way.asked(), ["POST assets-upload-session", "POST upload", "PUT pack-1"]);
    let books = way.double.books();
    let worker = &books.workers["pack-1"];
    let live = worker.live().unwrap();
    // Home, 404, about and the marker of each, and one style sheet for all.
    assert_eq!(live.release.files.len(), 50 * 4 + 1);
    assert_eq!(worker.stock.taken.len(), 50 * 3 + 2);
    assert!(live.release.files.contains_key("/_a/style.0123456789.css"));
    let code = live.code.as_ref().unwrap();
    assert_eq!((code.main.as_str(), &code.first[..]), ("router.mjs", &["/*".to_owned(), "!/_a/*".to_owned()][..]));
}

#[test]
fn each_host_sees_its_own_site_and_no_other() {
    let double = Cloudflare::new().zone("a.example").zone("b.example");
    let (way, mut goods) = (Way::to(double, Faults::none()), Goods::default());
    let parcel = pack(["a", "b"].map(|id| site(&mut goods, id)));
    ship(&*way.pack(), &parcel, &goods);
    for host in ["a.example", "b.example"] {
        assert_eq!(way.pack().attach(&parcel.name, host).unwrap(), Attachment::Active);
    }
    for id in ["a", "b"] {
        let host = format!("{id}.example");
        assert_eq!(visit(&way, &host, "/").body, format!("<h1>Home of {id}</h1>").into_bytes());
        let missing = visit(&way, &host, "/b/index.html");
        assert_eq!((missing.status, missing.body), (404, format!("<h1>Nothing in {id}</h1>").into_bytes()));
        assert_eq!(header(&visit(&way, &host, "/about.html"), "location"), Some("/about"));
        assert_eq!(header(&visit(&way, &host, "/old"), "location"), Some(format!("/new-{id}").as_str()));
        let marker = String::from_utf8(visit(&way, &host, "/.well-known/hectare.json").body).unwrap();
        assert!(marker.contains(&format!("\"site\":\"{id}\"")), "{marker}");
        let style = visit(&way, &host, "/_a/style.0123456789.css");
        assert_eq!((style.status, style.body.as_slice()), (200, b"a{}".as_slice()));
        // What all sites say about it is said without the script.
        assert_eq!(header(&style, "cache-control"), Some("public, max-age=31536000, immutable"));
        assert_eq!(header(&style, "x-frame-options"), Some("DENY"));
    }
    assert_eq!(visit(&way, "c.example", "/").status, 522);
}

#[test]
fn one_site_goes_back_alone_without_an_upload() {
    let (way, mut goods) = (Way::to(Cloudflare::new(), Faults::none()), Goods::default());
    let (old, other) = (site(&mut goods, "a"), site(&mut goods, "b"));
    ship(&*way.pack(), &pack([old.clone(), other.clone()]), &goods);
    ship(&*way.pack(), &pack([goods.site("a", &[("index.html", "<h1>Broken</h1>")]), other.clone()]), &goods);
    way.asked();
    ship(&*way.pack(), &pack([old, other]), &goods);
    assert_eq!(way.asked(), ["POST assets-upload-session", "PUT pack-1"]);
}

#[test]
fn sites_that_cannot_share_a_worker_are_told() {
    let (way, mut goods) = (Way::to(Cloudflare::new(), Faults::none()), Goods::default());
    let refused = |parcel: &Parcel, goods: &Goods| {
        let fault = way.pack().upload(parcel, goods, None).unwrap_err();
        assert_eq!(fault.kind, FaultKind::Rejected);
        fault.said
    };
    let (one, mut two) = (site(&mut goods, "a"), site(&mut goods, "b"));
    two.1.hosts.push("a.example".into());
    let said = refused(&pack([one.clone(), two]), &goods);
    assert_eq!(said, "`a.example` is the host of `a` and of `b`");
    let other = goods.site("c", &[("_a/style.0123456789.css", "b{}")]);
    let said = refused(&pack([one, other]), &goods);
    assert_eq!(said, "`_a/style.0123456789.css` of `c` is another file than that of another site");
    assert!(way.asked().is_empty());
}

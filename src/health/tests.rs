//! What an examination finds, with hosts that do one thing wrong.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use super::{Examination, HealthCheck, Shows, Unwell, Visit};
use crate::model::{
    BaseUrl, Digest, HealthVia, HostKeys, MARKER, Manifest, ManifestEntry, Media, OutPath, Release, SiteSpec, Target,
    TargetKind, Vitals, sample,
};
use crate::world::{Answer, Call, Clock, Web, WebFault};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

struct Hands(Mutex<Timestamp>);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn rest(&self, span: Duration) {
        *self.0.lock().unwrap() += span;
    }
}

/// Status, `Location` and body by path.
type Served = BTreeMap<String, (u16, String, Vec<u8>)>;

/// A host that serves what it was given, by path.
struct Host {
    serves: Mutex<Served>,
    calls: Mutex<Vec<Call>>,
    /// What it serves from the call of this number on.
    later: Mutex<Option<(usize, Served)>>,
    /// Nobody answers.
    down: Mutex<bool>,
}

impl Web for Host {
    fn send(&self, call: &Call) -> Result<Answer, WebFault> {
        let mut calls = self.calls.lock().unwrap();
        calls.push(call.clone());
        if *self.down.lock().unwrap() {
            return Err(WebFault::Unreachable("no such name".into()));
        }
        if let Some((_, serves)) = self.later.lock().unwrap().take_if(|(at, _)| calls.len() > *at) {
            *self.serves.lock().unwrap() = serves;
        }
        let path = call.url.splitn(4, '/').nth(3).map(|path| format!("/{path}")).unwrap();
        let serves = self.serves.lock().unwrap();
        let (status, location, body) =
            serves.get(&path).cloned().unwrap_or_else(|| (404, String::new(), b"no such page".to_vec()));
        Ok(Answer { status, headers: vec![("location".into(), location)], body })
    }
}

const FILES: [(&str, &str); 5] = [
    ("index.html", "<p>home"),
    ("beds/index.html", "<p>beds"),
    ("about.html", "<p>about"),
    ("404.html", "no such page"),
    ("a/s.123.css", "p{}"),
];

struct Ward {
    host: Arc<Host>,
    clock: Arc<Hands>,
    spec: SiteSpec,
    release: Release,
    target: Target,
    redirects: &'static str,
}

impl Ward {
    /// A site that is served just as it was shipped.
    fn open() -> Self {
        let mut spec = sample::spec();
        spec.targets = vec!["web".into()];
        let entry = |text: &str, path: &str| ManifestEntry {
            digest: Digest::of(text.as_bytes()),
            len: text.len() as u64,
            media: Media::of_extension(path.rsplit('.').next().unwrap()),
        };
        let entries = FILES.iter().map(|(path, text)| (OutPath::parse(path).unwrap(), entry(text, path))).collect();
        let manifest = Manifest { site: spec.id.clone(), id: Digest::of(b"bundle"), entries };
        let release = Release::of(&manifest, |path, _| Ok::<_, ()>(HostKeys::of(path, b""))).unwrap();
        let mut serves = BTreeMap::from([("/old/".to_owned(), (301, "/beds/".to_owned(), Vec::new()))]);
        serves.insert(format!("/{MARKER}"), (200, String::new(), release.marker()));
        for (path, text) in FILES.iter().filter(|(path, _)| *path != "404.html") {
            let path = format!("/{}", path.strip_suffix("index.html").unwrap_or(path));
            serves.insert(path, (200, String::new(), text.as_bytes().to_vec()));
        }
        let host = Arc::new(Host {
            serves: Mutex::new(serves),
            calls: Mutex::default(),
            later: Mutex::default(),
            down: Mutex::default(),
        });
        let target = Target {
            kind: TargetKind::CloudflarePages,
            account: None,
            token: None,
            plan: None,
            region: None,
            api: None,
            health_via: HealthVia::OwnAddress,
            previews: None,
            place: None,
            production: None,
            gradual: Vec::new(),
        };
        let clock = Arc::new(Hands(Mutex::new("2027-01-15T08:00:00Z".parse().unwrap())));
        Self { host, clock, spec, release, target, redirects: "/old/ /beds/ 301\n" }
    }

    fn look(&self) -> Result<Option<Vitals>, Unwell> {
        let (spec, release, target, redirects) = (&self.spec, &self.release, &self.target, Some(self.redirects));
        let visit = Visit { spec, release, target, at: "web", redirects, header: None };
        Examination::new(self.host.clone(), self.clock.clone()).look(&visit)
    }

    /// What is found when `path` is served like this.
    fn finds(&self, path: &str, status: u16, location: &str, body: &str) -> Vec<String> {
        let served = (status, location.to_owned(), body.as_bytes().to_vec());
        self.host.serves.lock().unwrap().insert(path.to_owned(), served);
        let unwell = self.look().unwrap_err().diagnostic;
        assert_eq!(unwell.message, "`garden` does not show what it should at `https://garden.example`");
        unwell.notes.into_iter().map(|note| note.message).collect()
    }
}

#[test]
fn a_site_that_shows_what_was_shipped_is_well() {
    let ward = Ward::open();
    let vitals = ward.look().unwrap().unwrap();
    assert_eq!(vitals.bytes, 7, "the mean of `<p>home`, `<p>beds` and `<p>about`");
    let calls = ward.host.calls.lock().unwrap();
    let mut asked: Vec<&str> = calls.iter().map(|call| &call.url["https://garden.example".len()..]).collect();
    asked.sort_unstable();
    let nowhere = format!("/hectare-{}/", ward.release.id.short());
    assert_eq!(asked, ["/", "/.well-known/hectare.json", "/a/s.123.css", "/about.html", "/beds/", &nowhere, "/old/"]);
    assert!(calls.iter().all(|call| call.headers.is_empty()));
}

#[test]
fn each_thing_that_is_wrong_is_said() {
    let said = |path: &str, status, location: &str, body: &str| Ward::open().finds(path, status, location, body);
    assert_eq!(said("/", 500, "", ""), ["`/` answers 500"]);
    assert_eq!(said("/", 200, "", "<p>changed"), ["`/` is not what was shipped: 10 bytes instead of 7"]);
    assert_eq!(said("/a/s.123.css", 404, "", ""), ["`/a/s.123.css` answers 404"]);
    assert_eq!(said("/beds/", 302, "https://elsewhere.example/", ""), ["`/beds/` answers 302"]);
    assert_eq!(said("/beds/", 308, "/beds/", ""), ["`/beds/` is moved again and again"]);
    assert_eq!(said("/old/", 302, "/", ""), ["`/old/` answers 302 `/` instead of 301 `/beds/`"]);
    let nowhere = format!("/hectare-{}/", Ward::open().release.id.short());
    let soft = format!("`{nowhere}`, which does not exist, answers 200 instead of 404");
    assert_eq!(said(&nowhere, 200, "", "<p>home"), [soft]);
    let other = format!("`{nowhere}`, which does not exist, does not show the site's 404.html");
    assert_eq!(said(&nowhere, 404, "", "nginx"), [other]);
    let marker = format!("/{MARKER}");
    assert_eq!(said(&marker, 404, "", ""), ["`/.well-known/hectare.json` answers 404 and no marker"]);
    assert_eq!(said(&marker, 200, "", "<html>"), ["`/.well-known/hectare.json` answers 200 and no marker"]);
    let old = r#"{"site":"garden","release":"0ld","files":1}"#;
    assert_eq!(said(&marker, 200, "", old), ["`/.well-known/hectare.json` names another release: `0ld`"]);
    let stranger = format!(r#"{{"site":"kitchen","release":"{}","files":1}}"#, Ward::open().release.id);
    assert_eq!(said(&marker, 200, "", &stranger), ["`/.well-known/hectare.json` names another site: `kitchen`"]);
}

#[test]
fn a_redirect_leads_to_the_same_address_however_it_is_spelt() {
    let leads = |listed: &'static str, location: &str| {
        let ward = Ward { redirects: listed, ..Ward::open() };
        ward.host.serves.lock().unwrap().insert("/old/".into(), (301, location.into(), Vec::new()));
        ward.look().is_ok()
    };
    assert!(leads("/old/ /beds/ 301", "https://garden.example/beds/"));
    assert!(leads("/old/ https://garden.example/beds/ 301", "/beds/"));
    assert!(leads("/old/ /über/ 301", "/%C3%BCber/"));
    assert!(leads("/old/ https://shop.example 301", "https://shop.example/"));
    assert!(!leads("/old/ /beds/ 301", "https://garden.example.org/beds/"));
    assert!(!leads("/old/ /beds/ 301", "//beds/"));
}

#[test]
fn only_a_redirect_of_one_path_is_tried() {
    for listed in [
        "",
        "/old/* /beds/:splat 301\n/old/ / 301",
        "/old/:name /beds/ 302",
        "/%C3%A4lter /beds/ 301",
        "/old/ /beds/ 200",
    ] {
        let ward = Ward { redirects: listed, ..Ward::open() };
        assert!(ward.look().unwrap().is_some(), "{listed}");
        let calls = ward.host.calls.lock().unwrap();
        let tried = calls.iter().filter(|call| call.url.contains("/old")).count();
        assert_eq!(tried, usize::from(listed.ends_with("/old/ / 301")), "{listed}");
    }
}

#[test]
fn a_page_may_be_moved_on_its_own_site() {
    for location in ["/about", "https://garden.example/about"] {
        let ward = Ward::open();
        let mut serves = ward.host.serves.lock().unwrap();
        let about = serves.remove("/about.html").unwrap();
        serves.insert("/about".into(), about);
        serves.insert("/about.html".into(), (308, location.into(), Vec::new()));
        drop(serves);
        assert!(ward.look().unwrap().is_some(), "{location}");
    }
}

#[test]
fn a_host_is_given_a_few_seconds_until_all_of_it_shows_the_new_release() {
    let ward = Ward::open();
    let marker = format!("/{MARKER}");
    let healed = ward.host.serves.lock().unwrap().clone();
    ward.host.serves.lock().unwrap().insert(marker, (200, String::new(), b"{}".to_vec()));
    *ward.host.later.lock().unwrap() = Some((3, healed));
    let start = ward.clock.now();
    assert!(ward.look().unwrap().is_some());
    let waited = ward.clock.now().duration_since(start).as_millis();
    assert_eq!(waited, 3_500, "after a half, one and two seconds");
}

#[test]
fn a_site_is_looked_at_where_its_target_says_and_by_its_own_name() {
    let mut ward = Ward::open();
    ward.target.health_via = HealthVia::Address("http://127.0.0.1:8787/".into());
    assert!(ward.look().unwrap().is_some());
    for call in ward.host.calls.lock().unwrap().iter() {
        assert!(call.url.starts_with("http://127.0.0.1:8787/"), "{}", call.url);
        assert_eq!(call.headers, [("host".to_owned(), "garden.example".to_owned())]);
    }
    ward.target.health_via = HealthVia::Off;
    ward.host.calls.lock().unwrap().clear();
    assert_eq!(ward.look(), Ok(None));
    assert!(ward.host.calls.lock().unwrap().is_empty());
}

#[test]
fn a_site_below_a_folder_is_looked_at_there() {
    let mut ward = Ward::open();
    ward.spec.base_url = BaseUrl::parse("https://garden.example/blog").unwrap();
    let unwell = ward.look().unwrap_err().diagnostic;
    assert_eq!(unwell.notes[0].message, "`/blog/.well-known/hectare.json` answers 404 and no marker");
}

#[test]
fn it_is_told_what_visitors_see_instead() {
    let shows = |path: &str, status, body: &str| {
        let ward = Ward::open();
        ward.host.serves.lock().unwrap().insert(path.to_owned(), (status, String::new(), body.as_bytes().to_vec()));
        ward.look().unwrap_err().shows
    };
    let marker = format!("/{MARKER}");
    assert_eq!(shows(&marker, 200, "<html>"), Shows::SomethingElse);
    assert_eq!(shows(&marker, 200, r#"{"site":"kitchen","release":"0ld"}"#), Shows::SomethingElse);
    assert_eq!(shows(&marker, 200, r#"{"site":"garden","release":"0ld"}"#), Shows::Itself);
    assert_eq!(shows("/", 500, ""), Shows::Itself);
    let ward = Ward::open();
    *ward.host.down.lock().unwrap() = true;
    assert_eq!(ward.look().unwrap_err().shows, Shows::Nothing);
}

#[test]
fn only_what_visitors_see_under_the_sites_address_is_looked_at_there() {
    let mut ward = Ward::open();
    ward.target.production = Some(false);
    assert_eq!(ward.look(), Ok(None), "no visitor sees it");
    ward.target.health_via = HealthVia::Address("http://127.0.0.1:8787".into());
    assert!(ward.look().unwrap().is_some(), "unless it is said where");
    let mut ward = Ward::open();
    ward.spec.targets = vec!["other".into(), "web".into()];
    assert_eq!(ward.look(), Ok(None), "another target answers there");
}

//! What a bucket alone promises as a host, with a bucket in memory that keeps a book.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use super::S3;
use crate::model::{
    Digest, HostKeys, Manifest, ManifestEntry, Media, OutPath, Parcel, ParcelName, Receipt, Release, SiteId, Stall,
};
use crate::provider::{Doubt, FaultKind, HostFault, Provider, Upload, Wares};
use crate::world::{Bucket, BucketFault, Bytes, Kept, Listed, Objects, Served, Stop, Terms, Version, WallClock};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

/// Notes what is asked of it.
struct Booked {
    objects: Objects,
    book: Mutex<Vec<String>>,
    /// Someone else is faster at the next switch.
    rival: Mutex<bool>,
    /// From this request on it does not answer.
    dies_at: Mutex<usize>,
}

impl Booked {
    fn note(&self, what: String) -> Result<(), BucketFault> {
        let mut book = self.book.lock().unwrap();
        if book.len() >= *self.dies_at.lock().unwrap() {
            return Err(BucketFault::Unreachable("no route to host".into()));
        }
        book.push(what);
        Ok(())
    }

    /// What was asked since the last time.
    fn turn_page(&self) -> Vec<String> {
        std::mem::take(&mut self.book.lock().unwrap())
    }
}

impl Bucket for Booked {
    fn get(&self, key: &str) -> Result<Option<Kept>, BucketFault> {
        self.note(format!("get {key}"))?;
        self.objects.get(key)
    }

    fn put(&self, key: &str, bytes: Bytes, served: &Served, terms: &Terms) -> Result<Version, BucketFault> {
        self.note(format!("put {key}"))?;
        if *terms != Terms::Always && std::mem::take(&mut *self.rival.lock().unwrap()) {
            self.objects.put(key, "{}".into(), served, &Terms::Always)?;
        }
        self.objects.put(key, bytes, served, terms)
    }

    fn copy(&self, from: &str, to: &str) -> Result<bool, BucketFault> {
        self.note(format!("copy {to}"))?;
        self.objects.copy(from, to)
    }

    fn delete(&self, key: &str) -> Result<(), BucketFault> {
        self.note(format!("delete {key}"))?;
        self.objects.delete(key)
    }

    fn list(&self, prefix: &str) -> Result<Listed, BucketFault> {
        self.note(format!("list {prefix}"))?;
        self.objects.list(prefix)
    }
}

struct Shop {
    bucket: Arc<Booked>,
    host: S3,
}

/// Content by digest.
struct Goods(BTreeMap<Digest, Vec<u8>>);

impl Wares for Goods {
    fn bytes(&self, good: &crate::model::Good) -> Result<Vec<u8>, HostFault> {
        Ok(self.0[&good.digest].clone())
    }
}

impl Shop {
    fn open() -> Self {
        let (book, rival, dies_at) = (Mutex::default(), Mutex::default(), Mutex::new(usize::MAX));
        let bucket = Arc::new(Booked { objects: Objects::in_memory().unwrap(), book, rival, dies_at });
        let host = S3::new(bucket.clone(), Arc::new(WallClock::new(1, Stop::new())));
        Self { bucket, host }
    }

    fn ship(&self, parcel: &Parcel, goods: &Goods, before: Option<&Receipt>) -> (Upload, Receipt) {
        let upload = self.host.upload(parcel, goods, before).unwrap();
        let receipt = self.host.activate(parcel, &upload, Doubt::None).unwrap();
        (upload, receipt)
    }

    /// What a visitor of `path` sees.
    fn visit(&self, path: &str) -> Option<String> {
        let live = self.bucket.objects.get("garden/live.json").unwrap()?;
        let live: serde_json::Value = serde_json::from_slice(&live.bytes).unwrap();
        let found = self.bucket.objects.get(&format!("{}/{path}", live["folder"].as_str().unwrap())).unwrap();
        found.map(|kept| String::from_utf8(kept.bytes).unwrap())
    }
}

/// A parcel with a site of these files.
fn garden(files: &[(&str, &str)], before: Option<&Receipt>) -> (Parcel, Goods) {
    let site = SiteId::parse("garden").unwrap();
    let mut goods = Goods(BTreeMap::new());
    let mut entries = BTreeMap::new();
    for (path, text) in files {
        let digest = Digest::of(text.as_bytes());
        goods.0.insert(digest, text.as_bytes().to_vec());
        let media = Media::of_extension(path.rsplit('.').next().unwrap());
        entries.insert(OutPath::parse(path).unwrap(), ManifestEntry { digest, len: text.len() as u64, media });
    }
    let id = Digest::of(format!("{files:?}").as_bytes());
    let manifest = Manifest { site: site.clone(), id, entries };
    let keys = |path: &OutPath, entry: &ManifestEntry| Ok::<_, ()>(HostKeys::of(path, &goods.0[&entry.digest]));
    let release = Release::of(&manifest, keys).unwrap();
    let marker = release.marker();
    goods.0.insert(Digest::of(&marker), marker);
    let stall = Stall { release: Arc::new(release), hosts: vec!["garden.example".into()] };
    let stalls = BTreeMap::from([(site.clone(), stall)]);
    (Parcel::new(ParcelName::from(site), "r2".into(), stalls, before), goods)
}

const HEADERS: &str = "/a/*\n  Cache-Control: public, max-age=31536000, immutable\n/\n  Cache-Control: max-age=60\n";
const FIRST: [(&str, &str); 4] =
    [("index.html", "<p>first"), ("beds/index.html", "<p>beds"), ("a/s.123.css", "p{}"), ("_headers", HEADERS)];

#[test]
fn files_that_never_change_go_first_and_pages_last() {
    let shop = Shop::open();
    let (parcel, goods) = garden(&FIRST, None);
    shop.ship(&parcel, &goods, None);
    let puts: Vec<String> = shop.bucket.turn_page().into_iter().filter(|line| line.starts_with("put ")).collect();
    let at = |end: &str| puts.iter().position(|line| line.ends_with(end)).unwrap();
    assert_eq!(at("/a/s.123.css"), 0);
    assert!(at("/_headers").max(at("hectare.json")) < at("/index.html").min(at("/beds/index.html")), "{puts:?}");
    assert_eq!((at(&format!("{}.json", parcel.label)), at("garden/live.json")), (5, 6));
}

#[test]
fn a_file_that_is_to_be_kept_for_another_time_is_sent_again() {
    let shop = Shop::open();
    let (first, goods) = garden(&FIRST, None);
    let (_, before) = shop.ship(&first, &goods, None);
    let mut files = FIRST;
    files[3].1 = "/a/*\n  Cache-Control: max-age=60\n";
    let (second, goods) = garden(&files, Some(&before));
    let (upload, _) = shop.ship(&second, &goods, Some(&before));
    assert_eq!(upload.files, 4, "the headers, the marker, and the two files whose headers changed");
}

#[test]
fn an_upload_that_ended_anywhere_goes_on_where_it_ended() {
    let (parcel, goods) = garden(&FIRST, None);
    for end in 0..12 {
        let shop = Shop::open();
        *shop.bucket.dies_at.lock().unwrap() = end;
        let died = shop.host.upload(&parcel, &goods, None);
        let sent = shop.bucket.turn_page().iter().filter(|line| line.starts_with("put ")).count();
        *shop.bucket.dies_at.lock().unwrap() = usize::MAX;
        let (upload, _) = shop.ship(&parcel, &goods, None);
        let files = sent.min(5);
        assert_eq!(upload.files, 5 - files, "after {end} requests: {died:?}");
        assert_eq!(shop.visit("beds/index.html").as_deref(), Some("<p>beds"));
    }
}

#[test]
fn of_two_who_switch_at_the_same_time_one_is_told() {
    let shop = Shop::open();
    let (parcel, goods) = garden(&FIRST, None);
    let upload = shop.host.upload(&parcel, &goods, None).unwrap();
    *shop.bucket.rival.lock().unwrap() = true;
    let fault = shop.host.activate(&parcel, &upload, Doubt::None).unwrap_err();
    assert_eq!(fault.kind, FaultKind::Busy);
    assert_eq!(fault.said, "someone else switched it at the same time");
    // What they wrote is none of ours, and is not replaced.
    assert_eq!(shop.host.activate(&parcel, &upload, Doubt::None).unwrap_err().kind, FaultKind::Rejected);
}

#[test]
fn a_release_that_is_gone_shows_nothing_and_is_sent_again() {
    let shop = Shop::open();
    let (parcel, goods) = garden(&FIRST, None);
    let (_, receipt) = shop.ship(&parcel, &goods, None);
    assert!(shop.host.live(&parcel.name).unwrap().is_some());
    for file in ["index.html", "beds/index.html", "a/s.123.css", "_headers", ".well-known/hectare.json"] {
        shop.bucket.objects.delete(&format!("garden/releases/{}/{file}", receipt.deployment)).unwrap();
    }
    assert_eq!(shop.host.live(&parcel.name), Ok(None));
    let (upload, _) = shop.ship(&parcel, &goods, None);
    assert_eq!((upload.files, shop.visit("index.html").as_deref()), (5, Some("<p>first")));
}

//! hectare and a bucket understand each other, also when something comes between them.

use super::{BUCKET, Bucket as Double, KEY, SECRET};
use crate::hosts::clock::Clock;
use crate::hosts::faults::{Faults, Mishap, Wait};
use hectare::provider::HostLimits;
use hectare::provider::line::{Budget, Insisting, Outside, Verdict};
use hectare::world::{
    Archive, ArchiveTrouble, Bucket, BucketFault, BucketPlace, Dice, Keeper, Keys, Notebook, Objects, Online, Owner,
    Served, SharedArchive, Stop, Terms, Token, WallClock,
};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The bucket of the double as hectare opens it, with keys from a file.
fn open_with(double: &Double, bucket: &str, keys: &Path) -> Objects {
    let stop = Stop::new();
    let (web, clock) = (Arc::new(Online::open().unwrap()), Arc::new(WallClock::new(1, stop.clone())));
    let outside = Outside { web, clock, dice: Arc::new(Dice::fair()), stop };
    let limits = HostLimits::of(hectare::model::TargetKind::S3, None).unwrap();
    let budget = Arc::new(Budget::new(&limits, Notebook::in_memory()));
    let web = Arc::new(Insisting::new(outside, budget, Verdict::of_bucket));
    let token = Arc::new(Token::kept_by(Keeper::File(keys.to_owned())));
    let place = BucketPlace::parse(bucket, Some(&double.server.url())).unwrap();
    place.open(&Keys::Kept(token), web).unwrap()
}

struct Talk {
    double: Double,
    bucket: Objects,
    _keys: tempfile::TempDir,
}

impl Talk {
    fn with(double: Double) -> Self {
        Self::in_bucket(double, BUCKET, &format!("{KEY}:{SECRET}"))
    }

    fn in_bucket(double: Double, bucket: &str, keys: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys");
        std::fs::write(&file, keys).unwrap();
        let bucket = open_with(&double, bucket, &file);
        Self { double, bucket, _keys: folder }
    }

    fn put(&self, key: &str, bytes: &'static str, terms: &Terms) -> Result<hectare::world::Version, BucketFault> {
        self.bucket.put(key, bytes.into(), &Served::default(), terms)
    }
}

#[test]
fn what_is_put_lies_there_with_all_that_browsers_are_told() {
    let talk = Talk::in_bucket(Double::start(Faults::none()), "s3://fields/some/folder", &format!("{KEY}:{SECRET}"));
    let keys = ["index.html", "a b/ü+~%41.html", "weird/!$&'()*,;=:@[]", "日本/語.css", ".well-known/x"];
    for key in keys {
        let served =
            Served { content_type: Some("text/html; charset=utf-8".into()), cache_control: Some("max-age=0".into()) };
        talk.bucket.put(key, key.as_bytes().to_vec().into(), &served, &Terms::Always).unwrap();
        assert_eq!(talk.bucket.get(key).unwrap().unwrap().bytes, key.as_bytes(), "{key}");
        let there = format!("some/folder/{key}");
        assert_eq!(talk.double.holds().get(&there).map(Vec::as_slice), Some(key.as_bytes()), "{key}");
        assert_eq!(talk.double.served(&there), Some(("text/html; charset=utf-8".into(), "max-age=0".into())));
    }
    for key in keys {
        talk.bucket.delete(key).unwrap();
    }
    assert!(talk.double.holds().is_empty());
    assert_eq!(talk.bucket.get("index.html"), Ok(None));
}

#[test]
fn conditions_are_kept() {
    let talk = Talk::with(Double::start(Faults::none()));
    let first = talk.put("pointer", "first", &Terms::New).unwrap();
    assert_eq!(talk.put("pointer", "other", &Terms::New), Err(BucketFault::Changed));
    let second = talk.put("pointer", "second", &Terms::Still(first.clone())).unwrap();
    assert_eq!(talk.put("pointer", "third", &Terms::Still(first)), Err(BucketFault::Changed));
    talk.double.meddle("pointer", b"someone else's");
    assert_eq!(talk.put("pointer", "fourth", &Terms::Still(second)), Err(BucketFault::Changed));
    assert_eq!(talk.double.holds()["pointer"], b"someone else's");
}

#[test]
fn a_put_whose_answer_was_lost_is_recognised() {
    for mishap in [Mishap::AnswerLost, Mishap::Broken, Mishap::Gateway, Mishap::CutAfter] {
        let talk = Talk::with(Double::start(Faults::none()));
        talk.double.server.faults().order("PUT", "pointer", 1, mishap);
        let first = talk.put("pointer", "first", &Terms::New).unwrap();
        assert_eq!(talk.double.puts(), ["pointer"], "{mishap:?}");
        talk.double.server.faults().order("PUT", "pointer", 1, mishap);
        let second = talk.put("pointer", "second", &Terms::Still(first)).unwrap();
        assert_eq!(talk.double.puts(), ["pointer", "pointer"], "{mishap:?}");
        assert_eq!(talk.bucket.get("pointer").unwrap().unwrap().version, second);
    }
}

#[test]
fn equal_bytes_of_someone_else_are_not_taken_for_ones_own() {
    let talk = Talk::with(Double::start(Faults::none()));
    talk.put("lock", "taken", &Terms::New).unwrap();
    assert_eq!(talk.put("lock", "taken", &Terms::New), Err(BucketFault::Changed));
}

#[test]
fn who_gets_in_the_way_of_another_tries_again() {
    let talk = Talk::with(Double::start(Faults::none()));
    talk.double.conflict(2);
    talk.put("pointer", "first", &Terms::New).unwrap();
    assert_eq!(talk.double.server.book().iter().map(|entry| entry.status).collect::<Vec<_>>(), [409, 409, 200]);
}

#[test]
fn a_bucket_that_wants_less_is_left_alone_for_as_long_as_it_says() {
    let talk = Talk::with(Double::start(Faults::none()));
    talk.double.server.faults().order("PUT", "key", 1, Mishap::Throttled(Wait::Seconds(1)));
    let start = Instant::now();
    talk.put("key", "bytes", &Terms::Always).unwrap();
    assert!((Duration::from_secs(1)..Duration::from_secs(3)).contains(&start.elapsed()));
    let book = talk.double.server.book();
    assert!(book.len() == 2 && book[1].at - book[0].at >= Duration::from_secs(1));
}

#[test]
fn lists_are_read_to_their_end() {
    let talk = Talk::with(Double::start(Faults::none()));
    talk.double.page(3);
    let names: Vec<String> = (10..30).map(|number| format!("n{number}")).collect();
    for name in &names {
        talk.double.meddle(&format!("live/{name}"), b"");
        talk.double.meddle(&format!("live/deep {name}/file"), b"");
    }
    let listed = talk.bucket.list("live").unwrap();
    assert_eq!(listed.keys, names);
    assert_eq!(listed.folders, names.iter().map(|name| format!("deep {name}")).collect::<Vec<_>>());
    assert_eq!(talk.double.server.book().len(), 14, "40 names, 3 in a page");
}

#[test]
fn a_refusal_says_what_the_bucket_says() {
    let said = |double, bucket, keys: &str| {
        let talk = Talk::in_bucket(double, bucket, keys);
        let fault = talk.put("key", "bytes", &Terms::Always).unwrap_err();
        assert!(talk.double.holds().is_empty());
        assert_eq!(talk.double.server.book().len(), usize::from(keys.contains(':')));
        fault.to_string()
    };
    let none = || Double::start(Faults::none());
    let wrong = said(none(), BUCKET, &format!("{KEY}:other"));
    assert!(wrong.starts_with("access is refused: it answers 403 SignatureDoesNotMatch"), "{wrong}");
    assert!(wrong.ends_with("request `4442587FB7D0A2F9`"), "{wrong}");
    let stranger = said(none(), BUCKET, "someone:else");
    assert!(stranger.contains("InvalidAccessKeyId"), "{stranger}");
    let late = said(Double::with(Faults::none(), Clock::real().off_by(1200)), BUCKET, &format!("{KEY}:{SECRET}"));
    assert!(late.contains("RequestTimeTooSkewed"), "{late}");
    let lost = said(none(), "nowhere", &format!("{KEY}:{SECRET}"));
    assert!(lost.starts_with("there is no such bucket: it answers 404 NoSuchBucket"), "{lost}");
    let odd = said(none(), BUCKET, "no-colon");
    assert_eq!(odd, "access is refused: the token is not of the form KEY_ID:SECRET");
}

#[test]
fn what_is_copied_keeps_what_browsers_are_told() {
    let talk = Talk::with(Double::start(Faults::none()));
    let served = Served { content_type: Some("text/css".into()), cache_control: Some("max-age=9".into()) };
    talk.bucket.put("old/a b.css", "p{}".into(), &served, &Terms::Always).unwrap();
    assert_eq!(talk.bucket.copy("old/a b.css", "new/a b.css"), Ok(true));
    assert_eq!(talk.bucket.copy("old/nothing", "new/nothing"), Ok(false));
    assert_eq!(talk.double.holds()["new/a b.css"], b"p{}");
    assert_eq!(talk.double.served("new/a b.css"), Some(("text/css".into(), "max-age=9".into())));
    assert_eq!(talk.double.puts(), ["old/a b.css"]);
}

#[test]
fn two_machines_keep_one_archive_and_nothing_is_lost() {
    let double = Double::start(Faults::drawn(7, 0.1, &Mishap::PASSING));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys");
    std::fs::write(&file, format!("{KEY}:{SECRET}")).unwrap();
    let archives: Vec<SharedArchive> =
        (0..2).map(|_| SharedArchive::new(open_with(&double, "fields/ledger", &file))).collect();
    std::thread::scope(|scope| {
        for (machine, archive) in archives.iter().enumerate() {
            scope.spawn(move || (0..20).for_each(|turn| append(archive, &format!("{machine}-{turn}"))));
        }
    });
    let (text, _) = archives[0].get("state").unwrap().unwrap();
    let mut lines: Vec<String> = String::from_utf8(text).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 40, "every line once");
    lines.sort_unstable();
    lines.dedup();
    assert_eq!(lines.len(), 40, "no line twice");
}

/// Adds a line to the state, as often as it takes until nobody else was faster.
fn append(archive: &SharedArchive, line: &str) {
    for _ in 0..1000 {
        let there = archive.get("state").unwrap();
        let (text, version) = there.map_or((Vec::new(), None), |(text, version)| (text, Some(version)));
        let text = [text, line.as_bytes().to_vec(), b"\n".to_vec()].concat();
        match archive.replace("state", &text, version.as_ref()) {
            Ok(_) => return,
            Err(fault) => assert_eq!(fault.trouble, ArchiveTrouble::Changed),
        }
    }
    panic!("{line} was never written");
}

#[test]
fn one_machine_is_at_work_at_a_time() {
    let double = Double::start(Faults::none());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys");
    std::fs::write(&file, format!("{KEY}:{SECRET}")).unwrap();
    let archive = || SharedArchive::new(open_with(&double, BUCKET, &file));
    let (one, other) = (archive(), archive());
    let alone = |name| Owner { name, company: None };
    let lock = one.lock(&alone("run 1 on host-a")).unwrap();
    let trouble = other.lock(&alone("run 2 on host-b")).map(drop).unwrap_err().trouble;
    assert!(matches!(trouble, ArchiveTrouble::Held(holder) if holder.starts_with("run 1 on host-a; if it died,")));
    drop(lock);
    assert!(other.lock(&alone("run 2 on host-b")).is_ok());
    assert!(one.lock(&alone("run 3 on host-a")).is_ok());
}

#[test]
fn keys_that_were_renewed_are_used_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys");
    std::fs::write(&file, "old:old").unwrap();
    let double = Double::start(Faults::none());
    let bucket = open_with(&double, BUCKET, &file);
    let put = || bucket.put("key", "bytes".into(), &Served::default(), &Terms::Always);
    assert!(matches!(put(), Err(BucketFault::Refused(_))));
    std::fs::write(&file, format!("{KEY}:{SECRET}\n")).unwrap();
    assert!(put().is_ok());
}

#[test]
fn a_signature_does_not_travel_to_another_host() {
    let (talk, other) = (Talk::with(Double::start(Faults::none())), Double::start(Faults::none()));
    talk.double.server.set_elsewhere(&other.server.url());
    talk.double.server.faults().order("PUT", "key", 1, Mishap::Elsewhere);
    let fault = talk.put("key", "bytes", &Terms::Always).unwrap_err();
    assert!(matches!(fault, BucketFault::Rejected(_)), "{fault:?}");
    assert!(other.server.book().is_empty());
}

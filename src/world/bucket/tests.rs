//! What every bucket promises, tried on the one in memory.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use super::{Bucket, BucketFault, BucketPlace, Listed, Objects, Served, SharedArchive, Terms};
use crate::world::{Archive, ArchiveTrouble, Owner};

fn put(bucket: &Objects, key: &str, bytes: &'static str, terms: &Terms) -> Result<crate::world::Version, BucketFault> {
    bucket.put(key, bytes.into(), &Served::default(), terms)
}

fn get(bucket: &Objects, key: &str) -> Option<String> {
    bucket.get(key).unwrap().map(|kept| String::from_utf8(kept.bytes).unwrap())
}

#[test]
fn what_is_put_comes_back_until_it_is_deleted() {
    let bucket = Objects::in_memory().unwrap();
    assert_eq!(get(&bucket, "a/b"), None);
    put(&bucket, "a/b", "first", &Terms::Always).unwrap();
    put(&bucket, "a/b", "second", &Terms::Always).unwrap();
    assert_eq!(get(&bucket, "a/b").as_deref(), Some("second"));
    assert_eq!((bucket.delete("a/b"), bucket.delete("a/b")), (Ok(()), Ok(())));
    assert_eq!(get(&bucket, "a/b"), None);
}

#[test]
fn of_two_who_replace_the_same_content_one_is_told() {
    let bucket = Objects::in_memory().unwrap();
    let first = put(&bucket, "key", "first", &Terms::New).unwrap();
    assert_eq!(put(&bucket, "key", "other", &Terms::New), Err(BucketFault::Changed));
    assert_eq!(bucket.get("key").unwrap().unwrap().version, first);
    let second = put(&bucket, "key", "second", &Terms::Still(first.clone())).unwrap();
    assert_eq!(put(&bucket, "key", "third", &Terms::Still(first.clone())), Err(BucketFault::Changed));
    assert_ne!(first, second);
    bucket.delete("key").unwrap();
    assert_eq!(put(&bucket, "key", "fourth", &Terms::Still(second)), Err(BucketFault::Changed));
    assert_eq!(get(&bucket, "key"), None);
}

#[test]
fn a_folder_lists_what_lies_directly_in_it() {
    let bucket = Objects::in_memory().unwrap();
    for key in ["a/z", "a/b/c", "a/b/d", "a/e/f/g", "b"] {
        put(&bucket, key, "", &Terms::Always).unwrap();
    }
    let listed = |keys: &[&str], folders: &[&str]| Listed {
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        folders: folders.iter().map(|folder| (*folder).to_owned()).collect(),
    };
    assert_eq!(bucket.list("a").unwrap(), listed(&["z"], &["b", "e"]));
    assert_eq!(bucket.list("").unwrap(), listed(&["b"], &["a"]));
    assert_eq!(bucket.list("nowhere").unwrap(), listed(&[], &[]));
}

#[test]
fn names_that_no_bucket_takes_are_refused() {
    let bucket = Objects::in_memory().unwrap();
    for key in ["a//b", "../a", "a/./b"] {
        assert_eq!(put(&bucket, key, "", &Terms::Always), Err(BucketFault::BadKey(key.to_owned())), "{key}");
    }
}

#[test]
fn a_place_is_read_as_people_write_it() {
    let place = |text: &str, service| BucketPlace::parse(text, service).unwrap();
    let whole = place("s3://fields/live/sites/", Some("https://acc.r2.cloudflarestorage.com/"));
    assert_eq!((whole.bucket.as_str(), whole.folder.as_str()), ("fields", "live/sites"));
    assert_eq!(whole.address(), "https://acc.r2.cloudflarestorage.com");
    assert_eq!(place("fields", Some("http://h")), place("s3://fields/", Some("http://h")));
    for wrong in ["", "s3://", "ab", "Fields", "a b c", "s3://https://x"] {
        assert!(BucketPlace::parse(wrong, None).is_err(), "{wrong}");
    }
}

#[test]
fn an_archive_in_a_bucket_does_what_one_in_a_folder_does() {
    let archive = SharedArchive::new(Objects::in_memory().unwrap());
    assert_eq!(archive.get("a/b"), Ok(None));
    let first = archive.replace("a/b", b"first", None).unwrap();
    let changed = |fault: crate::world::ArchiveFault| fault.trouble == ArchiveTrouble::Changed;
    assert!(archive.replace("a/b", b"other", None).is_err_and(changed));
    let second = archive.replace("a/b", b"second", Some(&first)).unwrap();
    assert!(archive.replace("a/b", b"third", Some(&first)).is_err_and(changed));
    assert_eq!(archive.get("a/b"), Ok(Some((b"second".to_vec(), second))));
    archive.add("a/b", b"not needed").unwrap();
    archive.add("a/c/d", b"").unwrap();
    archive.put("e", b"").unwrap();
    assert_eq!(archive.list("").unwrap(), ["a/b", "a/c/d", "e"]);
    assert_eq!(archive.list("a").unwrap(), ["a/b", "a/c/d"]);
    assert_eq!((archive.remove("a/b"), archive.remove("a/b")), (Ok(()), Ok(())));
    assert_eq!(archive.list("a").unwrap(), ["a/c/d"]);
}

/// Whether someone is told that `who` was faster.
fn names(trouble: &ArchiveTrouble, who: &str) -> bool {
    matches!(trouble, ArchiveTrouble::Held(holder) if holder.starts_with(&format!("{who}; if it died,")))
}

#[test]
fn a_lock_keeps_others_out_until_it_is_let_go_or_its_holder_is_silent_for_long() {
    let archive = SharedArchive::new(Objects::in_memory().unwrap());
    let held = |fault: crate::world::ArchiveFault| fault.trouble;
    let alone = |name| Owner { name, company: None };
    let lock = archive.lock(&alone("deploy 17 on host-a")).unwrap();
    let trouble = archive.lock(&alone("another")).map(drop).map_err(held);
    assert!(names(&trouble.unwrap_err(), "deploy 17 on host-a"));
    drop(lock);
    drop(archive.lock(&alone("another")).unwrap());
    archive.put("lock", b"run 16\n2020-01-01T00:00:00Z 0 one that was killed\n").unwrap();
    let lock = archive.lock(&alone("the next")).unwrap();
    assert!(archive.lock(&alone("another")).is_err());
    drop(lock);
    archive.put("lock", b"no note of ours").unwrap();
    assert!(archive.lock(&alone("the next")).is_ok());
}

#[test]
fn a_lock_lets_those_of_one_company_in_until_all_of_them_are_gone() {
    let archive = SharedArchive::new(Objects::in_memory().unwrap());
    let of = |name, company| archive.lock(&Owner { name, company: Some(company) });
    let others_are_told = |who: &str| of("job 1", "run 18").map(drop).is_err_and(|fault| names(&fault.trouble, who));
    let (first, second) = (of("job 1 of run 17", "run 17").unwrap(), of("job 2 of run 17", "run 17").unwrap());
    assert!(others_are_told("job 1 of run 17"));
    drop(first);
    assert!(others_are_told("job 2 of run 17"));
    let third = of("job 3 of run 17", "run 17").unwrap();
    drop(second);
    assert!(others_are_told("job 3 of run 17"));
    drop(third);
    assert!(of("job 1", "run 18").is_ok());
}

#[test]
fn many_of_one_company_take_and_leave_a_lock_at_once() {
    let archive = SharedArchive::new(Objects::in_memory().unwrap());
    let owner = Owner { name: "a job", company: Some("run 17") };
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| drop(archive.lock(&owner).unwrap()));
        }
    });
    assert!(archive.lock(&Owner { name: "another", company: None }).is_ok());
}

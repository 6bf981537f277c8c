//! What places promise to those who look at what they hold.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed unwrap is a failed test")]

use super::{Delivered, Difference, Folder, Home, Memory, Sink};
use crate::model::{Artifact, Body, Bundle, Digest, Media, OutPath, SiteId};
use crate::world;
use std::sync::Arc;

fn path(text: &str) -> OutPath {
    OutPath::parse(text).unwrap()
}

fn deliver(memory: &Memory, files: &[(&str, &str)]) -> Delivered {
    let artifact = |(name, text): &(&str, &str)| (path(name), Artifact::made(text.as_bytes().to_vec(), Media::Html));
    let bundle = Bundle { site: SiteId::parse("one").unwrap(), artifacts: files.iter().map(artifact).collect() };
    memory.deliver(&bundle, &bundle.manifest()).unwrap()
}

#[test]
fn a_delivery_takes_the_place_of_the_one_before_and_counts_what_differs() {
    let (memory, site) = (Memory::new(), SiteId::parse("one").unwrap());
    let first = deliver(&memory, &[("a", "1"), ("b", "1"), ("c", "1")]);
    assert_eq!((first.written, first.removed), (3, 0));
    let before = memory.site(&site).unwrap();
    let second = deliver(&memory, &[("a", "1"), ("b", "2"), ("d", "1")]);
    assert_eq!((second.written, second.removed), (2, 1));
    let after = memory.site(&site).unwrap();
    let difference = Difference::between(Some(&before.manifest), &after.manifest);
    let wanted = Difference { added: vec![path("d")], changed: vec![path("b")], removed: vec![path("c")] };
    assert_eq!(difference, wanted);
    assert_eq!(before.bundle.artifacts.len(), 3, "whoever still shows the old one has all of it");
    memory.forget(&site);
    assert!(memory.site(&site).is_none());
}

#[test]
fn bytes_that_two_deliveries_share_are_held_once() {
    let (memory, site) = (Memory::new(), SiteId::parse("one").unwrap());
    let bytes = || match &memory.site(&site).unwrap().bundle.artifacts[&path("a")].body {
        Body::Shared(bytes) => Arc::clone(bytes),
        other => panic!("{other:?}"),
    };
    deliver(&memory, &[("a", "1"), ("b", "1")]);
    let before = bytes();
    deliver(&memory, &[("a", "1"), ("b", "2")]);
    assert!(Arc::ptr_eq(&before, &bytes()));
}

#[test]
fn a_large_file_that_changes_while_its_site_is_published_is_an_error_of_the_site() {
    let (trees, sources) = (world::Memory::new(), world::Memory::new());
    sources.put("content/film.mp4", "another film");
    let folder = Folder {
        trees: &trees,
        shown: "dist".to_owned(),
        home: Home::Fleet("dist".to_owned()),
        records: &trees,
        remembered: &trees,
        sources: &sources,
    };
    let film = Artifact {
        body: Body::File { path: "content/film.mp4".into(), len: 6 },
        digest: Digest::of(b"a film"),
        media: Media::of_extension("mp4"),
    };
    let page = Artifact::made(b"a page".to_vec(), Media::Html);
    let artifacts = [(path("film.mp4"), film), (path("index.html"), page)].into();
    let bundle = Bundle { site: SiteId::parse("one").unwrap(), artifacts };
    let found = folder.deliver(&bundle, &bundle.manifest()).unwrap_err();
    assert_eq!(found.message, "`content/film.mp4` changed while it was being published");
    assert_eq!(found.place.unwrap().to_string(), "content/film.mp4");
    assert!(found.hint.unwrap().starts_with("build again"));
    assert!(trees.snapshot().keys().all(|path| !path.starts_with("one/")), "nothing of the site is put in place");
}

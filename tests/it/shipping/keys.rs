//! What hosts call content is computed as their own clients compute it.

use crate::hosts::cloudflare::vectors;
use crate::hosts::vercel::{ODD, sha1};
use hectare::model::{Digest, Hex, HostKeys, MARKER, Manifest, ManifestEntry, Media, OutPath, Release, SiteId};
use std::collections::BTreeMap;

fn keys(path: &str, bytes: &[u8]) -> HostKeys {
    HostKeys::of(&OutPath::parse(path).unwrap(), bytes)
}

#[test]
fn a_key_depends_on_the_bytes_and_on_the_extension_as_it_is_written() {
    let known = [
        ("a.txt", "1a98fb08af91aca4a7df1764a2c4ddb0"),
        ("sub/b.txt", "1a98fb08af91aca4a7df1764a2c4ddb0"),
        ("a.png", "2082190357cfd3617ccfe04f340c6247"),
        ("a.PNG", "ba19e8692703ee5b88c53707c618eb70"),
        ("a.tar.png", "2082190357cfd3617ccfe04f340c6247"),
        ("a", "7b764dacfd211bebd8077828a7ddefd7"),
        (".hidden", "7b764dacfd211bebd8077828a7ddefd7"),
        ("a.b/c", "7b764dacfd211bebd8077828a7ddefd7"),
    ];
    for (path, key) in known {
        assert_eq!(keys(path, b"foobar").cloudflare.to_string(), key, "{path}");
    }
    assert_eq!(keys("empty", b"").cloudflare.to_string(), "af1349b9f5f9a1a6a0404dea36dcc949");
    assert_eq!(keys("empty", b"").sha1.to_string(), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

#[test]
fn every_file_has_the_key_and_the_digest_that_the_clients_of_its_hosts_give_it() {
    // `wrangler` deploys these very files to the double, which finds these keys in its manifest.
    for (path, bytes, key) in vectors() {
        let keys = keys(&path, &bytes);
        assert_eq!(keys.cloudflare.to_string(), key, "{path}");
        assert_eq!(keys.sha1.to_string(), sha1(&bytes), "{path}");
    }
    // `vercel` does the same with these.
    for (path, text) in ODD {
        assert_eq!(keys(path, text.as_bytes()).sha1.to_string(), sha1(text.as_bytes()), "{path}");
    }
}

#[test]
fn a_key_does_not_depend_on_how_the_bytes_are_cut_into_pieces() {
    use base64::Engine;
    let encode = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
    for len in [3071, 3072, 3073, 6144, 10_000] {
        let bytes: Vec<u8> = (0..len).map(|at| (at % 251) as u8).collect();
        let whole = Digest::of((encode(&bytes) + "bin").as_bytes()).to_string();
        assert_eq!(keys("a.bin", &bytes).cloudflare.to_string(), whole[..32], "{len} bytes");
    }
}

#[test]
fn names_made_of_digits_are_read_as_they_are_written() {
    let key = keys("a.txt", b"foobar").cloudflare;
    assert_eq!(Hex::parse(&key.to_string()), Some(key));
    for wrong in [
        "",
        "1a98",
        "1A98FB08AF91ACA4A7DF1764A2C4DDB0",
        "1a98fb08af91aca4a7df1764a2c4ddb0ff",
        "zz98fb08af91aca4a7df1764a2c4ddb0",
    ] {
        assert_eq!(Hex::<16>::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn a_release_holds_a_marker_that_names_it() {
    let (site, path) = (SiteId::parse("garden").unwrap(), OutPath::parse("index.html").unwrap());
    let entry = ManifestEntry { digest: Digest::of(b"Hello."), len: 6, media: Media::Html };
    let manifest = Manifest { site, id: Digest::of(b"bundle"), entries: BTreeMap::from([(path, entry)]) };
    let release = Release::of(&manifest, |path, _| Ok::<_, ()>(HostKeys::of(path, b"Hello."))).unwrap();
    let marker = release.files[&OutPath::parse(MARKER).unwrap()];
    let text = String::from_utf8(release.marker()).unwrap();
    assert_eq!(text, format!("{{\"site\":\"garden\",\"release\":\"{}\",\"files\":1}}\n", manifest.id));
    assert_eq!((marker.digest, marker.len, release.files.len()), (Digest::of(text.as_bytes()), text.len() as u64, 2));
}

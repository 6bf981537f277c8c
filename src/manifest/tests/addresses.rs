//! Where sites are reached.

use super::{fleet, ids, line, loaded, mistakes, site};
use crate::diag::Severity;

#[test]
fn a_domain_is_served_over_https_and_a_base_url_is_taken_as_it_is() {
    assert_eq!(site("[[site]]\nid = \"a\"\ndomain = \"x.de\"\n").base_url.to_string(), "https://x.de");
    assert_eq!(site("[[site]]\nid = \"a\"\nbase_url = \"http://x.de/b/\"\n").base_url.to_string(), "http://x.de/b");
}

#[test]
fn a_bad_address_says_what_would_be_right() {
    let mistake = |key: &str, value: &str| {
        let found = mistakes(&format!("[[site]]\nid = \"a\"\n{key} = \"{value}\"\n"));
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].trim_start_matches("a: H0107 sites.toml:6:").to_owned()
    };
    assert_eq!(
        mistake("domain", "https://x.de"),
        "10 `https://x.de` is more than a domain (write `domain = \"x.de\"`)"
    );
    assert!(
        mistake("domain", "x.de/blog").ends_with("(write `base_url` for a whole address, `domain` for a host name)")
    );
    assert!(mistake("domain", "X.de").ends_with("(write `x.de`)"));
    assert!(mistake("domain", "müller.de").ends_with("(write `xn--mller-kva.de`, which is the same name)"));
    assert!(
        mistake("base_url", "https://müller.de/b/")
            .ends_with("(write `https://xn--mller-kva.de/b/`, which is the same name)")
    );
    assert!(mistake("domain", "no domain").ends_with("(write a host name such as `qmoney.de`)"));
    assert!(mistake("base_url", "x.de").ends_with("(did you mean `https://x.de`?)"));
    assert!(mistake("base_url", "https://x.de/?a").contains("it has a query (?) or a fragment (#)"));
}

#[test]
fn a_site_has_one_address() {
    let found = mistakes("[[site]]\nid = \"a\"\ndomain = \"x.de\"\nbase_url = \"https://y.de\"\n");
    assert_eq!(
        found,
        ["a: H0107 sites.toml:7:12 a site has either a `domain` or a `base_url`, not both (remove one of them)"]
    );
}

#[test]
fn two_sites_with_one_address_are_built_with_a_warning() {
    let loaded = loaded(&format!(
        "{}[[site]]\nid = \"a\"\ndomain = \"x.de\"\n[[site]]\nid = \"b\"\nbase_url = \"http://x.de/\"\n",
        super::HEAD
    ));
    assert_eq!(ids(&loaded), ["a", "b"]);
    let warning = &loaded.diagnostics[0];
    assert_eq!(warning.severity, Severity::Warning);
    assert_eq!(
        line(warning),
        "H0113 sites.toml:9:12 two sites have the address `x.de` (give each site an address of its own)"
    );
    assert_eq!(warning.notes[0].place.as_ref().unwrap().to_string(), "sites.toml:6:10");
}

#[test]
fn sites_may_share_a_host_in_different_folders() {
    let fleet = fleet("[[site]]\nid = \"a\"\ndomain = \"x.de\"\n[[site]]\nid = \"b\"\nbase_url = \"https://x.de/b\"\n");
    assert_eq!(fleet.sites.len(), 2);
}

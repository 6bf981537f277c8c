//! Whatever a run switched before it died, the next one looks at it.

use super::field::Field;
use super::safety::Mortal;
use std::sync::atomic::AtomicUsize;

#[test]
fn wherever_a_run_dies_no_site_that_is_ill_stays_live() {
    for kind in ["cloudflare-pages", "cloudflare-pack"] {
        for left in 0.. {
            let mut field = Field::new(2, kind);
            field.deploy();
            let old = field.release("site-00");
            field.edit_all("Snow in");
            field.ill.lock().unwrap().push("site-00".into());
            let mortal = Mortal { vault: field.vault(), left: AtomicUsize::new(left) };
            let is_over = field.deploy_into(&mortal).is_ok_and(|voyage| voyage.unkept.is_none());
            field.deploy();
            for (site, expected) in [("site-00", old), ("site-01", field.release("site-01"))] {
                let parcel = if kind == "cloudflare-pack" { "pack-001" } else { site };
                let found = (field.host.shows(parcel, site), field.says(site));
                assert_eq!(found, (Some(expected), Some(expected)), "{kind}, dead after {left}: {site}");
            }
            if is_over {
                assert!(left > 8, "{kind}: it died too late to show anything");
                break;
            }
        }
    }
}

#[test]
fn a_first_release_that_nobody_looked_at_is_taken_away_with_its_name_if_it_is_ill() {
    for left in 0.. {
        let field = Field::new(1, "cloudflare-pages");
        field.ill.lock().unwrap().push("site-00".into());
        let mortal = Mortal { vault: field.vault(), left: AtomicUsize::new(left) };
        let is_over = field.deploy_into(&mortal).is_ok_and(|voyage| voyage.unkept.is_none());
        field.deploy();
        assert_eq!((field.says("site-00"), field.host.books().hosts.len()), (None, 0), "dead after {left}");
        field.ill.lock().unwrap().clear();
        field.deploy();
        assert_eq!(field.says("site-00"), Some(field.release("site-00")), "dead after {left}");
        if is_over {
            break;
        }
    }
}

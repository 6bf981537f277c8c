//! What is said when a host waits for something, and when a site does not answer as it should.

use super::field::Field;
use crate::golden;
use hectare::event::{Arrival, Voyage};
use hectare::ui::plain;

fn told(voyage: &Voyage) -> String {
    voyage.shipped.iter().map(|shipped| plain(None, &shipped.diagnostics)).collect()
}

#[test]
fn a_zone_that_the_host_does_not_know_is_named_and_asked_for_again() {
    let mut field = Field::new(1, "cloudflare-pages");
    let spec = std::sync::Arc::make_mut(&mut field.fleet.sites[0]);
    spec.base_url = hectare::model::BaseUrl::parse("https://nozone.example").unwrap();
    let voyage = field.deploy();
    assert_eq!(voyage.count(Arrival::Live), 1, "the site is live all the same");
    golden::check("shipping/zone_unknown.txt", &told(&voyage));
    let again = field.deploy();
    assert_eq!((again.shipped.len(), field.host.made()), (1, 1), "only the name is tried again");
}

#[test]
fn a_site_that_got_much_heavier_goes_back() {
    let mut field = Field::new(1, "cloudflare-pages");
    field.deploy();
    field.write("site-00", "index.html", &"Snow. ".repeat(20_000));
    let voyage = field.deploy();
    assert_eq!(voyage.count(Arrival::WentBack), 1);
    golden::check("shipping/heavier.txt", &told(&voyage));
}

//! The names by which visitors come.

use super::way::Way;
use crate::hosts::cloudflare::Cloudflare;
use crate::hosts::faults::{Faults, Mishap};
use crate::shipping::freight::{Goods, ship};
use hectare::provider::Attachment;

const SITE: [(&str, &str); 1] = [("index.html", "<h1>Home</h1>")];

fn way() -> (Way, Goods) {
    (Way::to(Cloudflare::new().zone("garden.example"), Faults::none()).faster(20), Goods::default())
}

#[test]
fn a_domain_is_added_to_a_project_and_its_name_leads_there() {
    let (way, mut goods) = way();
    let parcel = goods.parcel("garden", &SITE, None);
    ship(&*way.pages(), &parcel, &goods);
    way.server.faults().order("POST", "/domains", 1, Mishap::AnswerLost);
    way.server.faults().order("POST", "/dns_records", 1, Mishap::AnswerLost);
    for host in ["garden.example", "www.garden.example"] {
        assert_eq!(way.pages().attach(&parcel.name, host).unwrap(), Attachment::Active);
        assert_eq!(way.pages().attach(&parcel.name, host).unwrap(), Attachment::Active, "a second time");
    }
    {
        let books = way.double.books();
        assert_eq!(books.projects["garden"].domains.len(), 2);
        assert!(books.zones["garden.example"].records.values().all(|record| record.content == "garden.pages.dev"));
    }
    way.pages().detach(&parcel.name, "garden.example").unwrap();
    way.pages().detach(&parcel.name, "garden.example").unwrap();
    assert_eq!(way.double.books().projects["garden"].domains.len(), 1);
    assert_eq!(way.double.books().zones["garden.example"].records.len(), 1);
    let missing = way.pages().attach(&parcel.name, "www.other.example").unwrap();
    assert_eq!(missing, Attachment::NoZone("www.other.example".into()));
}

#[test]
fn what_others_entered_is_told_and_left_alone() {
    let double = Cloudflare::new().zone("garden.example").record("garden.example", "A", "192.0.2.7", false);
    let (way, mut goods) = (Way::to(double, Faults::none()), Goods::default());
    let parcel = goods.parcel("garden", &SITE, None);
    ship(&*way.pages(), &parcel, &goods);
    ship(&*way.pack(), &parcel, &goods);
    let told = |attachment| match attachment {
        Attachment::Pending(told) => told,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        told(way.pages().attach(&parcel.name, "garden.example").unwrap()),
        "`garden.example` leads to A 192.0.2.7, not proxied; change its record to CNAME garden.pages.dev, proxied"
    );
    assert_eq!(
        told(way.pack().attach(&parcel.name, "garden.example").unwrap()),
        "`garden.example` leads to A 192.0.2.7, not proxied; change its record to proxied"
    );
    way.pack().detach(&parcel.name, "garden.example").unwrap();
    assert_eq!(way.double.books().zones["garden.example"].records.len(), 1);
}

#[test]
fn a_worker_becomes_the_origin_of_a_host() {
    let (way, mut goods) = way();
    let parcel = goods.parcel("garden", &SITE, None);
    ship(&*way.worker(), &parcel, &goods);
    way.server.faults().order("PUT", "/workers/domains", 1, Mishap::AnswerLost);
    assert_eq!(way.worker().attach(&parcel.name, "garden.example").unwrap(), Attachment::Active);
    assert_eq!(way.double.books().hosts["garden.example"], "garden");
    way.worker().detach(&parcel.name, "garden.example").unwrap();
    way.worker().detach(&parcel.name, "garden.example").unwrap();
    assert!(way.double.books().hosts.is_empty());
    let missing = way.worker().attach(&parcel.name, "other.example").unwrap();
    assert_eq!(missing, Attachment::NoZone("other.example".into()));
}

#[test]
fn a_site_moves_from_one_pack_to_another_by_its_route() {
    let (way, mut goods) = way();
    let (one, two) = (goods.parcel("pack-1", &SITE, None), goods.parcel("pack-2", &SITE, None));
    ship(&*way.pack(), &one, &goods);
    ship(&*way.pack(), &two, &goods);
    way.server.faults().order("POST", "/workers/routes", 1, Mishap::AnswerLost);
    let route = || way.double.books().zones["garden.example"].routes.values().cloned().collect::<Vec<_>>();
    for parcel in [&one, &two] {
        assert_eq!(way.pack().attach(&parcel.name, "garden.example").unwrap(), Attachment::Active);
        assert_eq!(route(), [("garden.example/*".to_owned(), parcel.name.to_string())]);
    }
    way.pack().detach(&one.name, "garden.example").unwrap();
    assert_eq!(route().len(), 1, "the route belongs to the other pack by now");
    way.pack().detach(&two.name, "garden.example").unwrap();
    assert!(route().is_empty());
    assert!(way.double.books().zones["garden.example"].records.is_empty());
}

//! Domains are attached, and what is missing for that is said in words that can be followed.

use super::{Freight, Stage, fault};
use hectare::provider::{Attachment, FaultKind};

fn stage() -> (Stage, Freight) {
    let stage = Stage::quiet();
    let freight = Freight::new("garden", &[("index.html", "one")], None);
    freight.ship(&*stage.host(), None).unwrap();
    (stage, freight)
}

#[test]
fn a_domain_whose_owner_is_not_known_has_to_be_proven() {
    let (stage, freight) = stage();
    stage.double.books().foreign.push("garden.example".to_owned());
    let host = stage.host();
    let Attachment::Pending(said) = host.attach(freight.name(), "www.garden.example").unwrap() else {
        panic!("active")
    };
    let proof = stage.double.books().project("garden").unwrap().domains["www.garden.example"].proof.clone();
    let expected = format!(
        "Vercel wants to see that `www.garden.example` is yours: enter a TXT record for `_vercel.garden.example` with the value `{proof}`"
    );
    assert_eq!(said, expected);
    assert_eq!(stage.visit("www.garden.example", "/").status, 404);
    stage.double.books().records.insert("_vercel.garden.example".to_owned(), proof);
    assert_eq!(host.attach(freight.name(), "www.garden.example").unwrap(), Attachment::Active);
    assert_eq!(stage.page("www.garden.example", "/"), "one");
}

#[test]
fn a_domain_that_leads_elsewhere_is_told_where_to_lead() {
    let (stage, freight) = stage();
    for name in ["garden.example", "www.garden.example"] {
        stage.double.books().records.insert(name.to_owned(), "192.0.2.1".to_owned());
    }
    let said = |name: &str| match stage.host().attach(freight.name(), name).unwrap() {
        Attachment::Pending(said) => said,
        other => panic!("{other:?}"),
    };
    assert_eq!(said("garden.example"), "`garden.example` leads elsewhere: enter an A record with `76.76.21.21`");
    let cname = "`www.garden.example` leads elsewhere: enter a CNAME record with `cname.vercel-dns.com`";
    assert_eq!(said("www.garden.example"), cname);
}

#[test]
fn a_domain_of_another_project_is_not_taken_away_from_it() {
    let (stage, freight) = stage();
    let other = Freight::new("house", &[("index.html", "two")], None);
    other.ship(&*stage.host(), None).unwrap();
    stage.host().attach(freight.name(), "garden.example").unwrap();
    let (kind, said) = fault(stage.host().attach(other.name(), "garden.example"));
    assert_eq!(kind, FaultKind::Rejected);
    assert_eq!(said, "Cannot add garden.example since it's already assigned to another project. (domain_taken)");
    assert_eq!(stage.page("garden.example", "/"), "one");
}

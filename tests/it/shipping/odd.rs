//! Hosts that answer what no host should: nothing goes on for ever, and nothing is taken for granted.

use super::freight::Freight;
use super::port::{TOKEN_FILE, cloudflare_table, reach, vercel_table};
use crate::hosts::cloudflare::{Cloudflare, TOKEN};
use crate::hosts::faults::Faults;
use crate::hosts::message::{Reply, Request};
use crate::hosts::server::{Host, Server};
use crate::hosts::vercel::{self, Plan};
use hectare::model::ParcelName;
use hectare::provider::{FaultKind, Provider};
use hectare::world::{Stop, WallClock};
use serde_json::{Value, json};
use std::sync::Arc;
use tempfile::TempDir;

/// A host with one deployment, which is on every page of its lists; or with another one on each page, for ever.
struct Endless {
    is_same: bool,
}

impl Endless {
    fn deployment(&self, page: &str) -> Value {
        let id = if self.is_same { "only".to_owned() } else { format!("on-page-{page}") };
        json!({ "id": id, "uid": id, "created": 1_700_000_000_000_i64, "state": "READY", "projectId": "p", "meta": {} })
    }
}

impl Host for Endless {
    fn answer(&self, request: &Request) -> Reply {
        let page = request.parameter("page").or_else(|| request.parameter("until")).unwrap_or("0");
        let deployment = self.deployment(page);
        let next = page.parse::<i64>().unwrap_or_default() + 1;
        let listed = request.path.ends_with("/deployments");
        let told = if request.path.starts_with("/client") {
            let result = if listed { json!([deployment]) } else { json!({ "canonical_deployment": { "id": "live" } }) };
            json!({ "success": true, "errors": [], "messages": [], "result": result })
        } else if listed {
            json!({ "deployments": [deployment], "pagination": { "count": 1, "next": next, "prev": null } })
        } else {
            json!({ "id": "p", "name": "garden", "accountId": "a" })
        };
        Reply::json(200, &told)
    }
}

fn at(server: &Server, table: &str, token: &str) -> (Box<dyn Provider>, TempDir) {
    let (home, clock) = (TempDir::new().unwrap(), WallClock::new(50, Stop::new()));
    assert!(table.contains(&server.url()));
    (reach(home.path(), &format!("{table}{TOKEN_FILE}"), token, &clock), home)
}

fn pages(server: &Server) -> (Box<dyn Provider>, TempDir) {
    at(server, &format!("kind = \"cloudflare-pages\"\n{}", cloudflare_table(server)), TOKEN)
}

#[test]
fn a_list_of_which_every_page_is_the_same_ends() {
    let (server, garden) = (Server::start(Arc::new(Endless { is_same: true }), Faults::none()), name());
    let vercel = format!("kind = \"vercel\"\n{}", vercel_table(&server, Plan::Pro));
    for (host, _home) in [pages(&server), at(&server, &vercel, vercel::TOKEN)] {
        server.new_book();
        host.retain(&garden, &[]).unwrap();
        assert!(server.new_book().len() < 6);
    }
}

#[test]
fn a_list_that_goes_on_for_ever_is_nonsense() {
    let (server, garden) = (Server::start(Arc::new(Endless { is_same: false }), Faults::none()), name());
    let (host, _home) = pages(&server);
    let fault = host.retain(&garden, &[]).unwrap_err();
    assert_eq!((fault.kind, fault.said.as_str()), (FaultKind::Nonsense, "its list has more than 1000 pages"));
}

fn name() -> ParcelName {
    ParcelName::parse("garden").unwrap()
}

/// Cloudflare, but for what it says is missing.
struct Silent(Arc<Cloudflare>);

impl Host for Silent {
    fn answer(&self, request: &Request) -> Reply {
        let reply = self.0.answer(request);
        if !request.path.ends_with("/assets-upload-session") {
            return reply;
        }
        let mut told: Value = serde_json::from_slice(&reply.body).unwrap();
        told["result"].as_object_mut().unwrap().remove("buckets");
        Reply::json(200, &told)
    }
}

#[test]
fn a_host_that_does_not_say_what_is_missing_has_not_got_everything() {
    let (double, _server) = Cloudflare::new().zone("garden.example").open(Faults::none());
    let server = Server::start(Arc::new(Silent(double)), Faults::none());
    let (host, _home) = at(&server, &format!("kind = \"cloudflare-worker\"\n{}", cloudflare_table(&server)), TOKEN);
    let freight = Freight::new("garden", &[("index.html", "one")], None);
    assert_eq!(freight.ship(host.as_ref(), None).unwrap_err().kind, FaultKind::Nonsense);
}

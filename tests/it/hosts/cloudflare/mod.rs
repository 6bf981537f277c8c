//! A double of Cloudflare: the parts of its API by which sites get there, and the sites as visitors see them.
//!
//! It takes nothing that the real service would refuse, and is proven by the real client: an unmodified `wrangler` deploys to it
//! (`real_client`). Whatever asks for a path below `/client/v4` speaks to the API; everything else is a visitor of the host it names.

mod account;
mod envelope;
mod multipart;
mod packed;
mod pages;
mod quota;
mod rules;
mod script;
mod serving;
mod stock;
mod tokens;
mod uploads;
mod workers;
mod zones;

mod real_client;
mod serves;
mod strict;
pub(crate) mod tools;

use super::clock::Clock;
use super::faults::Faults;
use super::message::{Reply, Request};
use super::server::{Host, Server};
use account::Account;
use envelope::{Refusal, refused, wrapped};
use packed::Shown;
use quota::Quota;
pub(crate) use real_client::vectors;
use std::sync::{Arc, Mutex, MutexGuard};
use zones::{Record, Zone};

/// The account that the double has.
pub(crate) const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";
/// The token that opens it.
pub(crate) const TOKEN: &str = "a-token-of-the-double";

/// A double of Cloudflare.
pub(crate) struct Cloudflare {
    account: Mutex<Account>,
    quota: Quota,
    clock: Clock,
}

impl Cloudflare {
    /// A paid account in which there is nothing yet.
    pub(crate) fn new() -> Self {
        Self { account: Mutex::new(Account::new(ACCOUNT)), quota: Quota::new(1200, 300), clock: Clock::real() }
    }

    /// Lets time run faster.
    #[must_use]
    pub(crate) fn at(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// Allows so many calls in so many seconds.
    #[must_use]
    pub(crate) fn allowing(self, calls: u32, seconds: i64) -> Self {
        Self { quota: Quota::new(calls, seconds), ..self }
    }

    /// Changes the account before anybody uses it.
    #[must_use]
    pub(crate) fn with(self, change: impl FnOnce(&mut Account)) -> Self {
        change(&mut self.books());
        self
    }

    /// The account with a zone in it.
    #[must_use]
    pub(crate) fn zone(self, name: &str) -> Self {
        self.with(|account| {
            let id = account.next_id().replace('-', "");
            account.zones.insert(name.to_owned(), Zone::new(name, id));
        })
    }

    /// The account with a record in one of its zones.
    #[must_use]
    pub(crate) fn record(self, host: &str, kind: &str, content: &str, proxied: bool) -> Self {
        self.with(|account| {
            let (id, name) = (account.next_id(), host.to_owned());
            let record = Record { kind: kind.to_owned(), name, content: content.to_owned(), proxied };
            let zone = account.zones.values_mut().find(|zone| zone.holds(host)).unwrap();
            zone.records.insert(id, record);
        })
    }

    /// What the account has, as the host knows it.
    pub(crate) fn books(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap()
    }

    /// Starts serving.
    pub(crate) fn open(self, faults: Faults) -> (Arc<Self>, Server) {
        let host = Arc::new(self);
        let server = Server::start(Arc::clone(&host) as Arc<dyn Host>, faults);
        (host, server)
    }

    fn api(&self, request: &Request) -> Reply {
        let now = self.clock.now();
        let left = self.quota.count(now);
        let answer = self.quota.refusal(left).unwrap_or_else(|| {
            let mut account = self.books();
            account.now = now;
            route(&mut account, request)
        });
        let ray = blake3::hash(format!("{} {now}", request.path).as_bytes()).to_hex()[..16].to_owned();
        self.quota.tell(answer, left).with("cf-ray", format!("{ray}-FRA"))
    }

    fn visit(&self, request: &Request) -> Reply {
        let (mut account, host) = (self.books(), request.host());
        account.visits += 1;
        // Every hundred visitors, each number once, in an order that looks like none.
        let draw = (account.visits * 37 % 100) as f64;
        let account = &*account;
        if account.ill.contains(host) {
            return Reply::html(500, "<h1>500</h1>");
        }
        let is_ill = |name: &String| {
            let (worker, from) = (&account.workers[name], *account.ill_from.get(name)?);
            let shown = worker.shown_to(name, request, draw)?;
            worker.versions.iter().skip(from).find(|version| version.id == shown.id)
        };
        if account.hosts.get(host).and_then(is_ill).is_some() {
            return Reply::html(500, "<h1>500</h1>");
        }
        let project = |name: &str| {
            let project = account.projects.get(name)?;
            Some(Shown { release: project.release()?, stock: &project.stock, code: None })
        };
        let preview = |name: &str| {
            let (left, project) = name.split_once('.')?;
            let project = account.projects.get(project)?;
            Some(Shown { release: project.preview(left)?, stock: &project.stock, code: None })
        };
        let worker = |name: &str| {
            let worker = account.workers.get(name)?;
            let version = worker.shown_to(name, request, draw)?;
            Some(Shown { release: &version.release, stock: &worker.stock, code: version.code.as_ref() })
        };
        let of_own_name = host.strip_suffix(".pages.dev").and_then(|name| project(name).or_else(|| preview(name)));
        let is_open = |name: &&str| account.workers.get(*name).is_some_and(|worker| worker.is_open);
        let of_worker = || host.strip_suffix(".double.workers.dev").filter(is_open).and_then(worker);
        let by_domain = || account.hosts.get(host).and_then(|name| worker(name));
        let by_route = || account.zone_of(host).and_then(|zone| zone.routed(host)).and_then(worker);
        let of_project = || {
            let found = account.projects.values().find(|project| project.domains.contains(host))?;
            account.points_at(host, &format!("{}.pages.dev", found.name)).then(|| project(&found.name)).flatten()
        };
        let found = of_own_name.or_else(of_worker).or_else(by_domain).or_else(by_route).or_else(of_project);
        found.map_or_else(|| Reply::html(522, "<h1>522</h1>"), |shown| shown.answer(request))
    }
}

/// Finds who answers a call.
fn route(account: &mut Account, request: &Request) -> Reply {
    let segments = request.segments();
    let path = segments.strip_prefix(&["client", "v4"]).unwrap_or_default();
    if let ["pages", "assets", call] = path {
        return pages::assets(account, request, call).map_or_else(Refusal::reply, wrapped);
    }
    if let ["accounts", _, "workers", "assets", "upload"] = path {
        let outcome = uploads::take(account, request).map(wrapped);
        return outcome.map_or_else(Refusal::reply, |reply| {
            let done = serde_json::from_slice::<serde_json::Value>(&reply.body)
                .is_ok_and(|body| body["result"]["jwt"].is_string());
            Reply { status: if done { 201 } else { 202 }, ..reply }
        });
    }
    if request.bearer() != Some(TOKEN) {
        return refused(401, 10_000, "Authentication error");
    }
    let outcome = match path {
        ["accounts", id, ..] if *id != account.id => Err(Refusal::new(403, 10_000, "Authentication error")),
        ["accounts", _, "pages", "projects", rest @ ..] => pages::projects(account, request, rest),
        ["accounts", _, "workers", rest @ ..] => workers::workers(account, request, rest),
        ["zones", rest @ ..] => zones::zones(account, request, rest),
        _ => Err(Refusal::missing(&request.path)),
    };
    outcome.map_or_else(Refusal::reply, wrapped)
}

impl Host for Cloudflare {
    fn answer(&self, request: &Request) -> Reply {
        if self.is_exposed(request) { self.api(request) } else { self.visit(request) }
    }

    fn failure(&self, status: u16) -> Reply {
        let (code, message) =
            if status == 429 { (971, "Please wait") } else { (8_000_000, "An unknown error occurred") };
        refused(status, code, message)
    }

    fn is_exposed(&self, request: &Request) -> bool {
        request.path.starts_with("/client/v4/")
    }

    fn clock(&self) -> Clock {
        self.clock.clone()
    }
}

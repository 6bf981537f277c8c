//! A double of Vercel: the parts of its API by which sites get there, and the sites as visitors see them.
//!
//! It takes nothing that the real service would refuse, and is proven by the real client: an unmodified `vercel` deploys to it
//! (`real_client`). Requests to the server's own address speak to the API; whoever names another host is a visitor of it. Where
//! nobody outside knows what the service does, it does what is hardest on a client: a deployment that was refused for missing files counts.

mod account;
mod deployments;
mod domains;
mod envelope;
mod files;
mod output;
mod projects;
mod schema;
mod serving;
mod switch;
mod walls;

mod behaviour;
mod real_client;

use super::clock::Clock;
use super::faults::Faults;
use super::message::{Reply, Request};
use super::server::{Host, Server};
use account::Account;
use envelope::{Refusal, refused};
pub(crate) use files::sha1;
pub(crate) use real_client::{ODD, odd_files};
use std::sync::{Arc, Mutex, MutexGuard};
pub(crate) use walls::{Counted, Plan};

/// The team that the double has.
pub(crate) const TEAM: &str = "team_0123456789abcdefABCDEFgh";
/// The token that opens it.
pub(crate) const TOKEN: &str = "tokenOfTheTeam0123456789";

/// A double of Vercel.
pub(crate) struct Vercel {
    account: Mutex<Account>,
    clock: Clock,
}

impl Vercel {
    /// A team on this plan in which there is nothing yet.
    pub(crate) fn new(plan: Plan) -> Self {
        Self { account: Mutex::new(Account::new(plan)), clock: Clock::real() }
    }

    /// Lets time run faster.
    #[must_use]
    pub(crate) fn at(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// Opens it to the world of this machine.
    pub(crate) fn open(self, faults: Faults) -> (Arc<Self>, Server) {
        let double = Arc::new(self);
        let server = Server::start(Arc::clone(&double) as Arc<dyn Host>, faults);
        (double, server)
    }

    /// What the team has, as the host knows it at this moment.
    pub(crate) fn books(&self) -> MutexGuard<'_, Account> {
        let mut account = self.account.lock().unwrap();
        account.settle(self.clock.now());
        account
    }

    /// What a visitor of a host name gets.
    pub(crate) fn visit(&self, host: &str, target: &str) -> Reply {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let headers = vec![("host".to_owned(), host.to_owned())];
        let (path, query) = (path.to_owned(), query.to_owned());
        serving::visit(&self.books(), &Request { method: "GET".to_owned(), path, query, headers, body: Vec::new() })
    }

    fn is_visit(request: &Request) -> bool {
        !matches!(request.host(), "127.0.0.1" | "localhost" | "")
    }

    fn ask(&self, request: &Request) -> Result<Reply, Refusal> {
        let mut account = self.books();
        let now = self.clock.now();
        if request.bearer() != Some(TOKEN) {
            return Err(refused(403, "forbidden", "The request is missing an authentication token or it is not valid"));
        }
        if request.parameter("teamId").is_some_and(|team| team != TEAM) {
            return Err(refused(403, "team_unauthorized", "You are not a member of this team"));
        }
        let parts = request.segments();
        let (version, rest) = match parts.split_first() {
            Some((first, rest)) if is_version(first) => (*first, rest),
            _ => ("", parts.as_slice()),
        };
        match (request.method.as_str(), version, rest) {
            ("GET", "v2" | "www", ["user"]) => Ok(Reply::json(200, &account.user())),
            ("GET", "" | "v2", ["teams", TEAM]) => Ok(Reply::json(200, &account.team())),
            (_, "v2", ["files"] | ["now", "files"]) => files::take(&mut account, request, now),
            (method, version, ["deployments", rest @ ..] | ["now", "deployments", rest @ ..]) => {
                deployments::answer(&mut account, request, (method, version, rest), now)
            }
            (method, version, ["projects", rest @ ..]) => {
                projects::answer(&mut account, request, (method, version, rest), now)
            }
            ("GET", "v6", ["domains", name, "config"]) => Ok(domains::config(&account, name)),
            _ => Err(refused(404, "not_found", &format!("{} {} is not known", request.method, request.path))),
        }
    }
}

/// `v13`.
fn is_version(part: &str) -> bool {
    part == "www" || part.strip_prefix('v').is_some_and(|number| number.parse::<u8>().is_ok())
}

impl Host for Vercel {
    fn answer(&self, request: &Request) -> Reply {
        if Self::is_visit(request) {
            return serving::visit(&self.books(), request);
        }
        let reply = self.ask(request).unwrap_or_else(Refusal::reply);
        reply.with("x-vercel-id", "fra1::double-1").with("date", Clock::http_date(self.clock.now()))
    }

    fn failure(&self, status: u16) -> Reply {
        match status {
            429 => refused(429, "rate_limited", "Rate limit exceeded").reply(),
            _ => refused(status, "internal_server_error", "An unexpected internal error occurred").reply(),
        }
    }

    fn is_exposed(&self, request: &Request) -> bool {
        !Self::is_visit(request)
    }

    fn clock(&self) -> Clock {
        self.clock.clone()
    }
}

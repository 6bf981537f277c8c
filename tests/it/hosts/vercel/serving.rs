//! The sites as visitors see them: routes, files, and the page for what does not exist.

use super::account::Account;
use super::output::{Served, Site};
use crate::hosts::message::{Reply, Request};
use fancy_regex::Regex;
use hectare::model::decode_url;
use serde_json::Value;

/// A regular expression of routes.
pub(super) struct Expression(Regex);

impl Expression {
    pub(super) fn new(src: &str, is_sensitive: bool) -> Option<Self> {
        let flags = if is_sensitive { "" } else { "(?i)" };
        Regex::new(&format!("{flags}{src}")).ok().map(Self)
    }

    /// What the groups found, the whole first; none if the text does not fit.
    fn groups(&self, text: &str) -> Option<Vec<String>> {
        let found = self.0.captures(text).ok()??;
        Some(found.iter().map(|group| group.map_or("", |group| group.as_str()).to_owned()).collect())
    }
}

/// What came of the routes before a file was looked for.
enum Fate {
    Answer(Reply),
    /// To be looked for: a path, with the headers that go along.
    Path(String, Vec<(String, String)>),
}

/// Answers a visitor.
pub(super) fn visit(account: &Account, request: &Request) -> Reply {
    let shown = account.shown_at(request.host());
    let Some(site) = shown.and_then(|deployment| deployment.site.as_ref().ok()) else {
        return Reply::text(404, "The deployment could not be found on Vercel.\n\nDEPLOYMENT_NOT_FOUND");
    };
    let (path, headers) = match before_files(site, request) {
        Fate::Answer(reply) => return reply,
        Fate::Path(path, headers) => (path, headers),
    };
    let reply = match find(site, &path) {
        Some(file) => served(200, file),
        None => missing(site, &path).unwrap_or_else(|| Reply::text(404, "The page could not be found\n\nNOT_FOUND")),
    };
    with(reply.with("cache-control", "public, max-age=0, must-revalidate"), headers)
}

fn before_files(site: &Site, request: &Request) -> Fate {
    let (mut path, mut headers) = (request.path.clone(), Vec::new());
    for route in site.routes.iter().take_while(|route| route.get("handle").is_none()) {
        let Some(groups) = fits(route, &path, request.host()) else { continue };
        let mut location = None;
        for (name, value) in route["headers"].as_object().into_iter().flatten() {
            let value = filled(value.as_str().unwrap_or_default(), &groups);
            if name.eq_ignore_ascii_case("location") { location = Some(value) } else { set(&mut headers, name, value) }
        }
        if let (Some(location), Some(status)) = (location, route["status"].as_u64()) {
            let reply = Reply::text(u16::try_from(status).unwrap(), "Redirecting...");
            return Fate::Answer(with(reply.with("location", passed_on(&location, &request.query)), headers));
        }
        if let Some(dest) = route["dest"].as_str() {
            path = filled(dest, &groups);
        }
        if route["continue"] != Value::Bool(true) {
            break;
        }
    }
    Fate::Path(path, headers)
}

/// The page of the error phase.
fn missing(site: &Site, path: &str) -> Option<Reply> {
    let routes = site.routes.iter().skip_while(|route| route["handle"] != "error").skip(1);
    let routes = routes.take_while(|route| route.get("handle").is_none());
    let mut fitting = routes.filter(|route| route["status"].as_u64().is_none_or(|status| status == 404));
    let route = fitting.find(|route| fits(route, path, "").is_some())?;
    find(site, route["dest"].as_str()?).map(|file| served(404, file))
}

fn fits(route: &Value, path: &str, host: &str) -> Option<Vec<String>> {
    let is_sensitive = route["caseSensitive"] == Value::Bool(true);
    let has_host = |condition: &Value| {
        let value = condition["value"].as_str().unwrap_or_default();
        Expression::new(&format!("^(?:{value})$"), false).is_some_and(|host_is| host_is.groups(host).is_some())
    };
    let holds = route["has"].as_array().is_none_or(|conditions| conditions.iter().all(has_host));
    Expression::new(route["src"].as_str()?, is_sensitive).filter(|_| holds)?.groups(path)
}

/// `$1` and its like replaced by what was found; what was not found is nothing.
fn filled(text: &str, groups: &[String]) -> String {
    let mut pieces = text.split('$');
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
        match piece[..digits].parse::<usize>() {
            Ok(number) => filled += groups.get(number).map_or("", String::as_str),
            Err(_) => filled.push('$'),
        }
        filled += &piece[digits..];
    }
    filled
}

/// The visitor's query is kept unless the target has one of its own.
fn passed_on(location: &str, query: &str) -> String {
    let (address, fragment) = location.find('#').map_or((location, ""), |at| location.split_at(at));
    if query.is_empty() || address.contains('?') { location.to_owned() } else { format!("{address}?{query}{fragment}") }
}

fn find<'a>(site: &'a Site, path: &str) -> Option<&'a Served> {
    let path = decode_url(path.split('?').next().unwrap_or_default()).into_owned();
    let path = path.trim_start_matches('/').trim_end_matches('/');
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
    [path.to_owned(), below("index"), below("index.html")].iter().find_map(|path| site.served.get(path))
}

fn served(status: u16, file: &Served) -> Reply {
    Reply::bytes(status, &file.kind, file.bytes.to_vec())
}

fn with(mut reply: Reply, headers: Vec<(String, String)>) -> Reply {
    for (name, value) in headers {
        set(&mut reply.headers, &name, value);
    }
    reply
}

fn set(headers: &mut Vec<(String, String)>, name: &str, value: String) {
    let name = name.to_ascii_lowercase();
    headers.retain(|(known, _)| *known != name);
    headers.push((name, value));
}

//! Headers of a site as routes of Vercel.
//!
//! The file adds up: what several rules say about one header is joined, and a rule may take away what earlier ones set. Of Vercel's routes
//! the last one that fits wins, and none takes anything away. So each set of rules that may fit one path together becomes a route
//! with the joined value, behind those of its parts, for the paths on which nothing is taken away afterwards.

use super::config::{Condition, Route, Step};
use super::place::Place;
use crate::rules::{HeaderLine, HeaderRule, Headers};
use std::collections::{BTreeMap, BTreeSet};

/// The most rules whose values for one header may add up.
const MOST_JOINED: usize = 8;

/// A line about one header.
struct Event<'a> {
    /// The number of its rule.
    rule: usize,
    place: &'a Place,
    /// None if the header is taken away.
    value: Option<&'a str>,
}

/// A header for the paths that fit, to be sent by a route of this rule.
struct Sending {
    rule: usize,
    src: String,
    host: Option<String>,
    name: String,
    value: String,
}

/// The routes, in the order of the rules; an error says what cannot be said in routes.
pub(super) fn routes(headers: &Headers) -> Result<Vec<Step>, String> {
    let places: Vec<(&HeaderRule, Place)> =
        headers.iter().filter_map(|rule| Place::of(rule).map(|place| (rule, place))).collect();
    let mut events: BTreeMap<&str, Vec<Event>> = BTreeMap::new();
    for (number, (rule, place)) in places.iter().enumerate() {
        for line in &rule.lines {
            let (name, value) = match line {
                HeaderLine::Set(name, value) => (name, Some(value.as_str())),
                HeaderLine::Unset(name) => (name, None),
            };
            events.entry(name).or_default().push(Event { rule: number, place, value });
        }
    }
    let mut sendings = Vec::new();
    for (name, events) in &events {
        sendings.extend(of_one_header(name, events)?);
    }
    // Whatever the headers, a route of a later rule comes later.
    sendings.sort_by_key(|sending| sending.rule);
    Ok(grouped(sendings))
}

fn of_one_header(name: &str, events: &[Event]) -> Result<Vec<Sending>, String> {
    let mut sets: Vec<Vec<usize>> = Vec::new();
    let mut sendings = Vec::new();
    for at in (0..events.len()).filter(|at| events[*at].value.is_some()) {
        let joined: Vec<Vec<usize>> =
            sets.iter().filter(|set| joins(set, at, events)).map(|set| [set, &[at][..]].concat()).collect();
        let new = [vec![vec![at]], joined].concat();
        if new.len() > MOST_JOINED {
            return Err(format!("the values of the header `{name}` add up in too many ways"));
        }
        for set in &new {
            sendings.push(sending(name, set, events)?);
        }
        sets.extend(new);
    }
    Ok(sendings)
}

/// Whether the header at `at` can be sent along with those of `set`: a path may be in all their places, and nothing between them takes
/// the earlier ones away whenever the later one is sent.
fn joins(set: &[usize], at: usize, events: &[Event]) -> bool {
    let place = events[at].place;
    let meets = set.iter().all(|earlier| events[*earlier].place.may_meet(place));
    let last = set.last().copied().unwrap_or(at);
    meets && !events[last..at].iter().any(|event| event.value.is_none() && event.place == place)
}

fn sending(name: &str, set: &[usize], events: &[Event]) -> Result<Sending, String> {
    let first = set.first().copied().unwrap_or_default();
    let parts: Vec<&Event> = set.iter().map(|at| &events[*at]).collect();
    let mut conditions: Vec<String> = Vec::new();
    let mut places: Vec<&Place> = Vec::new();
    for part in &parts {
        if !places.contains(&part.place) {
            places.push(part.place);
        }
    }
    let (own, others) = places.split_last().map_or((parts[0].place, &[][..]), |(own, others)| (*own, others));
    conditions.extend(others.iter().map(|place| format!("(?={}$)", place.path)));
    let taken = events.iter().enumerate().skip(first).filter(|(at, event)| {
        let is_set_again = events[*at..].iter().any(|later| later.rule == event.rule && later.value.is_some());
        event.value.is_none() && !is_set_again && places.iter().all(|place| place.may_meet(event.place))
    });
    let taken: Vec<&Place> = taken.map(|(_, event)| event.place).collect();
    conditions.extend(taken.iter().map(|place| format!("(?!{}$)", place.path)));
    // A route knows one host name, and cannot say that a path is elsewhere at another.
    let hosts: BTreeSet<&String> = places.iter().filter_map(|place| place.host.as_ref()).collect();
    let host = hosts.first().map(|host| (*host).clone());
    if hosts.len() > 1 || taken.iter().any(|place| place.host.is_some() && place.host != host) {
        return Err(format!("the header `{name}` is joined or taken away by rules for different host names"));
    }
    let rule = parts.last().map_or(0, |part| part.rule);
    let value = parts.iter().filter_map(|part| part.value).collect::<Vec<_>>().join(", ");
    let src = format!("^{}{}$", conditions.concat(), own.path);
    Ok(Sending { rule, src, host, name: name.to_owned(), value })
}

/// One route for the headers that are sent for the same paths. A header stays behind those of its name that came before.
fn grouped(sendings: Vec<Sending>) -> Vec<Step> {
    let mut routes: Vec<Route> = Vec::new();
    for Sending { src, host, name, value, .. } in sendings {
        let has = host.map(|host| [Condition::host(host)]);
        let known = routes.iter().rposition(|route| route.src == src && route.has == has);
        let fits = known.filter(|at| !routes[*at + 1..].iter().any(|route| route.headers.contains_key(&name)));
        match fits {
            Some(at) => drop(routes[at].headers.insert(name, value)),
            None => {
                let headers = BTreeMap::from([(name, value)]);
                routes.push(Route { has, headers, continues: true, ..Route::of(src) });
            }
        }
    }
    routes.into_iter().map(|route| Step::Route(Box::new(route))).collect()
}

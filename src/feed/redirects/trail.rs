//! Redirects that lead to redirects: visitors are sent to the end at once.

use super::goal::Goal;
use super::known::Known;
use super::rule::{Reach, Rule};
use crate::diag::{Diagnostic, nearest};
use crate::model::{Route, Site};
use std::collections::BTreeMap;

/// Replaces each goal by the end of the trail that begins there; trails that never end are mistakes.
pub(super) fn shorten(rules: &mut Vec<Rule>, found: &mut Vec<Diagnostic>) {
    let ends: Vec<_> = {
        let map = Map::of(rules);
        (0..rules.len()).map(|at| map.end(at)).collect()
    };
    let mut ends = ends.into_iter();
    rules.retain_mut(|rule| match ends.next() {
        Some(End::At(goal)) => {
            rule.to = goal;
            true
        }
        Some(End::Circle(Some(trail))) => {
            let fault = rule.fault(format!("redirects run in a circle: {trail}"));
            found.push(fault.hint("let one of them lead to a page"));
            false
        }
        _ => false,
    });
}

/// What comes at the end of a trail.
enum End {
    At(Goal),
    /// It never ends; told once, by the first of the redirects in the circle.
    Circle(Option<String>),
}

struct Map<'m, 'a> {
    rules: &'m [Rule<'a>],
    exact: BTreeMap<&'m str, usize>,
    below: Vec<usize>,
}

impl<'m, 'a> Map<'m, 'a> {
    fn of(rules: &'m [Rule<'a>]) -> Self {
        let (below, exact): (Vec<_>, Vec<_>) = (0..rules.len()).partition(|at| rules[*at].reach == Reach::Below);
        Self { rules, exact: exact.into_iter().map(|at| (rules[at].key(), at)).collect(), below }
    }

    /// The redirect that takes a visitor on from `route`.
    fn next(&self, route: &Route) -> Option<usize> {
        let path = route.as_str();
        let both =
            || self.exact.get(path.trim_end_matches('/')).filter(|at| self.rules[**at].reach == Reach::BothForms);
        let below = || self.below.iter().find(|at| path.starts_with(self.rules[**at].prefix()));
        self.exact.get(path).or_else(both).or_else(below).copied()
    }

    fn end(&self, start: usize) -> End {
        let mut goal = self.rules[start].to.clone();
        let mut trail = vec![start];
        loop {
            let Goal::Inside { route, tail } = &goal else { return End::At(goal) };
            let Some(next) = self.next(route) else { return End::At(goal) };
            if let Some(entry) = trail.iter().position(|at| *at == next) {
                let circle = &trail[entry..];
                let is_told_here = circle.iter().min() == Some(&start);
                return End::Circle(is_told_here.then(|| self.told(circle)));
            }
            trail.push(next);
            let rule = &self.rules[next];
            let rest = route.as_str().get(rule.prefix().len()..).unwrap_or_default();
            let onward = if rule.reach == Reach::Below { rule.to.with_splat(rest) } else { rule.to.clone() };
            goal = onward.with_tail(tail);
        }
    }

    fn told(&self, circle: &[usize]) -> String {
        let stops = circle.iter().chain(circle.first()).map(|at| format!("`{}`", self.rules[*at].from));
        stops.collect::<Vec<_>>().join(" → ")
    }
}

/// Gives goals the address under which their page is published; goals that nothing answers are mistakes.
pub(super) fn check_ends(site: &Site, rules: &mut Vec<Rule>, known: &Known, found: &mut Vec<Diagnostic>) {
    rules.retain_mut(|rule| {
        let is_open = rule.to.has_splat();
        let Goal::Inside { route, .. } = &mut rule.to else { return true };
        if is_open {
            return true;
        }
        if let Some(proper) = known.proper(route) {
            *route = proper;
            return true;
        }
        let message = format!("the redirect from `{}` leads to `{route}`, which does not exist", rule.from);
        let hint = hint(site, route, known);
        found.push(rule.fault(message).hint(hint));
        false
    });
}

fn hint(site: &Site, route: &Route, known: &Known) -> String {
    match nearest(route.as_str(), known.pages()) {
        Some(near) => format!("did you mean `{near}`? paths are meant below `{}`", site.spec.base_url),
        None => format!("name a path that is published below `{}`, or an address elsewhere", site.spec.base_url),
    }
}

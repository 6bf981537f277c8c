//! Redirects as people wrote them, checked one by one.

use super::goal::{Goal, SPLAT, decoded};
use super::known::Known;
use crate::diag::{Code, Diagnostic, Place};
use crate::model::{Page, RedirectRule, Route, Site, UrlStyle};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// One redirect.
pub(super) struct Rule<'a> {
    /// The old path, decoded; ends in `*` if it stands for many.
    pub(super) from: Route,
    /// Which paths it catches.
    pub(super) reach: Reach,
    /// The new address.
    pub(super) to: Goal,
    /// 301, 302, 307 or 308.
    pub(super) status: u16,
    /// The page whose alias it is.
    pub(super) page: Option<&'a Page>,
}

/// Which paths a redirect catches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Exactly the old path.
    Exact,
    /// The old path with and without a slash at its end.
    BothForms,
    /// Everything that begins like the old path.
    Below,
}

impl Rule<'_> {
    /// What two redirects share if hosts see only the first of them.
    pub(super) fn key(&self) -> &str {
        match self.reach {
            Reach::BothForms => self.from.as_str().trim_end_matches('/'),
            Reach::Exact | Reach::Below => self.from.as_str(),
        }
    }

    /// The part of the old path before `*`.
    pub(super) fn prefix(&self) -> &str {
        self.from.as_str().trim_end_matches('*')
    }

    /// A message about it, in the file of the page whose alias it is.
    pub(super) fn fault(&self, message: String) -> Diagnostic {
        let fault = Diagnostic::error(Code::BadRedirect, message);
        match place(self.page) {
            Some(place) => fault.at(place),
            None => fault,
        }
    }
}

/// The redirects of the settings, then the aliases of pages; those that no host would take are left out.
pub(super) fn collect<'a>(site: &'a Site, found: &mut Vec<Diagnostic>) -> Vec<Rule<'a>> {
    let mut rules = Vec::new();
    for written in &site.spec.settings.redirects {
        match written_rule(site, written) {
            Ok(rule) => rules.push(rule),
            Err(fault) => found.push(fault),
        }
    }
    for page in &site.pages {
        for alias in &page.aliases {
            match alias.out_path() {
                Ok(_) => rules.push(alias_rule(site, page, alias)),
                Err(fault) => {
                    let fault =
                        Diagnostic::error(Code::BadPath, format!("the alias `{alias}` cannot be used: {fault}"));
                    found.push(match place(Some(page)) {
                        Some(place) => fault.at(place),
                        None => fault,
                    });
                }
            }
        }
    }
    rules
}

fn written_rule<'a>(site: &Site, written: &RedirectRule) -> Result<Rule<'a>, Diagnostic> {
    let RedirectRule { from, to, status } = written;
    let fault = |message: String| Diagnostic::error(Code::BadRedirect, message);
    if !from.starts_with('/') || from.starts_with("//") {
        return Err(
            fault(format!("the old path `{from}` does not begin with one `/`")).hint("write it without the domain")
        );
    }
    if from.contains(['?', '#']) {
        return Err(
            fault(format!("hosts do not see what follows `?` or `#` in `{from}`")).hint("redirect the path alone")
        );
    }
    let star = from.find('*');
    if star.is_some_and(|at| at + 1 < from.len()) {
        return Err(fault(format!("the old path `{from}` has a `*` before its end"))
            .hint("a `*` can only be the last character"));
    }
    if from.split("/:").skip(1).any(|name| name.starts_with(|c: char| c.is_ascii_alphabetic())) {
        return Err(fault(format!("the old path `{from}` has a placeholder, which few hosts know"))
            .hint("end it with `*` instead"));
    }
    if !matches!(status, 301 | 302 | 307 | 308) {
        return Err(
            fault(format!("`{from}` cannot be redirected with the status {status}")).hint("use 301, 302, 307 or 308")
        );
    }
    let to = Goal::parse(site, to)?;
    if to.has_splat() && star.is_none() {
        return Err(
            fault(format!("`{SPLAT}` has no `*` in `{from}` to take its place")).hint("end the old path with `*`")
        );
    }
    let from = Route::verbatim(&decoded(from));
    let reach = if star.is_some() { Reach::Below } else { reach(site, &from) };
    Ok(Rule { from, reach, to, status: *status, page: None })
}

fn alias_rule<'a>(site: &Site, page: &'a Page, alias: &Route) -> Rule<'a> {
    let to = Goal::Inside { route: page.route.clone(), tail: String::new() };
    Rule { from: alias.clone(), reach: reach(site, alias), to, status: 301, page: Some(page) }
}

fn reach(site: &Site, from: &Route) -> Reach {
    let is_clean = extension(from).is_none() && from.as_str() != "/";
    match site.spec.settings.url_style {
        UrlStyle::Slash if is_clean => Reach::BothForms,
        _ => Reach::Exact,
    }
}

/// `php` of `/old.php`; nothing of `/version-1.2`.
pub(super) fn extension(path: &Route) -> Option<&str> {
    let (_, extension) = path.as_str().rsplit('/').next()?.rsplit_once('.')?;
    let fits = extension.len() <= 5 && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (fits && extension.starts_with(|c: char| c.is_ascii_alphabetic())).then_some(extension)
}

/// Keeps the first redirect of each path; a later one that leads elsewhere is a mistake.
pub(super) fn drop_repeated(rules: &mut Vec<Rule>, found: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<String, (Goal, Option<Place>)> = BTreeMap::new();
    rules.retain(|rule| match first.entry(rule.key().to_owned()) {
        Entry::Vacant(free) => {
            free.insert((rule.to.clone(), place(rule.page)));
            true
        }
        Entry::Occupied(taken) => {
            let (to, place) = taken.get();
            if *to != rule.to {
                let fault = rule.fault(format!("`{}` is redirected twice, to different addresses", rule.from));
                found.push(fault.note("the other redirect is here", place.clone()).hint("keep one of them"));
            }
            false
        }
    });
}

/// A redirect wins over a file, so one at the path of a page would hide it.
pub(super) fn drop_shadowing(rules: &mut Vec<Rule>, known: &Known, found: &mut Vec<Diagnostic>) {
    rules.retain(|rule| {
        let hidden = match rule.reach {
            Reach::Below => known.below(rule.prefix()).map(|path| format!("/{path}")),
            Reach::Exact | Reach::BothForms => Some(rule.from.to_string()).filter(|path| known.answers(path)),
        };
        let Some(hidden) = hidden else { return true };
        let message = match hidden == rule.from.as_str() {
            true => format!("a redirect from `{hidden}` would hide what is published there"),
            false => format!("a redirect from `{}` would hide `{hidden}`", rule.from),
        };
        found.push(rule.fault(message).hint("remove the redirect, or move what it hides"));
        false
    });
}

fn place(page: Option<&Page>) -> Option<Place> {
    page.and_then(|page| page.source.as_ref()).map(|source| Place::file(source.file.clone()))
}

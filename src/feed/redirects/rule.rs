//! Redirects as people wrote them, checked one by one.

use super::goal::{Goal, SPLAT};
use super::known::Known;
use crate::diag::{Code, Diagnostic, Place};
use crate::model::{Page, RedirectRule, Route, Site, UrlStyle, decode_url};
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
    /// Where it was written; none for the alias of a page that no file made.
    pub(super) place: Option<Place>,
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

    /// A message about it.
    pub(super) fn fault(&self, message: String) -> Diagnostic {
        let in_settings = self.page.is_none();
        Diagnostic { place: self.place.clone(), in_settings, ..Diagnostic::error(Code::BadRedirect, message) }
    }
}

/// The redirects of the settings, then the aliases of pages; those that no host would take are left out.
pub(super) fn collect<'a>(site: &'a Site, found: &mut Vec<Diagnostic>) -> Vec<Rule<'a>> {
    let mut rules = Vec::new();
    for (at, written) in site.spec.settings.redirects.iter().enumerate() {
        let place = |key: &str| site.spec.declared.setting(&format!("redirects.{at}.{key}"));
        match written_rule(site, written) {
            Ok(rule) => rules.push(Rule { place: Some(place("from")), ..rule }),
            Err((key, fault)) => found.push(fault.at_setting(place(key))),
        }
    }
    for page in &site.pages {
        for alias in &page.aliases {
            match alias.out_path() {
                Ok(_) => rules.push(alias_rule(site, page, alias)),
                Err(fault) => {
                    let message = format!("the alias `{alias}` cannot be used: {fault}");
                    let hint = "write the old path of the page, such as `/old-name/`";
                    let fault = Diagnostic::error(Code::BadPath, message).hint(hint);
                    found.push(Diagnostic { place: place(page), ..fault });
                }
            }
        }
    }
    rules
}

/// A redirect of the settings, or what is wrong with it and the key that says so.
fn written_rule<'a>(site: &Site, written: &RedirectRule) -> Result<Rule<'a>, (&'static str, Diagnostic)> {
    let RedirectRule { from, to, status } = written;
    let star = from.find('*');
    if let Some((message, hint)) = refusal(from, star) {
        return Err(("from", Diagnostic::error(Code::BadRedirect, message).hint(hint)));
    }
    if !matches!(status, 301 | 302 | 307 | 308) {
        let message = format!("`{from}` cannot be redirected with the status {status}");
        return Err(("status", Diagnostic::error(Code::BadRedirect, message).hint("use 301, 302, 307 or 308")));
    }
    let to = Goal::parse(site, to).map_err(|fault| ("to", fault))?;
    if to.has_splat() && star.is_none() {
        let message = format!("`{SPLAT}` has no `*` in `{from}` to take its place");
        return Err(("to", Diagnostic::error(Code::BadRedirect, message).hint("end the old path with `*`")));
    }
    let from = Route::verbatim(&decode_url(from));
    let reach = if star.is_some() { Reach::Below } else { reach(site, &from) };
    Ok(Rule { from, reach, to, status: *status, page: None, place: None })
}

/// Why hosts refuse an old path whose first `*` is at `star`, and what to do.
fn refusal(from: &str, star: Option<usize>) -> Option<(String, &'static str)> {
    if !from.starts_with('/') || from.starts_with("//") {
        return Some((format!("the old path `{from}` does not begin with one `/`"), "write it without the domain"));
    }
    if from.contains(['?', '#']) {
        let message = format!("hosts do not see what follows `?` or `#` in `{from}`");
        return Some((message, "redirect the path alone"));
    }
    if star.is_some_and(|at| at + 1 < from.len()) {
        let message = format!("the old path `{from}` has a `*` before its end");
        return Some((message, "a `*` can only be the last character"));
    }
    let is_name = |name: &str| name.starts_with(|c: char| c.is_ascii_alphabetic());
    let message = || format!("the old path `{from}` has a placeholder, which few hosts know");
    from.split("/:").skip(1).any(is_name).then(|| (message(), "end it with `*` instead"))
}

fn alias_rule<'a>(site: &Site, page: &'a Page, alias: &Route) -> Rule<'a> {
    let to = Goal::Inside { route: page.route.clone(), tail: String::new() };
    Rule { from: alias.clone(), reach: reach(site, alias), to, status: 301, page: Some(page), place: place(page) }
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
            free.insert((rule.to.clone(), rule.place.clone()));
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
        let message = if hidden == rule.from.as_str() {
            format!("a redirect from `{hidden}` would hide what is published there")
        } else {
            format!("a redirect from `{}` would hide `{hidden}`", rule.from)
        };
        found.push(rule.fault(message).hint("remove the redirect, or move what it hides"));
        false
    });
}

fn place(page: &Page) -> Option<Place> {
    page.source.as_ref().map(|source| Place::file(source.file.clone()))
}

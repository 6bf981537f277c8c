//! `_redirects`, within the limits of hosts.

use super::fallback;
use super::rule::{Reach, Rule};
use crate::diag::{Code, Diagnostic};
use crate::feed::Output;
use crate::model::Site;

/// The most redirects of single paths.
const MOST_STATIC: usize = 2_000;
/// The most redirects with a `*`.
const MOST_DYNAMIC: usize = 100;
/// The longest line.
const LONGEST_LINE: usize = 1_000;

/// Writes the list. Single paths come first: hosts count everything after the first `*` as having one.
pub(super) fn write(site: &Site, rules: &[Rule], output: &mut Output) {
    let (dynamic, fixed): (Vec<_>, Vec<_>) = rules.iter().partition(|rule| rule.reach == Reach::Below);
    let (spare, needed): (Vec<_>, Vec<_>) = fixed.into_iter().partition(|rule| fallback::path(rule).is_some());
    let needed: Vec<_> = needed.into_iter().flat_map(|rule| lines(site, rule, &mut output.found)).collect();
    let spare: Vec<_> = spare.into_iter().flat_map(|rule| lines(site, rule, &mut output.found)).collect();
    let dynamic: Vec<_> = dynamic.into_iter().flat_map(|rule| lines(site, rule, &mut output.found)).collect();
    if let Some(fault) = too_many(needed.len(), spare.len(), dynamic.len()) {
        output.found.push(fault.at_setting(site.spec.declared.setting("redirects")));
    }
    let kept = needed.iter().chain(&spare).take(MOST_STATIC).chain(&dynamic);
    let text: String = kept.map(String::as_str).collect();
    if !text.is_empty() {
        output.add("_redirects", text.into_bytes(), "the list of redirects");
    }
}

/// Aliases beyond the limit are still answered by the page at the old address, only more slowly.
fn too_many(needed: usize, spare: usize, dynamic: usize) -> Option<Diagnostic> {
    if dynamic > MOST_DYNAMIC {
        let message = format!("there are {dynamic} redirects with a `*`, hosts take {MOST_DYNAMIC}");
        return Some(Diagnostic::error(Code::BadRedirect, message).hint("join some of them"));
    }
    if needed > MOST_STATIC {
        let message = format!("there are {needed} redirects, hosts take {MOST_STATIC}");
        return Some(Diagnostic::error(Code::BadRedirect, message).hint("replace some of them by one with a `*`"));
    }
    let total = needed + spare;
    (total > MOST_STATIC).then(|| {
        let message = format!("there are {total} redirects, hosts take {MOST_STATIC}");
        Diagnostic::warning(Code::BadRedirect, message)
            .hint("the others are answered by a page that sends visitors on; replace some of them by one with a `*`")
    })
}

/// The lines of one redirect.
fn lines(site: &Site, rule: &Rule, found: &mut Vec<Diagnostic>) -> Vec<String> {
    let from = site.spec.base_url.link(&rule.from);
    let to = rule.to.link(site);
    let line = format!("{from} {to} {}\n", rule.status);
    if line.len() > LONGEST_LINE {
        let message =
            format!("the redirect from `{}` takes {} characters, hosts take {LONGEST_LINE}", rule.from, line.len());
        found.push(rule.fault(message).hint("shorten one of its addresses"));
        return Vec::new();
    }
    match rule.reach {
        Reach::BothForms => {
            let bare = from.trim_end_matches('/');
            vec![format!("{bare} {to} {}\n", rule.status), format!("{bare}/ {to} {}\n", rule.status)]
        }
        Reach::Exact | Reach::Below => vec![line],
    }
}

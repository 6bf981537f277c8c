//! Redirects: the list for hosts that know one, and a small page at each old address for hosts that do not.

mod fallback;
mod goal;
mod known;
mod list;
mod rule;
mod trail;

#[cfg(test)]
mod tests;

use super::{Output, PrintedPage};
use crate::model::Site;
use known::Known;

/// The paths that are redirected, and what other paths begin with that are.
pub(super) fn from(site: &Site) -> (Vec<String>, Vec<String>) {
    let rules = rule::collect(site, &mut Vec::new());
    let (below, single): (Vec<_>, Vec<_>) = rules.iter().partition(|rule| rule.reach == rule::Reach::Below);
    let paths = single.iter().map(|rule| rule.from.to_string()).collect();
    (paths, below.iter().map(|rule| rule.prefix().to_owned()).collect())
}

/// Writes `_redirects` and the pages at old addresses.
pub(super) fn write(site: &Site, pages: &[PrintedPage], output: &mut Output) {
    let mut rules = rule::collect(site, &mut output.found);
    if rules.is_empty() {
        return;
    }
    let known = Known::of(site, pages, &output.made);
    rule::drop_repeated(&mut rules, &mut output.found);
    rule::drop_shadowing(&mut rules, &known, &mut output.found);
    trail::shorten(&mut rules, &mut output.found);
    trail::check_ends(site, &mut rules, &known, &mut output.found);
    list::write(site, &rules, output);
    fallback::write(site, &rules, output);
}

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

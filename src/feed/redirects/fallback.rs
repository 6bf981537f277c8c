//! Pages at old addresses, for hosts that know nothing of redirects.

use super::rule::{Reach, Rule, extension};
use crate::feed::Output;
use crate::feed::xml::push_escaped;
use crate::model::{OutPath, Page, Route, Site, UrlStyle};
use std::collections::BTreeSet;

/// Writes a page for each alias that can have one.
pub(super) fn write(site: &Site, rules: &[Rule], output: &mut Output) {
    let mut taken = BTreeSet::new();
    for rule in rules {
        let (Some(path), Some(page)) = (path(rule), rule.page) else { continue };
        // Not every file system keeps names apart that differ only in case; hosts with redirects answer all of them.
        let name = path.collision_key();
        if name != page.out.collision_key() && taken.insert((&page.key, name.into_owned())) {
            output.add(path.as_str(), html(site, page, rule).into_bytes(), "the page at an alias");
        }
    }
}

/// The file for the page at an old address; none for redirects of the settings and for addresses of other kinds of files.
pub(super) fn path(rule: &Rule) -> Option<OutPath> {
    let is_html = matches!(extension(&rule.from), None | Some("html" | "htm"));
    let at = match rule.reach {
        Reach::BothForms => Route::of_segments(rule.from.as_str(), UrlStyle::Slash),
        Reach::Exact | Reach::Below => rule.from.clone(),
    };
    at.out_path().ok().filter(|_| rule.page.is_some() && is_html)
}

fn html(site: &Site, page: &Page, rule: &Rule) -> String {
    let [mut language, mut title, mut link, mut address] = [const { String::new() }; 4];
    push_escaped(&mut language, site.spec.language.tag());
    push_escaped(&mut title, &page.title);
    push_escaped(&mut link, &rule.to.link(site));
    push_escaped(&mut address, &rule.to.absolute(site));
    format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"robots\" content=\"noindex\"><link rel=\"canonical\" href=\"{address}\">\
         <meta http-equiv=\"refresh\" content=\"0; url={link}\"></head>\
         <body><p><a href=\"{link}\">{title}</a></p></body></html>\n"
    )
}

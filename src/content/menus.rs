//! Menus of a site lead to pages of the site.

use crate::diag::{Code, Diagnostic, nearest};
use crate::model::{Away, MenuItem, Site};

/// Reports entries of menus that lead nowhere.
pub(super) fn check(site: &Site, faults: &mut Vec<Diagnostic>) {
    for (name, items) in &site.spec.settings.menus {
        check_items(site, name, items, &format!("menus.{name}"), faults);
    }
}

/// `path` leads to the entries in the settings.
fn check_items(site: &Site, menu: &str, items: &[MenuItem], path: &str, faults: &mut Vec<Diagnostic>) {
    for (at, item) in items.iter().enumerate() {
        let place = || site.spec.declared.setting(&format!("{path}.{at}.url"));
        match item.url.strip_prefix("@/") {
            Some(target) => {
                let key = target.split(['#', '?']).next().unwrap_or_default();
                if site.find(key).is_none() {
                    let fault = match site.conditions.away(key) {
                        Some(away) => left_out(menu, item, away),
                        None => dead_end(site, menu, item, key),
                    };
                    faults.push(fault.at_setting(place()));
                }
            }
            None if is_relative(&item.url) => faults.push(adrift(site, menu, item).at_setting(place())),
            None => {}
        }
        if !item.items.is_empty() {
            check_items(site, menu, &item.items, &format!("{path}.{at}.items"), faults);
        }
    }
}

/// Whether an address leads somewhere else from every page.
fn is_relative(url: &str) -> bool {
    !url.starts_with(['/', '#', '?']) && !url.contains(':')
}

fn adrift(site: &Site, menu: &str, item: &MenuItem) -> Diagnostic {
    let message = format!(
        "the entry `{}` of the menu `{menu}` leads to `{}`, which is another place on every page",
        item.title, item.url
    );
    let name = item.url.trim_start_matches("./").trim_end_matches('/');
    let name = name.trim_end_matches(".md").trim_end_matches(".html");
    let page = [format!("{name}.md"), format!("{name}/_index.md")].into_iter().find(|key| site.find(key).is_some());
    Diagnostic::error(Code::BadMenu, message).hint(match (page, name) {
        (Some(page), _) => format!("write `@/{page}`"),
        (None, "") => "write `@/about.md` for a page, or `/about/` for a path of the site".to_owned(),
        (None, name) => format!("write `@/{name}.md` for a page, or `/{name}/` for a path of the site"),
    })
}

fn left_out(menu: &str, item: &MenuItem, away: &Away) -> Diagnostic {
    let message = format!("the entry `{}` is left out of the menu `{menu}`, because `{}` {away}", item.title, item.url);
    Diagnostic::warning(Code::BadMenu, message).hint(match away {
        Away::Until(_) => "it appears in the menu on that date",
        Away::Since(_) => "remove the entry, or change `expire` in the page",
    })
}

fn dead_end(site: &Site, menu: &str, item: &MenuItem, key: &str) -> Diagnostic {
    let message =
        format!("the entry `{}` of the menu `{menu}` leads to `{}`, which does not exist", item.title, item.url);
    Diagnostic::error(Code::BadMenu, message).hint(match nearest(key, site.by_key.in_order()) {
        Some(meant) => format!("did you mean `@/{meant}`?"),
        None => "name a file below the site's folder, such as `@/about.md` for `about.md`".to_owned(),
    })
}

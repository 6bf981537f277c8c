//! Menus of a site lead to pages of the site.

use crate::diag::{Code, Diagnostic, nearest};
use crate::model::{MenuItem, Site};

/// Reports entries of menus that lead nowhere.
pub(super) fn check(site: &Site, faults: &mut Vec<Diagnostic>) {
    for (name, items) in &site.spec.settings.menus {
        items.iter().for_each(|item| check_item(site, name, item, faults));
    }
}

fn check_item(site: &Site, menu: &str, item: &MenuItem, faults: &mut Vec<Diagnostic>) {
    if let Some(target) = item.url.strip_prefix("@/") {
        let key = target.split('#').next().unwrap_or_default();
        if site.find(key).is_none() {
            faults.push(dead_end(site, menu, item, key));
        }
    }
    item.items.iter().for_each(|item| check_item(site, menu, item, faults));
}

fn dead_end(site: &Site, menu: &str, item: &MenuItem, key: &str) -> Diagnostic {
    let message =
        format!("the entry `{}` of the menu `{menu}` leads to `{}`, which does not exist", item.title, item.url);
    Diagnostic::error(Code::BadMenu, message).hint(match nearest(key, site.by_key.keys().map(|key| &**key)) {
        Some(meant) => format!("did you mean `@/{meant}`?"),
        None => format!("site `{}` has no page of that name", site.spec.id),
    })
}

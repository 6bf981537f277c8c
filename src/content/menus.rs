//! Menus of a site lead to pages of the site.

use crate::diag::{Code, Diagnostic, nearest};
use crate::model::{MenuItem, Site};

/// Reports entries of menus that lead nowhere.
pub(super) fn check(site: &Site, faults: &mut Vec<Diagnostic>) {
    for (name, items) in &site.spec.settings.menus {
        check_items(site, name, items, &format!("menus.{name}"), faults);
    }
}

/// `path` leads to the entries in the settings.
fn check_items(site: &Site, menu: &str, items: &[MenuItem], path: &str, faults: &mut Vec<Diagnostic>) {
    for (at, item) in items.iter().enumerate() {
        if let Some(target) = item.url.strip_prefix("@/") {
            let key = target.split('#').next().unwrap_or_default();
            if site.find(key).is_none() {
                let place = site.spec.declared.setting(&format!("{path}.{at}.url"));
                faults.push(dead_end(site, menu, item, key).at_setting(place));
            }
        }
        if !item.items.is_empty() {
            check_items(site, menu, &item.items, &format!("{path}.{at}.items"), faults);
        }
    }
}

fn dead_end(site: &Site, menu: &str, item: &MenuItem, key: &str) -> Diagnostic {
    let message =
        format!("the entry `{}` of the menu `{menu}` leads to `{}`, which does not exist", item.title, item.url);
    Diagnostic::error(Code::BadMenu, message).hint(match nearest(key, site.by_key.keys().map(|key| &**key)) {
        Some(meant) => format!("did you mean `@/{meant}`?"),
        None => "name a file below the site's folder, such as `@/about.md` for `about.md`".to_owned(),
    })
}

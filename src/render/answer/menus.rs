//! Menus.

use crate::model::{MenuItem, PageId, Site};
use crate::render::ask::{Answer, Fault, Mark};
use crate::render::values::map;
use std::collections::BTreeMap;
use std::slice::Iter;
use tera::Value;

/// Where the entries of each menu lead, in reading order.
pub(in crate::render) fn targets(site: &Site) -> BTreeMap<String, Vec<Option<PageId>>> {
    let menus = site.spec.settings.menus.iter();
    menus.map(|(name, items)| (name.clone(), shown(site, items).flat_map(|item| leads(site, item)).collect())).collect()
}

fn leads(site: &Site, item: &MenuItem) -> Vec<Option<PageId>> {
    let below = shown(site, &item.items).flat_map(|item| leads(site, item));
    std::iter::once(target(site, &item.url)).chain(below).collect()
}

/// The entries that do not lead to pages which the calendar keeps away.
fn shown<'a>(site: &'a Site, items: &'a [MenuItem]) -> impl Iterator<Item = &'a MenuItem> {
    let key = |item: &'a MenuItem| item.url.strip_prefix("@/")?.split(['#', '?']).next();
    items.iter().filter(move |item| key(item).is_none_or(|key| site.conditions.away(key).is_none()))
}

/// How entries that lead to `targets` relate to `page`. The home page is above everything, so that it is marked only where it is
/// the current page.
pub(in crate::render) fn marks(site: &Site, targets: &[Option<PageId>], page: Option<PageId>) -> Vec<Mark> {
    let trail: Vec<_> = std::iter::successors(page, |id| site.page(*id).parent).collect();
    let mark = |target: &Option<PageId>| match target {
        Some(_) if *target == page => Mark::Current,
        Some(target) if *target != Site::HOME && trail.contains(target) => Mark::Within,
        _ => Mark::Elsewhere,
    };
    targets.iter().map(mark).collect()
}

/// The page that an entry leads to.
fn target(site: &Site, url: &str) -> Option<PageId> {
    match url.strip_prefix("@/") {
        Some(key) => site.find(key.split(['#', '?']).next()?),
        None => site.ids().find(|id| url.starts_with('/') && site.page(*id).route.as_str() == url),
    }
}

/// The links of the entries of a menu, in reading order.
pub(super) fn links(site: &Site, items: &[MenuItem], found: &mut Vec<String>) -> Result<(), Fault> {
    shown(site, items).try_for_each(|item| {
        found.push(super::files::link(site, &item.url)?);
        links(site, &item.items, found)
    })
}

/// The entries of a menu.
pub(super) fn menu(site: &Site, name: &str, marks: &[Mark]) -> Answer {
    entries(site, items(site, name), &mut marks.iter())
}

/// The entries of a menu, as the settings name them.
pub(super) fn items<'a>(site: &'a Site, name: &str) -> &'a [MenuItem] {
    site.spec.settings.menus.get(name).map(Vec::as_slice).unwrap_or_default()
}

fn entries(site: &Site, items: &[MenuItem], marks: &mut Iter<'_, Mark>) -> Answer {
    let entry = |item: &MenuItem| {
        let mark = marks.next().copied().unwrap_or(Mark::Elsewhere);
        Ok::<_, Fault>(map([
            ("current", Value::from(mark == Mark::Current)),
            ("items", entries(site, &item.items, marks)?),
            ("title", Value::from(item.title.as_str())),
            ("url", Value::from(super::files::link(site, &item.url)?)),
            ("within", Value::from(mark != Mark::Elsewhere)),
        ]))
    };
    Ok(Value::from(shown(site, items).map(entry).collect::<Result<Vec<_>, _>>()?))
}

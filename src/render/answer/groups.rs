//! Taxonomies and their terms.

use crate::diag::{list, nearest};
use crate::model::{PageId, Site, Taxonomy, Term};
use crate::render::ask::{Answer, Desk, Fault};
use crate::render::values::map;
use tera::Value;

/// The place of the taxonomy called `name` among those that pages use; none if no page carries a term of it.
fn place(site: &Site, name: &str) -> Result<Option<usize>, Fault> {
    let used = site.taxonomies.iter().position(|taxonomy| taxonomy.spec.name == name);
    let known = || site.spec.settings.taxonomies.iter().map(|taxonomy| taxonomy.name.as_str());
    if used.is_some() || known().any(|known| known == name) {
        return Ok(used);
    }
    let hint = match nearest(name, known()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("the site has {}", list(known())),
    };
    Err(Fault::new(format!("there is no taxonomy `{name}`")).hint(hint))
}

/// The terms of a taxonomy; none if no page carries one.
pub(super) fn all_terms<'s>(site: &'s Site, name: &str) -> Result<&'s [Term], Fault> {
    Ok(place(site, name)?.map_or(&[], |place| &site.taxonomies[place].terms))
}

/// The same as values.
pub(super) fn terms(desk: &Desk, name: &str) -> Answer {
    Ok(Value::from(all_terms(&desk.site, name)?.iter().map(|term| desk.term(term.page)).collect::<Vec<_>>()))
}

/// The terms that a page has in one of the taxonomies.
pub(super) fn terms_of(desk: &Desk, taxonomy: &str, id: PageId) -> Answer {
    Ok(Value::from(carried(&desk.site, taxonomy, id)?.iter().map(|term| desk.term(*term)).collect::<Vec<_>>()))
}

/// The same as pages.
pub(super) fn carried<'s>(site: &'s Site, taxonomy: &str, id: PageId) -> Result<&'s [PageId], Fault> {
    let terms = place(site, taxonomy)?.and_then(|place| site.page(id).terms.get(place));
    Ok(terms.map(Vec::as_slice).unwrap_or_default())
}

/// What lists tell about a term.
pub(in crate::render) fn term(site: &Site, term: PageId) -> Value {
    let page = site.page(term);
    map([
        ("count", Value::from(page.children.len())),
        ("title", Value::from(&*page.title)),
        ("url", Value::from(site.spec.base_url.link(&page.route))),
    ])
}

/// All taxonomies, in the order of the settings.
pub(super) fn taxonomies(site: &Site) -> Value {
    let entry = |taxonomy: &Taxonomy| {
        let route = &site.page(taxonomy.page).route;
        map([
            ("name", Value::from(taxonomy.spec.name.as_str())),
            ("title", Value::from(taxonomy.spec.title.as_str())),
            ("url", Value::from(site.spec.base_url.link(route))),
        ])
    };
    Value::from(site.taxonomies.iter().map(entry).collect::<Vec<_>>())
}

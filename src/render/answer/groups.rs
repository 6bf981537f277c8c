//! Taxonomies and their terms.

use crate::diag::{list, nearest};
use crate::model::{PageId, Site, Taxonomy};
use crate::render::ask::{Answer, Desk, Fault};
use crate::render::values::map;
use tera::Value;

/// The place of the taxonomy called `name` among those of the site.
pub(in crate::render) fn find_taxonomy(site: &Site, name: &str) -> Result<usize, Fault> {
    site.taxonomies.iter().position(|taxonomy| taxonomy.spec.name == name).ok_or_else(|| {
        let known = || site.taxonomies.iter().map(|taxonomy| taxonomy.spec.name.as_str());
        let hint = match nearest(name, known()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("the site has {}", list(known())),
        };
        Fault::new(format!("there is no taxonomy `{name}`")).hint(hint)
    })
}

/// The terms of a taxonomy.
pub(super) fn terms(desk: &Desk, name: &str) -> Answer {
    let taxonomy = &desk.site.taxonomies[find_taxonomy(&desk.site, name)?];
    Ok(Value::from(taxonomy.terms.iter().map(|term| desk.term(term.page)).collect::<Vec<_>>()))
}

/// The terms that a page has in one of the taxonomies.
pub(super) fn terms_of(desk: &Desk, taxonomy: usize, id: PageId) -> Value {
    Value::from(carried(&desk.site, taxonomy, id).iter().map(|term| desk.term(*term)).collect::<Vec<_>>())
}

/// The same as pages.
pub(super) fn carried(site: &Site, taxonomy: usize, id: PageId) -> &[PageId] {
    site.page(id).terms.get(taxonomy).map(Vec::as_slice).unwrap_or_default()
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

//! Taxonomies and their terms.

use crate::diag::{list, nearest};
use crate::model::{PageId, Site, Taxonomy};
use crate::render::ask::{Answer, Fault};
use crate::render::values::map;
use tera::Value;

/// The taxonomy called `name`.
pub(super) fn taxonomy<'a>(site: &'a Site, name: &str) -> Result<&'a Taxonomy, Fault> {
    site.taxonomies.iter().find(|taxonomy| taxonomy.spec.name == name).ok_or_else(|| {
        let known = || site.taxonomies.iter().map(|taxonomy| taxonomy.spec.name.as_str());
        let hint = match nearest(name, known()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("the site has {}", list(known())),
        };
        Fault::new(format!("there is no taxonomy `{name}`")).hint(hint)
    })
}

/// The terms of a taxonomy.
pub(super) fn terms(site: &Site, name: &str) -> Answer {
    let terms = taxonomy(site, name)?.terms.iter().map(|term| entry(site, term.page));
    Ok(Value::from(terms.collect::<Vec<_>>()))
}

/// The terms that the page at `path` has in a taxonomy.
pub(super) fn terms_of(site: &Site, name: &str, path: &str) -> Answer {
    let known = taxonomy(site, name)?;
    let page = site.page(super::lists::page(site, path)?);
    let at = site.taxonomies.iter().position(|taxonomy| taxonomy.spec.name == known.spec.name);
    let terms = at.and_then(|at| page.terms.get(at)).map(Vec::as_slice).unwrap_or_default();
    Ok(Value::from(terms.iter().map(|term| entry(site, *term)).collect::<Vec<_>>()))
}

fn entry(site: &Site, term: PageId) -> Value {
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

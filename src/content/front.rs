//! Front matter: what a page says about itself, read from a table of any notation.

use super::Context;
use super::fields::Reader;
use super::pages_from::PagesFrom;
use crate::diag::{Code, Diagnostic, Place, nearest};
use crate::model::{Data, Robots, Route, Stamp, Table};
use std::sync::Arc;

/// What a page says about itself.
#[derive(Debug, Default)]
pub(super) struct FrontMatter {
    pub(super) title: Option<Arc<str>>,
    pub(super) description: Option<Arc<str>>,
    pub(super) date: Option<Stamp>,
    pub(super) updated: Option<Stamp>,
    pub(super) slug: Option<Arc<str>>,
    pub(super) path: Option<Route>,
    pub(super) aliases: Vec<Route>,
    pub(super) draft: bool,
    pub(super) publish: Option<Stamp>,
    pub(super) expire: Option<Stamp>,
    pub(super) author: Option<Arc<str>>,
    pub(super) template: Option<Arc<str>>,
    pub(super) image: Option<Arc<str>>,
    pub(super) only_on: Option<Vec<String>>,
    pub(super) not_on: Vec<String>,
    pub(super) sitemap: Option<bool>,
    pub(super) robots: Robots,
    pub(super) weight: Option<i64>,
    pub(super) paginate: Option<usize>,
    pub(super) cascade: Table,
    pub(super) pages_from: Option<PagesFrom>,
    pub(super) extra: Table,
    /// For each taxonomy of the site's settings, the terms of the page.
    pub(super) terms: Vec<Vec<Label>>,
}

/// A term as a page writes it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) name: Arc<str>,
    pub(super) slug: String,
}

/// The keys every page may use; names of taxonomies come on top.
pub(super) const KEYS: [&str; 23] = [
    "aliases",
    "author",
    "cascade",
    "date",
    "description",
    "draft",
    "expire",
    "extra",
    "image",
    "not_on",
    "only_on",
    "pages_from",
    "paginate",
    "path",
    "publish",
    "robots",
    "sitemap",
    "slug",
    "taxonomies",
    "template",
    "title",
    "updated",
    "weight",
];

/// A mistake, and the key whose line shows it.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) key: String,
    pub(super) diagnostic: Diagnostic,
}

impl Fault {
    pub(super) fn new(key: &str, diagnostic: Diagnostic) -> Self {
        Self { key: key.to_owned(), diagnostic }
    }

    /// The mistake with its place in the text of `file`.
    pub(super) fn locate(self, file: &Arc<str>, text: &str) -> Diagnostic {
        let place = Place::key(Arc::clone(file), text, &self.key);
        self.diagnostic.at(place)
    }
}

/// Reads the front matter in `table`.
pub(super) fn read(context: &Context<'_>, table: Table) -> (FrontMatter, Vec<Fault>) {
    let mut reader = Reader::new(context);
    table.into_iter().for_each(|(key, value)| reader.take(&key, value));
    (reader.front, reader.faults)
}

/// The keys that a page of this site may use.
pub(super) fn known_keys<'a>(context: &Context<'a>) -> impl Iterator<Item = &'a str> {
    KEYS.into_iter().chain(context.spec.settings.taxonomies.iter().map(|taxonomy| &*taxonomy.name))
}

/// A remark on a key that nobody knows.
pub(super) fn unknown_key<'a>(key: &str, known: impl IntoIterator<Item = &'a str>) -> Fault {
    let diagnostic = Diagnostic::warning(Code::FrontMatterKey, format!("front matter has no key `{key}`"));
    let hint = match nearest(key, known) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "values of your own belong under `extra`".to_owned(),
    };
    Fault::new(key, diagnostic.hint(hint))
}

/// Defaults from further up under what a page says itself; tables of free values are joined.
pub(super) fn inherit(own: &mut Table, defaults: &Table) {
    for (key, value) in defaults {
        match (own.get_mut(key), value) {
            (None, _) => drop(own.insert(key.clone(), value.clone())),
            (Some(Data::Object(inner)), Data::Object(inherited)) => inherit(inner, inherited),
            (Some(_), _) => {}
        }
    }
}

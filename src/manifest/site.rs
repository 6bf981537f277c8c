//! One site: from what it, its group and the defaults say to everything that is known about it.

use super::merged::Merged;
use super::settings::settings;
use crate::model::{BaseUrl, Declared, Language, Settings, Shared, SiteId, SiteSpec};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What sites chose so far. Most sites of a group choose the same, and thousands of copies of it would be most of a large fleet.
#[derive(Default)]
pub(super) struct SharedSettings {
    by_group: RefCell<BTreeMap<String, Shared<Settings>>>,
}

impl SharedSettings {
    /// These settings; those of the site before in its group if they are equal.
    fn like(&self, group: Option<&str>, settings: Settings) -> Shared<Settings> {
        let mut known = self.by_group.borrow_mut();
        let group = group.unwrap_or_default();
        match known.get(group) {
            Some(before) if **before == settings => before.clone(),
            _ => {
                let settings = Shared::from(settings);
                known.insert(group.to_owned(), settings.clone());
                settings
            }
        }
    }
}

/// Reads a site that was checked; none if its id, address, language or theme cannot be known.
pub(super) fn site(own: Merged<'_>, declared: Declared, shared: &SharedSettings) -> Option<SiteSpec> {
    let id = SiteId::parse(own.text("id")?).ok()?;
    let language = Language::parse(own.text("language").unwrap_or("en"))?;
    Some(SiteSpec {
        base_url: BaseUrl::parse(&address(own, &id)).ok()?,
        title: own.string("title").unwrap_or_else(|| as_title(id.as_str())),
        description: own.string("description").unwrap_or_default(),
        theme: own.string("theme")?,
        layers: own.strings("content").unwrap_or_else(|| vec![id.to_string()]),
        group: own.string("group"),
        tags: own.strings("tags").unwrap_or_default(),
        author: own.string("author"),
        tokens: own.table("tokens").texts(),
        targets: own.strings("targets").unwrap_or_default(),
        settings: shared.like(own.text("group"), settings(own, &language)),
        language,
        id,
        declared,
    })
}

/// Without any address, one that works on the owner's own machine, so that the first site can be built at once.
fn address(own: Merged<'_>, id: &SiteId) -> String {
    match (own.text("base_url"), own.text("domain")) {
        (Some(address), _) => address.to_owned(),
        (None, Some(domain)) => format!("https://{domain}"),
        (None, None) => format!("http://{id}.localhost"),
    }
}

/// A name as a title: `home_office` and `home-office` are `Home Office`.
pub(super) fn as_title(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
    };
    let words = name.split(['-', '_', ' ']).filter(|word| !word.is_empty());
    words.map(capital).collect::<Vec<_>>().join(" ")
}

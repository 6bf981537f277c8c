//! The choices of a site, with what holds where nobody has chosen.

use super::Node;
use super::merged::Merged;
use super::site::as_title;
use crate::model::{
    FeedFormat, Feeds, Language, Limits, MenuItem, Minify, RedirectRule, RobotsRules, Settings, TaxonomySpec, UrlStyle,
};
use std::collections::BTreeMap;
use toml::de::{DeArray, DeValue};

/// Allows what a static site needs and nothing that tracks its visitors.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; img-src 'self' data:; \
     style-src 'self' 'unsafe-inline'; script-src 'self'; form-action 'self' https:; \
     base-uri 'self'; frame-ancestors 'self'; object-src 'none'";

/// Reads the choices of a site that was checked.
pub(super) fn settings(own: Merged<'_>, language: &Language) -> Settings {
    Settings {
        url_style: match own.text("url_style") {
            Some("/about") => UrlStyle::Plain,
            _ => UrlStyle::Slash,
        },
        minify: minify(own),
        typography: own.flag("typography").unwrap_or(true),
        timezone: own.string("timezone").unwrap_or_else(|| "Europe/Berlin".to_owned()),
        paginate: size(own, "paginate").unwrap_or(10),
        related: size(own, "related").unwrap_or(5),
        taxonomies: taxonomies(own, language),
        permalinks: own.table("permalinks").texts(),
        menus: menus(own.table("menus")),
        feeds: feeds(own.table("feeds")),
        robots: robots(own.table("robots")),
        redirects: own.list("redirects").map(|rules| tables(rules).map(redirect).collect()).unwrap_or_default(),
        headers: headers(own.table("headers")),
        content_security_policy: content_security_policy(own),
        limits: limits(own.table("limits")),
        extra: own.table("extra").data(),
    }
}

fn size(own: Merged<'_>, key: &str) -> Option<usize> {
    own.count(key).and_then(|count| usize::try_from(count).ok())
}

/// The tables of a list.
fn tables<'a>(list: &'a DeArray<'a>) -> impl Iterator<Item = Merged<'a>> {
    list.iter().filter_map(|item| item.get_ref().as_table()).map(|table| Merged::of(Some(table)))
}

fn minify(own: Merged<'_>) -> Minify {
    match (own.text("minify"), own.flag("minify")) {
        (Some("off"), _) | (_, Some(false)) => Minify::Off,
        (Some("full"), _) => Minify::Full,
        _ => Minify::Theme,
    }
}

/// A list names taxonomies or describes them; a table describes them by their names.
fn taxonomies(own: Merged<'_>, language: &Language) -> Vec<TaxonomySpec> {
    let named = |name: &str| taxonomy(name, Merged::of(None), language);
    let read = |item: &Node<'_>| match item.get_ref() {
        DeValue::String(name) => Some(named(name)),
        DeValue::Table(table) => {
            let table = Merged::of(Some(table));
            Some(taxonomy(table.text("name")?, table, language))
        }
        _ => None,
    };
    match own.get("taxonomies") {
        None => vec![named("tags")],
        Some(DeValue::Array(items)) => items.iter().filter_map(read).collect(),
        Some(_) => {
            let all = own.table("taxonomies");
            all.keys().into_iter().map(|name| taxonomy(name, all.table(name), language)).collect()
        }
    }
}

fn taxonomy(name: &str, own: Merged<'_>, language: &Language) -> TaxonomySpec {
    let title = || match (name, language.primary()) {
        ("tags", "de") => "Themen".to_owned(),
        _ => as_title(name),
    };
    TaxonomySpec {
        name: name.to_owned(),
        title: own.string("title").unwrap_or_else(title),
        slug: own.string("slug").unwrap_or_else(|| name.to_lowercase().replace([' ', '_'], "-")),
        feed: own.flag("feed").unwrap_or(false),
    }
}

fn menus(own: Merged<'_>) -> BTreeMap<String, Vec<MenuItem>> {
    own.keys().into_iter().filter_map(|name| Some((name.to_owned(), menu(own.list(name)?)))).collect()
}

fn menu(entries: &DeArray<'_>) -> Vec<MenuItem> {
    let entry = |table: Merged<'_>| MenuItem {
        title: table.string("title").unwrap_or_default(),
        url: table.string("url").unwrap_or_default(),
        items: table.list("items").map(menu).unwrap_or_default(),
    };
    tables(entries).map(entry).collect()
}

fn feeds(own: Merged<'_>) -> Feeds {
    let format = |item: &Node<'_>| match item.get_ref().as_str() {
        Some("rss") => FeedFormat::Rss,
        Some("json") => FeedFormat::Json,
        _ => FeedFormat::Atom,
    };
    Feeds {
        formats: own.list("formats").map_or_else(|| vec![FeedFormat::Atom], |list| list.iter().map(format).collect()),
        limit: size(own, "limit").unwrap_or(20),
        full_text: own.flag("full_text").unwrap_or(false),
    }
}

fn robots(own: Merged<'_>) -> RobotsRules {
    RobotsRules {
        index: own.flag("index").unwrap_or(true),
        disallow: own.strings("disallow").unwrap_or_default(),
        block: own.strings("block").unwrap_or_default(),
    }
}

fn redirect(own: Merged<'_>) -> RedirectRule {
    RedirectRule {
        from: own.string("from").unwrap_or_default(),
        to: own.string("to").unwrap_or_default(),
        status: own.count("status").and_then(|status| u16::try_from(status).ok()).unwrap_or(301),
    }
}

fn headers(own: Merged<'_>) -> BTreeMap<String, BTreeMap<String, String>> {
    own.keys().into_iter().map(|pattern| (pattern.to_owned(), own.table(pattern).texts())).collect()
}

fn content_security_policy(own: Merged<'_>) -> String {
    match (own.text("content_security_policy"), own.flag("content_security_policy")) {
        // A policy may be written on several lines; as a header it has to be one.
        (Some(policy), _) => policy.split_whitespace().collect::<Vec<_>>().join(" "),
        (None, Some(false)) => String::new(),
        (None, _) => CONTENT_SECURITY_POLICY.to_owned(),
    }
}

fn limits(own: Merged<'_>) -> Limits {
    let usual = Limits::default();
    Limits {
        source_bytes: own.count("source_mb").map_or(usual.source_bytes, |size| size << 20),
        page_bytes: size(own, "page_mb").map_or(usual.page_bytes, |size| size << 20),
        render_ms: own.count("render_ms").unwrap_or(usual.render_ms),
        nesting: size(own, "nesting").unwrap_or(usual.nesting),
        image_pixels: own.count("image_megapixels").map_or(usual.image_pixels, |size| size * 1_000_000),
    }
}

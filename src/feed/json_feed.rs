//! JSON Feed 1.1.

use super::channel::Channel;
use super::entry::Entry;
use serde::Serialize;

#[derive(Serialize)]
struct Feed<'a> {
    version: &'static str,
    title: &'a str,
    home_page_url: &'a str,
    feed_url: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    language: &'a str,
    authors: [Author<'a>; 1],
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    url: &'a str,
    title: &'a str,
    content_html: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    summary: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    date_published: String,
    date_modified: String,
    authors: [Author<'a>; 1],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    tags: &'a [&'a str],
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
}

/// The feed that is reached at `address`.
pub(super) fn feed(channel: &Channel, address: &str) -> Vec<u8> {
    let feed = Feed {
        version: "https://jsonfeed.org/version/1.1",
        title: &channel.title,
        home_page_url: &channel.address,
        feed_url: address,
        description: channel.description,
        language: channel.language,
        authors: [Author { name: channel.author }],
        items: channel.entries.iter().map(|entry| item(entry, channel.author)).collect(),
    };
    serde_json::to_vec(&feed).unwrap_or_default()
}

fn item<'a>(entry: &'a Entry, author: &'a str) -> Item<'a> {
    Item {
        id: &entry.address,
        url: &entry.address,
        title: entry.title,
        content_html: entry.html(),
        summary: entry.plain_summary,
        image: entry.image.as_deref(),
        date_published: entry.published.rfc3339(),
        date_modified: entry.changed.rfc3339(),
        authors: [Author { name: entry.author.unwrap_or(author) }],
        tags: &entry.terms,
    }
}

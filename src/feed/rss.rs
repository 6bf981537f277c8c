//! RSS 2.0.

use super::channel::Channel;
use super::entry::Entry;
use super::xml::{Attributes, Xml};
use crate::model::FeedFormat;

const NAMESPACES: Attributes = &[
    ("version", "2.0"),
    ("xmlns:atom", "http://www.w3.org/2005/Atom"),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
];

/// The feed that is reached at `address`.
pub(super) fn feed(channel: &Channel, address: &str) -> Vec<u8> {
    let mut xml = Xml::sized(700 + channel.entries.iter().map(|entry| entry.size()).sum::<usize>());
    xml.element("rss", NAMESPACES, |xml| {
        xml.element("channel", &[], |xml| {
            xml.text("title", &channel.title);
            xml.text("link", &channel.address);
            xml.text("description", if channel.description.is_empty() { &channel.title } else { channel.description });
            xml.text("language", channel.language);
            xml.text("lastBuildDate", &channel.changed.rfc2822());
            let media = FeedFormat::Rss.media_type();
            xml.empty("atom:link", &[("href", address), ("rel", "self"), ("type", media)]);
            for shown in &channel.entries {
                xml.append(shown.rss.get_or_init(|| item(shown, channel.author)));
            }
        });
    });
    xml.finish()
}

fn item(entry: &Entry, author: &str) -> Xml {
    let mut xml = Xml::part(entry.size());
    xml.element("item", &[], |xml| {
        xml.text("title", entry.title);
        xml.text("link", &entry.address);
        xml.text_with("guid", &[("isPermaLink", "true")], &entry.address);
        xml.text("pubDate", &entry.published.rfc2822());
        xml.text("dc:creator", entry.author.unwrap_or(author));
        for term in &entry.terms {
            xml.text("category", term);
        }
        xml.text("description", &entry.summary);
        if let Some(content) = &entry.content {
            xml.text("content:encoded", content);
        }
    });
    xml
}

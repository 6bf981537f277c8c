//! Atom 1.0.

use super::channel::Channel;
use super::entry::Entry;
use super::xml::Xml;
use crate::model::FeedFormat;

/// The feed that is reached at `address`.
pub(super) fn feed(channel: &Channel, address: &str) -> Vec<u8> {
    let mut xml = Xml::sized(600 + channel.entries.iter().map(|entry| entry.size()).sum::<usize>());
    let attributes = [("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", channel.language)];
    xml.element("feed", &attributes, |xml| {
        xml.text("title", &channel.title);
        if !channel.description.is_empty() {
            xml.text("subtitle", channel.description);
        }
        xml.text("id", &channel.address);
        link(xml, "alternate", "text/html", &channel.address);
        link(xml, "self", FeedFormat::Atom.media_type(), address);
        xml.text("updated", &channel.changed.rfc3339());
        author(xml, channel.author);
        for shown in &channel.entries {
            xml.append(shown.atom.get_or_init(|| entry(shown)));
        }
    });
    xml.finish()
}

fn entry(entry: &Entry) -> Xml {
    let mut xml = Xml::part(entry.size());
    xml.element("entry", &[], |xml| {
        xml.text("title", entry.title);
        xml.text("id", &entry.address);
        link(xml, "alternate", "text/html", &entry.address);
        xml.text("published", &entry.published.rfc3339());
        xml.text("updated", &entry.changed.rfc3339());
        if let Some(name) = entry.author {
            author(xml, name);
        }
        for term in &entry.terms {
            xml.empty("category", &[("term", term)]);
        }
        xml.text_with("summary", &[("type", "html")], &entry.summary);
        if let Some(content) = &entry.content {
            xml.text_with("content", &[("type", "html")], content);
        }
    });
    xml
}

fn link(xml: &mut Xml, relation: &str, media: &str, address: &str) {
    xml.empty("link", &[("rel", relation), ("type", media), ("href", address)]);
}

fn author(xml: &mut Xml, name: &str) {
    xml.element("author", &[], |xml| xml.text("name", name));
}

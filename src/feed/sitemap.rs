//! The sitemap: every page that search engines should know, with the true date of its last change.

use super::newest::newest;
use super::xml::Xml;
use super::{Output, PrintedPage};
use crate::model::{Site, Stamp};

const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
/// The most addresses in one file.
const MOST_ENTRIES: usize = 50_000;
/// The most bytes in one file; search engines take 50 MB.
const MOST_BYTES: usize = 45_000_000;

struct Entry {
    address: String,
    changed: Option<Stamp>,
}

/// Writes `sitemap.xml`, in parts if it is too large for one file; false if there is nothing to tell.
pub(super) fn write(site: &Site, pages: &[PrintedPage], output: &mut Output) -> bool {
    if !site.spec.settings.robots.index {
        return false;
    }
    let newest = newest(site);
    let listed = pages.iter().filter(|printed| {
        let page = site.page(printed.page);
        printed.number == 1 && page.in_sitemap && page.robots.index
    });
    let entries: Vec<_> = listed
        .map(|printed| Entry {
            address: site.spec.base_url.absolute(&printed.route),
            changed: newest[printed.page.index()],
        })
        .collect();
    match parts(&entries).as_slice() {
        [] => false,
        [whole] => {
            output.add("sitemap.xml", list("urlset", "url", whole), "the sitemap");
            true
        }
        several => {
            write_parts(site, several, output);
            true
        }
    }
}

fn write_parts(site: &Site, parts: &[&[Entry]], output: &mut Output) {
    let mut index = Vec::with_capacity(parts.len());
    for (number, part) in (1..).zip(parts) {
        let name = format!("sitemap-{number}.xml");
        output.add(&name, list("urlset", "url", part), "a part of the sitemap");
        let changed = part.iter().filter_map(|entry| entry.changed).max();
        index.push(Entry { address: format!("{}/{name}", site.spec.base_url), changed });
    }
    output.add("sitemap.xml", list("sitemapindex", "sitemap", &index), "the sitemap");
}

/// Cuts the entries so that no part is too large.
fn parts(entries: &[Entry]) -> Vec<&[Entry]> {
    let mut parts = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for (at, entry) in entries.iter().enumerate() {
        let size = entry_size(entry);
        if at - start == MOST_ENTRIES || bytes + size > MOST_BYTES {
            parts.push(&entries[start..at]);
            (start, bytes) = (at, 0);
        }
        bytes += size;
    }
    parts.extend(Some(&entries[start..]).filter(|rest| !rest.is_empty()));
    parts
}

/// At least the bytes that an entry takes.
fn entry_size(entry: &Entry) -> usize {
    const MARKUP: usize = "<url><loc></loc><lastmod>2026-03-01T08:30:00+01:00</lastmod></url>".len();
    const ESCAPE: usize = "&amp;".len() - 1;
    MARKUP + entry.address.len() + ESCAPE * entry.address.bytes().filter(|byte| *byte == b'&').count()
}

fn list(outer: &'static str, inner: &'static str, entries: &[Entry]) -> Vec<u8> {
    let mut xml = Xml::sized(128 + entries.iter().map(entry_size).sum::<usize>());
    xml.element(outer, &[("xmlns", NAMESPACE)], |xml| {
        for entry in entries {
            xml.element(inner, &[], |xml| {
                xml.text("loc", &entry.address);
                if let Some(changed) = entry.changed {
                    xml.text("lastmod", &changed.rfc3339());
                }
            });
        }
    });
    xml.finish()
}

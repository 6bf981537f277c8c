//! Files that machines read: sitemap, robots, feeds, redirects and headers.
//!
//! Purpose: in go a finished site and the list of its printed pages; out come the files that search engines, feed readers and
//! hosts look for. It reads no file and asks for no time: every date in them was written by a person.

mod absolute;
mod atom;
mod channel;
mod entry;
mod feeds;
mod headers;
mod json_feed;
mod newest;
mod redirects;
mod robots;
mod rss;
mod sitemap;
mod xml;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

use crate::diag::{Code, Diagnostic, Outcome};
use crate::model::{Artifact, Media, OutPath, PageId, Route, Site};
use std::collections::BTreeSet;

/// A page that is published as HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedPage {
    /// The page of the site.
    pub page: PageId,
    /// The page of its list, from 1.
    pub number: usize,
    /// Where it is reached.
    pub route: Route,
    /// The file that holds it.
    pub out: OutPath,
}

/// A file for machines.
#[derive(Debug)]
pub struct Made {
    /// Where it lies in the site's folder.
    pub path: OutPath,
    /// What it holds.
    pub artifact: Artifact,
    /// What it is, for the message about two files that want one path.
    pub origin: &'static str,
}

/// All files for machines, in a fixed order. A `robots.txt`, sitemap or feed that the site brings along takes the place of ours.
pub fn machine_files(site: &Site, pages: &[PrintedPage]) -> Outcome<Vec<Made>> {
    let mut output = Output::default();
    let has_sitemap = sitemap::write(site, pages, &mut output);
    robots::write(site, has_sitemap, &mut output);
    feeds::write(site, pages, &mut output);
    output.give_way(site);
    redirects::write(site, pages, &mut output);
    headers::write(site, &mut output);
    Outcome::of(output.made, output.found)
}

/// The feeds alone: of all files for machines, only they show anything of texts.
pub fn feeds(site: &Site, pages: &[PrintedPage]) -> Vec<Made> {
    let mut output = Output::default();
    feeds::write(site, pages, &mut output);
    output.give_way(site);
    output.made
}

/// The pages that feeds show.
pub fn in_feeds(site: &Site, pages: &[PrintedPage]) -> BTreeSet<PageId> {
    if site.spec.settings.feeds.formats.is_empty() {
        BTreeSet::new()
    } else {
        feeds::lists(site, pages).into_iter().flat_map(|(_, shown)| shown).collect()
    }
}

/// What was made so far, and what was found on the way.
#[derive(Default)]
struct Output {
    made: Vec<Made>,
    found: Vec<Diagnostic>,
}

impl Output {
    /// Drops what the site brings along itself.
    fn give_way(&mut self, site: &Site) {
        self.made.retain(|made| !site.assets.values().any(|asset| asset.out == made.path));
    }

    fn add(&mut self, path: &str, bytes: Vec<u8>, origin: &'static str) {
        match OutPath::parse(path) {
            Ok(path) => {
                let media = Media::of_extension(&path.extension());
                self.made.push(Made { path, artifact: Artifact::made(bytes, media), origin });
            }
            Err(fault) => {
                let message = format!("{origin} cannot be stored at `{path}`: {fault}");
                self.found
                    .push(Diagnostic::error(Code::BadPath, message).hint("give its page a shorter `slug` or `path`"));
            }
        }
    }
}

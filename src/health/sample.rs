//! What is looked at of a site: its home page, a few pages and a file, others for each release.

use super::Visit;
use crate::model::{Digest, Good, MARKER, OutPath, UrlPart, encode_url};
use crate::rules::{RedirectRule, Redirects};

/// Pages beside the home page.
const PAGES: usize = 2;

/// Larger files are not fetched.
const LARGEST: u64 = 2 << 20;

pub(super) struct Sample {
    pub(super) files: Vec<Sought>,
    /// A path that leads elsewhere: whereto, and with which status.
    pub(super) redirect: Option<(String, String, u16)>,
    /// A path that does not exist.
    pub(super) nowhere: String,
    /// What is shown there.
    pub(super) absence: Option<Digest>,
}

/// A file that is to be there.
pub(super) struct Sought {
    /// The path that visitors ask for.
    pub(super) path: String,
    pub(super) digest: Digest,
    pub(super) len: u64,
    pub(super) is_page: bool,
}

impl Sample {
    pub(super) fn of(visit: &Visit<'_>) -> Self {
        let (release, folder) = (visit.release, visit.spec.base_url.folder());
        // Which ones are drawn depends on the release alone: whoever looks again sees the same.
        let lot = |path: &OutPath| Digest::of_parts([release.id.as_bytes().as_slice(), path.as_str().as_bytes()]);
        let mut drawn: Vec<(&OutPath, &Good)> =
            release.files.iter().filter(|(path, good)| is_public(path) && good.len <= LARGEST).collect();
        drawn.sort_by_key(|(path, _)| (path.as_str() != "index.html", *lot(path).as_bytes()));
        let (pages, others): (Vec<_>, Vec<_>) =
            drawn.into_iter().partition(|(path, _)| path.as_str().ends_with(".html"));
        let chosen = pages.into_iter().take(1 + PAGES).chain(others.into_iter().take(1));
        let files = chosen.map(|(path, good)| Sought::at(folder, path, good.digest, good.len)).collect();
        let absence = release.files.iter().find(|(path, _)| path.as_str() == "404.html").map(|(_, good)| good.digest);
        Self {
            files,
            redirect: visit.redirects.and_then(redirect),
            nowhere: format!("{folder}/hectare-{}/", release.id.short()),
            absence,
        }
    }
}

/// The first path for which the host has a redirect of its own. Hosts do not agree on how to spell paths that have to be encoded.
fn redirect(text: &str) -> Option<(String, String, u16)> {
    let rules = Redirects::parse(text);
    let is_plain = |rule: &&RedirectRule| rule.from.is_fixed() && !rule.written.contains('%');
    let answer = |rule: &RedirectRule| Some((rule.written.clone(), rules.find(&rule.written, "")?));
    let answers = rules.iter().filter(is_plain).filter_map(answer);
    answers.map(|(from, there)| (from, there.to, there.status)).find(|(_, _, status)| *status != 200)
}

/// Whether visitors get the file as it is: not what hosts read themselves, nor the page for what does not exist.
fn is_public(path: &OutPath) -> bool {
    let path = path.as_str();
    path != MARKER
        && !path.starts_with('_')
        && !path.contains("/.")
        && !path.starts_with('.')
        && !path.ends_with("404.html")
}

/// The path that visitors ask for to get a file.
pub(super) fn address(path: &OutPath) -> String {
    let path = path.as_str();
    let shown = match path.strip_suffix("index.html") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
        _ => path,
    };
    format!("/{}", encode_url(shown, UrlPart::Path))
}

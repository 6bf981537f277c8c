//! A release as the output of a build, as Vercel takes it: files, and `config.json` that says how they are served.

use super::config::{Config, Route, Step};
use super::headers;
use super::pages::Pages;
use super::place;
use crate::model::{Good, Hex, OutPath, Release, UrlPart, encode_url};
use crate::rules::{Headers, RedirectRule, Redirects};
use sha1::{Digest as _, Sha1};
use std::collections::BTreeMap;

/// One file of the deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// Its path below the folder that is deployed.
    pub(super) file: String,
    /// The name of its content.
    pub(super) sha: Hex<20>,
    /// The number of its bytes.
    pub(super) size: u64,
    pub(super) content: Content,
}

/// Where the bytes come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    /// A file of the release.
    Good(Good),
    /// Made here.
    Made(Vec<u8>),
}

/// What a site tells its host, as the texts of its two files.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    pub(super) redirects: String,
    pub(super) headers: String,
}

/// Files that tell the host something and are not served.
pub(super) const REDIRECTS: &str = "_redirects";
pub(super) const HEADERS: &str = "_headers";
const UNSERVED: [&str; 4] = [HEADERS, REDIRECTS, "_routes.json", "_worker.js"];

/// The most routes of a deployment.
const MOST_ROUTES: usize = 2_048;

/// All files of the deployment, by path; an error says what Vercel cannot be told.
pub(super) fn items(release: &Release, told: &Told) -> Result<Vec<Item>, String> {
    let served = release.files.iter().filter(|(path, _)| !UNSERVED.contains(&path.as_str()));
    let served: BTreeMap<OutPath, Good> = served.map(|(path, good)| (path.clone(), *good)).collect();
    let config = serde_json::to_vec(&config(&served, told)?).map_err(|fault| fault.to_string())?;
    let mut items = vec![Item::made(".vercel/output/config.json", config)];
    for (path, good) in &served {
        let file = format!(".vercel/output/static/{path}");
        items.push(Item { file, sha: good.keys.sha1, size: good.len, content: Content::Good(*good) });
    }
    Ok(items)
}

impl Item {
    /// A file of bytes that were made here.
    pub(super) fn made(file: impl Into<String>, bytes: Vec<u8>) -> Self {
        let sha = Hex::new(Sha1::digest(&bytes).into());
        Self { file: file.into(), sha, size: bytes.len() as u64, content: Content::Made(bytes) }
    }
}

/// How the files are served, as they are on a host that reads `_redirects` and `_headers`: headers of every answer, redirects
/// of the site, those between the addresses of a page, files, and at last the page for addresses that do not exist.
fn config(files: &BTreeMap<OutPath, Good>, told: &Told) -> Result<Config, String> {
    let pages = Pages::of(files);
    let mut steps = headers::routes(&Headers::parse(&told.headers))?;
    steps.extend(Redirects::parse(&told.redirects).iter().map(redirect));
    steps.extend(pages.redirects());
    steps.push(Step::phase("filesystem"));
    let missing = pages.missing();
    if !missing.is_empty() {
        steps.push(Step::phase("error"));
        steps.extend(missing);
    }
    if steps.len() > MOST_ROUTES {
        let (routes, redirects) = (steps.len(), Redirects::parse(&told.redirects).iter().count());
        return Err(format!("it needs {routes} routes, {redirects} of them for redirects, and takes {MOST_ROUTES}"));
    }
    Ok(Config::new(steps, pages.overrides()))
}

fn redirect(rule: &RedirectRule) -> Step {
    let to = place::target(&rule.from, &rule.to);
    let src = place::captured(&rule.from);
    match rule.status {
        200 => Step::Route(Box::new(Route { dest: Some(to), ..Route::of(src) })),
        status => Step::redirect(src, status, encode_url(&to, UrlPart::Address).into_owned()),
    }
}

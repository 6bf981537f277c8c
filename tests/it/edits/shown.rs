//! What a preview shows: the list of the fleet, and every file of every site.

use super::oracle::{Clean, sites_of};
use super::outcome::{Said, Shelf, build_and_tell};
use super::place::Sites;
use crate::serve::preview::Preview;
use hectare::diag::Diagnostic;
use hectare::model::{Route, push_text};
use hectare::ui::plain;
use hectare::world::Disk;
use std::collections::BTreeMap;
use std::path::Path;

/// What a preview has to show.
pub(crate) struct Expected {
    clean: Clean,
    said: Said,
    /// What is wrong with the fleet as a whole.
    general: Vec<Diagnostic>,
}

/// Which version of each site is shown.
pub(crate) type Versions = BTreeMap<String, String>;

/// Files that tell the host something and are not served.
const UNSERVED: [&str; 2] = ["_headers", "_redirects"];

impl Expected {
    /// What a clean build makes and says of the repository at `root`.
    pub(crate) fn of(root: &Path, now: &str) -> Self {
        let shelf = Shelf::default();
        let (outcome, mut said) = build_and_tell(&Disk::new(root), &shelf, now);
        let general = errors(said.remove("").unwrap_or_default());
        Self { clean: Clean { outcome, sites: sites_of(&shelf.dist) }, said, general }
    }

    /// Whether the fleet could be read.
    pub(crate) fn is_fleet(&self) -> bool {
        self.clean.outcome.code != 2
    }

    /// Whether this site was built.
    pub(crate) fn is_built(&self, site: &str) -> bool {
        self.clean.outcome.sites.get(site).is_some_and(Option::is_some)
    }

    /// Whether all sites were built.
    pub(crate) fn is_good(&self) -> bool {
        self.clean.outcome.is_good()
    }

    /// The same sites under another fleet's mistakes.
    pub(crate) fn with_mistakes_of(self, other: Self) -> Self {
        Self { general: other.general, ..self }
    }

    /// Says what is not shown as it should be. A site that cannot be built is shown as it was; with `is_strict`, that is the
    /// version that was shown before.
    pub(crate) fn compare(&self, preview: &Preview, before: &Versions, is_strict: bool) -> Result<Versions, String> {
        let list = preview.list().body;
        let general = between(&list, "<section class=\"general\"", "</section>").and_then(said);
        let expected = (!self.general.is_empty()).then(|| escaped(&plain(None, &self.general)));
        if general != expected.as_deref() {
            return Err(format!("the list says of the fleet {general:?}, not {expected:?}"));
        }
        // Not even the files that said which sites there are mean the same any more: nobody knows what is to be shown.
        if !self.is_fleet() {
            return Ok(before.clone());
        }
        let rows = rows(&list);
        let sites = &self.clean.outcome.sites;
        if let Some(site) = rows.keys().find(|site| !sites.contains_key(**site)) {
            return Err(format!("{site} is in the list, and there is no such site"));
        }
        let mut versions = Versions::new();
        for (site, bundle) in sites {
            let row = rows.get(&*escaped(site)).ok_or_else(|| format!("{site} is not in the list"))?;
            self.compare_row(site, bundle.is_some(), row)?;
            let shown = version(&preview.get(site, "/").body).unwrap_or_default();
            match bundle {
                Some(bundle) if !bundle.starts_with(&shown) || shown.is_empty() => {
                    return Err(format!("{site} is shown as {shown:?}, a clean build makes {bundle}"));
                }
                Some(_) => compare_files(preview, site, &self.clean.sites)?,
                None if is_strict && before.get(site).is_some_and(|before| *before != shown) => {
                    return Err(format!("{site} cannot be built, and is shown as {shown:?} instead of {before:?}"));
                }
                None => {}
            }
            versions.insert(site.clone(), shown);
        }
        Ok(versions)
    }

    fn compare_row(&self, site: &str, is_built: bool, row: &str) -> Result<(), String> {
        let found = self.said.get(site).map(Vec::as_slice).unwrap_or_default();
        let text = (!found.is_empty()).then(|| escaped(&plain(Some(site), found)));
        let state = match (is_built, &text) {
            (false, _) => "failed",
            (true, None) => "good",
            (true, Some(_)) => "remarks",
        };
        let shown = (row.split('"').next().unwrap_or_default(), said(row));
        if shown == (state, text.as_deref()) {
            Ok(())
        } else {
            Err(format!("{site} is in the list as {shown:?}, and should be {:?}", (state, text)))
        }
    }
}

fn errors(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    found.into_iter().filter(Diagnostic::is_error).collect()
}

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    push_text(&mut escaped, text);
    escaped
}

/// Each site's part of the list, from the word for its state on.
fn rows(list: &str) -> BTreeMap<&str, &str> {
    let rows = list.split("<tbody data-state=\"").skip(1);
    let named = rows.map(|row| {
        let head = between(row, "<th scope=\"row\">", "</th>").unwrap_or_default();
        let head = head.strip_prefix("<a ").and_then(|link| link.split_once('>')).map_or(head, |(_, text)| text);
        (head.split('<').next().unwrap_or_default(), row)
    });
    named.collect()
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    text.split_once(from)?.1.split_once(to).map(|(between, _)| between)
}

/// The messages in a part of the list.
fn said(part: &str) -> Option<&str> {
    between(part, "<pre tabindex=\"0\">", "</pre>")
}

const VERSION: &str = " data-version=\"";

fn version(page: &str) -> Option<String> {
    between(page, VERSION, "\"").map(str::to_owned)
}

/// Asks for every file of a site as a visitor does.
fn compare_files(preview: &Preview, site: &str, clean: &Sites) -> Result<(), String> {
    let (host, files) = (preview.host(site), &clean[site]);
    let redirects = files.get("_redirects").map(|held| String::from_utf8_lossy(&held.bytes)).unwrap_or_default();
    for (path, held) in files {
        let is_served = !UNSERVED.contains(&path.as_str());
        let address = match path.as_str() {
            "404.html" => "/no/such/page".to_owned(),
            _ => address(path),
        };
        let (reply, bytes) = preview.fetch(&host, &address);
        let rule = redirects.lines().find(|line| line.split(' ').next() == Some(&*address));
        let is_right = match rule {
            Some(rule) => {
                let to = rule.split(' ').nth(1).unwrap_or_default().to_ascii_lowercase();
                reply.status / 100 == 3 && reply.head.lines().any(|line| line == format!("location: {to}"))
            }
            None if !is_served || path == "404.html" => reply.status == 404,
            None => reply.status == 200,
        };
        if !is_right {
            return Err(format!("{host}{address} is answered {}\n{}", reply.status, reply.head));
        }
        if rule.is_none() && is_served && without_script(&bytes) != held.bytes {
            return Err(format!("{host}{address} is not what a clean build makes: {}", reply.body));
        }
    }
    Ok(())
}

/// Where a file is reached.
fn address(path: &str) -> String {
    let is_index = path == "index.html" || path.ends_with("/index.html");
    let ending = if is_index { "index.html" } else { ".html" };
    Route::verbatim(path.strip_suffix(ending).unwrap_or(path)).href().into_owned()
}

/// A page as it is in its bundle.
fn without_script(page: &[u8]) -> Vec<u8> {
    let find = |text: &str, from: usize| {
        page[from..].windows(text.len()).position(|part| part == text.as_bytes()).map(|at| from + at)
    };
    let start = find("<script src=\"/_hectare/live.js?", 0);
    let end = start.and_then(|start| find("</script>", start)).map(|end| end + "</script>".len());
    match (start, end) {
        (Some(start), Some(end)) => [&page[..start], &page[end..]].concat(),
        _ => page.to_vec(),
    }
}

//! Which page was edited, told from the file that changed and the pages that differ.

use crate::model::OutPath;
use crate::sink::Difference;

/// The decoded path of the page that `source`, a path below its content layer, most likely is; none if that cannot be told.
pub(super) fn page(source: &str, difference: &Difference) -> Option<String> {
    let key = source.strip_suffix(".md")?;
    let key = ["/index", "/_index"].iter().find_map(|end| key.strip_suffix(end)).unwrap_or(key);
    let key = if matches!(key, "index" | "_index") { "" } else { key };
    let pages = difference.added.iter().chain(&difference.changed);
    let pages: Vec<String> = pages.filter_map(address).collect();
    let name = key.rsplit('/').next().unwrap_or(key);
    let is = |end: &str| pages.iter().find(|page| page.trim_matches('/').ends_with(end) && !end.is_empty()).cloned();
    match key {
        "" => pages.iter().find(|page| *page == "/").cloned(),
        _ => is(key).or_else(|| is(name)).or_else(|| Some(pages.first()?.clone()).filter(|_| pages.len() == 1)),
    }
}

/// `/garden/` of `garden/index.html`, `/about` of `about.html`.
fn address(path: &OutPath) -> Option<String> {
    let path = path.as_str();
    let clean = path.strip_suffix(".html").filter(|clean| *clean != "404")?;
    Some(format!(
        "/{}",
        clean.strip_suffix("index").filter(|rest| rest.is_empty() || rest.ends_with('/')).unwrap_or(clean)
    ))
}

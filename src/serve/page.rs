//! Pages that the preview itself makes, and the script that it puts into others.

mod list;

pub(super) use list::list;

use crate::model::{Digest, push_quoted, push_text};
use crate::world::{Payload, Response};
use base64::Engine as _;
use memchr::memmem;
use sha2::{Digest as _, Sha256};

/// Paths that begin like this belong to the preview, whatever a site publishes there.
pub(super) const OWN: &str = "/_hectare/";

/// The script in every page.
pub(super) const LIVE_SCRIPT: &str = include_str!("page/live.js");

const LIST_SCRIPT: &str = include_str!("page/list.js");
const STYLE: &str = include_str!("page/preview.css");

/// The page with the script of the preview at its end; `version` is that of its site.
pub(super) fn with_script(page: &[u8], version: &str) -> Vec<u8> {
    let script = script(version);
    let at = memmem::rfind(page, b"</body>").unwrap_or(page.len());
    [&page[..at], script.as_bytes(), &page[at..]].concat()
}

/// Names the script by its content, so that a browser which loads a page again need not ask for it.
fn script(version: &str) -> String {
    let name = Digest::of(LIVE_SCRIPT.as_bytes()).short();
    format!("<script src=\"{OWN}live.js?{name}\" data-version=\"{version}\" async></script>")
}

/// A page in the preview's own looks; `body` is HTML.
fn page(status: u16, title: &str, body: &str, script: &str) -> Response {
    let mut html = String::with_capacity(body.len() + STYLE.len() + script.len() + 1024);
    html.push_str("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>");
    push_text(&mut html, title);
    html.push_str("</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>");
    html.push_str(STYLE);
    html.push_str("</style>\n</head>\n<body>\n");
    html.push_str(body);
    html.push_str(script);
    html.push_str("\n</body>\n</html>\n");
    Response::new(status, Payload::Made(html.into_bytes()))
        .with("content-type", "text/html; charset=utf-8")
        .with("cache-control", "no-store")
        .with("x-content-type-options", "nosniff")
        .with("x-frame-options", "DENY")
        .with("referrer-policy", "same-origin")
        .with("cross-origin-resource-policy", "same-origin")
        .with("content-security-policy", policy())
}

/// Nothing but what stands in the page itself.
fn policy() -> String {
    let hash =
        |text: &str| format!("'sha256-{}'", base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text)));
    format!(
        "default-src 'none'; style-src {}; script-src 'self' {}; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        hash(STYLE),
        hash(LIST_SCRIPT),
    )
}

/// The page of a site that was never built: what is wrong with it, as the terminal says it.
pub(super) fn failure(site: &str, wrong: &str, version: &str) -> Response {
    let mut body = String::from("<main class=\"failure\">\n<h1>");
    push_text(&mut body, site);
    body.push_str(" cannot be built yet</h1>\n<p>This page loads itself again as soon as it can.</p>\n<pre data-wrong tabindex=\"0\">");
    push_text(&mut body, wrong);
    body.push_str("</pre>\n</main>\n");
    page(500, &format!("{site} cannot be built yet"), &body, &script(version))
}

/// A page that says that there is no such site or page, and where to look.
pub(super) fn nothing(words: &str, home: &str) -> Response {
    let mut body = String::from("<main class=\"failure\">\n<h1>Not found</h1>\n<p>");
    push_text(&mut body, words);
    body.push_str(if words.ends_with('?') { "" } else { "." });
    body.push_str("</p>\n<p><a href=\"");
    push_quoted(&mut body, home);
    body.push_str("\">All sites of the fleet</a></p>\n</main>\n");
    page(404, "Not found", &body, "")
}

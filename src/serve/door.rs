//! Who is let in: what is refused before anybody looks at what was asked for.
//!
//! A preview shows work that is not public yet, to one person. Pages of other origins, which the same browser may show, must
//! neither read it nor make it do anything.

use super::host::{Address, Addressee};
use crate::model::decode_url;
use crate::world::{Request, Response};

/// What is wanted, by someone who may want it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) addressee: Addressee,
    /// The path as it was sent; hosts compare it with redirects.
    pub(super) raw_path: String,
    /// The path decoded; hosts look for files by it.
    pub(super) path: String,
    /// What follows `?`, with it; empty if nothing does.
    pub(super) query: String,
}

impl Wish {
    /// The value of a part of the query.
    pub(super) fn part(&self, name: &str) -> Option<String> {
        let parts = self.query.strip_prefix('?')?.split('&');
        let value = parts.filter_map(|part| part.split_once('=')).find(|(known, _)| *known == name)?.1;
        Some(decode_url(value).into_owned())
    }
}

/// Lets a request in, or says what is wrong with it.
pub(super) fn admit(address: &Address, request: &Request) -> Result<Wish, Response> {
    let host = request.header("host").filter(|_| request.count("host") == 1);
    let addressee = host.and_then(|host| address.addressee(host));
    let (Some(host), Some(addressee)) = (host, addressee) else {
        return Err(refusal(403, "this preview is not reached under that name"));
    };
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        return Err(refusal(405, "a preview can only be read").with("allow", "GET, HEAD"));
    }
    if request.header("transfer-encoding").is_some() || request.header("content-length").is_some_and(|len| len != "0") {
        return Err(refusal(400, "a request to read has no body"));
    }
    if is_foreign(request, host) {
        return Err(refusal(403, "pages of other origins may not read this preview"));
    }
    let (raw_path, query) = match request.target.find('?') {
        Some(at) => request.target.split_at(at),
        None => (request.target.as_str(), ""),
    };
    let path = sound_path(raw_path).ok_or_else(|| refusal(400, "this is not the path of a page"))?;
    Ok(Wish { addressee, raw_path: raw_path.to_owned(), path, query: query.to_owned() })
}

fn refusal(status: u16, words: &str) -> Response {
    Response::words(status, words).with("connection", "close")
}

/// Whether a page of another origin asks. Following a link from elsewhere is no reading.
fn is_foreign(request: &Request, host: &str) -> bool {
    let own = format!("http://{host}");
    if request.header("origin").is_some_and(|origin| !origin.eq_ignore_ascii_case(&own)) {
        return true;
    }
    let is = |name, value| request.header(name) == Some(value);
    let follows_link = is("sec-fetch-mode", "navigate") && is("sec-fetch-dest", "document");
    match request.header("sec-fetch-site") {
        None | Some("same-origin" | "none") => false,
        Some(_) => !follows_link,
    }
}

/// The decoded path, if it is one that a browser would send: nothing in it means anything to a file system.
fn sound_path(raw: &str) -> Option<String> {
    let is_sent = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'#' | b'\\' | b'"' | b'<' | b'>');
    if !raw.starts_with('/') || !raw.bytes().all(is_sent) {
        return None;
    }
    let hidden = raw.split('%').skip(1).any(|after| {
        let digits = after.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        digits.is_none_or(|digits| matches!(digits.to_ascii_lowercase().as_str(), "2f" | "5c" | "7f") || digits < "20")
    });
    let path = decode_url(raw);
    let leaves = path.split('/').any(|part| part == "." || part == "..");
    let is_text = !raw.contains('%') || path != raw;
    (!hidden && !leaves && is_text).then(|| path.into_owned())
}

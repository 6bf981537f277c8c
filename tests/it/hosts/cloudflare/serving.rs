//! How a live release is served: clean addresses, redirects, headers, the nearest 404, as the real servers do it.

use super::rules::{self, HeaderRule, Redirect, Sent};
use super::stock::Stock;
use crate::hosts::message::{Reply, Request};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Whose rules hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    Pages,
    Worker,
}

/// Everything that is switched at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Release {
    pub(crate) manner: Manner,
    /// `/path` to key.
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) redirects: Vec<Redirect>,
    pub(crate) headers: Vec<HeaderRule>,
    /// Whether an unknown path gets the nearest `404.html`.
    pub(crate) not_found_pages: bool,
}

/// What a path leads to among the files.
#[derive(Debug, PartialEq, Eq)]
enum Found<'a> {
    File(&'a str),
    Moved(String),
    Nothing,
}

impl Release {
    /// Answers a visitor.
    pub(super) fn serve(&self, stock: &Stock, request: &Request) -> Reply {
        if request.method != "GET" && request.method != "HEAD" {
            return Reply::empty(405);
        }
        let sent = rules::follow(&self.redirects, &request.path, &request.query);
        let mut reply = match &sent {
            Some(Sent::Away(status, to)) => Reply::empty(*status).with("location", to.clone()),
            Some(Sent::Within(path)) => self.page(stock, request, path),
            None => self.page(stock, request, &request.path),
        };
        rules::apply(&self.headers, request.host(), &request.path, &mut reply.headers);
        if self.manner == Manner::Pages && reply.status == 404 {
            reply.headers.retain(|(name, _)| name != "cache-control");
            reply.headers.push(("cache-control".into(), "no-store".into()));
        }
        reply
    }

    fn page(&self, stock: &Stock, request: &Request, raw: &str) -> Reply {
        let mut path = decode(raw);
        let spelt_right = if self.manner == Manner::Worker { encode(&path) } else { raw.to_owned() };
        while self.manner == Manner::Pages && path.starts_with("//") {
            path.remove(0);
        }
        let doubled = self.manner == Manner::Worker && path.contains("//");
        let single = path.split('/').filter(|part| !part.is_empty()).fold(String::new(), |all, part| all + "/" + part);
        match self.find(if doubled { &single } else { &path }) {
            Found::Nothing => self.not_found(stock, &path),
            Found::Moved(to) => self.moved(&encode(&to), request),
            Found::File(_) if doubled => self.moved(&encode(&single), request),
            Found::File(_) if spelt_right != raw => self.moved(&spelt_right, request),
            Found::File(key) => self.file(stock, request, key, 200),
        }
    }

    /// Both servers find files by the same rules; only the status of a redirect differs.
    fn find(&self, path: &str) -> Found<'_> {
        let exact = self.files.get(path);
        let moved = |file: String, to: &str| {
            let key = self.files.get(&file)?;
            // An address that would lead to another file is none.
            (self.find(to) == Found::File(key)).then(|| Found::Moved(to.to_owned()))
        };
        let elsewhere = if let Some(folder) = path.strip_suffix("/index") {
            let in_folder = || moved(format!("{path}.html"), &format!("{folder}/"));
            if exact.is_some() { None } else { in_folder().or_else(|| moved(format!("{folder}.html"), folder)) }
        } else if let Some(folder) = path.strip_suffix("/index.html") {
            moved(path.to_owned(), &format!("{folder}/")).or_else(|| moved(format!("{folder}.html"), folder))
        } else if let Some(folder) = path.strip_suffix('/') {
            match self.files.get(&format!("{path}index.html")) {
                Some(key) => return Found::File(key),
                None => moved(format!("{folder}.html"), folder),
            }
        } else if let Some(stem) = path.strip_suffix(".html") {
            moved(path.to_owned(), stem).or_else(|| moved(format!("{stem}/index.html"), &format!("{stem}/")))
        } else {
            None
        };
        let file = || exact.or_else(|| self.files.get(&format!("{path}.html"))).map(|key| Found::File(key));
        let folder = || moved(format!("{path}/index.html"), &format!("{path}/"));
        elsewhere.or_else(file).or_else(folder).unwrap_or(Found::Nothing)
    }

    fn moved(&self, to: &str, request: &Request) -> Reply {
        let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
        let status = if self.manner == Manner::Pages { 308 } else { 307 };
        Reply::empty(status).with("location", format!("{to}{query}"))
    }

    fn file(&self, stock: &Stock, request: &Request, key: &str, status: u16) -> Reply {
        let etag = format!("\"{key}\"");
        let known = request.header("if-none-match").is_some_and(|tags| tags.trim_start_matches("W/") == etag);
        if known && status == 200 {
            return Reply::empty(304).with("etag", etag);
        }
        let blob = &stock.blobs[key];
        let mut reply = Reply { status, headers: Vec::new(), body: blob.bytes.clone() };
        reply = reply.with("etag", etag).with("cache-control", "public, max-age=0, must-revalidate");
        if let Some(kind) = &blob.kind {
            let bare = self.manner == Manner::Pages && kind.starts_with("text/") && !kind.contains("charset");
            reply = reply.with("content-type", if bare { format!("{kind}; charset=utf-8") } else { kind.clone() });
        }
        if self.manner == Manner::Pages {
            reply = reply
                .with("access-control-allow-origin", "*")
                .with("referrer-policy", "strict-origin-when-cross-origin")
                .with("x-content-type-options", "nosniff");
        }
        reply
    }

    fn not_found(&self, stock: &Stock, path: &str) -> Reply {
        let mut folder = path;
        while let Some((above, _)) = folder.rsplit_once('/').filter(|_| self.not_found_pages) {
            if let Some(key) = self.files.get(&format!("{above}/404.html")) {
                return self.file(stock, &nobody(), key, 404);
            }
            folder = above;
        }
        // Without any such page, Pages takes the site for an application that routes by itself.
        match self.files.get("/index.html").filter(|_| self.manner == Manner::Pages) {
            Some(key) => self.file(stock, &nobody(), key, 200),
            None => Reply::empty(404),
        }
    }
}

/// A request that knows nothing yet.
fn nobody() -> Request {
    let (method, path) = ("GET".to_owned(), "/".to_owned());
    Request { method, path, query: String::new(), headers: Vec::new(), body: Vec::new() }
}

fn decode(path: &str) -> String {
    let (bytes, mut plain, mut at) = (path.as_bytes(), Vec::new(), 0);
    while at < bytes.len() {
        let hex = path.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                plain.push(byte);
                at += 3;
            }
            None => {
                plain.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

/// As `encodeURIComponent` spells each part.
fn encode(path: &str) -> String {
    path.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"/-_.!~*'()".contains(&byte) {
            text.push(char::from(byte));
        } else {
            write!(text, "%{byte:02X}").unwrap();
        }
        text
    })
}

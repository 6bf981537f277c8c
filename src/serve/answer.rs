//! A file of a bundle as an answer, with the headers that the host would send.

use super::door::Wish;
use super::page;
use super::policy;
use super::routing::{self, Found};
use crate::model::{Artifact, BaseUrl, Body, Media, OutPath};
use crate::rules::{Headers, Redirect, Redirects};
use crate::sink::KeptSite;
use crate::world::{Files, Payload, Request, Response};
use std::sync::Arc;

/// What is served, and from where.
pub(super) struct Shelf<'a> {
    pub(super) kept: &'a KeptSite,
    pub(super) base: &'a BaseUrl,
    /// Where files too large to hold are read.
    pub(super) files: &'a Arc<dyn Files>,
}

impl Shelf<'_> {
    /// The answer that the host would give, with the script of the preview in every page.
    pub(super) fn answer(&self, wish: &Wish, request: &Request) -> Response {
        let redirects = Redirects::parse(&self.text("_redirects"));
        let mut path = wish.path.clone();
        if let Some(Redirect { status, to }) = redirects.find(&wish.raw_path, &wish.query) {
            match status {
                200 => path = crate::model::decode_url(to.split(['?', '#']).next().unwrap_or(&to)).into_owned(),
                _ => return self.finished(wish, moved(status, to)),
            }
        }
        let folder = self.base.folder();
        let Some(inside) = below(&path, folder) else {
            // The site lives in a folder of its domain, where nothing else is.
            return self.finished(wish, moved(302, format!("{folder}/")));
        };
        let (status, out) = match routing::find(&self.kept.bundle, inside) {
            Found::Moved(to) => return self.finished(wish, moved(308, format!("{folder}{to}{}", wish.query))),
            Found::File(out) => (200, out),
            Found::Missing(Some(out)) => (404, out),
            Found::Missing(None) => return self.finished(wish, Response::words(404, "there is no such page")),
        };
        let Some(artifact) = self.kept.bundle.artifacts.get(&out) else {
            return Response::words(404, "there is no such page");
        };
        let response = self.finished(wish, self.file(status, artifact));
        if status == 200 && is_known(request, &response) {
            Response { status: 304, payload: Payload::Made(Vec::new()), ..response }
        } else {
            response
        }
    }

    fn file(&self, status: u16, artifact: &Artifact) -> Response {
        let digest = artifact.digest.to_string();
        let is_page = artifact.media == Media::Html;
        let etag = format!("\"{}{}\"", &digest[..32], if is_page { "-live" } else { "" });
        let payload = match (&artifact.body, artifact.body.held()) {
            (_, Some(page)) if is_page => Payload::Made(page::with_script(page, &self.version())),
            (Body::Bytes(bytes), _) => Payload::Made(bytes.clone()),
            (Body::Shared(bytes), _) => Payload::Shared(Arc::clone(bytes)),
            // Memory takes whole bundles, so nothing was handed over before.
            (Body::Sent { .. }, _) => Payload::Made(Vec::new()),
            (Body::File { path, len }, _) => {
                let (files, path) = (Arc::clone(self.files), Arc::clone(path));
                let copy = move |to: &mut dyn std::io::Write| {
                    files.copy(&path, to).map_err(|fault| std::io::Error::other(fault.to_string()))
                };
                Payload::Pieces { len: *len, write: Box::new(copy) }
            }
        };
        let cache = if status == 404 { "no-store" } else { "public, max-age=0, must-revalidate" };
        Response::new(status, payload)
            .with("content-type", artifact.media.mime())
            .with("etag", etag)
            .with("cache-control", cache)
    }

    /// Adds the headers of the site. The host lets pages of any origin read its files; a preview does not.
    fn finished(&self, wish: &Wish, mut response: Response) -> Response {
        for (name, value) in [
            ("referrer-policy", "strict-origin-when-cross-origin"),
            ("x-content-type-options", "nosniff"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            response.headers.push((name.to_owned(), value.to_owned()));
        }
        Headers::parse(&self.text("_headers")).apply(self.base.host(), &wish.raw_path, &mut response.headers);
        response.headers.retain(|(name, _)| !name.starts_with("access-control-"));
        if response.status == 404 {
            response.headers.retain(|(name, _)| name != "cache-control");
            response.headers.push(("cache-control".to_owned(), "no-store".to_owned()));
        }
        policy::adjust(&mut response.headers);
        response
    }

    /// A file of the bundle that tells the host something.
    fn text(&self, path: &str) -> String {
        let file = OutPath::parse(path).ok().and_then(|path| self.kept.bundle.artifacts.get(&path));
        let bytes = file.and_then(|artifact| artifact.body.held());
        bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
    }

    fn version(&self) -> String {
        self.kept.manifest.id.short()
    }
}

fn moved(status: u16, to: String) -> Response {
    Response::new(status, Payload::Made(Vec::new())).with("location", to)
}

/// The path below the folder that a site lives in.
pub(super) fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    path.strip_prefix(folder).filter(|rest| rest.starts_with('/'))
}

/// Whether the browser has these very bytes already.
fn is_known(request: &Request, response: &Response) -> bool {
    let etag = response.headers.iter().find(|(name, _)| name == "etag").map(|(_, value)| value.as_str());
    let known = request.header("if-none-match").unwrap_or_default();
    etag.is_some_and(|etag| {
        known.split(',').any(|known| matches!(known.trim(), "*") || known.trim().trim_start_matches("W/") == etag)
    })
}

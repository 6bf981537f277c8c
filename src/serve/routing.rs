//! The path of a request → a file of the bundle, as Cloudflare Pages finds it.

use crate::model::{Bundle, OutPath, UrlPart, encode_url};

/// What a path leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// This file.
    File(OutPath),
    /// Another path, which is the right one for the same file; encoded.
    Moved(String),
    /// No file; the page that says so, if the site has one.
    Missing(Option<OutPath>),
}

/// Files that tell the host something and are not served.
const UNSERVED: [&str; 4] = ["_headers", "_redirects", "_routes.json", "_worker.js"];

const PAGE: &str = ".html";
const INDEX: &str = "index.html";

/// Finds what a decoded path leads to.
pub(super) fn find(bundle: &Bundle, path: &str) -> Found {
    let path = without_repeated_slashes(path);
    let file = |path: &str| {
        let out = OutPath::parse(path).ok()?;
        (bundle.artifacts.contains_key(&out) && !UNSERVED.contains(&out.as_str())).then_some(out)
    };
    let moved = |path: &str| Found::Moved(encode_url(path, UrlPart::Path).into_owned());
    if let Some(folder) = path.strip_suffix('/') {
        return match (file(&format!("{path}{INDEX}")), file(&format!("{folder}{PAGE}"))) {
            (Some(index), _) => Found::File(index),
            (None, Some(_)) if !folder.is_empty() => moved(folder),
            _ => missing(&path, file),
        };
    }
    if let Some(exact) = file(&path) {
        return match path.strip_suffix(PAGE) {
            None => Found::File(exact),
            Some(clean) => match clean.strip_suffix("/index") {
                Some(folder) => moved(&format!("{folder}/")),
                // The clean path belongs to another file, so this one keeps its own.
                None if file(clean).is_some() => Found::File(exact),
                None => moved(clean),
            },
        };
    }
    if let Some(folder) = path.strip_suffix("/index").filter(|folder| file(&format!("{folder}/{INDEX}")).is_some()) {
        return moved(&format!("{folder}/"));
    }
    match (file(&format!("{path}{PAGE}")), file(&format!("{path}/{INDEX}"))) {
        (Some(page), _) => Found::File(page),
        (None, Some(_)) => moved(&format!("{path}/")),
        (None, None) => missing(&path, file),
    }
}

/// The nearest `404.html`, from the folder of the path upwards. A site without any is taken for an application of one page.
fn missing(path: &str, file: impl Fn(&str) -> Option<OutPath>) -> Found {
    let folders = path.match_indices('/').map(|(at, _)| &path[..at]).rev();
    if let Some(page) = folders.into_iter().find_map(|folder| file(&format!("{folder}/404.html"))) {
        return Found::Missing(Some(page));
    }
    file(INDEX).map_or(Found::Missing(None), Found::File)
}

fn without_repeated_slashes(path: &str) -> String {
    let mut single = String::with_capacity(path.len());
    for c in path.chars() {
        if c != '/' || !single.ends_with('/') {
            single.push(c);
        }
    }
    single
}
